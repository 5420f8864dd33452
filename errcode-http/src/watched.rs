//! Streaming bodies, whose failures after the head are reported too.

use crate::{body_end::BodyEnd, exchange::Exchange};
use bytes::Bytes;
use errcode_runtime::boundary::{BoxError, lower_error};
use http::StatusCode;
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
    end: Option<Box<BodyEnd>>,
    /// The bytes that are still to come, if their number is known: a server does not ask for more.
    left: Option<u64>,
}

impl<B: Body> Watched<B> {
    pub(crate) fn new<Route: AsRef<str>>(
        body: B,
        exchange: &Exchange<Route>,
        status: StatusCode,
    ) -> Self {
        let left = body.size_hint().exact();
        Self { body, end: Some(Box::new(exchange.body_end(status))), left }
    }

    fn end(&mut self) {
        if let Some(mut end) = self.end.take() {
            end.end(None);
        }
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
        let Some(end) = &mut this.end else { return Poll::Ready(None) };
        let failure = match end.boundary().call(|| Pin::new(&mut this.body).poll_frame(cx)) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(Some(Ok(frame)))) => {
                let length = frame.data_ref().map_or(0, Bytes::len);
                end.sent(length);
                this.left = this.left.map(|left| left.saturating_sub(length as u64));
                if this.left == Some(0) || this.body.is_end_stream() {
                    this.end();
                }
                return Poll::Ready(Some(Ok(frame)));
            }
            Ok(Poll::Ready(None)) => {
                this.end();
                return Poll::Ready(None);
            }
            Ok(Poll::Ready(Some(Err(error)))) => {
                lower_error(end.boundary().context().catalog(), error.into())
            }
            Err(panicked) => panicked,
        };
        end.fail(|boundary, served| boundary.report(&failure, served, None));
        this.end = None;
        // The error makes the server close the connection, so that the client does not take the part for the whole.
        Poll::Ready(Some(Err(failure.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.end.is_none() || self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B: fmt::Debug> fmt::Debug for Watched<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watched").field("body", &self.body).finish_non_exhaustive()
    }
}
