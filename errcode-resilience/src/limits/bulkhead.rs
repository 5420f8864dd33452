//! The limit on concurrent calls.

use std::{
    mem,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};
use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

/// A count of calls in flight, and a queue of waiting calls.
///
/// tokio's semaphore takes a lock for each returned permit; here, only a call that waits pays for the queue.
#[derive(Debug)]
pub(super) struct Bulkhead {
    under_way: AtomicU32,
    waiting: AtomicU32,
    limit: u32,
    ended: Notify,
}

/// A call in flight.
#[derive(Debug)]
pub(crate) struct Slot<'a>(&'a Bulkhead);

impl Bulkhead {
    pub(super) fn new(limit: u32) -> Self {
        let count = || AtomicU32::new(0);
        Self { under_way: count(), waiting: count(), limit, ended: Notify::new() }
    }

    #[inline]
    pub(super) fn enter(&self) -> Option<Slot<'_>> {
        let mut now = self.under_way.load(Ordering::Relaxed);
        while now < self.limit {
            match self.under_way.compare_exchange_weak(
                now,
                now + 1,
                Ordering::SeqCst,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Some(Slot(self)),
                Err(other) => now = other,
            }
        }
        None
    }

    /// Waits for a slot. Returns `None` if there is none in time.
    pub(super) async fn enter_until(&self, until: Instant) -> Option<Slot<'_>> {
        if let Some(slot) = self.enter() {
            return Some(slot);
        }
        if until <= Instant::now() {
            return None;
        }
        let _waiting = Waiting::new(self);
        loop {
            // A call that ends between the check and the wait has already notified this waiter.
            let ended = self.ended.notified();
            if let Some(slot) = self.enter() {
                return Some(slot);
            }
            timeout_at(until, ended).await.ok()?;
        }
    }
}

impl Bulkhead {
    #[inline]
    fn leave(&self) {
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        if self.waiting.load(Ordering::SeqCst) > 0 {
            self.ended.notify_one();
        }
    }
}

impl Slot<'_> {
    /// Returns the slot as one that keeps its bulkhead, so that it can outlive the call.
    pub(super) fn held(self, bulkhead: &Arc<Bulkhead>) -> HeldSlot {
        mem::forget(self);
        HeldSlot(Arc::clone(bulkhead))
    }
}

impl Drop for Slot<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// A call in flight that keeps its bulkhead.
#[derive(Debug)]
pub(crate) struct HeldSlot(Arc<Bulkhead>);

impl Drop for HeldSlot {
    fn drop(&mut self) {
        self.0.leave();
    }
}

struct Waiting<'a>(&'a Bulkhead);

impl<'a> Waiting<'a> {
    fn new(bulkhead: &'a Bulkhead) -> Self {
        bulkhead.waiting.fetch_add(1, Ordering::SeqCst);
        Self(bulkhead)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}
