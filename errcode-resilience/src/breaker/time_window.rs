//! A window over the last seconds.
//!
//! Time is divided into buckets. A bucket begins with the first outcome after the end of the previous bucket,
//! so outcomes that are further apart than a bucket's length leave the window exactly when their age reaches
//! the window's length, and no outcome leaves later. Failures and slow calls are counted under the breaker's
//! lock. Successes, which are nearly all calls, are counted without it, in one cache line per group of threads,
//! and are collected when the next bucket begins.

use super::{Outcome, count_window::Totals, word::Word};
use crate::sync::{AtomicU64, Ordering};
use std::collections::VecDeque;

pub(super) const MAX_BUCKETS: u32 = 100;

/// A power of two, so that the index of a thread needs no bounds check. The model checks try fewer steps with two.
const STRIPES: usize = if cfg!(test) { 2 } else { 16 };

/// The successes that a group of threads counted in the current bucket: the lower 40 bits are the count, the
/// upper 24 the breaker's generation, or [`SHUT`] while successes need the lock. Aligned to two cache lines,
/// since processors fetch them in pairs.
#[repr(align(128))]
#[derive(Debug)]
struct Stripe(AtomicU64);

const COUNT_BITS: u32 = 40;
const COUNT: u64 = (1 << COUNT_BITS) - 1;
/// A generation that no breaker reaches in the lifetime of a process.
const SHUT: u64 = !COUNT;

/// Returns a generation as stripes store it.
#[inline]
const fn tag(given: Word) -> u64 {
    given.generation() << COUNT_BITS
}

/// The part that is read and written without the lock.
#[derive(Debug)]
pub(super) struct Successes {
    /// The time until which a success only changes a count: the end of the current bucket, or when the oldest
    /// outcome leaves.
    quiet_until: AtomicU64,
    stripes: [Stripe; STRIPES],
}

impl Successes {
    pub(super) fn new() -> Self {
        let stripes = std::array::from_fn(|_| Stripe(AtomicU64::new(SHUT)));
        Self { quiet_until: AtomicU64::new(0), stripes }
    }

    /// Counts the success of a call that this generation of the breaker let through. Returns `false` if the
    /// caller has to take the lock instead.
    #[inline]
    pub(super) fn count(&self, given: Word, now: u64) -> bool {
        if now >= self.quiet_until.load(Ordering::Acquire) {
            return false;
        }
        let stripe = &self.stripes[stripe_of_thread() % STRIPES].0;
        let mut old = stripe.load(Ordering::Relaxed);
        while (old ^ tag(given)) <= COUNT {
            match stripe.compare_exchange_weak(old, old + 1, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(now) => old = now,
            }
        }
        false
    }

    /// Sends every success through the lock from now on, so that the holder of the lock sees all counts.
    fn shut(&self) {
        for stripe in &self.stripes {
            stripe.0.fetch_or(SHUT, Ordering::AcqRel);
        }
    }

    /// Lets the successes of a generation pass without the lock.
    fn open(&self, given: Word) {
        for stripe in &self.stripes {
            let count = stripe.0.load(Ordering::Relaxed) & COUNT;
            stripe.0.store(tag(given) | count, Ordering::Release);
        }
    }

    fn sum(&self) -> u64 {
        self.stripes.iter().map(|stripe| stripe.0.load(Ordering::Acquire) & COUNT).sum()
    }

    /// Takes the counts, and leaves the stripes shut or open.
    fn collect(&self) -> u64 {
        self.stripes.iter().map(|stripe| stripe.0.fetch_and(!COUNT, Ordering::AcqRel) & COUNT).sum()
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

/// Some successes of the last bucket are still in the stripes.
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

    /// Adds the outcome. Until [`publish`](Self::publish), every success takes the lock.
    pub(super) fn record(&mut self, outcome: Outcome, now: u64, successes: &Successes) {
        successes.shut();
        self.expire(now, successes);
        let bucket_length = self.bucket_length;
        match self.buckets.back_mut() {
            Some(last) if now < last.start.saturating_add(bucket_length) => {}
            last => {
                if let Some(last) = last {
                    last.successes += successes.collect();
                }
                self.buckets.push_back(Bucket { start: now, successes: 0, failures: 0, slow: 0 });
            }
        }
        let Some(last) = self.buckets.back_mut() else { return };
        last.slow += u64::from(outcome.slow);
        last.failures += u64::from(outcome.failed);
        last.successes += u64::from(!outcome.failed);
    }

    fn expire(&mut self, now: u64, successes: &Successes) {
        let length = self.length;
        while self.buckets.front().is_some_and(|first| now >= first.start.saturating_add(length)) {
            self.buckets.pop_front();
            if self.buckets.is_empty() {
                successes.collect();
            }
        }
    }

    pub(super) fn totals(&mut self, now: u64, successes: &Successes) -> Totals {
        self.expire(now, successes);
        let mut totals = Totals { calls: successes.sum(), ..Totals::default() };
        for bucket in &self.buckets {
            totals.calls += bucket.successes + bucket.failures;
            totals.failures += bucket.failures;
            totals.slow += bucket.slow;
        }
        totals
    }

    /// Lets successes pass without the lock, for as long as none of them can open the breaker.
    pub(super) fn publish(&self, given: Word, totals: Totals, minimum: u64, successes: &Successes) {
        let (Some(first), Some(last)) = (self.buckets.front(), self.buckets.back()) else { return };
        let end = last.start.saturating_add(self.bucket_length);
        let quiet_until = if totals.failures + totals.slow == 0 {
            // A window without failures has none after outcomes have left it.
            end
        } else if totals.calls >= minimum {
            end.min(first.start.saturating_add(self.length))
        } else {
            return;
        };
        successes.quiet_until.store(quiet_until, Ordering::Release);
        successes.open(given);
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self, successes: &Successes) {
        self.buckets.clear();
        successes.shut();
        successes.collect();
    }
}
