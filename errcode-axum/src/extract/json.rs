//! JSON bodies.

use super::{
    body, media_type,
    mismatch::{Place, refusal},
    refuse,
};
use crate::Failure;
use axum::{
    extract::{FromRequest, OptionalFromRequest, Request},
    response::{IntoResponse, Response},
};
use errcode_core::FrameworkFault;
use http::{HeaderMap, HeaderValue, header};
use serde_core::{Serialize, de::DeserializeOwned};
use serde_json::error::Category;

/// A JSON body, in and out. Use it as [`axum::Json`].
///
/// The body's media type must be `application/json` or end in `+json`. A refusal for the value's shape names the place by its JSON pointer (RFC 6901):
///
/// ```
/// use errcode_axum::extract::Json;
///
/// #[derive(Debug, serde::Deserialize)]
/// struct Item { price: u32 }
///
/// let refused = Json::<Vec<Item>>::from_bytes(br#"[{"price": 1}, {"price": "free"}]"#).unwrap_err();
/// let error = refused.into_inner();
/// let fault = &error.downcast_ref::<errcode_core::FaultError>().unwrap().violations()[0];
/// assert_eq!(fault.source.as_ref().unwrap().member(), ("pointer", "/1/price"));
/// assert_eq!(fault.rule.as_deref(), Some("type"));
/// ```
///
/// Within `#[serde(flatten)]`, `untagged` and internally tagged enums serde does not tell the place; the pointer then ends at the value around them.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> Json<T> {
    /// The value of a JSON text.
    ///
    /// # Errors
    ///
    /// [`BadRequest`](FrameworkFault::BadRequest) where the text is no JSON, [`Unprocessable`](FrameworkFault::Unprocessable) where it is of another shape.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Failure> {
        let mut text = serde_json::Deserializer::from_slice(bytes);
        let value = serde_path_to_error::deserialize(&mut text).map_err(refused)?;
        text.end().map_err(|error| malformed(&error))?;
        Ok(Self(value))
    }
}

fn refused(error: serde_path_to_error::Error<serde_json::Error>) -> Failure {
    let path = error.path().clone();
    let error = error.into_inner();
    if error.classify() != Category::Data {
        return malformed(&error);
    }
    let text = error.to_string();
    let words = if error.line() == 0 {
        &text
    } else {
        text.rsplit_once(" at line ").map_or(&*text, |(words, _)| words)
    };
    refusal(FrameworkFault::Unprocessable, Place::Body, &path, words)
}

fn malformed(error: &serde_json::Error) -> Failure {
    let text = format!("the body is no JSON, at line {} column {}", error.line(), error.column());
    errcode_core::Failure::fault(FrameworkFault::BadRequest, text).into()
}

fn is_json(headers: &HeaderMap) -> bool {
    media_type(headers).is_some_and(|media_type| {
        let media_type = media_type.to_ascii_lowercase();
        media_type
            .strip_prefix("application/")
            .is_some_and(|kind| kind == "json" || kind.ends_with("+json"))
    })
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if !is_json(request.headers()) {
            return Err(refuse(
                FrameworkFault::UnsupportedMediaType,
                "the body is not declared as JSON",
            ));
        }
        Self::from_bytes(&body(request, state).await?)
    }
}

/// No body type is no body.
impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Failure> {
        if !request.headers().contains_key(header::CONTENT_TYPE) {
            return Ok(None);
        }
        <Self as FromRequest<S>>::from_request(request, state).await.map(Some)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => {
                ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body)
                    .into_response()
            }
            Err(error) => Failure::from(errcode_core::Failure::fault(
                FrameworkFault::Unexpected,
                format!("the answer has no JSON form: {error}"),
            ))
            .into_response(),
        }
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

super::transparent!(Json);
