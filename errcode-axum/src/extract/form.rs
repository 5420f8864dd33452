//! URL-encoded forms.

use crate::Failure;
use axum::{
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use errcode_http::{form_response, request::urlencoded};
use http::Method;
use serde_core::{Serialize, de::DeserializeOwned};

/// A URL-encoded form: the body's, or for GET and HEAD the query's. Use it like `axum::Form`; a refusal names the
/// field.
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            return Ok(Self(urlencoded::from_query(request.uri().query())?));
        }
        urlencoded::check_declared(request.headers())?;
        Ok(Self(urlencoded::from_body(&super::body(request, state).await?)?))
    }
}

impl<T: Serialize> IntoResponse for Form<T> {
    fn into_response(self) -> Response {
        form_response(&self.0)
    }
}

super::transparent!(Form);
