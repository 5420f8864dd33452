//! Rules that are checked after an extractor.

use super::Rename;
use crate::Failure;
#[cfg(any(feature = "form", feature = "query"))]
use axum::extract::RawPathParams;
use axum::extract::{FromRequest, FromRequestParts, Request};
use errcode_http::request::{Library, Origin, RequestPart, Rules, Validator, check};
use http::request::Parts;
use serde_core::de::DeserializeOwned;
use std::{
    fmt,
    ops::{Deref, DerefMut},
};

/// An extractor whose value breaks no rule: `Valid<Json<T>>` by the rules of `validator`, `Valid<Json<T>, Garde>` by
/// those of `garde`.
///
/// Otherwise the request is rejected with [`FrameworkFault::Validation`](errcode_core::FrameworkFault::Validation),
/// and each broken rule is a violation: the field, the rule's name and parameters, and its message. The value is in
/// none of them. Fields are named as they were sent, see [`Origin`]; [`Rename`] helps where a field was not sent.
///
/// The list ends at the layer's `max_violations`, which is 100 by default, and `errors_omitted` has the number of the
/// others.
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
pub trait Extracted: Sized {
    /// The type that has the rules.
    type Value;

    /// The part of the request that the value is read from.
    const PART: RequestPart;

    /// Returns the value.
    fn value(&self) -> &Self::Value;

    /// Extracts the value from a request, with what is known of its origin.
    fn read<S>(
        request: Request,
        state: &S,
    ) -> impl Future<Output = Result<(Self, Origin), Failure>> + Send
    where
        Self: FromRequest<S, Rejection = Failure>,
        S: Send + Sync,
    {
        async { Ok((Self::from_request(request, state).await?, Self::PART.into())) }
    }

    /// Extracts the value from the head of a request, with what is known of its origin.
    fn read_head<S>(
        parts: &mut Parts,
        state: &S,
    ) -> impl Future<Output = Result<(Self, Origin), Failure>> + Send
    where
        Self: FromRequestParts<S, Rejection = Failure>,
        S: Send + Sync,
    {
        async { Ok((Self::from_request_parts(parts, state).await?, Self::PART.into())) }
    }
}

#[cfg(feature = "json")]
impl<T: DeserializeOwned> Extracted for super::Json<T> {
    type Value = T;
    const PART: RequestPart = RequestPart::Body;

    fn value(&self) -> &T {
        &self.0
    }

    async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<(Self, Origin), Failure> {
        let text = Self::text(request, state).await?;
        Ok((Self::from_bytes(&text)?, Origin::json::<T>(text)))
    }
}

#[cfg(feature = "form")]
impl<T: DeserializeOwned> Extracted for super::Form<T> {
    type Value = T;
    const PART: RequestPart = RequestPart::Body;

    fn value(&self) -> &T {
        &self.0
    }

    async fn read<S: Send + Sync>(request: Request, state: &S) -> Result<(Self, Origin), Failure> {
        super::Form::read_text(request, state).await
    }
}

#[cfg(feature = "query")]
impl<T: DeserializeOwned> Extracted for super::Query<T> {
    type Value = T;
    const PART: RequestPart = RequestPart::Parameters;

    fn value(&self) -> &T {
        &self.0
    }

    async fn read_head<S: Send + Sync>(
        parts: &mut Parts,
        _: &S,
    ) -> Result<(Self, Origin), Failure> {
        Ok((Self::from_uri(&parts.uri)?, Origin::query::<T>(parts.uri.query())))
    }
}

impl<T: DeserializeOwned + Send> Extracted for super::Path<T> {
    type Value = T;
    const PART: RequestPart = RequestPart::Parameters;

    fn value(&self) -> &T {
        &self.0
    }

    #[cfg(any(feature = "form", feature = "query"))]
    async fn read_head<S: Send + Sync>(
        parts: &mut Parts,
        state: &S,
    ) -> Result<(Self, Origin), Failure> {
        let path = Self::from_request_parts(parts, state).await?;
        let raw = RawPathParams::from_request_parts(parts, state).await;
        let origin = raw.map_or_else(|_| Self::PART.into(), |raw| Origin::path::<T>(&raw));
        Ok((path, origin))
    }
}

fn checked<E, M>((extracted, origin): (E, Origin), rename: Rename) -> Result<Valid<E, M>, Failure>
where
    E: Extracted,
    M: Rules<E::Value> + Library<Of<E> = E>,
{
    check::<E::Value, M>(extracted.value(), origin, rename)?;
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
        checked(E::read(request, state).await?, rename)
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
        checked(E::read_head(parts, state).await?, rename)
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
