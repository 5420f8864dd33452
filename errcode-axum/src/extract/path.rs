//! Parameters of the path.

use crate::Failure;
use axum::extract::{
    FromRequestParts, OptionalFromRequestParts, RawPathParams, path::ErrorKind,
    rejection::PathRejection,
};
use errcode_core::FrameworkFault;
use errcode_http::request::parameter;
use http::request::Parts;
use serde_core::de::DeserializeOwned;

/// The parameters of the path. Use it like [`axum::extract::Path`]; a rejection names the parameter.
///
/// A handler that asks for another number of parameters than its route has is the service's own mistake, answered as
/// [`FrameworkFault::Unexpected`].
///
/// ```
/// use axum::{Router, body::Body, http::Request, routing::get};
/// use errcode_axum::extract::Path;
/// use tower::ServiceExt as _;
///
/// async fn show(Path((project, document)): Path<(u64, u64)>) -> String {
///     format!("{document} of {project}")
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let app: Router = Router::new().route("/projects/{project}/documents/{document}", get(show));
/// let request = Request::get("/projects/17/documents/last").body(Body::empty()).unwrap();
/// let response = app.oneshot(request).await.unwrap();
/// assert_eq!(response.status(), 400); // `field` is `document`
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Path<T>(pub T);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        match <axum::extract::Path<T> as FromRequestParts<S>>::from_request_parts(parts, state)
            .await
        {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(rejection) => {
                let names = names(parts, state).await;
                Err(refused(rejection, &names))
            }
        }
    }
}

/// A route without parameters has no value.
impl<T, S> OptionalFromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send + 'static,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Failure> {
        if names(parts, state).await.is_empty() {
            return Ok(None);
        }
        <Self as FromRequestParts<S>>::from_request_parts(parts, state).await.map(Some)
    }
}

/// Returns the names of the parameters, in the route's order.
async fn names<S: Send + Sync>(parts: &mut Parts, state: &S) -> Vec<String> {
    RawPathParams::from_request_parts(parts, state)
        .await
        .map(|parameters| parameters.iter().map(|(name, _)| name.to_owned()).collect())
        .unwrap_or_default()
}

fn refused(rejection: PathRejection, names: &[String]) -> Failure {
    let PathRejection::FailedToDeserializePathParams(error) = rejection else {
        return misused("the handler asks for parameters that its route does not have");
    };
    let at = |index: usize| names.get(index).cloned();
    // A single parameter is known without axum.
    let single = || at(0).filter(|_| names.len() == 1);
    let (name, expected) = match error.into_kind() {
        ErrorKind::ParseErrorAtKey { key, expected_type, .. } => (Some(key), Some(expected_type)),
        ErrorKind::ParseErrorAtIndex { index, expected_type, .. } => {
            (at(index), Some(expected_type))
        }
        ErrorKind::ParseError { expected_type, .. } => (at(0), Some(expected_type)),
        ErrorKind::InvalidUtf8InPathParam { key } | ErrorKind::DeserializeError { key, .. } => {
            (Some(key), None)
        }
        // The client has named a variant with a value, which a path cannot have.
        ErrorKind::UnsupportedType { name } if name.ends_with(" enum variant") => (single(), None),
        ErrorKind::WrongNumberOfParameters { .. } | ErrorKind::UnsupportedType { .. } => {
            return misused("the handler's type does not fit its route");
        }
        // A type's own message may quote the value, so it is not used.
        _ => (single(), None),
    };
    parameter::mismatch(name, expected).into()
}

/// Returns the failure for a mistake of the service, not of the client.
fn misused(text: &'static str) -> Failure {
    errcode_core::Failure::fault(FrameworkFault::Unexpected, text).into()
}

super::transparent!(Path);
