//! Reading of requests: bodies, queries and forms into types, and the rules of values.
//!
//! A rejection is a [`Failure`] with a [`FrameworkFault`] and the violations, each with its field. Neither the client
//! nor the log gets the value that was sent.

#[cfg(feature = "garde")]
mod garde;
#[cfg(feature = "json")]
pub mod json;
#[cfg(feature = "json")]
mod kept;
#[cfg(any(feature = "json", feature = "urlencoded"))]
mod mismatch;
pub mod multipart;
mod origin;
pub mod parameter;
mod place;
mod rejection;
mod rename;
#[cfg(any(feature = "json", feature = "urlencoded"))]
mod resolve;
mod rules;
#[cfg(any(feature = "json", feature = "urlencoded"))]
mod sent;
#[cfg(any(feature = "json", feature = "urlencoded"))]
mod shape;
#[cfg(any(feature = "json", feature = "urlencoded"))]
mod track;
#[cfg(feature = "urlencoded")]
pub mod urlencoded;
#[cfg(feature = "validator")]
mod validator;

pub use origin::Origin;
pub(crate) use rejection::{broke_off, describe};
pub use rename::Rename;
pub use rules::{Garde, Library, Rules, Step, Validator, Violations, check};

use errcode_core::{Failure, FrameworkFault};
use http::{HeaderMap, header};

/// The part of a request that a value is read from, which decides how its fields are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestPart {
    /// The body: fields are named by JSON pointers.
    Body,
    /// The path or query: fields are named as parameters.
    Parameters,
}

/// Returns the media type of the body, without its parameters.
///
/// ```
/// use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
///
/// let value = HeaderValue::from_static("application/json; charset=utf-8");
/// let headers = HeaderMap::from_iter([(CONTENT_TYPE, value)]);
/// assert_eq!(errcode_http::request::media_type(&headers), Some("application/json"));
/// ```
#[must_use]
pub fn media_type(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    value.split(';').next().map(str::trim)
}

/// Returns the rejection of a body that is over the limit.
#[must_use]
pub fn too_large() -> Failure {
    Failure::fault(FrameworkFault::PayloadTooLarge, "the body is over the limit")
}

/// Returns the rejection of a body that ended too early.
#[must_use]
pub fn broken_off() -> Failure {
    Failure::fault(FrameworkFault::BadRequest, "the body broke off")
}

/// Returns the rejection of a body that should be text and is not.
#[must_use]
pub fn not_utf8() -> Failure {
    Failure::fault(FrameworkFault::BadRequest, "the body is not UTF-8")
}

/// Checks the media type that the body is declared as.
fn check_declared(
    headers: &HeaderMap,
    is_declared: impl FnOnce(&str) -> bool,
    text: &'static str,
) -> Result<(), Failure> {
    if media_type(headers).is_some_and(is_declared) {
        return Ok(());
    }
    Err(Failure::fault(FrameworkFault::UnsupportedMediaType, text))
}
