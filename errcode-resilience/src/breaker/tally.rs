//! Successes that are counted without the lock.

use super::word::{ONE, Word};
use crate::sync::{AtomicU64, Ordering};

/// The word of the calls that are counted here, with a count that ends at the most that fits; or [`SHUT`].
#[derive(Debug)]
pub(super) struct Tally(AtomicU64);

/// Every success needs the lock. Its generation is one that no breaker reaches in the lifetime of a process.
const SHUT: u64 = u64::MAX;

impl Tally {
    pub(super) const fn new() -> Self {
        Self(AtomicU64::new(SHUT))
    }

    /// Counts the success of a call that was let through with this word, the count of which says the most. Returns
    /// `false` if the caller has to take the lock instead.
    pub(super) fn count(&self, given: Word) -> bool {
        let mut old = self.0.load(Ordering::Relaxed);
        // No call is newer than the tally, so one comparison finds calls that are older, a tally that is shut, and one
        // that is full.
        while old < given.0 {
            match self.0.compare_exchange_weak(old, old + ONE, Ordering::AcqRel, Ordering::Relaxed)
            {
                Ok(_) => return true,
                Err(now) => old = now,
            }
        }
        false
    }

    /// Sends every success through the lock from now on, and takes the count. It was opened for as many.
    pub(super) fn shut(&self, most: u32) -> u64 {
        match self.0.swap(SHUT, Ordering::AcqRel) {
            SHUT => 0,
            tally => u64::from(Word(tally).count() + most - Word::MAX_COUNT),
        }
    }

    /// Lets so many successes of calls with this word pass without the lock.
    pub(super) fn open(&self, given: Word, most: u32) {
        self.0.store(given.with_count(Word::MAX_COUNT - most).0, Ordering::Release);
    }
}
