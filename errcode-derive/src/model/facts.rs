//! Status, category, level, retry, breaker and alert, by the rule of precedence:
//! variant's key, variant's category, enum's key, enum's category, status.

use crate::{
    format::{Alert, Category, Level, RetryRule},
    parse::{alert::AlertRule, key::Keys, retryable::Retryable},
};

/// The facts of one row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'k> {
    pub(crate) status: u16,
    pub(crate) category: Category,
    pub(crate) level: Level,
    pub(crate) retry: Retry<'k>,
    pub(crate) breaker: bool,
    pub(crate) alert: AlertRule,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Retry<'k> {
    /// `retryable` was written.
    Explicit(&'k Retryable),
    /// It follows from the category.
    Implied(bool),
}

impl Retry<'_> {
    pub(crate) fn rule(self) -> RetryRule {
        match self {
            Self::Explicit(Retryable { inherit: Some(_), .. }) => RetryRule::Inherit,
            Self::Explicit(Retryable { when: Some(_), .. }) => RetryRule::When,
            Self::Explicit(Retryable { yes: true, .. }) | Self::Implied(true) => RetryRule::Yes,
            Self::Explicit(Retryable { yes: false, .. }) | Self::Implied(false) => RetryRule::No,
        }
    }
}

impl<'k> Facts<'k> {
    /// Resolves the facts of a variant with its `own` keys and the `defaults` of its enum.
    pub(crate) fn new(own: Option<&'k Keys>, defaults: Option<&'k Keys>) -> Self {
        let levels = [own, defaults];
        let written = levels.iter().flatten().find_map(|keys| keys.category.get().copied());
        let status = first(
            levels,
            |keys| keys.status.get().copied(),
            |category| Some(category.default_status()),
        )
        .unwrap_or(500);
        let category = written.unwrap_or_else(|| by_status(levels, status));
        let retry = first(
            levels,
            |keys| keys.retryable.get().map(Retry::Explicit),
            |category| Some(Retry::Implied(category.is_upstream())),
        );
        let alert = first(
            levels,
            |keys| keys.alert.get().copied(),
            |category| Some(raise(category.alerts())),
        );
        // Only the upstream categories have a default for breakers.
        let breaker = first(
            levels,
            |keys| keys.breaker.get().copied(),
            |category| category.is_upstream().then_some(true),
        );
        Self {
            status,
            category,
            level: first(levels, |keys| keys.level.get().copied(), |_| None)
                .unwrap_or_else(|| Level::from_status(status)),
            retry: retry.unwrap_or(Retry::Implied(category.is_upstream())),
            breaker: breaker.unwrap_or(status >= 500),
            alert: alert.unwrap_or_else(|| raise(category.alerts())),
        }
    }
}

/// Returns the first value: for the variant and then the enum, of its key, else of its category.
fn first<'k, T>(
    levels: [Option<&'k Keys>; 2],
    key: impl Fn(&'k Keys) -> Option<T>,
    category: impl Fn(Category) -> Option<T>,
) -> Option<T> {
    levels
        .into_iter()
        .flatten()
        .find_map(|keys| key(keys).or_else(|| category(*keys.category.get()?)))
}

/// Returns the category of a status that is written; a default status does not count.
fn by_status(levels: [Option<&Keys>; 2], status: u16) -> Category {
    let written = levels.iter().flatten().any(|keys| keys.status.is_set());
    if written { Category::from_status(status) } else { Category::Unknown }
}

fn raise(raise: bool) -> AlertRule {
    let alert = if raise { Alert::Notice } else { Alert::None };
    AlertRule { alert, over: None }
}

#[cfg(test)]
mod tests {
    use super::{
        Category::{Business, External, Internal, Specialized, Unknown},
        Level::{Error, Info, Warn},
        *,
    };
    use crate::{
        errors::Errors,
        parse::{item::Item, key::ItemKind},
    };
    use proc_macro2::TokenStream;
    use syn::parse_quote;

    /// Status, category, level, retryable, breaker counts, alerts.
    type Resolved = (u16, Category, Level, bool, bool, bool);

    /// The keys of the variant, those of the enum, and the result.
    const ROWS: &[(&str, &str, Resolved)] = &[
        // No keys, and each level alone.
        ("", "", (500, Unknown, Error, false, true, true)),
        ("status = 404", "", (404, Business, Warn, false, false, false)),
        ("status = 503", "", (503, Unknown, Error, false, true, true)),
        ("category = external", "", (502, External, Error, true, true, true)),
        ("", "status = 409", (409, Business, Warn, false, false, false)),
        ("", "category = internal", (502, Internal, Error, true, true, true)),
        ("category = specialized", "", (500, Specialized, Error, false, true, true)),
        // The variant's key before its category.
        ("category = external, status = 404", "", (404, External, Warn, true, true, true)),
        (
            "category = external, retryable = false, alert = false, breaker = ignore",
            "",
            (502, External, Error, false, false, false),
        ),
        // The variant's category before the enum's key.
        ("category = business", "status = 503", (400, Business, Warn, false, false, false)),
        ("category = business", "retryable, alert", (400, Business, Warn, false, false, false)),
        ("category = external", "breaker = ignore", (502, External, Error, true, true, true)),
        // … if the category has a default.
        (
            "category = business",
            "breaker = count, level = info",
            (400, Business, Info, false, true, false),
        ),
        // The enum's key before its category.
        ("", "category = external, status = 504", (504, External, Error, true, true, true)),
        ("", "category = external, retryable = false", (502, External, Error, false, true, true)),
        // The enum's category before the status.
        ("status = 404", "category = external", (404, External, Warn, true, true, true)),
        ("status = 503", "category = business", (503, Business, Error, false, true, false)),
        // A level of its own.
        ("status = 404, level = info", "level = error", (404, Business, Info, false, false, false)),
        ("status = 404", "level = error", (404, Business, Error, false, false, false)),
    ];

    fn keys(keys: &str, kind: ItemKind) -> Keys {
        let errors = Errors::new();
        let tokens: TokenStream = keys.parse().unwrap();
        let item = Item::read(&[parse_quote!(#[app(#tokens)])], kind, false, &errors);
        errors.finish().unwrap();
        item.keys
    }

    #[test]
    fn precedence() {
        for (variant, container, expected) in ROWS {
            let (own, defaults) =
                (keys(variant, ItemKind::Variant), keys(container, ItemKind::Enum));
            let facts = Facts::new(Some(&own), Some(&defaults));
            let resolved = (
                facts.status,
                facts.category,
                facts.level,
                facts.retry.rule() == RetryRule::Yes,
                facts.breaker,
                facts.alert.alert != Alert::None,
            );
            assert_eq!(resolved, *expected, "`{variant}` within `{container}`");
        }
    }
}
