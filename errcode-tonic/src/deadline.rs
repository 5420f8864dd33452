//! The deadline in `grpc-timeout`.

use errcode_runtime::boundary::BoxError;
use http::HeaderMap;
use pin_project_lite::pin_project;
use std::{
    error::Error,
    fmt,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};

/// Returns the deadline of the call. An invalid value counts as absent.
pub(crate) fn of(headers: &HeaderMap) -> Option<Instant> {
    Instant::now().checked_add(parse(headers.get("grpc-timeout")?.to_str().ok()?)?)
}

/// Parses at most eight digits and a unit (gRPC over HTTP/2, "Timeout").
fn parse(value: &str) -> Option<Duration> {
    let (amount, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    if amount.len() > 8 || !amount.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let amount = amount.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(amount * 3600),
        "M" => Duration::from_secs(amount * 60),
        "S" => Duration::from_secs(amount),
        "m" => Duration::from_millis(amount),
        "u" => Duration::from_micros(amount),
        "n" => Duration::from_nanos(amount),
        _ => return None,
    })
}

/// The deadline of the call has passed.
#[derive(Debug)]
pub(crate) struct Expired;

impl fmt::Display for Expired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the call's `grpc-timeout` has passed")
    }
}

impl Error for Expired {}

pin_project! {
    /// The service's future, which fails with [`Expired`] at the deadline.
    pub(crate) struct InTime<Fut> {
        #[pin]
        future: Fut,
        #[pin]
        sleep: Option<Sleep>,
    }
}

impl<Fut> InTime<Fut> {
    pub(crate) fn new(future: Fut, deadline: Option<Instant>) -> Self {
        Self { future, sleep: deadline.map(sleep_until) }
    }
}

impl<Fut, T, E> Future for InTime<Fut>
where
    Fut: Future<Output = Result<T, E>>,
    E: Into<BoxError>,
{
    type Output = Result<T, BoxError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(output) = this.future.poll(cx) {
            return Poll::Ready(output.map_err(Into::into));
        }
        let Some(sleep) = this.sleep.as_pin_mut() else { return Poll::Pending };
        // tonic's server has a timer for the same moment outside all layers. The check of the clock makes this one
        // fire first.
        let passed = Instant::now() >= sleep.deadline();
        if sleep.poll(cx).is_ready() || passed {
            return Poll::Ready(Err(Expired.into()));
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use std::time::Duration;

    #[test]
    fn timeouts_of_the_protocol() {
        assert_eq!(parse("2H"), Some(Duration::from_secs(7200)));
        assert_eq!(parse("99999999m"), Some(Duration::from_millis(99_999_999)));
        assert_eq!(parse("5u"), Some(Duration::from_micros(5)));
        for invalid in ["", "S", "1", "1s", "-1S", "+1S", "123456789S", "1.5S", "é"] {
            assert_eq!(parse(invalid), None, "{invalid}");
        }
    }
}
