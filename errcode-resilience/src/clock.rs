//! Time in nanoseconds, on tokio's clock.

#[cfg(not(test))]
use std::hash::{Hash, Hasher};
use std::time::Duration;
#[cfg(not(test))]
use tokio::time::Instant;

/// The longest wait, thirty years, which is also tokio's farthest instant.
pub(crate) const FAR: Duration = Duration::from_secs(86_400 * 365 * 30);

/// A clock whose readings can be compared with each other. It stops while tokio's time is paused.
///
/// The difference of two instants takes one and a half times as long as reading one, and reading one is most of
/// the cost of a circuit breaker. `Instant` does not give its fields, but it can be hashed, and the hasher here
/// keeps what it is given: seconds and nanoseconds on every current platform. If that changes, a clock detects
/// it when it is created, and uses differences.
#[cfg(not(test))]
#[derive(Debug)]
pub(crate) struct Clock {
    /// Readings are relative to this instant.
    start: Option<Instant>,
}

#[cfg(not(test))]
impl Clock {
    pub(crate) fn new() -> Self {
        let now = Instant::now();
        let readings = [1, 999_999_999, 1_000_000_001].map(|nanos| {
            let later = now + Duration::from_nanos(nanos);
            reading(later).checked_sub(reading(now)) == Some(nanos)
        });
        Self { start: readings.contains(&false).then_some(now) }
    }

    pub(crate) fn now(&self) -> u64 {
        match self.start {
            None => self.direct(),
            Some(start) => nanos(Instant::now().saturating_duration_since(start)),
        }
    }

    /// Returns whether [`direct`](Self::direct) returns the time.
    pub(crate) fn is_direct(&self) -> bool {
        self.start.is_none()
    }

    /// Returns the time without a check whether the fields are those that it expects.
    #[inline]
    pub(crate) fn direct(&self) -> u64 {
        reading(Instant::now())
    }
}

#[cfg(not(test))]
#[inline]
fn reading(instant: Instant) -> u64 {
    let mut parts = Parts { seconds: 0, nanos: 0 };
    instant.hash(&mut parts);
    parts.seconds.wrapping_mul(1_000_000_000).wrapping_add(parts.nanos)
}

/// Keeps the last value of each integer type.
#[cfg(not(test))]
struct Parts {
    seconds: u64,
    nanos: u64,
}

#[cfg(not(test))]
impl Hasher for Parts {
    #[inline]
    fn write_i64(&mut self, seconds: i64) {
        self.seconds = seconds.cast_unsigned();
    }
    #[inline]
    fn write_u64(&mut self, seconds: u64) {
        self.seconds = seconds;
    }
    #[inline]
    fn write_u32(&mut self, nanos: u32) {
        self.nanos = u64::from(nanos);
    }
    fn write(&mut self, _: &[u8]) {}
    fn finish(&self) -> u64 {
        0
    }
}

/// In the model checks, time moves only when a test advances it.
#[cfg(test)]
#[derive(Debug, Default)]
pub(crate) struct Clock {
    now: std::sync::atomic::AtomicU64,
}

#[cfg(test)]
impl Clock {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn now(&self) -> u64 {
        self.now.load(std::sync::atomic::Ordering::SeqCst)
    }

    pub(crate) fn is_direct(&self) -> bool {
        true
    }

    pub(crate) fn direct(&self) -> u64 {
        self.now()
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.now.fetch_add(nanos(by), std::sync::atomic::Ordering::SeqCst);
    }
}

/// Converts to nanoseconds, at most thirty years.
pub(crate) fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.min(FAR).as_nanos()).unwrap_or(u64::MAX)
}
