//! URL-encoded forms.

use super::{
    body, media_type,
    mismatch::{Place, refusal},
    refuse,
};
use crate::Failure;
use axum::{
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use errcode_core::FrameworkFault;
use http::{HeaderValue, Method, header};
use serde_core::{Serialize, de::DeserializeOwned};

const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

/// A URL-encoded form: the body's, or for GET and HEAD the query's. Use it as `axum::Form`; a refusal names the field.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            let query = request.uri().query().unwrap_or_default();
            return decode(query.as_bytes(), FrameworkFault::BadRequest, Place::Parameter)
                .map(Self);
        }
        if !media_type(request.headers())
            .is_some_and(|media_type| media_type.eq_ignore_ascii_case(MEDIA_TYPE))
        {
            return Err(refuse(
                FrameworkFault::UnsupportedMediaType,
                "the body is not declared as a form",
            ));
        }
        decode(&body(request, state).await?, FrameworkFault::Unprocessable, Place::Body).map(Self)
    }
}

fn decode<T: DeserializeOwned>(
    text: &[u8],
    fault: FrameworkFault,
    place: Place,
) -> Result<T, Failure> {
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text));
    serde_path_to_error::deserialize(pairs)
        .map_err(|error| refusal(fault, place, error.path(), &error.inner().to_string()))
}

impl<T: Serialize> IntoResponse for Form<T> {
    fn into_response(self) -> Response {
        match serde_urlencoded::to_string(&self.0) {
            Ok(body) => ([(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE))], body)
                .into_response(),
            Err(error) => Failure::from(errcode_core::Failure::fault(
                FrameworkFault::Unexpected,
                format!("the answer has no form: {error}"),
            ))
            .into_response(),
        }
    }
}

super::transparent!(Form);
