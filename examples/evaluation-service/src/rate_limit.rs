//! The rate limit of accounts.

use crate::errors::CommonError;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const MINUTE: Duration = Duration::from_secs(60);

/// Ended windows are removed when this many are kept.
const SWEEP_AT: usize = 10_000;

/// Counts each account's requests in windows of one minute. A window begins with the account's first request
/// after the end of the previous one.
#[derive(Debug, Default)]
pub(crate) struct RateLimiter {
    windows: Mutex<HashMap<i64, Window>>,
}

#[derive(Debug)]
struct Window {
    begin: Instant,
    requests: i64,
}

impl RateLimiter {
    /// Counts one request at `now`, or refuses it (E1007) with the seconds until the window's end.
    pub(crate) fn admit(&self, account: i64, limit: i64, now: Instant) -> Result<(), CommonError> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= SWEEP_AT {
            windows.retain(|_, window| window.rest(now).is_some());
        }
        let window = windows.entry(account).or_insert(Window { begin: now, requests: 0 });
        let Some(rest) = window.rest(now) else {
            *window = Window { begin: now, requests: 1 };
            return Ok(());
        };
        if window.requests >= limit {
            let retry_after = rest.as_secs() + u64::from(rest.subsec_nanos() > 0);
            return Err(CommonError::RateLimited { account, limit, retry_after });
        }
        window.requests += 1;
        Ok(())
    }
}

impl Window {
    /// Returns the time until the window's end, or `None` if it has ended.
    fn rest(&self, now: Instant) -> Option<Duration> {
        MINUTE.checked_sub(now.saturating_duration_since(self.begin)).filter(|rest| !rest.is_zero())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry_after(refused: Result<(), CommonError>) -> Option<u64> {
        match refused {
            Err(CommonError::RateLimited { retry_after, .. }) => Some(retry_after),
            _ => None,
        }
    }

    #[test]
    fn a_window_takes_its_limit_and_ends_after_a_minute() {
        let limiter = RateLimiter::default();
        let begin = Instant::now();
        let at = |seconds: f64| begin + Duration::from_secs_f64(seconds);
        for _ in 0..3 {
            assert!(limiter.admit(1, 3, begin).is_ok());
        }
        assert_eq!(retry_after(limiter.admit(1, 3, begin)), Some(60));
        assert_eq!(retry_after(limiter.admit(1, 3, at(20.5))), Some(40));
        assert_eq!(retry_after(limiter.admit(1, 3, at(59.9))), Some(1));
        assert!(limiter.admit(2, 3, at(59.9)).is_ok(), "each account has its own window");
        assert!(limiter.admit(1, 3, at(60.0)).is_ok());
    }
}
