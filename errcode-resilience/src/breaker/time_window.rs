//! A window over the last seconds.
//!
//! Time is divided into buckets. A bucket begins with the first outcome after the end of the previous bucket,
//! so outcomes that are further apart than a bucket's length leave the window exactly when their age reaches
//! the window's length, and no outcome leaves later. Failures and slow calls are counted under the breaker's
//! lock. Successes, which are nearly all calls, are counted without it, in one cache line per group of threads,
//! and are collected when the next bucket begins.

use super::{Outcome, count_window::Totals, tally::Tally, word::Word};
use crate::sync::{AtomicU64, Ordering};
use std::collections::VecDeque;

pub(super) const MAX_BUCKETS: u32 = 100;

/// A power of two, so that the index of a thread needs no bounds check. The model checks try fewer steps with two.
const STRIPES: usize = if cfg!(test) { 2 } else { 16 };

/// The successes that a group of threads counted in the current bucket. Aligned to two cache lines, since processors
/// fetch them in pairs.
#[repr(align(128))]
#[derive(Debug)]
struct Stripe {
    /// The time until which a success only changes a count: the end of the current bucket, or when the oldest
    /// outcome leaves. The same in all stripes.
    quiet_until: AtomicU64,
    tally: Tally,
}

/// The part that is read and written without the lock.
#[derive(Debug)]
pub(super) struct Successes([Stripe; STRIPES]);

impl Successes {
    pub(super) fn new() -> Self {
        Self(std::array::from_fn(|_| Stripe {
            quiet_until: AtomicU64::new(0),
            tally: Tally::new(),
        }))
    }

    /// Counts the success of a call that was let through with this word. Returns `false` if the caller has to take the
    /// lock instead.
    pub(super) fn count(&self, given: Word, now: u64) -> bool {
        let Stripe { quiet_until, tally } = &self.0[stripe_of_thread() % STRIPES];
        now < quiet_until.load(Ordering::Acquire) && tally.count(given)
    }

    /// Does the same, but also returns `false` if another thread of the group counts at the same moment.
    #[inline]
    pub(super) fn try_count(&self, given: Word, now: u64) -> bool {
        let Stripe { quiet_until, tally } = &self.0[stripe_of_thread() % STRIPES];
        now < quiet_until.load(Ordering::Acquire) && tally.try_count(given)
    }

    /// Sends every success through the lock from now on, and takes the counts.
    pub(super) fn shut(&self) -> u64 {
        self.0.iter().map(|stripe| stripe.tally.shut(Word::MAX_COUNT)).sum()
    }

    /// Lets the successes of calls with this word pass without the lock, until then.
    pub(super) fn open(&self, given: Word, quiet_until: u64) {
        for stripe in &self.0 {
            stripe.quiet_until.store(quiet_until, Ordering::Release);
            stripe.tally.open(given, Word::MAX_COUNT);
        }
    }
}

/// The stacks of threads are megabytes apart, so an address on the stack identifies the thread at a lower cost
/// than a thread-local. Threads that share a stripe by chance only contend for its cache line.
#[cfg(not(test))]
#[inline]
fn stripe_of_thread() -> usize {
    let on_the_stack = 0_u8;
    (&raw const on_the_stack).addr() >> 21
}

/// All of shuttle's threads run on one thread of the system.
#[cfg(test)]
fn stripe_of_thread() -> usize {
    shuttle::current::me().into()
}

/// The part under the lock.
#[derive(Debug)]
pub(super) struct TimeWindow {
    length: u64,
    bucket_length: u64,
    buckets: VecDeque<Bucket>,
}

#[derive(Debug)]
struct Bucket {
    start: u64,
    successes: u64,
    failures: u64,
    slow: u64,
}

impl TimeWindow {
    pub(super) fn new(length: u64, buckets: u32) -> Self {
        Self {
            length,
            bucket_length: length.div_ceil(u64::from(buckets)),
            buckets: VecDeque::with_capacity(buckets as usize + 1),
        }
    }

    /// Adds the successes that were counted without the lock, and drops what has left the window.
    pub(super) fn pass(&mut self, successes: u64, now: u64) {
        if let Some(last) = self.buckets.back_mut() {
            last.successes += successes;
        }
        let length = self.length;
        while self.buckets.front().is_some_and(|first| now >= first.start.saturating_add(length)) {
            self.buckets.pop_front();
        }
    }

    pub(super) fn record(&mut self, outcome: Outcome, now: u64) {
        let bucket_length = self.bucket_length;
        let is_current = |last: &Bucket| now < last.start.saturating_add(bucket_length);
        if !self.buckets.back().is_some_and(is_current) {
            self.buckets.push_back(Bucket { start: now, successes: 0, failures: 0, slow: 0 });
        }
        let Some(last) = self.buckets.back_mut() else { return };
        last.slow += u64::from(outcome.slow);
        last.failures += u64::from(outcome.failed);
        last.successes += u64::from(!outcome.failed);
    }

    pub(super) fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        for bucket in &self.buckets {
            totals.calls += bucket.successes + bucket.failures;
            totals.failures += bucket.failures;
            totals.slow += bucket.slow;
        }
        totals
    }

    /// Returns the time until which no success can open the breaker.
    pub(super) fn quiet_until(&self, totals: Totals, minimum: u64) -> Option<u64> {
        let (first, last) = (self.buckets.front()?, self.buckets.back()?);
        let end = last.start.saturating_add(self.bucket_length);
        if totals.failures + totals.slow == 0 {
            // A window without failures has none after outcomes have left it.
            return Some(end);
        }
        let leaves = first.start.saturating_add(self.length);
        (totals.calls >= minimum).then(|| end.min(leaves))
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.buckets.clear();
    }
}
