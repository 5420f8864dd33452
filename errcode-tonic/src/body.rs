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

/// A gRPC body that runs in the context of its call. A failure in its trailers is reported.
pub(crate) struct Watched<B> {
    /// `None` after its end.
    body: Option<B>,
    end: Option<Box<BodyEnd>>,
}

impl<B> Watched<B> {
    pub(crate) fn new(body: B, end: BodyEnd) -> Self {
        Self { body: Some(body), end: Some(Box::new(end)) }
    }

    /// Reports the end, of which the body's destructor is a part. The status is sent already.
    fn end(&mut self) {
        if let Some(mut end) = self.end.take() {
            match end.boundary().call(|| self.body = None) {
                Ok(()) => end.end(None),
                Err(panicked) => {
                    end.fail(|boundary, served| boundary.report(&panicked, served, None));
                }
            }
        }
    }

    /// Reports the failure. The first one is the one that is reported.
    fn end_with(&mut self, answer: &Answer) {
        if let Some(mut end) = self.end.take() {
            end.fail(|boundary, served| answer.report(boundary, served));
            let _ = end.boundary().call(|| self.body = None);
        }
    }
}

impl<B> Drop for Watched<B> {
    fn drop(&mut self) {
        // What is dropped before its end reports that itself.
        if let Some(end) = &mut self.end
            && let Err(panicked) = end.boundary().call(|| self.body = None)
        {
            end.fail(|boundary, served| boundary.report(&panicked, served, None));
        }
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
        let (Some(end), Some(body)) = (&mut this.end, &mut this.body) else {
            return Poll::Ready(None);
        };
        let body = Pin::new(body);
        let (polled, dropped) = carried::collect(|| end.boundary().call(|| body.poll_frame(cx)));
        let failure = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            // Without trailers the client takes the part that it has for a broken connection.
            Ok(Poll::Ready(None)) => {
                Failure::fault(FrameworkFault::Unexpected, "the response ended without a status")
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
                this.end_with(&answer);
                let frame =
                    if answer.is_rewritten() { Frame::trailers(trailers(&answer)) } else { frame };
                return Poll::Ready(Some(Ok(frame)));
            }
            Ok(Poll::Ready(Some(Err(error)))) => {
                lower_error(end.boundary().context().catalog(), error.into())
            }
            Err(panicked) => panicked,
        };
        let answer = end.boundary().within(|| Answer::to(failure, end.boundary()));
        this.end_with(&answer);
        Poll::Ready(Some(Ok(Frame::trailers(trailers(&answer)))))
    }

    fn is_end_stream(&self) -> bool {
        // The end of a gRPC response is its trailers.
        self.end.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or(SizeHint::default(), Body::size_hint)
    }
}
