//! Values as responses.

use crate::render::respond;
use bytes::Bytes;
use errcode_core::{Failure, FrameworkFault};
use http::{HeaderValue, Response, header};
use serde_core::Serialize;
use std::fmt;

/// Returns the value as a JSON response with status 200. A value that cannot be written as JSON, for example
/// a map whose keys are not strings, is answered as [`FrameworkFault::Unexpected`].
///
/// ```
/// use bytes::Bytes;
/// use http::Response;
///
/// let response: Response<Bytes> = errcode_http::json_response(&["E2001", "E2002"]);
/// assert_eq!(response.headers()["content-type"], "application/json");
/// assert_eq!(response.body(), r#"["E2001","E2002"]"#);
/// ```
#[cfg(feature = "json")]
pub fn json_response<B: From<Bytes>>(value: &(impl Serialize + ?Sized)) -> Response<B> {
    json_as(value, HeaderValue::from_static("application/json"))
}

#[cfg(feature = "json")]
pub(crate) fn json_as<B: From<Bytes>>(
    value: &(impl Serialize + ?Sized),
    media_type: HeaderValue,
) -> Response<B> {
    response(serde_json::to_vec(value), media_type)
}

/// Returns the value as a URL-encoded response with status 200. A value that cannot be written so, for example a
/// nested one, is answered as [`FrameworkFault::Unexpected`].
///
/// ```
/// use bytes::Bytes;
/// use http::Response;
///
/// let response: Response<Bytes> = errcode_http::form_response(&[("size", "20"), ("after", "E2001")]);
/// assert_eq!(response.body(), "size=20&after=E2001");
/// ```
#[cfg(feature = "urlencoded")]
pub fn form_response<B: From<Bytes>>(value: &(impl Serialize + ?Sized)) -> Response<B> {
    let media_type = HeaderValue::from_static(crate::request::urlencoded::MEDIA_TYPE);
    response(serde_urlencoded::to_string(value).map(String::into_bytes), media_type)
}

fn response<B: From<Bytes>>(
    written: Result<Vec<u8>, impl fmt::Display>,
    media_type: HeaderValue,
) -> Response<B> {
    match written {
        Ok(body) => {
            let mut response = Response::new(B::from(body.into()));
            response.headers_mut().insert(header::CONTENT_TYPE, media_type);
            response
        }
        Err(error) => {
            let text = format!("the answer cannot be written: {error}");
            respond(Failure::fault(FrameworkFault::Unexpected, text))
        }
    }
}
