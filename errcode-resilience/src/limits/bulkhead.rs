//! How many calls are under way at once.

use std::sync::atomic::{AtomicU32, Ordering};
use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

/// A count of calls under way, and a queue of those who wait for one to end.
///
/// tokio's semaphore costs a lock for each permit that comes back; here only those who wait pay for waiting.
#[derive(Debug)]
pub(super) struct Bulkhead {
    under_way: AtomicU32,
    waiting: AtomicU32,
    limit: u32,
    ended: Notify,
}

/// A call under way.
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

    /// Waits for a slot; `None` where there is none by then.
    pub(super) async fn enter_until(&self, until: Instant) -> Option<Slot<'_>> {
        if let Some(slot) = self.enter() {
            return Some(slot);
        }
        if until <= Instant::now() {
            return None;
        }
        let _waiting = Waiting::new(self);
        loop {
            // A call that ends between the look and the wait has left its notice.
            let ended = self.ended.notified();
            if let Some(slot) = self.enter() {
                return Some(slot);
            }
            timeout_at(until, ended).await.ok()?;
        }
    }
}

impl Drop for Slot<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
        if self.0.waiting.load(Ordering::SeqCst) > 0 {
            self.0.ended.notify_one();
        }
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
