//! What a breaker has counted.

use errcode_runtime::event::BreakerState;
use std::time::Duration;

/// What a breaker has counted, at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BreakerMetrics {
    /// The state.
    pub state: BreakerState,
    /// How often the state has changed.
    pub generation: u64,
    /// The calls in the window; in the half-open state the probes that have ended.
    pub calls: u64,
    /// Those of them that failed; without a window, the failures in a row.
    pub failures: u64,
    /// Those of them that were slow.
    pub slow: u64,
    /// The probes that are under way.
    pub probes: u64,
    /// The calls that were refused since the breaker was created.
    pub refused: u64,
    /// How long it stays open.
    pub open_for: Option<Duration>,
}
