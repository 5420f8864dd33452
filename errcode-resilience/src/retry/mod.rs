//! Retries.

mod delays;

pub use delays::{Delays, Jitter};

use crate::{CallError, Dependency, Reason, policy::Course};
use errcode_core::Hinted;
use errcode_runtime::{Attempt, boundary::displayed};
use std::{fmt, time::Duration};

/// The number of attempts of a call, and the delays between them.
///
/// The delay before the second attempt is the base. Each further delay is longer by the factor, up to the cap,
/// and the jitter randomizes it. An error's own delay, such as a peer's `Retry-After`, takes precedence.
///
/// ```
/// use errcode_resilience::{Jitter, Retry};
/// use std::time::Duration;
///
/// let retry = Retry::new(5).base(Duration::from_millis(100)).cap(Duration::from_millis(500)).jitter(Jitter::None);
/// let waits: Vec<_> = retry.delays(0).map(|wait| wait.as_millis()).collect();
/// assert_eq!(waits, [100, 200, 400, 500]);
/// ```
#[derive(Clone, Debug)]
#[must_use = "it does nothing until `Policy::retry`"]
pub struct Retry {
    attempts: u32,
    base: Duration,
    factor: f64,
    cap: Duration,
    jitter: Jitter,
    seed: Option<u64>,
    max_after: Duration,
}

impl Retry {
    /// Creates a retry with this number of attempts, including the first: base 100 ms, factor 2, cap 10 s, full
    /// jitter. 0 attempts count as 1.
    pub const fn new(attempts: u32) -> Self {
        Self {
            attempts: if attempts == 0 { 1 } else { attempts },
            base: Duration::from_millis(100),
            factor: 2.0,
            cap: Duration::from_secs(10),
            jitter: Jitter::Full,
            seed: None,
            max_after: Duration::from_secs(60),
        }
    }

    /// Sets the delay before the second attempt.
    pub const fn base(self, base: Duration) -> Self {
        Self { base, ..self }
    }

    /// Sets the factor between one delay and the next. A factor below 1, or NaN, counts as 1.
    pub const fn factor(self, factor: f64) -> Self {
        Self { factor: if factor >= 1.0 { factor } else { 1.0 }, ..self }
    }

    /// Sets the longest delay.
    pub const fn cap(self, cap: Duration) -> Self {
        Self { cap, ..self }
    }

    /// Sets the jitter.
    pub const fn jitter(self, jitter: Jitter) -> Self {
        Self { jitter, ..self }
    }

    /// Seeds the jitter, so that it is the same for every call.
    pub const fn seed(self, seed: u64) -> Self {
        Self { seed: Some(seed), ..self }
    }

    /// Sets the longest delay that an error may ask for. Default: a minute; longer delays are cut to it.
    pub const fn max_after(self, max_after: Duration) -> Self {
        Self { max_after, ..self }
    }

    /// Makes a call that may be repeated, with retries only. [`Policy`](crate::Policy) has the rest.
    ///
    /// # Errors
    ///
    /// Returns the error of the last attempt.
    ///
    /// ```
    /// use errcode_core::AppError;
    /// use errcode_resilience::{Dependency, Retry};
    ///
    /// #[derive(Debug, AppError)]
    /// #[error("busy", code = "E2301", category = external)]
    /// struct Busy;
    ///
    /// static TRACKER: Dependency = Dependency::new("tracker");
    ///
    /// # let mut runtime = tokio::runtime::Builder::new_current_thread();
    /// # runtime.enable_time().start_paused(true).build().unwrap().block_on(async {
    /// let mut left = 2;
    /// let answer = Retry::new(3)
    ///     .call(&TRACKER, || {
    ///         left -= 1;
    ///         std::future::ready(if left == 0 { Ok(17) } else { Err(Busy) })
    ///     })
    ///     .await;
    /// assert_eq!(answer.unwrap(), 17);
    /// # });
    /// ```
    #[inline]
    #[expect(clippy::manual_async_fn, reason = "an `async fn` keeps each argument twice")]
    pub fn call<T, E, F, A>(
        &self,
        dependency: &'static Dependency,
        mut make: F,
    ) -> impl Future<Output = Result<T, CallError<E>>>
    where
        F: FnMut() -> A,
        A: Future<Output = Result<T, E>>,
        E: Hinted + fmt::Display,
    {
        async move {
            dependency.budget().deposit();
            match make().await {
                Ok(value) => Ok(value),
                Err(error) => self.again(dependency, error, make).await,
            }
        }
    }

    async fn again<T, E, F, A>(
        &self,
        dependency: &'static Dependency,
        mut error: E,
        mut make: F,
    ) -> Result<T, CallError<E>>
    where
        F: FnMut() -> A,
        A: Future<Output = Result<T, E>>,
        E: Hinted + fmt::Display,
    {
        let due = errcode_runtime::deadline();
        let mut course = Course::new(dependency, Some(self), due, true);
        while let Some((wait, paid)) = course.failed(error.hints().into(), displayed(&error)) {
            tokio::time::sleep(wait).await;
            paid.spend();
            let scope = Attempt::new(dependency.name(), course.number(), due);
            error = match scope.scope(make()).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
        }
        Err(CallError::new(Reason::Failed(error), course.journey()))
    }

    /// Returns the number of attempts.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the delays of one call with this seed: one less than the number of attempts.
    #[must_use]
    pub fn delays(&self, seed: u64) -> Delays {
        Delays::new(self, fastrand::Rng::with_seed(seed))
    }

    pub(crate) fn delays_of_a_call(&self) -> Delays {
        Delays::new(self, self.seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed))
    }

    /// Returns the delay that an error asks for, cut to the longest one allowed. Zero counts as none, so the
    /// policy's own delay applies.
    pub(crate) fn asked(&self, after: Option<Duration>) -> Option<Duration> {
        after.filter(|after| !after.is_zero()).map(|after| after.min(self.max_after))
    }
}
