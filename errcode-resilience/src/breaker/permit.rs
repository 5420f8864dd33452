//! Permits.

use super::{CircuitBreaker, Shared, word::Word};
use std::{fmt, mem};

/// Permission to make one call, to be ended with the call's result.
///
/// It remembers the state in which it was given: a result from an older state changes nothing. A permit that is
/// dropped without a result counts neither way; in the half-open state it makes room for another probe.
///
/// ```
/// use errcode_resilience::{CircuitBreaker, Dependency, Refusal};
/// use std::time::Duration;
///
/// static MAILER: Dependency = Dependency::new("mailer");
///
/// /// A client that is not a future, and has its own errors.
/// fn send(breaker: &CircuitBreaker, mail: impl FnOnce() -> Result<(), &'static str>) -> Result<bool, Refusal> {
///     let permit = breaker.try_acquire()?;
///     Ok(match mail() {
///         Ok(()) => { permit.success(); true }
///         Err("no such address") => { permit.ignore(); false } // not the mailer's fault
///         Err(_) => { permit.failure(); false }
///     })
/// }
///
/// let breaker = CircuitBreaker::consecutive(1, Duration::from_secs(30), 1).build(&MAILER);
/// assert!(!send(&breaker, || Err("no such address"))?);
/// assert!(!send(&breaker, || Err("timeout"))?);
/// assert!(send(&breaker, || Ok(())).is_err()); // refused
/// # Ok::<(), Refusal>(())
/// ```
#[must_use = "a permit that is dropped counts neither as a success nor as a failure"]
pub struct Permit<'a> {
    pub(super) shared: &'a Shared,
    pub(super) call: Call,
}

/// What a permit remembers of its call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    /// The breaker's word when the permit was given.
    pub(super) given: Word,
    /// In the closed state, the moment from which the call is slow; in the half-open state, the ticket of the
    /// probe.
    pub(super) mark: u64,
}

impl Call {
    #[inline]
    pub(super) const fn untimed(given: Word) -> Self {
        Self { given, mark: u64::MAX }
    }
}

impl Permit<'_> {
    /// Records that the call succeeded.
    #[inline]
    pub fn success(self) {
        let (shared, call) = self.spent();
        shared.success(call);
    }

    /// Records that the call failed because of the dependency.
    #[inline]
    pub fn failure(self) {
        let (shared, call) = self.spent();
        shared.end(call, Some(true));
    }

    /// Releases the permit without a result: the call ended for a reason that is not the dependency's.
    pub fn ignore(self) {}

    /// Returns the generation of the permit: the number of state changes before it was given.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.call.given.generation()
    }
}

impl Permit<'_> {
    /// Returns the permit as one that keeps its breaker, so that it can outlive the call.
    pub(crate) fn held(self, breaker: &CircuitBreaker) -> Held {
        let (_, call) = self.spent();
        Held { breaker: breaker.clone(), call: Some(call) }
    }
}

/// A permit that keeps its breaker. Dropped, it counts neither way.
#[derive(Debug)]
pub(crate) struct Held {
    breaker: CircuitBreaker,
    call: Option<Call>,
}

impl Held {
    pub(crate) fn end(mut self, failed: bool) {
        if let Some(call) = self.call.take() {
            let permit = Permit { shared: &self.breaker.shared, call };
            if failed { permit.failure() } else { permit.success() }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(call) = self.call.take() {
            drop(Permit { shared: &self.breaker.shared, call });
        }
    }
}

impl<'a> Permit<'a> {
    #[inline]
    fn spent(self) -> (&'a Shared, Call) {
        let spent = (self.shared, self.call);
        mem::forget(self);
        spent
    }
}

impl Drop for Permit<'_> {
    #[inline]
    fn drop(&mut self) {
        if !self.call.given.lets_pass() {
            self.shared.end(self.call, None);
        }
    }
}

impl fmt::Debug for Permit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("state", &self.call.given.state())
            .field("generation", &self.generation())
            .finish_non_exhaustive()
    }
}
