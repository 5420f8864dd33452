//! JSON bodies.

use super::{RequestPart, mismatch::refusal, track};
use errcode_core::{Failure, FrameworkFault};
use http::HeaderMap;
use serde_core::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, error::Category};

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
    if error.classify() != Category::Data {
        return malformed(error);
    }
    // The reader stopped at the value that does not fit; what follows may be malformed.
    if let Err(error) = serde_json::from_slice::<IgnoredAny>(bytes) {
        return malformed(&error);
    }
    let mut text = serde_json::Deserializer::from_slice(bytes);
    let trail = track::deserialize::<T, _>(&mut text).err().map(|(trail, _)| trail);
    let text = error.to_string();
    let words = if error.line() == 0 {
        &text
    } else {
        text.rsplit_once(" at line ").map_or(&*text, |(words, _)| words)
    };
    let fault = FrameworkFault::Unprocessable;
    refusal(fault, RequestPart::Body, &trail.unwrap_or_default(), words, |pointer| {
        is_flat(bytes, pointer)
    })
}

/// Returns whether the value encloses only scalars.
fn is_flat(bytes: &[u8], pointer: &str) -> bool {
    let Ok(body) = serde_json::from_slice::<Value>(bytes) else { return false };
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
