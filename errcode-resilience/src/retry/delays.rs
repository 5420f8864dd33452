//! The delays between attempts.

use super::Retry;
use fastrand::Rng;
use std::time::Duration;

/// The randomization of delays, so that callers that failed at the same time do not retry at the same time.
///
/// The names and formulas are those of "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Jitter {
    /// The exponential delay itself.
    None,
    /// Between zero and the exponential delay.
    #[default]
    Full,
    /// Between half of the exponential delay and all of it.
    Equal,
    /// Between the base and three times the previous delay.
    Decorrelated,
}

/// The delays of one call.
///
/// ```
/// use errcode_resilience::{Jitter, Retry};
/// use std::time::Duration;
///
/// let retry = Retry::new(4).base(Duration::from_millis(100)).factor(3.0).jitter(Jitter::None);
/// let delays: Vec<_> = retry.delays(0).map(|delay| delay.as_millis()).collect();
/// assert_eq!(delays, [100, 300, 900]);
/// ```
#[derive(Clone, Debug)]
pub struct Delays {
    random: Rng,
    jitter: Jitter,
    left: u32,
    base: f64,
    cap: f64,
    factor: f64,
    /// The exponential delay, or with decorrelated jitter the previous one.
    current: f64,
}

impl Delays {
    pub(super) fn new(retry: &Retry, random: Rng) -> Self {
        let cap = retry.cap.as_secs_f64();
        let base = retry.base.as_secs_f64().min(cap);
        let Retry { jitter, factor, .. } = *retry;
        Self { random, jitter, left: retry.attempts - 1, base, cap, factor, current: base }
    }

    fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.random.f64()
    }
}

impl Iterator for Delays {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        self.left = self.left.checked_sub(1)?;
        let wait = match self.jitter {
            Jitter::None => self.current,
            Jitter::Full => self.between(0.0, self.current),
            Jitter::Equal => self.between(self.current / 2.0, self.current),
            Jitter::Decorrelated => self.between(self.base, self.current * 3.0).min(self.cap),
        };
        self.current = match self.jitter {
            Jitter::Decorrelated => wait,
            _ => (self.current * self.factor).min(self.cap),
        };
        Some(Duration::try_from_secs_f64(wait).unwrap_or(Duration::MAX))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}

impl ExactSizeIterator for Delays {}
