//! Multipart forms.

use super::refuse;
use crate::Failure;
use axum::extract::{
    FromRequest, OptionalFromRequest, Request,
    multipart::{self, MultipartError},
};
use bytes::Bytes;
use errcode_core::{FieldViolation, FrameworkFault, Subject};
use errcode_http::request::{media_type, pointer};
use futures_core::Stream;
use http::{HeaderMap, StatusCode};
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

/// A multipart form. Use it as [`axum::extract::Multipart`]; what breaks while it is read is a [`Failure`], too.
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
    /// The next field; `None` after the last.
    ///
    /// # Errors
    ///
    /// [`BadRequest`](FrameworkFault::BadRequest) where the form is malformed or breaks off, [`PayloadTooLarge`](FrameworkFault::PayloadTooLarge) where
    /// the body is over the limit.
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
        let declared = media_type(request.headers())
            .is_some_and(|kind| kind.eq_ignore_ascii_case("multipart/form-data"));
        if !declared {
            return Err(refuse(
                FrameworkFault::UnsupportedMediaType,
                "the body is not declared as a multipart form",
            ));
        }
        let form = <multipart::Multipart as FromRequest<S>>::from_request(request, state).await;
        form.map(Self).map_err(|_| {
            refuse(FrameworkFault::BadRequest, "the multipart form names no valid boundary")
        })
    }
}

/// No body type is no form.
impl<S: Send + Sync> OptionalFromRequest<S> for Multipart {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Failure> {
        if media_type(request.headers()).is_none() {
            return Ok(None);
        }
        <Self as FromRequest<S>>::from_request(request, state).await.map(Some)
    }
}

/// A field of a [`Multipart`] form; a stream of its bytes.
#[derive(Debug)]
pub struct Field<'a>(multipart::Field<'a>);

impl Field<'_> {
    /// The field's name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.name()
    }

    /// The file's name, where it has one.
    #[must_use]
    pub fn file_name(&self) -> Option<&str> {
        self.0.file_name()
    }

    /// The field's media type, where it declares one.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.0.content_type()
    }

    /// The field's headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.0.headers()
    }

    /// The whole field.
    ///
    /// # Errors
    ///
    /// Those of [`Multipart::next_field`], naming the field.
    pub async fn bytes(self) -> Result<Bytes, Failure> {
        let name = self.name().map(str::to_owned);
        self.0.bytes().await.map_err(|error| broken(&error, name.as_deref()))
    }

    /// The whole field as text.
    ///
    /// # Errors
    ///
    /// Those of [`Multipart::next_field`], naming the field.
    pub async fn text(self) -> Result<String, Failure> {
        let name = self.name().map(str::to_owned);
        self.0.text().await.map_err(|error| broken(&error, name.as_deref()))
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    ///
    /// Those of [`Multipart::next_field`], naming the field.
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
    let (fault, text, rule) = match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            (FrameworkFault::PayloadTooLarge, "the multipart form is over the limit", "size")
        }
        StatusCode::BAD_REQUEST => {
            (FrameworkFault::BadRequest, "the multipart form is malformed or broke off", "form")
        }
        _ => (FrameworkFault::BadRequest, "the multipart form could not be read", "form"),
    };
    let Some(name) = field else { return refuse(fault, text) };
    let mut place = String::new();
    pointer::push(&mut place, name);
    let violations = vec![FieldViolation::new(Subject::Pointer(place.into()), "").rule(rule)];
    errcode_core::Failure::refusal(fault, text, violations).into()
}
