//! The builder of a circuit breaker.

use super::{CircuitBreaker, rate::Rate, time_window, word::Word};
use crate::{Dependency, clock::nanos};
use std::time::Duration;

/// The settings of a [`CircuitBreaker`], created by one of its three constructors.
///
/// Values out of range are clamped: a rate to between 0 and 1, a count to at least 1.
///
/// ```
/// use errcode_resilience::{CircuitBreaker, Dependency};
/// use std::time::Duration;
///
/// static LLM: Dependency = Dependency::new("llm");
///
/// // It opens if half of the calls of the last minute failed, or took five seconds or longer.
/// let breaker = CircuitBreaker::time_window(Duration::from_secs(60), 0.5)
///     .slow_calls(Duration::from_secs(5), 0.5)
///     .minimum_calls(20)
///     .open_for(Duration::from_secs(30))
///     .open_jitter(0.2) // so that the instances of the service do not probe at once
///     .build(&LLM);
/// assert_eq!(breaker.metrics().calls, 0);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build`, or `Policy::breaker`"]
pub struct CircuitBreakerBuilder {
    pub(super) window: Kind,
    pub(super) failure_rate: Rate,
    pub(super) slow: Option<(u64, Rate)>,
    pub(super) minimum_calls: u32,
    pub(super) open_for: Duration,
    pub(super) open_jitter: f64,
    pub(super) half_open_calls: u32,
    pub(super) probe_timeout: Option<Duration>,
    pub(super) seed: Option<u64>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Consecutive(u32),
    Count(u32),
    Time { length: u64, buckets: u32 },
}

const DEFAULT_OPEN_FOR: Duration = Duration::from_secs(30);
const DEFAULT_MINIMUM: u32 = 10;
const DEFAULT_BUCKETS: u32 = 20;
const DEFAULT_PROBES: u32 = 3;
/// The window keeps two bits per call, so this is 256 KiB.
const LARGEST_COUNT: u32 = 1 << 20;

impl CircuitBreakerBuilder {
    fn new(window: Kind, failure_rate: f64) -> Self {
        Self {
            window,
            failure_rate: Rate::new(failure_rate),
            slow: None,
            minimum_calls: DEFAULT_MINIMUM,
            open_for: DEFAULT_OPEN_FOR,
            open_jitter: 0.0,
            half_open_calls: DEFAULT_PROBES,
            probe_timeout: None,
            seed: None,
        }
    }

    pub(super) fn consecutive(failures: u32, open_for: Duration, probes: u32) -> Self {
        let window = Kind::Consecutive(failures.clamp(1, Word::MAX_COUNT));
        Self::new(window, 1.0).open_for(open_for).half_open_calls(probes)
    }

    pub(super) fn count_window(size: u32, failure_rate: f64) -> Self {
        Self::new(Kind::Count(size.clamp(1, LARGEST_COUNT)), failure_rate)
    }

    pub(super) fn time_window(length: Duration, failure_rate: f64) -> Self {
        let window = Kind::Time { length: nanos(length).max(1), buckets: DEFAULT_BUCKETS };
        Self::new(window, failure_rate)
    }

    /// Also opens it when this share of the calls took at least this long, whether they failed or not.
    ///
    /// A breaker of consecutive failures has no window and ignores this setting.
    pub fn slow_calls(self, at_least: Duration, rate: f64) -> Self {
        Self { slow: Some((nanos(at_least), Rate::new(rate))), ..self }
    }

    /// Sets how many calls the window must hold before a rate counts. Default: 10, or the window's size
    /// if that is smaller.
    pub fn minimum_calls(self, calls: u32) -> Self {
        Self { minimum_calls: calls.max(1), ..self }
    }

    /// Sets the number of buckets of a time window, from 1 to 100. Default: 20. An outcome leaves the
    /// window when its age is between the window's length minus one bucket and the window's length.
    pub fn buckets(mut self, number: u32) -> Self {
        if let Kind::Time { buckets, .. } = &mut self.window {
            *buckets = number.clamp(1, time_window::MAX_BUCKETS);
        }
        self
    }

    /// Sets how long it stays open before it lets probes through. Default: 30 seconds.
    pub fn open_for(self, open_for: Duration) -> Self {
        Self { open_for, ..self }
    }

    /// Lengthens each open time by a random fraction of up to this value, so that the instances of a service do
    /// not probe at the same time: with 0.2, 30 seconds become 30 to 36. Default: 0.
    pub fn open_jitter(self, part: f64) -> Self {
        Self { open_jitter: if part.is_finite() { part.clamp(0.0, 10.0) } else { 0.0 }, ..self }
    }

    /// Sets how many probes the half-open state lets through. Default: 3. The rate over all of them
    /// decides; a breaker of consecutive failures opens again at the first failed probe.
    pub fn half_open_calls(self, probes: u32) -> Self {
        Self { half_open_calls: probes.clamp(1, 10_000), ..self }
    }

    /// Sets the time after which a probe without a result counts as failed. Default: the open time, and at least
    /// a second. A call that [goes on](crate::Ongoing) has its result at its end, so set a time that streams do not
    /// exceed: else the breaker opens again while they run.
    pub fn probe_timeout(self, timeout: Duration) -> Self {
        Self { probe_timeout: Some(timeout), ..self }
    }

    /// Seeds the jitter, so that it is the same in each run.
    pub fn seed(self, seed: u64) -> Self {
        Self { seed: Some(seed), ..self }
    }

    /// Creates the breaker for a dependency.
    #[must_use]
    pub fn build(self, dependency: &Dependency) -> CircuitBreaker {
        CircuitBreaker::new(self, dependency.name())
    }
}
