//! Refusals.

use errcode_core::{Failure, FrameworkFault, Hinted, Hints, Retry};
use errcode_runtime::{
    Event,
    event::{RefusalEvent, RefusedBy},
};
use std::{error::Error, fmt, time::Duration};

/// The reason why a policy refused a call, and when it may be made.
///
/// It converts to a [`Failure`] as a [`FrameworkFault`], so the catalog's `faults` choose its code. It carries
/// its delay, which clients get as `Retry-After` whatever the code's own delay is.
///
/// ```
/// use errcode_core::Failure;
/// use errcode_resilience::{CircuitBreaker, Dependency};
/// use std::time::Duration;
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
/// static LLM: Dependency = Dependency::new("llm");
///
/// let breaker = CircuitBreaker::consecutive(1, Duration::from_secs(30), 1).build(&LLM);
/// breaker.try_acquire().unwrap().failure();
/// let refusal = breaker.try_acquire().unwrap_err();
/// assert_eq!(refusal.to_string(), "the circuit breaker of `llm` is open");
/// assert_eq!(Failure::from(refusal).retry().after_seconds(), Some(30));
/// # });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    dependency: &'static str,
    by: RefusedBy,
    retry_after: Option<Duration>,
}

impl Refusal {
    /// Creates the refusal and emits its event.
    #[cold]
    pub(crate) fn emit(
        dependency: &'static str,
        by: RefusedBy,
        retry_after: Option<Duration>,
    ) -> Self {
        Event::Refusal(&RefusalEvent::new(dependency, by, retry_after)).emit();
        Self { dependency, by, retry_after }
    }

    /// Returns the dependency that was not called.
    #[must_use]
    pub const fn dependency(&self) -> &'static str {
        self.dependency
    }

    /// Returns what refused the call.
    #[must_use]
    pub const fn by(&self) -> RefusedBy {
        self.by
    }

    /// Returns the time after which the call may be made, if that is known.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Returns the framework fault that it converts to.
    #[must_use]
    pub const fn fault(&self) -> FrameworkFault {
        let Self { dependency, retry_after, .. } = *self;
        match self.by {
            RefusedBy::Breaker => FrameworkFault::CircuitOpen { dependency, retry_after },
            RefusedBy::Deadline => FrameworkFault::DeadlineExceeded,
            _ => FrameworkFault::LimitExceeded { retry_after },
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dependency = self.dependency;
        match self.by {
            RefusedBy::Breaker => write!(f, "the circuit breaker of `{dependency}` is open"),
            RefusedBy::Rate => write!(f, "the rate limit of `{dependency}` is reached"),
            RefusedBy::Deadline => write!(f, "no time is left for a call to `{dependency}`"),
            _ => write!(f, "the limit of concurrent calls to `{dependency}` is reached"),
        }
    }
}

impl Error for Refusal {}

impl Hinted for Refusal {
    fn hints(&self) -> Hints {
        let hints = Hints::new(Retry::new(true, self.retry_after), false);
        match self.by {
            RefusedBy::Deadline => hints.exhausted(true),
            _ => hints.refused(true),
        }
    }
}

impl From<Refusal> for Failure {
    #[track_caller]
    fn from(refusal: Refusal) -> Self {
        Self::fault(refusal.fault(), refusal.to_string())
    }
}
