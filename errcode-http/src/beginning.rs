//! The beginning of a body, which shows whether the body is whole in memory or may still fail.

use crate::watched::{Part, cut_off};
use bytes::Bytes;
use errcode_runtime::boundary::BoxError;
use http::{HeaderMap, Method, Response, StatusCode, header};
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

/// Returns whether the body of an answer that is not an error is sent (RFC 9110 section 6.4.1). Nobody reads another.
pub(crate) fn is_sent(method: &Method, status: StatusCode) -> bool {
    let has_none = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    !(method == Method::HEAD || has_none)
}

/// Reads the first frame of a short body, if it is there and `read` is set. A body without a known length streams.
pub(crate) fn begin<R>(response: &mut Response<R>, read: bool, cx: &mut Context<'_>) -> Beginning
where
    R: Body<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    let promised = declared(response.headers());
    let body = response.body_mut();
    let left = body.size_hint().exact();
    if body.is_end_stream() {
        return empty(promised.or(left).filter(|_| read));
    }
    if !read || left.is_none_or(|left| left > LONGEST) {
        return Beginning::Part(unread(response));
    }
    let left = promised.or(left);
    match Pin::new(&mut *body).poll_frame(cx) {
        Poll::Pending => Beginning::Part(Part { first: None, left }),
        Poll::Ready(None) => empty(left),
        Poll::Ready(Some(Err(error))) => Beginning::Failed(error.into()),
        Poll::Ready(Some(Ok(frame))) if !body.is_end_stream() => {
            Beginning::Part(Part { first: Some(frame), left })
        }
        Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
            Ok(bytes) => match left.and_then(|left| left.checked_sub(bytes.len() as u64)) {
                Some(missing @ 1..) => Beginning::Failed(cut_off(missing).into()),
                _ => Beginning::Whole(bytes),
            },
            Err(frame) => Beginning::Part(Part { first: Some(frame), left }),
        },
    }
}

/// Returns what is known of a body that is at its end, and had this length according to the service.
fn empty(promised: Option<u64>) -> Beginning {
    match promised {
        Some(missing @ 1..) => Beginning::Failed(cut_off(missing).into()),
        _ => Beginning::Empty,
    }
}

/// Returns what is known of a body of which nothing is read.
pub(crate) fn unread<R: Body>(response: &Response<R>) -> Part {
    let left = declared(response.headers()).or_else(|| response.body().size_hint().exact());
    Part { first: None, left }
}

/// Returns the length that a service declares, for example of a body that is passed on from another service. A server
/// sends so much, whatever the body says.
fn declared(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
