//! The code mod of `adopt`: thiserror types get `AppError`, `#[app(extend)]` and, for each variant,
//! a code and the status with which the code answers already, or a guessed one. What the derive and
//! the layer replace is removed.
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
mod removal;
mod router;
mod source;
mod status;
mod write;

pub(crate) use self::{
    catalog::Catalog,
    plan::{Adopted, Assigned, Layer, Plan, Removed, plan},
    source::Package,
    write::write,
};
