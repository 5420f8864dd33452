//! Responses of status 400 or more without a typed error.
//!
//! Frameworks do not mark their own answers: axum's rejections, its 404 and 405 and a handler's own text look alike.
//! So status, content type and body decide.

use crate::{
    matched::Matched,
    request::{broke_off, describe},
};
use bytes::Bytes;
use errcode_core::{Failure, FrameworkFault};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use http_body::Body;
use std::{
    borrow::Cow,
    pin::Pin,
    task::{Context, Poll, Waker},
    time::{Duration, SystemTime},
};

/// Headers that describe a body or let it be stored, and are removed with it.
const OF_THE_BODY: [HeaderName; 18] = [
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::CONTENT_TYPE,
    header::TRANSFER_ENCODING,
    header::ETAG,
    header::LAST_MODIFIED,
    header::CONTENT_RANGE,
    header::CONTENT_DISPOSITION,
    header::CONTENT_LOCATION,
    header::TRAILER,
    header::EXPIRES,
    header::AGE,
    HeaderName::from_static("digest"),
    HeaderName::from_static("content-digest"),
    HeaderName::from_static("repr-digest"),
    HeaderName::from_static("content-md5"),
    HeaderName::from_static("cdn-cache-control"),
    HeaderName::from_static("surrogate-control"),
];

/// Returns whether an answer has a header that was not rendered with it, though it concerns its body.
pub(crate) fn has_foreign(headers: &HeaderMap) -> bool {
    OF_THE_BODY.iter().any(|name| name != header::CONTENT_TYPE && headers.contains_key(name))
}

/// Which responses without a typed error are treated as refusals of the framework and rendered in the service's format.
///
/// ```
/// use errcode_http::{ErrorLayer, Foreign};
/// # #[derive(Debug, errcode_core::AppError)]
/// # #[error("closed", code = "E1", status = 503)]
/// # struct Closed;
/// # errcode_core::catalog! { static CATALOG = [Closed]; }
///
/// // The service answers some errors in plain text, and its clients read it.
/// let layer = ErrorLayer::new(&CATALOG).foreign(Foreign::EmptyOnly);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Foreign {
    /// Those without a body and those in plain text, which axum and tower answer with. A handler's own plain text
    /// with status 400 or more is replaced too.
    #[default]
    PlainText,
    /// Those without a body.
    EmptyOnly,
    /// Unknown routes and wrong methods only.
    Keep,
}

/// Returns whether the status is one of a failure. One above 599 counts as 5xx (RFC 9110 section 15). An answer cannot
/// have an interim one: servers replace it by a bare 500.
pub(crate) fn has_failed(status: StatusCode) -> bool {
    !matches!(status.as_u16(), 101 | 200..400)
}

fn is_interim(status: StatusCode) -> bool {
    status.is_informational() && status != StatusCode::SWITCHING_PROTOCOLS
}

/// Returns the failure that a response without a typed error reports; `None` for one that is left as it is. Takes the
/// body.
pub(crate) fn failure_of<B, Route>(
    response: &mut Response<B>,
    matched: &Matched<Route>,
    foreign: Foreign,
) -> Option<Failure>
where
    B: Body<Data = Bytes> + Unpin,
{
    let mut fault = fault_of(response, matched, foreign)?;
    let status = response.status();
    let delay = response.headers().get_all(header::RETRY_AFTER).iter().find_map(delay_of);
    let text = text_of(response.body_mut());
    if fault.status() == 500 && broke_off(&text) {
        fault = FrameworkFault::BadRequest;
    }
    let text = match &fault {
        _ if is_interim(status) => {
            format!("the service answered with an interim status, {}", status.as_u16()).into()
        }
        FrameworkFault::UnknownRoute => Cow::Borrowed("no such route"),
        FrameworkFault::MethodNotAllowed if text.is_empty() => {
            Cow::Borrowed("the route does not allow this method")
        }
        _ if text.is_empty() => Cow::Owned(format!("answered {} without a body", status.as_u16())),
        // Parsers repeat the value that they refuse, and it may be a password.
        _ => {
            Cow::Owned(describe(&text).unwrap_or_else(|| {
                format!("the service answered {} in plain text", status.as_u16())
            }))
        }
    };
    Some(match delay {
        Some(delay) => Failure::fault_after(fault, text, delay),
        None => Failure::fault(fault, text),
    })
}

