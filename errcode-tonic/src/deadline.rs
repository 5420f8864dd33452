//! The deadline in `grpc-timeout`.

use errcode_runtime::{boundary::BoxError, deadline_in_grpc_timeout, header_names};
use http::HeaderMap;
use pin_project_lite::pin_project;
use std::{
    error::Error,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::time::{Instant, Sleep, sleep_until};

/// Returns the deadline of the call. An invalid value counts as absent.
pub(crate) fn of(headers: &HeaderMap) -> Option<Instant> {
    deadline_in_grpc_timeout(headers.get(header_names::GRPC_TIMEOUT)?.to_str().ok()?)
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
