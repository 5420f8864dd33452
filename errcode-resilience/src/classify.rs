//! Classification of results.

use errcode_core::{Hinted, Hints};
use std::time::Duration;

/// What the result of a call means to a policy: whether another attempt may help, and how a circuit breaker
/// counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class {
    pub(crate) health: Health,
    pub(crate) retryable: bool,
    pub(crate) after: Option<Duration>,
    pub(crate) exhausted: bool,
    pub(crate) refused: bool,
}

/// How a circuit breaker counts a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    Good,
    Bad,
    Unknown,
}

impl Class {
    const fn new(health: Health, retryable: bool) -> Self {
        Self { health, retryable, after: None, exhausted: false, refused: false }
    }

    /// The call succeeded.
    pub const SUCCESS: Self = Self::new(Health::Good, false);

    /// The call ended for a reason that is not the dependency's, for example invalid input. It is not retried,
    /// and does not count.
    pub const IGNORED: Self = Self::new(Health::Unknown, false);

    /// The dependency failed, and another attempt may succeed.
    pub const TRANSIENT: Self = Self::new(Health::Bad, true);

    /// The dependency failed, and another attempt would too.
    pub const PERMANENT: Self = Self::new(Health::Bad, false);

    /// Sets the delay that the dependency asks for.
    #[must_use]
    pub const fn after(self, after: Option<Duration>) -> Self {
        Self { after, ..self }
    }

    /// Makes circuit breakers ignore the result. Whether it is retried stays the same.
    #[must_use]
    pub const fn uncounted(self) -> Self {
        Self { health: Health::Unknown, ..self }
    }

    /// Marks a failure on which the peer has exhausted its own retries, so that it is not retried here.
    #[must_use]
    pub const fn exhausted(self) -> Self {
        Self { exhausted: true, ..self }
    }
}

impl From<Hints> for Class {
    fn from(hints: Hints) -> Self {
        let health = if hints.breaker { Health::Bad } else { Health::Unknown };
        let Hints { retry, exhausted, refused, .. } = hints;
        Self { health, retryable: retry.retryable, after: retry.after, exhausted, refused }
    }
}

/// Classifies the results of calls. Closures implement it.
///
/// ```
/// use errcode_resilience::{Class, Dependency, Policy};
///
/// static TRACKER: Dependency = Dependency::new("tracker");
///
/// // An answer that is `Ok` and yet a failure.
/// let policy = Policy::new(&TRACKER).classify(|result: &Result<u16, std::io::Error>| match result {
///     Ok(503) => Class::TRANSIENT,
///     Ok(429) => Class::TRANSIENT.uncounted(), // the breaker stays closed, since the tracker works
///     Ok(404) => Class::IGNORED,
///     Ok(_) => Class::SUCCESS,
///     Err(_) => Class::TRANSIENT,
/// });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not classify `Result<{T}, {E}>`",
    note = "for errors of other crates: `.classify(|result: &Result<_, _>| Class::TRANSIENT)`"
)]
pub trait Classify<T, E> {
    /// Classifies one result.
    fn classify(&self, result: &Result<T, E>) -> Class;
}

/// The default: `Ok` is a success, and an error is classified by its code's `retryable`, `after` and `breaker`.
#[derive(Clone, Copy, Debug, Default)]
pub struct ByHints;

impl<T, E: Hinted> Classify<T, E> for ByHints {
    #[inline]
    fn classify(&self, result: &Result<T, E>) -> Class {
        match result {
            Ok(_) => Class::SUCCESS,
            Err(error) => error.hints().into(),
        }
    }
}

impl<T, E, F: Fn(&Result<T, E>) -> Class> Classify<T, E> for F {
    #[inline]
    fn classify(&self, result: &Result<T, E>) -> Class {
        self(result)
    }
}