/// The failure that a response of this crate's own shows in another form than the service's: a page for a browser.
#[derive(Clone)]
pub(crate) struct Shown(pub(crate) Failure);

/// Returns the failure of a response that is left as it is, for its event.
pub(crate) fn left<B: Body, Route>(response: &Response<B>, matched: &Matched<Route>) -> Failure {
    let status = response.status().as_u16();
    let fault = fault_of(response, matched, Foreign::PlainText)
        .unwrap_or_else(|| FrameworkFault::from_status(status));
    let content_type = response.headers().get(header::CONTENT_TYPE);
    let text = match content_type.and_then(|content_type| content_type.to_str().ok()) {
        Some(content_type) => format!("the service answered {status} itself, as {content_type}"),
        None => format!("the service answered {status} itself"),
    };
    Failure::fault(fault, text)
}

/// Returns the wait that a `Retry-After` asks for (RFC 9110 section 10.2.3): seconds, or a date.
pub(crate) fn delay_of(value: &HeaderValue) -> Option<Duration> {
    let value = value.to_str().ok()?.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let moment = httpdate::parse_http_date(value).ok()?;
    // A date in the past asks for no wait.
    Some(moment.duration_since(SystemTime::now()).unwrap_or_default())
}

/// Returns the fault of a response without a typed error; `None` for one that is left as it is.
pub(crate) fn fault_of<B: Body, Route>(
    response: &Response<B>,
    matched: &Matched<Route>,
    foreign: Foreign,
) -> Option<FrameworkFault> {
    let status = response.status();
    if !has_failed(status) {
        return None;
    }
    if is_interim(status) {
        return Some(FrameworkFault::Unexpected);
    }
    let empty = response.body().is_end_stream();
    let content_type = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let plain = content_type
        .and_then(|kind| kind.get(..10))
        .is_some_and(|start| start.eq_ignore_ascii_case(b"text/plain"));
    match status {
        StatusCode::NOT_FOUND
            if empty && content_type.is_none() && matches!(matched, Matched::No) =>
        {
            return Some(FrameworkFault::UnknownRoute);
        }
        StatusCode::METHOD_NOT_ALLOWED if empty && content_type.is_none() => {
            return Some(FrameworkFault::MethodNotAllowed);
        }
        _ => {}
    }
    let taken = match foreign {
        Foreign::Keep => false,
        Foreign::EmptyOnly => empty && content_type.is_none(),
        Foreign::PlainText => plain || (empty && content_type.is_none()),
    };
    taken.then(|| match status {
        // It comes from a timeout layer: the service took too long. 408 would invite the client to send the request
        // again (RFC 9110 section 15.5.9), while the first one may still run.
        StatusCode::REQUEST_TIMEOUT if empty && content_type.is_none() => {
            FrameworkFault::GatewayTimeout
        }
        _ => FrameworkFault::from_status(status.as_u16()),
    })
}

/// Returns the beginning of the body as far as it is available: bodies of rejections are, and nothing must wait for
/// others.
fn text_of<B: Body<Data = Bytes> + Unpin>(body: &mut B) -> String {
    const ENOUGH: usize = 4096;
    // A body may be ready again and again, with empty frames.
    const MOST_FRAMES: usize = 64;
    let mut text = Vec::new();
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..MOST_FRAMES {
        if text.len() >= ENOUGH {
            break;
        }
        match Pin::new(&mut *body).poll_frame(&mut context) {
            Poll::Ready(Some(Ok(frame))) => {
                text.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data));
            }
            _ => break,
        }
    }
    text.truncate(ENOUGH);
    String::from_utf8_lossy(&text).into_owned()
}

/// Keeps the headers of the answer that is replaced: `Allow`, cookies, CORS. The new answer's own headers win; only
/// the values of `Vary` add up. A delay that could be read is in the new answer.
pub(crate) fn keep_headers(from: HeaderMap, to: &mut HeaderMap) {
    let said: Vec<HeaderName> = to.keys().cloned().collect();
    let mut last = None;
    for (name, value) in from {
        // The iterator yields a header's name with its first value only.
        last = name.or(last);
        let Some(name) = last.clone() else { continue };
        let adds_up =
            name == header::VARY && !to.get_all(&name).iter().any(|known| *known == value);
        let is_gone = name == header::RETRY_AFTER || OF_THE_BODY.contains(&name);
        if adds_up || !(is_gone || said.contains(&name)) {
            to.append(name, value);
        }
    }
}
