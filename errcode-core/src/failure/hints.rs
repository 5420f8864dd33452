//! Hints of an error to the policies around a call.

use super::{
    default_faults::DefaultFaults, failure::Failure, fault_error::FaultError,
    framework_fault::FrameworkFault, journey::Journey,
};
use crate::spec::{coded::Coded, retry::Retry};

/// Whether a retry may help, and whether the error counts against the dependency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hints {
    /// Whether and when the same call may succeed.
    pub retry: Retry,
    /// Whether the error counts against a circuit breaker.
    pub breaker: bool,
    /// Whether the peer has given up already. Retrying would multiply its attempts.
    pub exhausted: bool,
    /// Whether a policy refused the call, so that there was no attempt. A policy around it does not retry it either.
    pub refused: bool,
}

impl Hints {
    /// Creates hints: a retry hint, and whether the error counts against a circuit breaker.
    #[must_use]
    pub const fn new(retry: Retry, breaker: bool) -> Self {
        Self { retry, breaker, exhausted: false, refused: false }
    }

    /// Sets whether the peer has given up already.
    #[must_use]
    pub const fn exhausted(self, exhausted: bool) -> Self {
        Self { exhausted, ..self }
    }

    /// Sets whether a policy refused the call.
    #[must_use]
    pub const fn refused(self, refused: bool) -> Self {
        Self { refused, ..self }
    }
}

/// An error that has [`Hints`]: every errcode error, and [`Failure`].
///
/// ```
/// use errcode_core::{AppError, Hinted};
///
/// #[derive(Debug, AppError)]
/// #[error("tracker answered {0}", code = "E2301", category = external, retryable(after = "2s"))]
/// struct Tracker(u16);
///
/// let hints = Tracker(503).hints();
/// assert!(hints.retry.retryable && hints.breaker);
/// assert_eq!(hints.retry.after_seconds(), Some(2));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whether it may be retried",
    label = "not an errcode error",
    note = "derive `AppError` for it, or give the policy a classifier: `.classify(|result| …)`"
)]
pub trait Hinted {
    /// Returns the hints.
    fn hints(&self) -> Hints;
}

impl<E: Coded + ?Sized> Hinted for E {
    fn hints(&self) -> Hints {
        Hints::new(self.retry(), self.spec().breaker_counts())
    }
}

impl Hinted for Failure {
    fn hints(&self) -> Hints {
        match self.downcast_ref::<FaultError>() {
            Some(error) => of_fault(error.fault(), self.retry()),
            None => Hints::new(self.retry(), self.spec().breaker_counts()),
        }
        .exhausted(self.is_exhausted())
    }
}

impl Failure {
    /// Returns [`Hints::exhausted`] without the other hints. It is also that of a source, so that a code of the user's
    /// for a call that failed says it too.
    #[doc(hidden)]
    #[must_use]
    pub fn is_exhausted(&self) -> bool {
        let has_exhausted = |journey: Journey| journey.exhausted;
        self.is_exhausted_itself() || self.cause().and_then(Journey::of).is_some_and(has_exhausted)
    }

    fn is_exhausted_itself(&self) -> bool {
        self.journey().is_some_and(|journey| journey.exhausted)
            || self.downcast_ref::<FaultError>().is_some_and(|error| is_spent(error.fault()))
    }

    /// Offers its history to whoever walks sources.
    pub(super) fn offer_journey(&self) {
        let mut journey = self.journey().cloned().unwrap_or_default();
        journey.exhausted = self.is_exhausted_itself();
        if journey != Journey::default() {
            Journey::offer(|| journey);
        }
    }
}

/// Returns whether no time or no retry is left.
const fn is_spent(fault: &FrameworkFault) -> bool {
    matches!(fault, FrameworkFault::RetryBudgetExhausted | FrameworkFault::DeadlineExceeded)
}

/// Returns the hints of a fault. One of a policy's own says nothing about the dependency.
fn of_fault(fault: &FrameworkFault, retry: Retry) -> Hints {
    let spec = DefaultFaults::from_status(fault.status());
    match fault {
        FrameworkFault::CircuitOpen { .. } | FrameworkFault::LimitExceeded { .. } => {
            Hints::new(retry, false).refused(true)
        }
        fault if is_spent(fault) => Hints::new(retry, false),
        FrameworkFault::Database(kind) => Hints::new(retry, kind.breaker_counts()),
        _ => Hints::new(retry, spec.spec().breaker_counts()),
    }
}
