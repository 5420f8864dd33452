//! JSON bodies.

use crate::Failure;
use axum::{
    extract::{FromRequest, OptionalFromRequest, Request},
    response::{IntoResponse, Response},
};
#[cfg(doc)]
use errcode_core::FrameworkFault;
use errcode_http::{json_response, request::json};
use http::header;
use serde_core::{Serialize, de::DeserializeOwned};

/// A JSON body, in and out. Use it like [`axum::Json`].
///
/// The body's media type must be `application/json` or end in `+json`. A rejection for the value's type names the field
/// by its JSON pointer (RFC 6901):
///
/// ```
/// use errcode_axum::extract::Json;
///
/// #[derive(Debug, serde::Deserialize)]
/// struct Item { price: u32 }
///
/// let refused = Json::<Vec<Item>>::from_bytes(br#"[{"price": 1}, {"price": "free"}]"#).unwrap_err();
/// let error = refused.into_inner();
/// let violation = &error.downcast_ref::<errcode_core::FaultError>().unwrap().violations()[0];
/// assert_eq!(violation.source.as_ref().unwrap().member(), ("pointer", "/1/price"));
/// assert_eq!(violation.rule.as_deref(), Some("type"));
/// ```
///
/// Within `#[serde(flatten)]`, `untagged` and internally tagged enums serde does not report the field; the pointer
/// then ends at the value around them.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> Json<T> {
    /// Reads a JSON text.
    ///
    /// # Errors
    ///
    /// Returns [`BadRequest`](FrameworkFault::BadRequest) if the text is malformed JSON,
    /// [`Unprocessable`](FrameworkFault::Unprocessable) if it does not fit the type.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Failure> {
        Ok(Self(json::from_bytes(bytes)?))
    }

    /// Returns the text of a request that declares JSON.
    pub(super) async fn text<S: Send + Sync>(
        request: Request,
        state: &S,
    ) -> Result<bytes::Bytes, Failure> {
        json::check_declared(request.headers())?;
        super::body(request, state).await
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        Self::from_bytes(&Self::text(request, state).await?)
    }
}

/// A request without a content type has no body.
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
        json_response(&self.0)
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

super::transparent!(Json);
