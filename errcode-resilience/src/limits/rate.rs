//! The limit on the call rate.

use crate::{Refusal, clock::FAR};
use errcode_runtime::event::RefusedBy;
use governor::{
    Quota, RateLimiter,
    clock::{Clock, Reference},
    middleware::NoOpMiddleware,
    nanos::Nanos,
    state::{InMemoryState, NotKeyed},
};
use std::{fmt, num::NonZeroU32, ops::Add, time::Duration};
use tokio::time::{Instant, sleep};

pub(super) struct Rate {
    limiter: RateLimiter<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<Moment>>,
}

impl Rate {
    pub(super) fn new(calls: u32, per: Duration) -> Self {
        let calls = NonZeroU32::new(calls).unwrap_or(NonZeroU32::MIN);
        // A period of zero limits nothing, so use the shortest one; the limiter panics at periods of centuries.
        let each = (per.min(FAR) / calls.get()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(each).map(|quota| quota.allow_burst(calls));
        let quota = quota.unwrap_or_else(|| Quota::per_second(calls));
        Self { limiter: RateLimiter::direct_with_clock(quota, TokioClock) }
    }

    /// Waits for a turn if it comes in time.
    pub(super) async fn turn(
        &self,
        dependency: &'static str,
        until: Instant,
    ) -> Result<(), Refusal> {
        while let Err(not_until) = self.limiter.check() {
            let wait = not_until.wait_time_from(TokioClock.now());
            if until.saturating_duration_since(Instant::now()) < wait {
                return Err(Refusal::emit(dependency, RefusedBy::Rate, Some(wait)));
            }
            sleep(wait).await;
        }
        Ok(())
    }
}

impl fmt::Debug for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rate").finish_non_exhaustive()
    }
}

/// tokio's clock, which tests can pause.
#[derive(Clone, Copy, Debug)]
struct TokioClock;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Moment(Instant);

impl Clock for TokioClock {
    type Instant = Moment;

    fn now(&self) -> Moment {
        Moment(Instant::now())
    }
}

impl Reference for Moment {
    fn duration_since(&self, earlier: Self) -> Nanos {
        self.0.saturating_duration_since(earlier.0).into()
    }

    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.checked_sub(duration.into()).unwrap_or(self.0))
    }
}

impl Add<Nanos> for Moment {
    type Output = Self;

    fn add(self, duration: Nanos) -> Self {
        Self(self.0.checked_add(duration.into()).unwrap_or(self.0))
    }
}
