//! Ids that come in and go out as headers.

use crate::respond::X_ERROR_CODE;
use axum::extract::Request;
use errcode_core::{
    Catalog,
    wire::{Standard, negotiate, negotiate_language},
};
use errcode_runtime::{Context, Id, TraceId, TraceParent, TraceState};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use std::borrow::Cow;

pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const X_TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");
const X_TASK_ID: HeaderName = HeaderName::from_static("x-task-id");
const X_CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// Outside this layer a CORS layer must let scripts of other origins read these.
pub const EXPOSED_HEADERS: [HeaderName; 3] = [X_ERROR_CODE, X_REQUEST_ID, header::RETRY_AFTER];

/// The context of a request with these headers. A header that is not valid, or that came twice, counts as absent.
pub(crate) fn read(request: &Request, request_id: &HeaderName, catalog: &'static Catalog) -> Context {
    let headers = request.headers();
    let given = only(headers, &X_TRACE_ID);
    let parent = only(headers, &TRACEPARENT).and_then(TraceParent::parse);
    let named = given.and_then(|text| TraceId::parse(text).or_else(|| TraceId::parse_uuid(text)));
    // An `X-Trace-Id` in a form of the caller's own lives on beside the trace id.
    let correlation = given.filter(|_| named.is_none()).and_then(Id::parse);
    let correlation = correlation.or_else(|| only(headers, &X_CORRELATION_ID).and_then(Id::parse));
    Context::builder()
        .catalog(catalog)
        .request_id(only(headers, request_id).and_then(Id::parse))
        .task_id(only(headers, &X_TASK_ID).and_then(Id::parse))
        .trace_id(named)
        .trace_parent(parent)
        .trace_state(parent.and_then(|_| trace_state(headers)))
        .correlation_id(correlation)
        .language(language(headers, catalog))
        .once_only(
            matches!(*request.method(), Method::POST | Method::PATCH)
                && !headers.contains_key("idempotency-key"),
        )
        .build()
}

/// `None` where a line is no text, too: such a header is invalid as a whole.
fn trace_state(headers: &HeaderMap) -> Option<TraceState> {
    let lines: Result<Vec<_>, _> = headers.get_all(TRACESTATE).iter().map(HeaderValue::to_str).collect();
    TraceState::parse(lines.ok()?)
}

fn language(headers: &HeaderMap, catalog: &'static Catalog) -> Option<&'static str> {
    let wanted = list(headers, &header::ACCEPT_LANGUAGE)?;
    negotiate_language(&wanted, catalog.languages())
}

/// The standard form that the request names.
pub(crate) fn standard_form(headers: &HeaderMap, default: &str) -> Option<Standard> {
    negotiate(&list(headers, &header::ACCEPT)?, default)
}

/// A list's lines as one (RFC 9110 section 5.3).
fn list<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Cow<'a, str>> {
    let mut values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let first = values.next()?;
    Some(values.fold(Cow::Borrowed(first), |all, more| Cow::Owned(format!("{all},{more}"))))
}

/// The header's text, where it came exactly once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok() }
}

/// Puts the ids on an answer.
pub(crate) fn write(context: &Context, request_id: &HeaderName, headers: &mut HeaderMap) {
    put(headers, request_id.clone(), context.request_id().as_str());
    put(headers, X_TRACE_ID, context.trace_id().as_str());
    if let Some(task) = context.task_id() {
        put(headers, X_TASK_ID, task.as_str());
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, id: &str) {
    // Ids consist of characters that every header may have.
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(name, value);
    }
}
