//! The limit on concurrent calls.

use std::{
    collections::BTreeMap,
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};
use tokio::{
    sync::oneshot,
    time::{Instant, timeout_at},
};

/// A count of calls in flight, and a queue of waiting calls, first come, first served.
///
/// tokio's semaphore takes a lock for each returned permit; here, only a call that waits pays for the queue.
#[derive(Debug)]
pub(super) struct Bulkhead {
    /// The calls in flight. While calls wait, [`QUEUED`] is added, so no other call passes them.
    under_way: AtomicU32,
    limit: u32,
    queue: Mutex<Queue>,
}

/// More than the largest limit.
const QUEUED: u32 = 1 << 31;

/// The waiting calls, in their order.
#[derive(Debug, Default)]
struct Queue {
    waiting: BTreeMap<u64, oneshot::Sender<HeldSlot>>,
    next_ticket: u64,
}

/// A call in flight.
#[derive(Debug)]
pub(crate) struct Slot<'a>(&'a Arc<Bulkhead>);

impl Bulkhead {
    pub(super) fn new(limit: u32) -> Self {
        let (under_way, queue) = (AtomicU32::new(0), Mutex::default());
        Self { under_way, limit: limit.min(QUEUED - 1), queue }
    }

    #[inline]
    pub(super) fn enter(self: &Arc<Self>) -> Option<Slot<'_>> {
        let mut now = self.under_way.load(Ordering::Relaxed);
        while now < self.limit {
            match self.under_way.compare_exchange_weak(
                now,
                now + 1,
                Ordering::AcqRel,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Some(Slot(self)),
                Err(other) => now = other,
            }
        }
        None
    }

    /// Waits for a slot. Returns `None` if there is none in time.
    pub(super) async fn enter_until(self: &Arc<Self>, until: Instant) -> Option<Slot<'_>> {
        if let Some(slot) = self.enter() {
            return Some(slot);
        }
        if until <= Instant::now() {
            return None;
        }
        let (waiting, turn) = match self.line_up() {
            Ok(slot) => return Some(slot),
            Err(waiting) => waiting,
        };
        let slot = timeout_at(until, turn).await.ok()?.ok();
        drop(waiting);
        slot.map(|slot| slot.lent(self))
    }

    /// Takes a place in the queue, or a slot if one has become free.
    fn line_up(self: &Arc<Self>) -> Result<Slot<'_>, (Waiting<'_>, oneshot::Receiver<HeldSlot>)> {
        let mut queue = self.queue();
        let next = |now| Some(if now < self.limit { now + 1 } else { now | QUEUED });
        let before = self.under_way.fetch_update(Ordering::AcqRel, Ordering::Relaxed, next);
        if before.is_ok_and(|before| before < self.limit) {
            return Ok(Slot(self));
        }
        let (give, turn) = oneshot::channel();
        let ticket = queue.next_ticket;
        queue.next_ticket += 1;
        queue.waiting.insert(ticket, give);
        Err((Waiting { bulkhead: self, ticket }, turn))
    }

    #[inline]
    fn leave(self: &Arc<Self>) {
        let mut now = self.under_way.load(Ordering::Relaxed);
        while now < QUEUED {
            match self.under_way.compare_exchange_weak(
                now,
                now - 1,
                Ordering::AcqRel,
                Ordering::Relaxed,
            ) {
                Ok(_) => return,
                Err(other) => now = other,
            }
        }
        self.pass_on();
    }

    /// Gives the slot of a call that has ended to the first of the queue.
    #[cold]
    fn pass_on(self: &Arc<Self>) {
        let next = self.queue().take_first(&self.under_way);
        match next {
            // Not under the lock: it wakes a task, and a call that was cancelled just now passes the slot on.
            Some(next) => drop(next.send(HeldSlot(Some(Arc::clone(self))))),
            None => self.leave(),
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn take_first(&mut self, under_way: &AtomicU32) -> Option<oneshot::Sender<HeldSlot>> {
        let first = self.waiting.pop_first();
        self.note_if_empty(under_way);
        first.map(|(_, give)| give)
    }

    fn note_if_empty(&self, under_way: &AtomicU32) {
        if self.waiting.is_empty() {
            under_way.fetch_and(!QUEUED, Ordering::AcqRel);
        }
    }
}

impl Slot<'_> {
    /// Returns the slot as one that keeps its bulkhead, so that it can outlive the call.
    pub(crate) fn held(self) -> HeldSlot {
        let held = HeldSlot(Some(Arc::clone(self.0)));
        mem::forget(self);
        held
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
pub(crate) struct HeldSlot(Option<Arc<Bulkhead>>);

impl HeldSlot {
    fn lent(mut self, bulkhead: &Arc<Bulkhead>) -> Slot<'_> {
        self.0 = None;
        Slot(bulkhead)
    }
}

impl Drop for HeldSlot {
    fn drop(&mut self) {
        if let Some(bulkhead) = &self.0 {
            bulkhead.leave();
        }
    }
}

/// A place in the queue.
struct Waiting<'a> {
    bulkhead: &'a Bulkhead,
    ticket: u64,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut queue = self.bulkhead.queue();
        if queue.waiting.remove(&self.ticket).is_some() {
            queue.note_if_empty(&self.bulkhead.under_way);
        }
    }
}
