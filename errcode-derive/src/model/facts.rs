//! Status, category, level, retry, breaker and alert, each by the one rule of precedence:
//! variant's key, variant's category, enum's key, enum's category, status.

use crate::parse::{
    item::Keys,
    names::{Category, Level},
    value::{Alert, Retryable},
};

/// The facts of one row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'k> {
    pub(crate) status: u16,
    pub(crate) category: Category,
    pub(crate) level: Level,
    pub(crate) retry: Retry<'k>,
    pub(crate) breaker: bool,
    pub(crate) alert: Alert,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Retry<'k> {
    /// `retryable` was written.
    Said(&'k Retryable),
    /// It follows from the category.
    Follows(bool),
}

impl<'k> Facts<'k> {
    /// `own` are the variant's keys, `defaults` its enum's.
    pub(crate) fn of(own: Option<&'k Keys>, defaults: Option<&'k Keys>) -> Self {
        let levels = [own, defaults];
        let written = levels.iter().flatten().find_map(|keys| keys.category.get().copied());
        let status = first(levels, |keys| keys.status.get().copied(), |category| Some(category.status()))
            .unwrap_or(500);
        let category = written.unwrap_or_else(|| by_status(levels, status));
        let retry = first(
            levels,
            |keys| keys.retryable.get().map(Retry::Said),
            |category| Some(Retry::Follows(category.is_upstream())),
        );
        let alert =
            first(levels, |keys| keys.alert.get().copied(), |category| Some(raise(category.alerts())));
        // Only the upstream categories say something about breakers.
        let breaker = first(
            levels,
            |keys| keys.breaker.get().copied(),
            |category| category.is_upstream().then_some(true),
        );
        Self {
            status,
            category,
            level: first(levels, |keys| keys.level.get().copied(), |_| None)
                .unwrap_or_else(|| Level::of_status(status)),
            retry: retry.unwrap_or(Retry::Follows(category.is_upstream())),
            breaker: breaker.unwrap_or(status >= 500),
            alert: alert.unwrap_or_else(|| raise(category.alerts())),
        }
    }
}

/// The key of each level, then what its category says.
fn first<'k, T>(
    levels: [Option<&'k Keys>; 2],
    key: impl Fn(&'k Keys) -> Option<T>,
    category: impl Fn(Category) -> Option<T>,
) -> Option<T> {
    levels.into_iter().flatten().find_map(|keys| key(keys).or_else(|| category(*keys.category.get()?)))
}

/// The category of a status that was written; a status that is only a default says nothing.
fn by_status(levels: [Option<&Keys>; 2], status: u16) -> Category {
    let written = levels.iter().flatten().any(|keys| keys.status.is_set());
    if written { Category::of_status(status) } else { Category::Unknown }
}

fn raise(raise: bool) -> Alert {
    Alert { raise, ..Alert::default() }
}
