//! Multipart forms.

use crate::Failure;
use axum::extract::{
    FromRequest, OptionalFromRequest, Request,
    multipart::{self, MultipartError},
};
use bytes::Bytes;
#[cfg(doc)]
use errcode_core::FrameworkFault;
use errcode_http::request::{media_type, multipart as form};
use futures_core::Stream;
use http::{HeaderMap, StatusCode};
use std::{
    error::Error,
    iter,
    pin::Pin,
    task::{Context, Poll, ready},
};

/// A multipart form. Use it like [`axum::extract::Multipart`]; an error while it is read is a [`Failure`].
///
/// ```
/// use errcode_axum::extract::Multipart;
///
/// async fn upload(mut form: Multipart) -> errcode_axum::Result<String> {
///     let mut size = 0;
///     while let Some(field) = form.next_field().await? {
///         size += field.bytes().await?.len();
///     }
///     Ok(size.to_string())
/// }
/// ```
#[derive(Debug)]
pub struct Multipart(multipart::Multipart);

impl Multipart {
    /// Returns the next field; `None` after the last one.
    ///
    /// # Errors
    ///
    /// Returns [`BadRequest`](FrameworkFault::BadRequest) if the form is malformed or breaks off,
    /// [`PayloadTooLarge`](FrameworkFault::PayloadTooLarge) if the body is over the limit.
    pub async fn next_field(&mut self) -> Result<Option<Field<'_>>, Failure> {
        match self.0.next_field().await {
            Ok(field) => Ok(field.map(Field)),
            Err(error) => Err(broken(&error, None)),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for Multipart {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        form::check_declared(request.headers())?;
        let request = super::limited(request)?;
        let read = <multipart::Multipart as FromRequest<S>>::from_request(request, state).await;
        read.map(Self).map_err(|_| form::no_boundary().into())
    }
}

/// A request without a content type has no form.
impl<S: Send + Sync> OptionalFromRequest<S> for Multipart {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Failure> {
        if media_type(request.headers()).is_none() {
            return Ok(None);
        }
        <Self as FromRequest<S>>::from_request(request, state).await.map(Some)
    }
}

/// A field of a [`Multipart`] form. It is a stream of its bytes.
#[derive(Debug)]
pub struct Field<'a>(multipart::Field<'a>);

impl Field<'_> {
    /// Returns the field's name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.name()
    }

    /// Returns the file's name, if it has one.
    #[must_use]
    pub fn file_name(&self) -> Option<&str> {
        self.0.file_name()
    }

    /// Returns the field's media type, if it declares one.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.0.content_type()
    }

    /// Returns the field's headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }

    /// Returns the whole field.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Multipart::next_field`], with the field's name.
    pub async fn bytes(self) -> Result<Bytes, Failure> {
        let name = self.name().map(str::to_owned);
        self.0.bytes().await.map_err(|error| broken(&error, name.as_deref()))
    }

    /// Returns the whole field as text.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Multipart::next_field`], with the field's name.
    pub async fn text(self) -> Result<String, Failure> {
        let name = self.name().map(str::to_owned);
        self.0.text().await.map_err(|error| broken(&error, name.as_deref()))
    }

    /// Returns the next bytes; `None` at the end.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Multipart::next_field`], with the field's name.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Failure> {
        match self.0.chunk().await {
            Ok(chunk) => Ok(chunk),
            Err(error) => Err(broken(&error, self.name())),
        }
    }
}

impl Stream for Field<'_> {
    type Item = Result<Bytes, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = ready!(Pin::new(&mut self.0).poll_next(cx));
        Poll::Ready(item.map(|chunk| chunk.map_err(|error| broken(&error, self.name()))))
    }
}

fn broken(error: &MultipartError, field: Option<&str>) -> Failure {
    let status = if is_over_limit(error) { StatusCode::PAYLOAD_TOO_LARGE } else { error.status() };
    form::broken(status, field).into()
}

/// Returns whether a limit around the body ended it. `MultipartError` does not recognize one that is around another.
fn is_over_limit(error: &MultipartError) -> bool {
    let causes = iter::successors(Some(error as &dyn Error), |&error| error.source());
    // The text of `http_body_util::LengthLimitError`.
    causes.take(16).any(|cause| cause.to_string() == "length limit exceeded")
}
