//! A window over the last seconds.
//!
//! Time is divided into buckets. A bucket begins with the first outcome after the end of the previous bucket,
//! so outcomes that are further apart than a bucket's length leave the window exactly when their age reaches
//! the window's length, and no outcome leaves later. Failures and slow calls are counted under the breaker's
//! lock. Successes, which are nearly all calls, are counted without it, in one cache line per group of threads,
//! and are collected when the next bucket begins.

use super::{
    Outcome,
    count_window::Totals,
    word::{Needs, Word},
};
use crate::sync::{AtomicU64, Ordering};
use errcode_runtime::event::BreakerState;
use std::collections::VecDeque;

pub(super) const MAX_BUCKETS: u32 = 100;

/// A power of two, so that the index of a thread needs no bounds check. The model checks try fewer steps with two.
const STRIPES: usize = if cfg!(test) { 2 } else { 16 };

/// The longest time for which successes are counted without the lock: half of what separates two generations.
const LONGEST_QUIET: u64 = offset(Word::new(BreakerState::Closed, Needs::End, 1)) / 2;

/// A time that was over before any reading, also for the calls of the next generations.
const NEVER: i64 = i64::MIN / 2;

/// A counter never has the value of a reading of the clock.
const FIRST_COUNT: u64 = 1 << 63;

/// The successes that a group of threads counted. Aligned to two cache lines, since processors fetch them in pairs.
#[repr(align(128))]
#[derive(Debug)]
struct Stripe {
    /// The time until which a success only changes the count: the end of the current bucket, or when the oldest
    /// outcome leaves. The same in all stripes.
    ///
    /// It is relative to the [`offset`] of the calls that are counted, so that it is long over for calls of an earlier
    /// generation, and one comparison finds both. A thread would have to read the clock and then stand still for
    /// minutes, while the generation changes, to count a success of the earlier one.
    quiet_until: AtomicU64,
    /// Only grows, so that an exchange fails if anything has happened since the count was read.
    count: AtomicU64,
    /// The count of what the window has already. Written under the lock.
    collected: AtomicU64,
}

impl Stripe {
    /// Returns the time until which a success of these calls only changes the count.
    #[inline]
    fn quiet_until(&self, given: Word) -> i64 {
        self.quiet_until.load(Ordering::Acquire).wrapping_add(offset(given)).cast_signed()
    }

    fn set_quiet_until(&self, given: Word, time: i64) {
        let relative = time.cast_unsigned().wrapping_sub(offset(given));
        self.quiet_until.store(relative, Ordering::Release);
    }
}

/// The distance of a generation's times from those of the first: nine minutes each.
const fn offset(given: Word) -> u64 {
    // A factor that an address calculation includes.
    given.0.wrapping_mul(8)
}

/// The part that is read and written without the lock.
#[derive(Debug)]
pub(super) struct Successes([Stripe; STRIPES]);

impl Successes {
    pub(super) fn new(given: Word) -> Self {
        Self(std::array::from_fn(|_| {
            let stripe = Stripe {
                quiet_until: AtomicU64::new(0),
                count: AtomicU64::new(FIRST_COUNT),
                collected: AtomicU64::new(FIRST_COUNT),
            };
            stripe.set_quiet_until(given, NEVER);
            stripe
        }))
    }

    /// Counts the success of a call that was let through with this word. Returns `false` if the caller has to take the
    /// lock instead.
    pub(super) fn count(&self, given: Word, now: u64) -> bool {
        let stripe = &self.0[stripe_of_thread() % STRIPES];
        loop {
            let count = stripe.count.load(Ordering::Acquire);
            if now.cast_signed() >= stripe.quiet_until(given) {
                return false;
            }
            if exchange(&stripe.count, count, count + 1) {
                return true;
            }
        }
    }

    /// Does the same, but also returns `false` if another thread of the group counts at the same moment.
    #[inline]
    pub(super) fn try_count(&self, given: Word, now: u64) -> bool {
        let stripe = &self.0[stripe_of_thread() % STRIPES];
        // Read first: whoever ends the quiet time changes the count afterwards.
        let count = stripe.count.load(Ordering::Acquire);
        // An exchange that fails costs less than a second branch.
        let expected = if now.cast_signed() < stripe.quiet_until(given) { count } else { now };
        exchange(&stripe.count, expected, count.wrapping_add(1))
    }

    /// Sends every success through the lock from now on, and takes the counts.
    pub(super) fn shut(&self, given: Word) -> u64 {
        let collect = |stripe: &Stripe| {
            stripe.set_quiet_until(given, NEVER);
            // The additional one makes the exchange of a caller fail who has seen the quiet time.
            let count = stripe.count.fetch_add(1, Ordering::AcqRel);
            count - stripe.collected.swap(count + 1, Ordering::Relaxed)
        };
        self.0.iter().map(collect).sum()
    }

    /// Lets the successes of calls with this word pass without the lock, until then.
    pub(super) fn open(&self, given: Word, quiet_until: u64, now: u64) {
        let until = quiet_until.min(now.saturating_add(LONGEST_QUIET));
        self.0.iter().for_each(|stripe| stripe.set_quiet_until(given, until.cast_signed()));
    }
}

#[inline]
fn exchange(count: &AtomicU64, expected: u64, new: u64) -> bool {
    count.compare_exchange(expected, new, Ordering::AcqRel, Ordering::Relaxed).is_ok()
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
