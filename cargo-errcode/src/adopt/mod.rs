//! The code mod of `adopt`: thiserror types get `AppError`, `#[app(extend)]` and, for each variant,
//! a code and a guessed status.
//!
//! Text is inserted at the places of tokens, so that the rest of a file is unchanged. A type is
//! recognized by a derive called `Error` and an `#[error("…")]`, which no other derive accepts.

mod answers;
mod attributes;
mod catalog;
mod edit;
mod item;
mod names;
mod plan;
mod source;
mod status;
mod write;

pub(crate) use self::{
    catalog::Catalog,
    plan::{Adopted, Assigned, Plan, Response, plan},
    source::Package,
    write::write,
};
