//! The counts of a breaker.

use errcode_runtime::event::BreakerState;
use std::time::Duration;

/// A snapshot of the counts of a breaker.
///
/// ```
/// use errcode_resilience::{CircuitBreaker, Dependency};
///
/// static LLM: Dependency = Dependency::new("llm");
///
/// let breaker = CircuitBreaker::count_window(100, 0.5).build(&LLM);
/// breaker.try_acquire()?.failure();
/// breaker.try_acquire()?.success();
/// let metrics = breaker.metrics();
/// assert_eq!((metrics.calls, metrics.failures), (2, 1));
/// # Ok::<(), errcode_resilience::Refusal>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BreakerMetrics {
    /// The state.
    pub state: BreakerState,
    /// The number of state changes.
    pub generation: u64,
    /// The number of calls in the window; in the half-open state, of probes that have ended.
    pub calls: u64,
    /// The number of them that failed; without a window, of consecutive failures.
    pub failures: u64,
    /// The number of them that were slow.
    pub slow: u64,
    /// The number of probes in flight.
    pub probes: u64,
    /// The number of calls refused since the breaker was created.
    pub refused: u64,
    /// The remaining open time.
    pub open_for: Option<Duration>,
}
