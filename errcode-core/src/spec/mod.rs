//! Codes and their rows, and error values that have one.

pub(crate) mod arg;
pub(crate) mod as_dyn_error;
pub(crate) mod captured;
pub(crate) mod child;
pub(crate) mod code;
pub(crate) mod coded;
pub(crate) mod detail_spec;
pub(crate) mod error_spec;
pub(crate) mod message;
pub(crate) mod neutral;
pub(crate) mod retry;
pub(crate) mod retry_hint;
pub(crate) mod rows;
pub(crate) mod sensitive;
pub mod shape;
pub(crate) mod table;
pub(crate) mod template;
pub(crate) mod text_kind;
pub(crate) mod violation;
