//! What a response that carries no typed error stands for.
//!
//! axum marks nothing: a raw rejection, its own 404 and 405, and a handler's own text look alike. So status, content type and body decide.

use axum::{body::Body, response::Response};
use errcode_core::{Failure, FrameworkFault};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use http_body::Body as _;
use std::{
    borrow::Cow,
    pin::Pin,
    task::{Context, Poll, Waker},
};

/// Headers that describe a body, and go with it.
const OF_THE_BODY: [HeaderName; 7] = [
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::CONTENT_TYPE,
    header::TRANSFER_ENCODING,
    header::ETAG,
    header::LAST_MODIFIED,
    header::CONTENT_RANGE,
];

/// Which answers without a typed error are taken for refusals of a framework and rendered in the service's form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Foreign {
    /// Those without a body, and those in plain text: what axum and tower answer with. A handler's own plain text of status 400 or more is replaced too.
    #[default]
    PlainText,
    /// Those without a body.
    EmptyOnly,
    /// Unknown routes and wrong methods only.
    Keep,
}

/// The failure that a response without a typed error tells of; `None` for one that is left as it is. Takes the body's text.
pub(crate) fn failure_of(
    response: &mut Response,
    route_matched: bool,
    foreign: Foreign,
) -> Option<Failure> {
    let fault = fault_of(response, route_matched, foreign)?;
    let text = text_of(response.body_mut());
    let text = match &fault {
        FrameworkFault::UnknownRoute => Cow::Borrowed("no such route"),
        FrameworkFault::MethodNotAllowed if text.is_empty() => {
            Cow::Borrowed("the route does not take this method")
        }
        _ if text.is_empty() => Cow::Owned(format!("answered {} without a body", fault.status())),
        _ => Cow::Owned(redact(&text)),
    };
    Some(Failure::fault(fault, text))
}

/// The fault that a response without a typed error stands for.
pub(crate) fn fault_of(
    response: &Response,
    route_matched: bool,
    foreign: Foreign,
) -> Option<FrameworkFault> {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    let empty = response.body().is_end_stream();
    let content_type = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let plain = content_type
        .and_then(|kind| kind.get(..10))
        .is_some_and(|start| start.eq_ignore_ascii_case(b"text/plain"));
    match status {
        StatusCode::NOT_FOUND if empty && content_type.is_none() && !route_matched => {
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
    taken.then(|| FrameworkFault::from_status(status.as_u16()))
}

/// The beginning of the body, as far as it is there already: bodies of rejections are, and nothing waits for any other.
fn text_of(body: &mut Body) -> String {
    const ENOUGH: usize = 4096;
    let mut text = Vec::new();
    let mut context = Context::from_waker(Waker::noop());
    while text.len() < ENOUGH {
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

/// Without what the text quotes: parsers repeat the value that they refuse, and it may be a password.
fn redact(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for (at, part) in text.split('"').enumerate() {
        if at % 2 == 0 {
            kept.push_str(part);
        } else {
            kept.push_str("\"…\"");
        }
    }
    kept
}

/// Takes over what the answer that is replaced had set: `Allow`, cookies, CORS. What the new answer says itself counts; only `Vary` adds up.
pub(crate) fn keep_headers(from: HeaderMap, to: &mut HeaderMap) {
    let said: Vec<HeaderName> = to.keys().cloned().collect();
    let mut last = None;
    for (name, value) in from {
        // The map names a header once and leaves the name out for its further values.
        last = name.or(last);
        let Some(name) = last.clone() else { continue };
        let adds_up =
            name == header::VARY && !to.get_all(&name).iter().any(|known| *known == value);
        if adds_up || !(OF_THE_BODY.contains(&name) || said.contains(&name)) {
            to.append(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::redact;

    #[test]
    fn quoted_values_are_not_logged() {
        assert_eq!(
            redact("invalid type: string \"hunter2\", expected u8"),
            "invalid type: string \"…\", expected u8"
        );
        assert_eq!(redact("no quotes"), "no quotes");
        assert_eq!(redact("open \"hunter2"), "open \"…\"");
    }
}
