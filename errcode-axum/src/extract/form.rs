//! URL-encoded forms.

use crate::Failure;
use axum::{
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use errcode_http::{
    form_response,
    request::{Origin, urlencoded},
};
use http::Method;
use serde_core::{Serialize, de::DeserializeOwned};

/// A URL-encoded form: the body's, or for GET and HEAD the query's. Use it like `axum::Form`; a rejection names the
/// field.
///
/// ```
/// use axum::{Router, routing::post};
/// use errcode_axum::extract::Form;
///
/// #[derive(serde::Deserialize)]
/// struct Login {
///     name: String,
/// }
///
/// async fn login(Form(login): Form<Login>) -> String {
///     format!("hello {}", login.name)
/// }
///
/// let app: Router = Router::new().route("/login", post(login));
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[must_use]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned> Form<T> {
    /// Reads the form of a request, with its origin.
    pub(super) async fn read_text<S: Send + Sync>(
        request: Request,
        state: &S,
    ) -> Result<(Self, Origin), Failure> {
        if matches!(*request.method(), Method::GET | Method::HEAD) {
            let query = request.uri().query();
            return Ok((Self(urlencoded::from_query(query)?), Origin::query::<T>(query)));
        }
        urlencoded::check_declared(request.headers())?;
        let text = super::body(request, state).await?;
        Ok((Self(urlencoded::from_body(&text)?), Origin::form::<T>(text)))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        Self::read_text(request, state).await.map(|(form, _)| form)
    }
}

impl<T: Serialize> IntoResponse for Form<T> {
    fn into_response(self) -> Response {
        form_response(&self.0)
    }
}

super::transparent!(Form);
