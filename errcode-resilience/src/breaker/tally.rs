//! Successes that are counted without the lock.

use super::word::{ONE, Word};
use crate::sync::{AtomicU64, Ordering};

/// The word of the calls that are counted here, with their number as its count; or [`SHUT`].
#[derive(Debug)]
pub(super) struct Tally(AtomicU64);

/// Every success needs the lock. Its generation is one that no breaker reaches in the lifetime of a process.
const SHUT: u64 = u64::MAX;

impl Tally {
    /// The most successes that may be counted before one takes the lock.
    pub(super) const MOST: u32 = Word::MAX_COUNT / 2;

    pub(super) const fn new() -> Self {
        Self(AtomicU64::new(SHUT))
    }

    /// Counts the success of a call that was let through with this word, unless there are `most` already. Returns
    /// `false` if the caller has to take the lock instead.
    #[inline]
    pub(super) fn count(&self, given: Word, most: u32) -> bool {
        let mut old = self.0.load(Ordering::Relaxed);
        while old.wrapping_sub(given.0) < u64::from(most) * ONE {
            match self.0.compare_exchange_weak(old, old + ONE, Ordering::AcqRel, Ordering::Relaxed)
            {
                Ok(_) => return true,
                Err(now) => old = now,
            }
        }
        false
    }

    /// Sends every success through the lock from now on, and takes the count.
    pub(super) fn shut(&self) -> u64 {
        match self.0.swap(SHUT, Ordering::AcqRel) {
            SHUT => 0,
            tally => u64::from(Word(tally).count()),
        }
    }

    /// Lets the successes of calls with this word pass without the lock, and counts from zero.
    pub(super) fn open(&self, given: Word) {
        self.0.store(given.0, Ordering::Release);
    }
}
