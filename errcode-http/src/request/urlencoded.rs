//! URL-encoded pairs: queries, and forms in bodies.

use super::{RequestPart, mismatch::refusal, track};
use errcode_core::{Failure, FrameworkFault};
use http::HeaderMap;
use serde_core::de::DeserializeOwned;

/// The media type of forms.
pub const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

/// Checks that the body is declared as a form.
///
/// ```
/// use errcode_http::request::urlencoded::{MEDIA_TYPE, check_declared};
/// use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
///
/// let mut headers = HeaderMap::new();
/// assert_eq!(check_declared(&headers).unwrap_err().spec().status(), 415);
/// headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
/// assert!(check_declared(&headers).is_ok());
/// ```
///
/// # Errors
///
/// Returns [`UnsupportedMediaType`](FrameworkFault::UnsupportedMediaType) if it is not.
pub fn check_declared(headers: &HeaderMap) -> Result<(), Failure> {
    let is_form = |kind: &str| kind.eq_ignore_ascii_case(MEDIA_TYPE);
    super::check_declared(headers, is_form, "the body is not declared as a form")
}

/// Reads a form in a body.
///
/// ```
/// use errcode_http::request::urlencoded::from_body;
///
/// #[derive(serde::Deserialize)]
/// struct Login { name: String }
///
/// assert_eq!(from_body::<Login>(b"name=ada").unwrap().name, "ada");
/// assert_eq!(from_body::<Login>(b"user=ada").err().unwrap().spec().status(), 422);
/// ```
///
/// # Errors
///
/// Returns [`Unprocessable`](FrameworkFault::Unprocessable) if a field is missing or does not fit its type, with that
/// field.
pub fn from_body<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    read(body, FrameworkFault::Unprocessable, RequestPart::Body)
}

/// Reads a query. An absent query has no pairs.
///
/// ```
/// use errcode_http::request::urlencoded::from_query;
///
/// #[derive(Debug, serde::Deserialize)]
/// struct Page { size: u8 }
///
/// assert_eq!(from_query::<Page>(Some("size=20")).unwrap().size, 20);
/// assert!(from_query::<Page>(Some("size=many")).is_err());
/// assert!(from_query::<Page>(None).is_err());
/// ```
///
/// # Errors
///
/// Returns [`BadRequest`](FrameworkFault::BadRequest) if a parameter is missing or does not fit its type, with that
/// parameter.
pub fn from_query<T: DeserializeOwned>(query: Option<&str>) -> Result<T, Failure> {
    let query = query.unwrap_or_default();
    read(query.as_bytes(), FrameworkFault::BadRequest, RequestPart::Parameters)
}

fn read<T: DeserializeOwned>(
    pairs: &[u8],
    fault: FrameworkFault,
    part: RequestPart,
) -> Result<T, Failure> {
    let reader = || serde_urlencoded::Deserializer::new(form_urlencoded::parse(pairs));
    T::deserialize(reader()).map_err(|error| {
        let trail = track::deserialize::<T, _>(reader()).err().map(|(trail, _)| trail);
        refusal(fault, part, &trail.unwrap_or_default(), &error.to_string(), |_| true)
    })
}
