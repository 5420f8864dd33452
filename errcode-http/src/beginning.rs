//! The beginning of a body, which shows whether the body is whole in memory or may still fail.

use crate::watched::Part;
use bytes::Bytes;
use errcode_runtime::boundary::BoxError;
use http::{Response, header};
use http_body::Body;
use std::{
    pin::Pin,
    task::{Context, Poll},
};

/// The longest body that may be whole in memory.
const LONGEST: u64 = 64 << 10;

/// What is known of a body before the head is sent.
pub(crate) enum Beginning {
    Empty,
    /// Its only frame.
    Whole(Bytes),
    /// There is more of it, or may be.
    Part(Part),
    Failed(BoxError),
}

/// Reads the first frame of a short body, if it is there and `read` is set. A body without a known length streams, and
/// so does one with a `Content-Length`, which the service passes on from another one.
pub(crate) fn begin<R>(response: &mut Response<R>, read: bool, cx: &mut Context<'_>) -> Beginning
where
    R: Body<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    let is_passed_on = response.headers().contains_key(header::CONTENT_LENGTH);
    let body = response.body_mut();
    if body.is_end_stream() {
        return Beginning::Empty;
    }
    let left = body.size_hint().exact();
    let streams = is_passed_on || left.is_none_or(|left| left > LONGEST);
    if streams || !read {
        return Beginning::Part(Part { first: None, left });
    }
    match Pin::new(&mut *body).poll_frame(cx) {
        Poll::Pending => Beginning::Part(Part { first: None, left }),
        Poll::Ready(None) => Beginning::Empty,
        Poll::Ready(Some(Err(error))) => Beginning::Failed(error.into()),
        Poll::Ready(Some(Ok(frame))) if !body.is_end_stream() => {
            Beginning::Part(Part { first: Some(frame), left })
        }
        Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
            Ok(bytes) => Beginning::Whole(bytes),
            Err(frame) => Beginning::Part(Part { first: Some(frame), left }),
        },
    }
}
