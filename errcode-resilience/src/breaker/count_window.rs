//! A window over the last calls.

use super::Outcome;

/// A ring with two bits per call.
#[derive(Debug)]
pub(super) struct CountWindow {
    failed: Box<[u64]>,
    slow: Box<[u64]>,
    size: usize,
    next: usize,
    totals: Totals,
}

/// The counts of a window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) calls: u64,
    pub(super) failures: u64,
    pub(super) slow: u64,
}

impl CountWindow {
    pub(super) fn new(size: usize) -> Self {
        let words = || vec![0; size.div_ceil(64)].into_boxed_slice();
        Self { failed: words(), slow: words(), size, next: 0, totals: Totals::default() }
    }

    pub(super) fn totals(&self) -> Totals {
        self.totals
    }

    /// Returns whether one more success would change nothing: in a ring of equal outcomes, the position of the oldest
    /// does not matter.
    pub(super) fn is_full_of_successes(&self) -> bool {
        self.totals == Totals { calls: self.size as u64, failures: 0, slow: 0 }
    }

    /// Replaces the oldest outcome.
    #[inline]
    pub(super) fn record(&mut self, outcome: Outcome) {
        let Self { next, totals, .. } = self;
        let (word, bit) = (*next / 64, 1 << (*next % 64));
        replace(&mut self.failed[word], bit, outcome.failed, &mut totals.failures);
        replace(&mut self.slow[word], bit, outcome.slow, &mut totals.slow);
        totals.calls += u64::from(totals.calls < self.size as u64);
        *next = if *next + 1 == self.size { 0 } else { *next + 1 };
    }

    /// Replaces as many of the oldest outcomes by fast successes.
    pub(super) fn pass(&mut self, successes: u64) {
        let size = self.size;
        if successes >= size as u64 {
            self.clear();
            self.totals.calls = size as u64;
            return;
        }
        let end = self.next + successes as usize;
        self.forget(self.next, end.min(size));
        self.forget(0, end.saturating_sub(size));
        self.totals.calls = (self.totals.calls + successes).min(size as u64);
        self.next = end % size;
    }

    fn forget(&mut self, from: usize, to: usize) {
        for word in from / 64..to.div_ceil(64) {
            let (first, last) = (word * 64, word * 64 + 64);
            let mask = u64::MAX << from.saturating_sub(first) & u64::MAX >> last.saturating_sub(to);
            self.totals.failures -= u64::from((self.failed[word] & mask).count_ones());
            self.totals.slow -= u64::from((self.slow[word] & mask).count_ones());
            self.failed[word] &= !mask;
            self.slow[word] &= !mask;
        }
    }

    pub(super) fn clear(&mut self) {
        self.failed.fill(0);
        self.slow.fill(0);
        (self.next, self.totals) = (0, Totals::default());
    }
}

#[inline]
fn replace(word: &mut u64, bit: u64, set: bool, total: &mut u64) {
    let was = *word & bit != 0;
    if was != set {
        *word ^= bit;
        *total = if set { *total + 1 } else { *total - 1 };
    }
}
