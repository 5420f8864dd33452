//! Limits on concurrent calls and on the call rate.

use crate::{Refusal, clock::FAR};
use bulkhead::Bulkhead;
use errcode_runtime::event::RefusedBy;
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;

mod bulkhead;
#[cfg(feature = "rate")]
mod rate;

pub(crate) use bulkhead::{HeldSlot, Slot};

/// Limits on the service's own calls to a dependency. Clones share them.
///
/// A call over a limit is refused at once, or waits for as long as [`wait`](Self::wait) allows.
///
/// ```
/// use errcode_resilience::{Dependency, Limits, Policy};
/// use std::time::Duration;
///
/// static LLM: Dependency = Dependency::new("llm");
///
/// let policy: Policy = Policy::new(&LLM).limits(Limits::new().concurrency(16).wait(Duration::from_millis(50)));
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "they do nothing until `Policy::limits`"]
pub struct Limits {
    concurrency: Option<Arc<Bulkhead>>,
    #[cfg(feature = "rate")]
    rate: Option<Arc<rate::Rate>>,
    wait: Duration,
}

/// It is not known when a call in flight will end; this is the smallest value of `Retry-After`.
const UNKNOWN_WAIT: Duration = Duration::from_secs(1);

impl Limits {
    /// Creates limits without a limit.
    pub fn new() -> Self {
        Self::default()
    }

    /// Limits the number of concurrent calls (a bulkhead). With 0, each call is refused.
    pub fn concurrency(self, calls: u32) -> Self {
        Self { concurrency: Some(Arc::new(Bulkhead::new(calls))), ..self }
    }

    /// Limits the number of calls per period; that many may start at once (the generic cell rate algorithm). 0 calls
    /// count as 1, and a period of less than a nanosecond per call as that.
    #[cfg(feature = "rate")]
    pub fn rate(self, calls: u32, per: Duration) -> Self {
        Self { rate: Some(Arc::new(rate::Rate::new(calls, per))), ..self }
    }

    /// Lets a call wait for its turn, at most for this time, instead of refusing it at once.
    pub fn wait(self, wait: Duration) -> Self {
        Self { wait, ..self }
    }

    /// Acquires a slot and a turn if this needs no wait.
    #[inline]
    pub(crate) fn try_acquire(&self) -> Result<Option<Slot<'_>>, &Self> {
        let slot = match &self.concurrency {
            None => None,
            Some(bulkhead) => Some(bulkhead.enter().ok_or(self)?),
        };
        #[cfg(feature = "rate")]
        if self.rate.as_ref().is_some_and(|rate| rate.take(0).is_err()) {
            return Err(self);
        }
        Ok(slot)
    }

    /// Waits for a slot, at most until the deadline.
    pub(crate) async fn acquire(
        &self,
        dependency: &'static str,
        deadline: Option<Instant>,
    ) -> Result<Option<Slot<'_>>, Refusal> {
        let until = self.until(deadline);
        let slot = match &self.concurrency {
            None => None,
            Some(bulkhead) => match bulkhead.enter_until(until).await {
                Some(slot) => Some(slot),
                None => {
                    return Err(Refusal::emit(
                        dependency,
                        RefusedBy::Concurrency,
                        Some(UNKNOWN_WAIT),
                    ));
                }
            },
        };
        #[cfg(feature = "rate")]
        if let Some(rate) = &self.rate {
            rate.turn(dependency, until).await?;
        }
        Ok(slot)
    }

    /// Gives the turn of a call back that was not made, since the breaker refused it: the rate is that of the calls.
    #[cold]
    pub(crate) fn give_back(&self) {
        #[cfg(feature = "rate")]
        if let Some(rate) = &self.rate {
            rate.give_back();
        }
    }

    fn until(&self, deadline: Option<Instant>) -> Instant {
        let now = Instant::now();
        let until = now.checked_add(self.wait.min(FAR)).unwrap_or(now);
        deadline.map_or(until, |deadline| deadline.min(until))
    }
}
