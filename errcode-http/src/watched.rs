//! Streaming bodies, whose failures after the head are reported too.

use crate::body_end::BodyEnd;
use bytes::Bytes;
use errcode_core::{Failure, FrameworkFault};
use errcode_runtime::boundary::{BoxError, lower_error};
use http_body::{Body, Frame, SizeHint};
use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

/// A streaming body that runs in the context of its request.
///
/// If it fails, that is reported as a failure with `phase = "body"` and the number of bytes sent before. If it fails,
/// or if it is dropped before its end, the outcome of its access event is `aborted`.
pub struct Watched<B> {
    /// `None` after its end.
    body: Option<B>,
    part: Part,
    end: Option<Box<BodyEnd>>,
    /// Why it failed, until the server gets it.
    error: Option<BoxError>,
}

/// What is known of a body that is to be sent.
pub(crate) struct Part {
    /// A frame that was read before.
    pub(crate) first: Option<Frame<Bytes>>,
    /// The bytes that are still to come, if their number is known. HTTP/1 ends there, HTTP/2 asks for trailers.
    pub(crate) left: Option<u64>,
}

impl Part {
    /// Counts a frame that is sent.
    fn sent(&mut self, bytes: usize) {
        self.left = self.left.map(|left| left.saturating_sub(bytes as u64));
    }

    /// Returns how many bytes are still to come, which the client was told.
    fn missing(&self) -> Option<u64> {
        self.left.filter(|left| *left > 0)
    }
}

/// Returns the failure of a body that ends without so many of the bytes that were promised.
pub(crate) fn cut_off(missing: u64) -> Failure {
    let text = format!("the body ended {missing} bytes before its length");
    Failure::fault(FrameworkFault::Unexpected, text)
}

impl<B: Body> Watched<B> {
    pub(crate) fn new(body: B, part: Part, end: BodyEnd) -> Self {
        Self { body: Some(body), part, end: Some(Box::new(end)), error: None }
    }
}

impl<B> Watched<B> {
    /// Reports the end, of which the body's destructor is a part.
    fn end(&mut self) {
        if let Some(mut end) = self.end.take() {
            match end.boundary().call(|| self.body = None) {
                Ok(()) => end.end(None),
                Err(panicked) => fail(&mut end, &panicked),
            }
        }
    }
}

fn fail(end: &mut BodyEnd, failure: &Failure) {
    end.fail(|boundary, served| boundary.report(failure, served, None));
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
        let (Some(end), Some(body)) = (&mut this.end, &mut this.body) else {
            return Poll::Ready(this.error.take().map(Err));
        };
        let polled = match this.part.first.take() {
            Some(first) => Ok((Poll::Ready(Some(Ok(first))), false)),
            None => end.boundary().call(|| {
                let polled = Pin::new(&mut *body).poll_frame(cx);
                (polled, body.is_end_stream())
            }),
        };
        let failure = match polled {
            Ok((Poll::Pending, _)) => return Poll::Pending,
            Ok((Poll::Ready(Some(Ok(frame))), ended)) => {
                let length = frame.data_ref().map_or(0, Bytes::len);
                end.sent(length);
                this.part.sent(length);
                match this.part.missing() {
                    Some(missing) if frame.is_trailers() => cut_off(missing),
                    // A server that is told of the end now closes the connection, without what it has not sent yet.
                    Some(_) => return Poll::Ready(Some(Ok(frame))),
                    None => {
                        if ended || frame.is_trailers() {
                            this.end();
                        } else if this.part.left.is_some() {
                            end.end(None);
                        }
                        return Poll::Ready(Some(Ok(frame)));
                    }
                }
            }
            Ok((Poll::Ready(None), _)) => match this.part.missing() {
                Some(missing) => cut_off(missing),
                None => {
                    this.end();
                    return Poll::Ready(None);
                }
            },
            Ok((Poll::Ready(Some(Err(error))), _)) => {
                lower_error(end.boundary().context().catalog(), error.into())
            }
            Err(panicked) => panicked,
        };
        fail(end, &failure);
        // The first failure is the one that is reported.
        let _ = end.boundary().call(|| this.body = None);
        this.end = None;
        // The error makes the server close the connection, so that the client does not take the part for the whole.
        // A server drops what it has not sent then, maybe the head too, so it gets the chance to send it before.
        this.error = Some(failure.into());
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn is_end_stream(&self) -> bool {
        match &self.body {
            Some(body) if self.end.is_some() => {
                self.part.first.is_none() && self.part.missing().is_none() && body.is_end_stream()
            }
            _ => self.error.is_none(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match (&self.part, &self.body) {
            (Part { first: Some(_), left: Some(left) }, _) => SizeHint::with_exact(*left),
            (_, Some(body)) => body.size_hint(),
            (_, None) if self.error.is_some() => SizeHint::default(),
            (_, None) => SizeHint::with_exact(0),
        }
    }
}

impl<B> Drop for Watched<B> {
    fn drop(&mut self) {
        // What is dropped before its end reports that itself.
        if let Some(end) = &mut self.end
            && let Err(panicked) = end.boundary().call(|| self.body = None)
        {
            fail(end, &panicked);
        }
    }
}

impl<B: fmt::Debug> fmt::Debug for Watched<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watched").field("body", &self.body).finish_non_exhaustive()
    }
}
