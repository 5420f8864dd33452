//! Failures as statuses.

use crate::{
    carried::{Carried, Content},
    code,
};
use bytes::Bytes;
use errcode_core::{
    Failure,
    wire::{ErrorView, WireError},
};
use errcode_runtime::{Context, boundary, header_names};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::{Map, Value};
use std::{collections::HashMap, sync::Arc, time::Duration};
use tonic::{Code, Status, metadata::MetadataMap};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt as _};

/// The largest length of a message. Messages and details are headers, and clients accept 8 KiB of them by default. A
/// message is percent-encoded, which can triple its length; details are base64.
const LONGEST_MESSAGE: usize = 1024;
const LARGEST_DETAILS: usize = 3072;

/// The member of `details` with the number of violations that are not listed.
const OMITTED: &str = "errors_omitted";

/// The parts of a failure that clients may see, owned.
struct Shown {
    code: Code,
    error: WireError,
    language: Option<String>,
    title: &'static str,
    delay: Option<Duration>,
    headers: HeaderMap,
}

/// Returns the status of a failure in a context.
pub(crate) fn of(failure: Failure, context: Option<Context>) -> Status {
    let is_exhausted = boundary::is_exhausted(&failure);
    let show = |view: ErrorView<'_>| show(&failure, &view, is_exhausted);
    let viewed = boundary::view(&failure, context.as_ref(), show, show);
    let domain =
        context.as_ref().and_then(Context::catalog).map_or("", |catalog| catalog.service());
    let mut status = write(viewed.value, domain);
    let content = Content {
        error: failure.into_error(),
        context,
        broken: viewed.broken,
        details: Bytes::copy_from_slice(status.details()),
    };
    status.set_source(Arc::new(Carried::new(content)));
    status
}

fn show(failure: &Failure, view: &ErrorView<'_>, is_exhausted: bool) -> Shown {
    Shown {
        code: code::of(failure, view.spec()),
        error: WireError::from_view(view),
        language: view.language().map(str::to_owned),
        title: view.title(),
        delay: view.retry().after,
        headers: headers(view, is_exhausted),
    }
}

/// Returns the metadata: the code, the pushback, and the headers that the code declares.
fn headers(view: &ErrorView<'_>, is_exhausted: bool) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in view.headers() {
        let pair = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value));
        // gRPC reserves names with this prefix, and decodes the values of those with this suffix as base64.
        if let (Ok(name), Ok(value)) = pair
            && !(name.as_str().starts_with("grpc-") || name.as_str().ends_with("-bin"))
        {
            headers.append(name, value);
        }
    }
    headers.remove(header::CONTENT_TYPE);
    let code = HeaderValue::from_static(view.spec().code().as_str());
    headers.insert(errcode_http::X_ERROR_CODE, code);
    // The value is a signed 32-bit number, and a negative one forbids to retry (gRFC A6).
    let millis = |delay: Duration| i32::try_from(delay.as_nanos().div_ceil(1_000_000));
    let pushback = match view.retry().after {
        _ if is_exhausted => Some(-1),
        after => after.map(|delay| millis(delay).unwrap_or(i32::MAX)),
    };
    if let Some(pushback) = pushback {
        headers.insert("grpc-retry-pushback-ms", HeaderValue::from(pushback));
    }
    if is_exhausted {
        headers.insert(header_names::X_RETRIES_EXHAUSTED, HeaderValue::from_static("true"));
    }
    headers
}

fn write(mut shown: Shown, domain: &str) -> Status {
    shorten(&mut shown.error.message);
    let violations = violations(&shown.error);
    let mut kept = violations.len();
    let mut status = with(&shown, details(&shown, domain, &violations));
    while status.details().len() > LARGEST_DETAILS && kept > 0 {
        kept /= 2;
        status = with(&shown, details(&shown, domain, &violations[..kept]));
    }
    if status.details().len() > LARGEST_DETAILS {
        // The values are too large for headers: the code alone.
        let code = shown.error.code.as_str();
        status = with(&shown, ErrorDetails::with_error_info(code, domain, HashMap::new()));
    }
    status
}

fn with(shown: &Shown, details: ErrorDetails) -> Status {
    let metadata = MetadataMap::from_headers(shown.headers.clone());
    let message = shown.error.message.as_str();
    Status::with_error_details_and_metadata(shown.code, message, details, metadata)
}

/// Returns the messages of `google/rpc/error_details.proto`, with these of the violations.
fn details(shown: &Shown, domain: &str, violations: &[FieldViolation]) -> ErrorDetails {
    let error = &shown.error;
    let mut details =
        ErrorDetails::with_error_info(error.code.as_str(), domain, metadata(error, violations));
    if let Some(delay) = shown.delay {
        details.set_retry_info(Some(delay));
    }
    if !violations.is_empty() {
        details.set_bad_request(violations.to_vec());
    }
    if let Some(id) = &error.request_id {
        details.set_request_info(id.as_str(), "");
    }
    if let Some(language) = &shown.language {
        details.set_localized_message(language.as_str(), error.message.as_str());
    }
    if let Some(address) = &error.docs {
        details.add_help_link(shown.title, address.as_str());
    }
    details
}

/// Returns the members of `details` as texts: all but the violations, of which some are listed, and the number of the
/// others.
fn metadata(error: &WireError, listed: &[FieldViolation]) -> HashMap<String, String> {
    let none = Map::new();
    let members = error.details.as_object().unwrap_or(&none);
    let mut metadata: HashMap<_, _> = members
        .iter()
        .filter(|(name, _)| *name != "errors")
        .map(|(name, value)| (name.clone(), text(value)))
        .collect();
    let all = members.get("errors").and_then(Value::as_array).map_or(0, Vec::len);
    let cut = all.saturating_sub(listed.len()) as u64;
    if cut > 0 {
        let omitted = members.get(OMITTED).and_then(Value::as_u64).unwrap_or_default();
        metadata.insert(OMITTED.to_owned(), (omitted + cut).to_string());
    }
    metadata
}

fn violations(error: &WireError) -> Vec<FieldViolation> {
    let member = |violation: &Value, name: &str| {
        violation.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    match (error.details.get("errors").and_then(Value::as_array), &error.field) {
        (Some(list), _) => list
            .iter()
            .map(|violation| {
                let mut one =
                    FieldViolation::new(member(violation, "field"), member(violation, "message"));
                let rule = member(violation, "rule");
                one.reason = if rule.is_empty() { member(violation, "code") } else { rule };
                one
            })
            .collect(),
        (None, Some(field)) => {
            let mut one = FieldViolation::new(field.as_str(), error.message.as_str());
            one.reason = error.code.clone();
            vec![one]
        }
        (None, None) => Vec::new(),
    }
}

/// Returns a detail as text: a string without its quotes, anything else as JSON.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn shorten(message: &mut String) {
    if message.len() > LONGEST_MESSAGE {
        let end = (0..=LONGEST_MESSAGE).rev().find(|&end| message.is_char_boundary(end));
        message.truncate(end.unwrap_or(0));
        message.push('…');
    }
}
