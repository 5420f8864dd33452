//! Rules of values, checked behind an extractor.

#[cfg(feature = "garde")]
mod garde;
#[cfg(feature = "validator")]
mod validator;

use super::{Rename, pointer};
use crate::Failure;
use axum::extract::{FromRequest, FromRequestParts, Request};
use errcode_core::{FieldViolation, FrameworkFault, Subject};
use http::request::Parts;
use std::{
    borrow::Cow,
    fmt,
    ops::{Deref, DerefMut},
};

/// What the extractor gives, where its value breaks no rule: `Valid<Json<T>>` by the rules of `validator`, `Valid<Json<T>, Garde>` by those of `garde`.
///
/// Otherwise the request is refused with [`FrameworkFault::Validation`], and every rule that was broken is one fault: its place, the rule's name and
/// parameters, and its message. The value is in none of them. Validators know the names of Rust's fields; see [`Rename`] for those that clients know.
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
    message = "`{Self}` is no extractor with a value to check",
    note = "`Valid` takes `Json`, `Query`, `Form` and `Path` of `errcode_axum::extract`"
)]
pub trait Extracted {
    /// The type that has the rules.
    type Value;

    /// Where in the request the value stands.
    const PLACE: Place;

    /// The value.
    fn value(&self) -> &Self::Value;
}

/// Where in a request a value stands: its fields are named by pointers into the body or as parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the body.
    Body,
    /// In the path or query.
    Parameters,
}

macro_rules! extracted {
    ($($(#[$condition:meta])* $extractor:ident in $place:ident;)*) => {$(
        $(#[$condition])*
        impl<T> Extracted for super::$extractor<T> {
            type Value = T;
            const PLACE: Place = Place::$place;
            fn value(&self) -> &T {
                &self.0
            }
        }
    )*};
}
extracted! {
    #[cfg(feature = "json")] Json in Body;
    #[cfg(feature = "form")] Form in Body;
    #[cfg(feature = "query")] Query in Parameters;
    Path in Parameters;
}

/// A library of rules.
pub trait Library {
    /// The extractor itself: ties the library to [`Valid`], which holds nothing of it.
    type Of<E>;
}

/// The rules of a type that implements `validator::Validate` (feature `validator`).
#[derive(Clone, Copy, Debug)]
pub enum Validator {}

impl Library for Validator {
    type Of<E> = E;
}

/// The rules of a type that implements `garde::Validate` with a default context (feature `garde`). They have messages but no names, so their violations have
/// no `rule`. `garde` writes a key of a map like a field, so [`Rename`] changes both.
#[derive(Clone, Copy, Debug)]
pub enum Garde {}

impl Library for Garde {
    type Of<E> = E;
}

/// A library of rules, for the values it knows.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no rules for `{T}`",
    note = "derive `validator::Validate` for `Valid<…>`, or `garde::Validate` for `Valid<…, Garde>`"
)]
pub trait Rules<T>: Library {
    /// Every rule that the value breaks.
    fn check(value: &T) -> Vec<Violation>;
}

/// A rule that a value breaks.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Violation {
    /// The way to the field.
    pub path: Vec<Step>,
    /// The rule, its parameters and what clients read; its `source` is made of the path.
    pub fault: FieldViolation,
}

/// A step on the way to a field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Into a field.
    Field(Cow<'static, str>),
    /// To an item.
    Item(usize),
}

fn checked<E, M>(extracted: E, rename: Rename) -> Result<Valid<E, M>, Failure>
where
    E: Extracted,
    M: Rules<E::Value> + Library<Of<E> = E>,
{
    let violations = M::check(extracted.value());
    if violations.is_empty() {
        Ok(Valid(extracted))
    } else {
        Err(refused(violations, E::PLACE, rename))
    }
}

fn refused(mut violations: Vec<Violation>, place: Place, rename: Rename) -> Failure {
    // Validators keep them in hash maps.
    violations.sort_by(|a, b| (&a.path, &a.fault.rule).cmp(&(&b.path, &b.fault.rule)));
    let violations: Vec<_> = violations
        .into_iter()
        .map(|Violation { path, mut fault }| {
            fault.source = subject(&path, place, rename);
            fault
        })
        .collect();
    let text =
        format!("the value breaks {} of its rules: {}", violations.len(), Summary(&violations));
    errcode_core::Failure::refusal(FrameworkFault::Validation, text, violations).into()
}

/// The place by the names that clients know; `None` for the value as a whole.
fn subject(path: &[Step], place: Place, rename: Rename) -> Option<Subject> {
    let mut text = String::new();
    for step in path {
        match step {
            Step::Field(name) => pointer::push(&mut text, rename.apply(name)),
            Step::Item(index) => pointer::push(&mut text, index),
        }
    }
    let subject = Subject::Pointer(text.into());
    match place {
        _ if path.is_empty() => None,
        Place::Body => Some(subject),
        Place::Parameters => Some(Subject::Parameter(subject.field().into())),
    }
}

/// The first rules and their places, for the log.
struct Summary<'a>(&'a [FieldViolation]);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const ENOUGH: usize = 8;
        for (at, fault) in self.0.iter().take(ENOUGH).enumerate() {
            let place = fault.source.as_ref().map_or("", |source| source.member().1);
            let separator = if at == 0 { "" } else { ", " };
            write!(f, "{separator}{} at `{place}`", fault.rule.as_deref().unwrap_or("a rule"))?;
        }
        f.write_str(if self.0.len() > ENOUGH { ", …" } else { "" })
    }
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
