//! Feature flags.

mod sources;

pub use sources::{EnvFlags, FileFlags, FlagError, FlagSource};

use arc_swap::ArcSwapOption;
use errcode_runtime::{Event, boundary::contained, event::FlagEvent};
use std::{
    fmt,
    marker::PhantomData,
    mem,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// An enum of feature flags; [`flags!`](crate::flags!) declares one.
pub trait Flag: Copy + 'static {
    /// All flags, in declaration order.
    const ALL: &'static [Self];

    /// Returns the flag's name, for example `small-model`.
    fn name(self) -> &'static str;

    /// Returns the value that it has unless it is set.
    fn default_value(self) -> bool;

    /// Returns the index in [`ALL`](Self::ALL).
    fn index(self) -> usize;
}

/// Declares an enum of [`Flag`]s, each with its name and its default value.
///
/// ```
/// use errcode_resilience::{Flags, flags};
///
/// flags! {
///     /// What can be switched in this service.
///     pub enum Feature {
///         /// The small model answers when the large one fails.
///         SmallModel = "small-model": true,
///         Rerank = "rerank": false,
///     }
/// }
///
/// static FLAGS: Flags<Feature> = Flags::new();
///
/// assert!(FLAGS.is_on(Feature::SmallModel) && !FLAGS.is_on(Feature::Rerank));
/// FLAGS.set(Feature::Rerank, true);
/// assert!(FLAGS.is_on(Feature::Rerank));
/// ```
///
/// Two flags with the same name do not compile, since whoever sets one would set both:
///
/// ```compile_fail,E0080
/// errcode_resilience::flags! {
///     enum Feature { Rerank = "rerank": false, RerankTwice = "rerank": true }
/// }
/// ```
#[macro_export]
macro_rules! flags {
    (
        $(#[$attribute:meta])*
        $visibility:vis enum $name:ident {
            $($(#[$flag_attribute:meta])* $flag:ident = $text:literal: $default:literal),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        $visibility enum $name {
            $($(#[$flag_attribute])* $flag),*
        }

        const _: () = assert!($crate::are_distinct(&[$($text),*]), "two flags have the same name");

        impl $crate::Flag for $name {
            const ALL: &'static [Self] = &[$(Self::$flag),*];

            fn name(self) -> &'static str {
                match self { $(Self::$flag => $text),* }
            }

            fn default_value(self) -> bool {
                match self { $(Self::$flag => $default),* }
            }

            fn index(self) -> usize {
                self as usize
            }
        }
    };
}

/// Returns whether no name is there twice.
#[doc(hidden)]
#[must_use]
pub const fn are_distinct(mut names: &[&str]) -> bool {
    while let [first, others @ ..] = names {
        let mut left = others;
        while let [other, more @ ..] = left {
            if is_same(first.as_bytes(), other.as_bytes()) {
                return false;
            }
            left = more;
        }
        names = others;
    }
    true
}

const fn is_same(mut a: &[u8], mut b: &[u8]) -> bool {
    while let ([first, more @ ..], [other, rest @ ..]) = (a, b) {
        if *first != *other {
            return false;
        }
        (a, b) = (more, rest);
    }
    a.len() == b.len()
}

/// The values of all flags of an enum.
///
/// Reading a flag is synchronous, takes no lock and always has a result. A value from [`set`](Self::set) wins
/// over all sources, a source that was first read later wins over earlier ones, and the declared default comes
/// last. Each change is an event.
pub struct Flags<F> {
    /// `None` while all flags have their defaults.
    snapshot: ArcSwapOption<Vec<bool>>,
    layers: Mutex<Layers>,
    flags: PhantomData<fn(F)>,
}

/// The values by source and name; later sources win.
struct Layers {
    sources: Vec<(&'static str, Vec<(String, bool)>)>,
    set: Vec<(&'static str, bool)>,
}

/// The name of `set` as a source in events.
const BY_HAND: &str = "set";

impl<F: Flag> Flags<F> {
    /// Creates the flags with their defaults.
    #[must_use]
    pub const fn new() -> Self {
        let layers = Layers { sources: Vec::new(), set: Vec::new() };
        Self {
            snapshot: ArcSwapOption::const_empty(),
            layers: Mutex::new(layers),
            flags: PhantomData,
        }
    }

    /// Returns whether the flag is on.
    #[must_use]
    pub fn is_on(&self, flag: F) -> bool {
        let snapshot = self.snapshot.load();
        let value = snapshot.as_ref().and_then(|values| values.get(flag.index()).copied());
        value.unwrap_or_else(|| flag.default_value())
    }

    /// Sets a flag, overriding all sources.
    pub fn set(&self, flag: F, on: bool) {
        self.change(BY_HAND, |layers| {
            layers.set.retain(|(name, _)| *name != flag.name());
            layers.set.push((flag.name(), on));
        });
    }

    /// Undoes [`set`](Self::set), so that the sources decide again.
    pub fn unset(&self, flag: F) {
        self.change(BY_HAND, |layers| layers.set.retain(|(name, _)| *name != flag.name()));
    }

    /// Reads a source and replaces the values that the same source gave before.
    ///
    /// Names that the enum does not have are logged and ignored, because a source may be newer or older than
    /// the program.
    ///
    /// # Errors
    ///
    /// Returns the source's error. The values that it gave last stay.
    pub fn feed(&self, name: &'static str, source: &impl FlagSource) -> Result<(), FlagError> {
        let names: Vec<_> = F::ALL.iter().map(|flag| flag.name()).collect();
        let values = source.read_named(&names)?;
        let unknown = |value: &&String| !names.contains(&value.as_str());
        let unknown: Vec<_> =
            values.iter().map(|(value, _)| value).filter(unknown).cloned().collect();
        let mut before = Vec::new();
        self.change(name, |layers| {
            match layers.sources.iter_mut().find(|(known, _)| *known == name) {
                Some((_, known)) => before = mem::replace(known, values),
                None => layers.sources.push((name, values)),
            }
        });
        let is_new = |flag: &&String| before.iter().all(|(value, _)| value != *flag);
        for unknown in unknown.iter().filter(is_new) {
            tracing::debug!(
                target: "app",
                event = "flag_unknown",
                flag = %unknown,
                source = name,
                "no flag is called {unknown}"
            );
        }
        Ok(())
    }

    /// Reads a source repeatedly, until the future is dropped. A source that fails or panics changes nothing; each new
    /// error is logged once.
    pub async fn watch(&self, name: &'static str, source: impl FlagSource, every: Duration) {
        let mut last = None;
        let mut timer = tokio::time::interval(every.max(Duration::from_millis(1)));
        timer.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            timer.tick().await;
            let error = match contained(|| self.feed(name, &source)) {
                Ok(fed) => fed.err().map(|error| error.to_string()),
                Err(panicked) => Some(panicked.to_string()),
            };
            if let Some(cause) = error.as_deref().filter(|_| error != last) {
                tracing::warn!(
                    target: "app",
                    event = "flags_unread",
                    source = name,
                    cause,
                    "the flags of {name} keep their values"
                );
            }
            last = error;
        }
    }

    fn change(&self, source: &'static str, change: impl FnOnce(&mut Layers)) {
        let changed = {
            let mut layers = self.layers.lock().unwrap_or_else(PoisonError::into_inner);
            change(&mut layers);
            let value =
                |flag: &F| layers.value(flag.name()).unwrap_or_else(|| flag.default_value());
            let now: Vec<bool> = F::ALL.iter().map(value).collect();
            let changed: Vec<(F, bool)> = F::ALL
                .iter()
                .zip(&now)
                .filter(|(flag, on)| self.is_on(**flag) != **on)
                .map(|(flag, on)| (*flag, *on))
                .collect();
            self.snapshot.store(Some(Arc::new(now)));
            changed
        };
        let text = |on| if on { "true" } else { "false" };
        for (flag, on) in changed {
            Event::Flag(&FlagEvent::new(flag.name(), text(!on), text(on), source)).emit();
        }
    }
}

impl Layers {
    fn value(&self, flag: &str) -> Option<bool> {
        let set = self.set.iter().find(|(name, _)| *name == flag).map(|(_, on)| *on);
        set.or_else(|| {
            self.sources.iter().rev().find_map(|(_, values)| {
                values.iter().rev().find(|(name, _)| name == flag).map(|(_, on)| *on)
            })
        })
    }
}

impl<F: Flag> Default for Flags<F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<F: Flag> fmt::Debug for Flags<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(F::ALL.iter().map(|flag| (flag.name(), self.is_on(*flag)))).finish()
    }
}
