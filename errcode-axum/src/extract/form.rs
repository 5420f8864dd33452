//! URL-encoded forms.

use super::{body, refuse};
use crate::Failure;
use axum::{
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use errcode_core::FrameworkFault;
use errcode_http::request::{Part, media_type, urlencoded};
use http::{HeaderValue, Method, header};
use serde_core::{Serialize, de::DeserializeOwned};

/// A URL-encoded form: the body's, or for GET and HEAD the query's. Use it as `axum::Form`; a refusal names the field.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            let query = request.uri().query().unwrap_or_default();
            let value = urlencoded::from_bytes(
                query.as_bytes(),
                FrameworkFault::BadRequest,
                Part::Parameters,
            );
            return Ok(Self(value?));
        }
        if !media_type(request.headers())
            .is_some_and(|media_type| media_type.eq_ignore_ascii_case(urlencoded::MEDIA_TYPE))
        {
            return Err(refuse(
                FrameworkFault::UnsupportedMediaType,
                "the body is not declared as a form",
            ));
        }
        let body = body(request, state).await?;
        Ok(Self(urlencoded::from_bytes(&body, FrameworkFault::Unprocessable, Part::Body)?))
    }
}

impl<T: Serialize> IntoResponse for Form<T> {
    fn into_response(self) -> Response {
        match serde_urlencoded::to_string(&self.0) {
            Ok(body) => {
                ([(header::CONTENT_TYPE, HeaderValue::from_static(urlencoded::MEDIA_TYPE))], body)
                    .into_response()
            }
            Err(error) => Failure::from(errcode_core::Failure::fault(
                FrameworkFault::Unexpected,
                format!("the answer has no form: {error}"),
            ))
            .into_response(),
        }
    }
}

super::transparent!(Form);
