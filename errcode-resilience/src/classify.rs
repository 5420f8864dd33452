//! What the result of a call means to the policies around it.

use errcode_core::{Hinted, Hints};
use std::time::Duration;

/// What the result of a call means: whether another attempt may help, and whether it speaks for or against the
/// dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class {
    pub(crate) health: Health,
    pub(crate) retryable: bool,
    pub(crate) after: Option<Duration>,
    pub(crate) exhausted: bool,
}

/// What a circuit breaker makes of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Health {
    Good,
    Bad,
    Unknown,
}

impl Class {
    const fn new(health: Health, retryable: bool) -> Self {
        Self { health, retryable, after: None, exhausted: false }
    }

    /// The call succeeded.
    pub const SUCCESS: Self = Self::new(Health::Good, false);

    /// The call ended in a way that says nothing about the dependency, for example in a refusal of wrong input.
    /// It is not retried.
    pub const IGNORED: Self = Self::new(Health::Unknown, false);

    /// The dependency failed, in a way that passes by itself.
    pub const TRANSIENT: Self = Self::new(Health::Bad, true);

    /// The dependency failed, and would again.
    pub const PERMANENT: Self = Self::new(Health::Bad, false);

    /// Returns the same with the wait that the dependency asks for.
    #[must_use]
    pub const fn after(self, after: Option<Duration>) -> Self {
        Self { after, ..self }
    }

    /// Returns the same for a failure that a circuit breaker does not count.
    #[must_use]
    pub const fn uncounted(self) -> Self {
        Self { health: Health::Unknown, ..self }
    }

    /// Returns the same for a peer that says that its own retries are exhausted: it is not retried.
    #[must_use]
    pub const fn exhausted(self) -> Self {
        Self { exhausted: true, ..self }
    }
}

impl From<Hints> for Class {
    fn from(hints: Hints) -> Self {
        let health = if hints.breaker { Health::Bad } else { Health::Unknown };
        let Hints { retry, exhausted, .. } = hints;
        Self { health, retryable: retry.retryable, after: retry.after, exhausted }
    }
}

/// Says what the result of a call means. Closures do, too.
///
/// ```
/// use errcode_resilience::{Class, Dependency, Policy};
///
/// static TRACKER: Dependency = Dependency::new("tracker");
///
/// // An answer that is `Ok` and yet a failure.
/// let policy = Policy::new(&TRACKER).classify(|result: &Result<u16, std::io::Error>| match result {
///     Ok(503) => Class::TRANSIENT,
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
    /// Returns the meaning of the result.
    fn classify(&self, result: &Result<T, E>) -> Class;
}

/// The default: `Ok` is a success, and an error says of itself what it is, by its code's `retryable`, `after` and
/// `breaker`.
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
