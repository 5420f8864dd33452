//! The right to make one call.

use super::{Shared, word::Word};
use std::{fmt, mem};

/// The right to make one call, until its result is said.
///
/// It remembers the state that gave it: a result from an older state changes nothing. Dropped without a result
/// it counts neither way, and in the half-open state makes room for another probe.
#[must_use = "a permit that is dropped counts neither as a success nor as a failure"]
pub struct Permit<'a> {
    pub(super) shared: &'a Shared,
    pub(super) call: Call,
}

/// What a permit remembers of its call.
#[derive(Clone, Copy)]
pub(super) struct Call {
    /// The breaker's word when the permit was given, without the failures in a row.
    pub(super) given: Word,
    /// In the closed state the moment from which on the call is slow; in the half-open one which probe it is.
    pub(super) mark: u64,
}

impl Permit<'_> {
    /// Takes note that the call succeeded.
    #[inline]
    pub fn success(self) {
        let (shared, call) = self.spent();
        shared.success(call);
    }

    /// Takes note that the call failed in a way that speaks against the dependency.
    #[inline]
    pub fn failure(self) {
        let (shared, call) = self.spent();
        shared.end(call, Some(true));
    }

    /// Gives the permit back: the call ended in a way that says nothing about the dependency.
    pub fn ignore(self) {}

    /// Returns which state gave the permit: how often the breaker's state had changed before it.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.call.given.generation()
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
        if !self.call.given.is_closed() {
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
