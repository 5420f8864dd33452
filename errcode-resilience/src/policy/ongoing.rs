//! Calls that go on after their attempt has succeeded.

use crate::{breaker::Held, limits::HeldSlot};
use std::fmt;

/// A call that has begun to answer, for example with a stream.
///
/// ```
/// use errcode_core::AppError;
/// use errcode_resilience::{CircuitBreaker, Dependency, Ongoing, Policy, event::BreakerState};
/// use std::time::Duration;
///
/// #[derive(Debug, AppError)]
/// #[error("the model answered {0}", code = "E5005", category = external)]
/// struct Unavailable(u16);
///
/// static LLM: Dependency = Dependency::new("llm");
///
/// # let mut runtime = tokio::runtime::Builder::new_current_thread();
/// # runtime.enable_time().start_paused(true).build().unwrap().block_on(async {
/// let breaker = CircuitBreaker::consecutive(1, Duration::from_secs(30), 1);
/// let policy = Policy::new(&LLM).breaker(breaker);
/// let begun = policy.open(async || Ok::<_, Unavailable>(["The", "answer"])).await;
/// let Ongoing { value, end, .. } = begun.unwrap();
/// assert_eq!(value, ["The", "answer"]);
/// end.failure(); // the stream broke off
/// assert_eq!(policy.circuit_breaker().unwrap().state(), BreakerState::Open);
/// # });
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Ongoing<T> {
    /// What it answered with so far.
    pub value: T,
    /// Its end, to be recorded.
    pub end: CallEnd,
}

/// The end of a call that goes on. Dropped, the call counts neither way, as when the caller cancels it. Until then, it
/// has its slot of the limit on concurrent calls.
#[derive(Default)]
pub struct CallEnd {
    pub(super) permit: Option<Held>,
    pub(super) slot: Option<HeldSlot>,
}

impl CallEnd {
    /// Records that the call succeeded.
    pub fn success(self) {
        self.end(false);
    }

    /// Records that the call failed because of the dependency.
    pub fn failure(self) {
        self.end(true);
    }

    fn end(self, failed: bool) {
        // The slot is free before the breaker's observers run.
        drop(self.slot);
        if let Some(permit) = self.permit {
            permit.end(failed);
        }
    }
}

impl fmt::Debug for CallEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallEnd").field("counts", &self.permit.is_some()).finish_non_exhaustive()
    }
}
