//! Rules that are checked after an extractor.

use super::Rename;
use crate::Failure;
use axum::extract::{FromRequest, FromRequestParts, Request};
use errcode_http::request::{Library, RequestPart, Rules, Validator, check};
use http::request::Parts;
use std::{
    fmt,
    ops::{Deref, DerefMut},
};

/// An extractor whose value breaks no rule: `Valid<Json<T>>` by the rules of `validator`, `Valid<Json<T>, Garde>` by
/// those of `garde`.
///
/// Otherwise the request is refused with [`FrameworkFault::Validation`](errcode_core::FrameworkFault::Validation),
/// and each broken rule is a violation: the field, the rule's name and parameters, and its message. The value is in
/// none of them. Validators know the names of Rust's fields; see [`Rename`] for those that clients know.
#[cfg_attr(
    all(feature = "validator", feature = "json"),
    doc = "
```
use errcode_axum::extract::{Json, Valid};
use validator::Validate;

#[derive(serde::Deserialize, Validate)]
struct CreateProject {
    #[validate(length(min = 1, max = 50))]
    name: String,
}

async fn create(Valid(Json(project)): Valid<Json<CreateProject>>) -> String {
    project.name
}

let app: axum::Router = axum::Router::new().route(\"/projects\", axum::routing::post(create));
```
"
)]
pub struct Valid<E, M: Library = Validator>(pub M::Of<E>);

/// An extractor whose value can have rules.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an extractor with a value to check",
    note = "`Valid` takes `Json`, `Query`, `Form` and `Path` of `errcode_axum::extract`"
)]
pub trait Extracted {
    /// The type that has the rules.
    type Value;

    /// The part of the request that the value is read from.
    const PART: RequestPart;

    /// Returns the value.
    fn value(&self) -> &Self::Value;
}

macro_rules! extracted {
    ($($(#[$condition:meta])* $extractor:ident from $part:ident;)*) => {$(
        $(#[$condition])*
        impl<T> Extracted for super::$extractor<T> {
            type Value = T;
            const PART: RequestPart = RequestPart::$part;
            fn value(&self) -> &T {
                &self.0
            }
        }
    )*};
}
extracted! {
    #[cfg(feature = "json")] Json from Body;
    #[cfg(feature = "form")] Form from Body;
    #[cfg(feature = "query")] Query from Parameters;
    Path from Parameters;
}

fn checked<E, M>(extracted: E, rename: Rename) -> Result<Valid<E, M>, Failure>
where
    E: Extracted,
    M: Rules<E::Value> + Library<Of<E> = E>,
{
    check::<E::Value, M>(extracted.value(), E::PART, rename)?;
    Ok(Valid(extracted))
}

impl<E, M, S> FromRequest<S> for Valid<E, M>
where
    E: FromRequest<S, Rejection = Failure> + Extracted,
    M: Rules<E::Value> + Library<Of<E> = E>,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let rename = request.extensions().get().copied().unwrap_or_default();
        checked(E::from_request(request, state).await?, rename)
    }
}

impl<E, M, S> FromRequestParts<S> for Valid<E, M>
where
    E: FromRequestParts<S, Rejection = Failure> + Extracted,
    M: Rules<E::Value> + Library<Of<E> = E>,
    S: Send + Sync,
{
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let rename = parts.extensions.get().copied().unwrap_or_default();
        checked(E::from_request_parts(parts, state).await?, rename)
    }
}

impl<E, M: Library<Of<E> = E>> Deref for Valid<E, M> {
    type Target = E;

    fn deref(&self) -> &E {
        &self.0
    }
}

impl<E, M: Library<Of<E> = E>> DerefMut for Valid<E, M> {
    fn deref_mut(&mut self) -> &mut E {
        &mut self.0
    }
}

impl<E: fmt::Debug, M: Library<Of<E> = E>> fmt::Debug for Valid<E, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Valid").field(&self.0).finish()
    }
}
