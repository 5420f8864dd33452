//! The body of a response. A failure after the head becomes trailers.

use crate::answer::{self, Answer};
use crate::carried;
use bytes::Bytes;
use errcode_core::{Failure, FrameworkFault};
use errcode_http::adapter::BodyEnd;
use errcode_runtime::boundary::{BoxError, lower_error};
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use std::{
    pin::Pin,
    task::{Context, Poll},
};

/// A body that runs in the context of its call. A failure in its trailers is reported.
pub(crate) struct Watched<B> {
    body: B,
    end: Option<Box<BodyEnd>>,
    is_grpc: bool,
}

impl<B> Watched<B> {
    pub(crate) fn new(body: B, end: BodyEnd, is_grpc: bool) -> Self {
        Self { body, end: Some(Box::new(end)), is_grpc }
    }

    fn end(&mut self) {
        if let Some(mut end) = self.end.take() {
            end.end(None);
        }
    }

    /// Reports the failure and returns the trailers with its status.
    fn fail(&mut self, failure: Failure) -> Option<Result<Frame<Bytes>, BoxError>> {
        let mut end = self.end.take()?;
        if !self.is_grpc {
            end.fail(|boundary, served| boundary.report(&failure, served, None));
            return Some(Err(failure.into()));
        }
        let answer = end.boundary().within(|| Answer::to(failure, end.boundary()));
        end.fail(|boundary, served| answer.report(boundary, served));
        Some(Ok(Frame::trailers(trailers(&answer))))
    }
}

fn trailers(answer: &Answer) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    // A value that is not valid in a header is left out.
    let _ = answer.status.add_header(&mut trailers);
    trailers
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
        let Some(end) = &mut this.end else { return Poll::Ready(None) };
        let body = Pin::new(&mut this.body);
        let (polled, dropped) = carried::collect(|| end.boundary().call(|| body.poll_frame(cx)));
        let failure = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            // Without trailers the client takes the part that it has for a broken connection.
            Ok(Poll::Ready(None)) if this.is_grpc => {
                Failure::fault(FrameworkFault::Unexpected, "the response ended without a status")
            }
            Ok(Poll::Ready(None)) => {
                this.end();
                return Poll::Ready(None);
            }
            Ok(Poll::Ready(Some(Ok(frame)))) => {
                let Some(map) = frame.trailers_ref() else {
                    end.sent(frame.data_ref().map_or(0, Bytes::len));
                    return Poll::Ready(Some(Ok(frame)));
                };
                let boundary = end.boundary();
                let Some(answer) = boundary.within(|| answer::ended(map, &dropped, boundary))
                else {
                    this.end();
                    return Poll::Ready(Some(Ok(frame)));
                };
                end.fail(|boundary, served| answer.report(boundary, served));
                this.end = None;
                let frame =
                    if answer.is_rewritten() { Frame::trailers(trailers(&answer)) } else { frame };
                return Poll::Ready(Some(Ok(frame)));
            }
            Ok(Poll::Ready(Some(Err(error)))) => {
                lower_error(end.boundary().context().catalog(), error.into())
            }
            Err(panicked) => panicked,
        };
        Poll::Ready(this.fail(failure))
    }

    fn is_end_stream(&self) -> bool {
        // The end of a gRPC response is its trailers.
        self.end.is_none() || !self.is_grpc && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
