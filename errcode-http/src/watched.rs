//! Streaming bodies, whose failures after the head are reported too.

use crate::exchange::{Exchange, served};
use bytes::Bytes;
use errcode_core::Failure;
use errcode_runtime::boundary::{Boundary, BoxError, lower_error};
use http::{Method, StatusCode};
use http_body::{Body, Frame, SizeHint};
use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

/// A streaming body that runs in the context of its request.
///
/// If it fails, that is reported as a failure with `phase = "body"` and the number of bytes sent before. If it fails,
/// or if the client does not wait for its end, the outcome of its access event is `aborted`.
pub struct Watched<B> {
    body: B,
    late: Option<Box<Late>>,
    sent: u64,
}

/// What the events at the end of the body need.
struct Late {
    boundary: Boundary,
    method: Method,
    path: String,
    route: Option<Box<str>>,
    status: StatusCode,
}

impl<B> Watched<B> {
    pub(crate) fn new<Route: AsRef<str>>(
        body: B,
        exchange: Exchange<Route>,
        status: StatusCode,
    ) -> Self {
        let (path, route) = (exchange.path().to_owned(), exchange.route().map(Into::into));
        let (boundary, method) = exchange.into_parts();
        Self { body, late: Some(Box::new(Late { boundary, method, path, route, status })), sent: 0 }
    }

    fn end(&mut self, outcome: Option<&'static str>) {
        if let Some(late) = self.late.take() {
            late.boundary.within(|| {
                let mut served = late.served(self.sent);
                served.outcome = outcome;
                served.emit_access();
            });
        }
    }

    fn fail(&mut self, failure: &Failure) {
        if let Some(late) = &self.late {
            late.boundary.within(|| {
                let mut served = late.served(self.sent);
                served.phase = Some("body");
                late.boundary.report(failure, served, None);
            });
        }
        self.end(Some("aborted"));
    }
}

impl Late {
    fn served(&self, sent: u64) -> errcode_runtime::Served<'_> {
        let mut served = served(&self.method, &self.path, self.route.as_deref(), self.status);
        (served.duration, served.bytes_sent) = (self.boundary.elapsed(), Some(sent));
        served
    }
}

impl<B> Body for Watched<B>
where
    B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        // A body that has failed is at its end.
        let Some(late) = &this.late else { return Poll::Ready(None) };
        let failure = match late.boundary.call(|| Pin::new(&mut this.body).poll_frame(cx)) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(Some(Ok(frame)))) => {
                this.sent += frame.data_ref().map_or(0, |data| data.len() as u64);
                if this.body.is_end_stream() {
                    this.end(None);
                }
                return Poll::Ready(Some(Ok(frame)));
            }
            Ok(Poll::Ready(None)) => {
                this.end(None);
                return Poll::Ready(None);
            }
            Ok(Poll::Ready(Some(Err(error)))) => {
                lower_error(late.boundary.context().catalog(), error.into())
            }
            Err(panicked) => panicked,
        };
        this.fail(&failure);
        // The error makes the server close the connection, so that the client does not take the part for the whole.
        Poll::Ready(Some(Err(failure.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.late.is_none() || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The client did not wait for the rest, or the server never polled it.
impl<B> Drop for Watched<B> {
    fn drop(&mut self) {
        self.end(Some("aborted"));
    }
}

impl<B: fmt::Debug> fmt::Debug for Watched<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watched").field("body", &self.body).field("sent", &self.sent).finish()
    }
}
