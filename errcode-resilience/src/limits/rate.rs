//! The limit on the call rate.

use crate::{
    Refusal,
    clock::{Clock, nanos},
};
use errcode_runtime::event::RefusedBy;
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// The generic cell rate algorithm. A call that waits has its turn already, so no later call comes before it.
#[derive(Debug)]
pub(super) struct Rate {
    clock: Clock,
    each: u64,
    /// The time of all calls that may start at once.
    burst: u64,
    /// When the calls so far will have used up their time (the theoretical arrival time of the next one).
    used_until: AtomicU64,
}

impl Rate {
    pub(super) fn new(calls: u32, per: Duration) -> Self {
        let calls = u64::from(calls.max(1));
        let each = (nanos(per) / calls).max(1);
        let used_until = AtomicU64::new(0);
        Self { clock: Clock::new(), each, burst: each * calls, used_until }
    }

    /// Waits for a turn if it comes in time.
    pub(super) async fn turn(
        &self,
        dependency: &'static str,
        until: Instant,
    ) -> Result<(), Refusal> {
        let longest = nanos(until.saturating_duration_since(Instant::now()));
        match self.take(longest) {
            Ok(0) => Ok(()),
            Ok(wait) => {
                let turn = Turn(self);
                sleep(Duration::from_nanos(wait)).await;
                std::mem::forget(turn);
                Ok(())
            }
            Err(wait) => {
                Err(Refusal::emit(dependency, RefusedBy::Rate, Some(Duration::from_nanos(wait))))
            }
        }
    }

    /// Takes the next turn, and returns the time until then; or that time if it is too long.
    pub(super) fn take(&self, longest: u64) -> Result<u64, u64> {
        let now = self.clock.now();
        let mut old = self.used_until.load(Ordering::Relaxed);
        loop {
            let used_until = old.max(now).saturating_add(self.each);
            let wait = used_until.saturating_sub(self.burst).saturating_sub(now);
            if wait > longest {
                return Err(wait);
            }
            match self.used_until.compare_exchange_weak(
                old,
                used_until,
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Ok(wait),
                Err(other) => old = other,
            }
        }
    }

    /// Gives the turn of a call that was not made to a later call.
    pub(super) fn give_back(&self) {
        self.used_until.fetch_sub(self.each, Ordering::Relaxed);
    }
}

/// The turn of a call that waits. Dropped, it is for a later call.
struct Turn<'a>(&'a Rate);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.give_back();
    }
}
