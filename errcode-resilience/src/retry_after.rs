//! The delay that a peer's headers ask for.

use std::time::{Duration, SystemTime};

/// Returns the delay that a response's headers ask for: `retry-after-ms`, which some APIs send, else
/// `Retry-After` as seconds or as a date (RFC 9110 section 10.2.3).
///
/// Returns `None` if neither is present and valid, or if the date has passed; the policy's own delay applies
/// then. [`Retry::max_after`](crate::Retry::max_after) limits the delay.
///
/// ```
/// use errcode_resilience::retry_after;
/// use std::time::{Duration, SystemTime};
///
/// let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770);
/// let of = |value| retry_after(|name| (name == "retry-after").then_some(value), now);
/// assert_eq!(of("120"), Some(Duration::from_secs(120)));
/// assert_eq!(of("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(7)));
/// assert_eq!(of("soon"), None);
/// ```
pub fn retry_after<'h>(
    header: impl Fn(&'static str) -> Option<&'h str>,
    now: SystemTime,
) -> Option<Duration> {
    let millis = header("retry-after-ms").and_then(number).map(Duration::from_millis);
    millis.or_else(|| {
        let value = header("retry-after")?.trim();
        number(value).map(Duration::from_secs).or_else(|| until(value, now))
    })
}

/// Parses digits only; a number that is too large is the largest one.
fn number(value: &str) -> Option<u64> {
    let value = value.trim();
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| value.parse().unwrap_or(u64::MAX))
}

fn until(date: &str, now: SystemTime) -> Option<Duration> {
    httpdate::parse_http_date(date).ok()?.duration_since(now).ok()
}
