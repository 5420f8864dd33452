//! JSON bodies.

use super::{
    RequestPart,
    mismatch::refusal,
    shape::Step,
    track::{self, Trail},
};
use errcode_core::{Failure, FrameworkFault};
use http::HeaderMap;
use serde_core::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, error::Category};
use std::borrow::Cow;

/// Reads a JSON text.
///
/// ```
/// #[derive(Debug, serde::Deserialize)]
/// struct Item { price: u32 }
///
/// let text = br#"[{"price": 1}, {"price": "free"}]"#;
/// let failure = errcode_http::request::json::from_bytes::<Vec<Item>>(text).unwrap_err();
/// let violation = &failure.downcast_ref::<errcode_core::FaultError>().unwrap().violations()[0];
/// assert_eq!(violation.source.as_ref().unwrap().member(), ("pointer", "/1/price"));
/// assert_eq!(violation.rule.as_deref(), Some("type"));
/// ```
///
/// Within `#[serde(flatten)]`, `untagged` and internally tagged enums serde does not report the field; the pointer
/// then ends at the value around them.
///
/// # Errors
///
/// Returns [`BadRequest`](FrameworkFault::BadRequest) if the text is malformed JSON,
/// [`Unprocessable`](FrameworkFault::Unprocessable) if it does not fit the type. A body that is malformed and does not
/// fit is malformed.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(bytes).map_err(|error| refused::<T>(&error, bytes))
}

/// Reads the text once more, now with the path to what does not fit: most texts fit and need none.
fn refused<T: DeserializeOwned>(error: &serde_json::Error, bytes: &[u8]) -> Failure {
    let text = error.to_string();
    let words = if error.line() == 0 {
        &text
    } else {
        text.rsplit_once(" at line ").map_or(&*text, |(words, _)| words)
    };
    let fits_syntax = error.classify() == Category::Data || UNFIT.contains(&words);
    if !fits_syntax {
        return malformed(error);
    }
    // The reader stopped at the value that does not fit; what follows may be malformed.
    if let Err(error) = serde_json::from_slice::<IgnoredAny>(bytes) {
        return malformed(&error);
    }
    let mut from = serde_json::Deserializer::from_slice(bytes);
    let trail = track::deserialize::<T, _>(&mut from).err().map(|(trail, _)| trail);
    let mut trail = trail.unwrap_or_default();
    // It has no number that is out of range.
    let body = serde_json::from_slice::<Value>(bytes).ok();
    let value = body.as_ref().map(|body| end_in(&mut trail, body));
    let words = match (words, value, &body) {
        (NO_VARIANT, Some(value), Some(body)) => no_variant(&mut trail, value, body).into(),
        (TOO_LONG, Some(Value::Array(items)), _) => {
            format!("invalid length {}, expected a tuple", items.len()).into()
        }
        _ => Cow::Borrowed(words),
    };
    let is_flat = |pointer: &str| body.as_ref().is_some_and(|body| is_flat(body, pointer));
    refusal(FrameworkFault::Unprocessable, RequestPart::Body, &trail, &words, is_flat)
}

/// Ends the way at the last value on it that was sent, and returns that value: a variant that is sent as its name has
/// no value.
fn end_in<'v>(trail: &mut Trail, body: &'v Value) -> &'v Value {
    let (mut value, mut length) = (body, 0);
    for step in &trail.steps {
        let next = match step {
            Step::Field(name) | Step::Variant(name) | Step::Key(name) => value.get(name),
            Step::Index(index) => value.get(index),
        };
        let Some(next) = next else { break };
        (value, length) = (next, length + 1);
    }
    trail.steps.truncate(length);
    value
}

/// What `serde_json` says where an enum is expected and something else comes, as if it was malformed.
const NO_VARIANT: &str = "expected value";

/// What it says where a list has more items than the type.
const TOO_LONG: &str = "trailing characters";

/// The same for values of valid JSON that no type reads.
const UNFIT: [&str; 4] = [NO_VARIANT, TOO_LONG, "key must be a string", "number out of range"];

/// Returns what serde says where an enum is expected, in the words that it has for other formats: a variant is its
/// name, or an object with its name and its value.
fn no_variant<'v>(trail: &mut Trail, mut value: &'v Value, body: &'v Value) -> &'static str {
    if let Some(Step::Variant(_)) = trail.steps.last() {
        // The reader found another member after that of the variant.
        trail.steps.pop();
        value = end_in(trail, body);
    }
    match value {
        Value::Null => "invalid type: null, expected string or map",
        Value::Bool(_) => "invalid type: boolean ``, expected string or map",
        Value::Number(number) if number.is_f64() => {
            "invalid type: floating point ``, expected string or map"
        }
        Value::Number(_) => "invalid type: integer ``, expected string or map",
        Value::Array(_) => "invalid type: sequence, expected string or map",
        _ => "invalid value: map, expected map with a single key",
    }
}

/// Returns whether the value encloses only scalars.
fn is_flat(body: &Value, pointer: &str) -> bool {
    let members = body.pointer(pointer).and_then(Value::as_object);
    members.is_some_and(|members| {
        members.values().all(|member| !(member.is_object() || member.is_array()))
    })
}

fn malformed(error: &serde_json::Error) -> Failure {
    let text =
        format!("the body is malformed JSON, at line {} column {}", error.line(), error.column());
    Failure::fault(FrameworkFault::BadRequest, text)
}

/// Checks that the body is declared as JSON: `application/json`, or an `application` type that ends in `+json`.
///
/// ```
/// use errcode_http::request::json::check_declared;
/// use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
///
/// let mut headers = HeaderMap::new();
/// assert_eq!(check_declared(&headers).unwrap_err().spec().status(), 415);
/// headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/vnd.api+json"));
/// assert!(check_declared(&headers).is_ok());
/// ```
///
/// # Errors
///
/// Returns [`UnsupportedMediaType`](FrameworkFault::UnsupportedMediaType) if it is not.
pub fn check_declared(headers: &HeaderMap) -> Result<(), Failure> {
    super::check_declared(headers, is_json, "the body is not declared as JSON")
}

fn is_json(media_type: &str) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    media_type
        .strip_prefix("application/")
        .is_some_and(|kind| kind == "json" || kind.ends_with("+json"))
}
