//! Parameters of the path.

use super::refuse;
use crate::Failure;
use axum::extract::{
    FromRequestParts, OptionalFromRequestParts, RawPathParams, path::ErrorKind,
    rejection::PathRejection,
};
use errcode_core::{FieldViolation, FrameworkFault, Subject};
use http::request::Parts;
use serde_core::de::DeserializeOwned;

/// The parameters of the path. Use it as [`axum::extract::Path`]; a refusal names the parameter.
///
/// A handler that asks for another number of parameters than its route has is a mistake of the service's, and answered as one.
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

/// Without parameters in its path the route has none.
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

/// The parameters' names, in the route's order.
async fn names<S: Send + Sync>(parts: &mut Parts, state: &S) -> Vec<String> {
    RawPathParams::from_request_parts(parts, state)
        .await
        .map(|parameters| parameters.iter().map(|(name, _)| name.to_owned()).collect())
        .unwrap_or_default()
}

fn refused(rejection: PathRejection, names: &[String]) -> Failure {
    let PathRejection::FailedToDeserializePathParams(error) = rejection else {
        return refuse(
            FrameworkFault::Unexpected,
            "the handler asks for parameters that its route has not",
        );
    };
    let at = |index: usize| names.get(index).cloned();
    let (name, expected) = match error.into_kind() {
        ErrorKind::ParseErrorAtKey { key, expected_type, .. } => (Some(key), Some(expected_type)),
        ErrorKind::ParseErrorAtIndex { index, expected_type, .. } => {
            (at(index), Some(expected_type))
        }
        ErrorKind::ParseError { expected_type, .. } => (at(0), Some(expected_type)),
        ErrorKind::InvalidUtf8InPathParam { key } | ErrorKind::DeserializeError { key, .. } => {
            (Some(key), None)
        }
        ErrorKind::WrongNumberOfParameters { .. } | ErrorKind::UnsupportedType { .. } => {
            return refuse(FrameworkFault::Unexpected, "the handler's type does not fit its route");
        }
        // A type's own text may quote the value; with one parameter there is no doubt which.
        _ => (at(0).filter(|_| names.len() == 1), None),
    };
    let text = match &name {
        Some(name) => format!("the path parameter `{name}` does not fit"),
        None => "a path parameter does not fit".to_owned(),
    };
    let kind = expected.and_then(kind);
    let mut violation =
        FieldViolation::default().rule(if kind.is_some() { "type" } else { "value" });
    violation.source = name.map(|name| Subject::Parameter(name.into()));
    if let Some(kind) = kind {
        violation = violation.param("expected", kind);
    }
    errcode_core::Failure::refusal(FrameworkFault::BadRequest, text, vec![violation]).into()
}

/// What axum's name of a type stands for.
fn kind(type_name: &str) -> Option<&'static str> {
    match type_name {
        "bool" => Some("boolean"),
        "f32" | "f64" => Some("number"),
        "char" | "str" | "String" => Some("string"),
        _ => type_name
            .strip_prefix(['u', 'i'])
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) || *rest == "size")
            .map(|_| "integer"),
    }
}

super::transparent!(Path);
