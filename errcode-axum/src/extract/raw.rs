//! Bodies as they are.

use crate::Failure;
use axum::extract::{FromRequest, Request};
#[cfg(doc)]
use errcode_core::FrameworkFault;
use errcode_http::request::not_utf8;
use std::ops::Deref;

/// The bytes of the body.
///
/// axum reads its own `Bytes` until they are over the limit. This extractor rejects a body that is declared longer
/// before it is read.
///
/// ```
/// use errcode_axum::extract::Bytes;
///
/// async fn store(Bytes(image): Bytes) -> String {
///     format!("{} bytes", image.len())
/// }
///
/// let app: axum::Router = axum::Router::new().route("/image", axum::routing::put(store));
/// ```
///
/// It rejects with [`FrameworkFault::PayloadTooLarge`], or [`FrameworkFault::BadRequest`] if the body breaks off.
#[derive(Clone, Debug, Default)]
pub struct Bytes(pub bytes::Bytes);

impl<S: Send + Sync> FromRequest<S> for Bytes {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        super::body(request, state).await.map(Self)
    }
}

impl Deref for Bytes {
    type Target = bytes::Bytes;

    fn deref(&self) -> &bytes::Bytes {
        &self.0
    }
}

/// The body as text, like [`Bytes`]. A body that is not UTF-8 is rejected with [`FrameworkFault::BadRequest`].
#[derive(Clone, Debug, Default)]
pub struct Text(pub String);

impl<S: Send + Sync> FromRequest<S> for Text {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let body = super::body(request, state).await?;
        String::from_utf8(body.into()).map(Self).map_err(|_| not_utf8().into())
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}
