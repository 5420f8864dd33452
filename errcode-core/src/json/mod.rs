//! JSON, written straight to bytes: what body forms and log lines are made with.
//!
//! A serializer of our own keeps `serde_json` out of what every user of the derive compiles.

mod escape;
mod number;
mod object;
mod serializer;
mod to_json;
mod unserializable;

pub use escape::{Escaped, push_escaped, push_string};
pub use number::{push_i64, push_u64};
pub(crate) use object::Object;
pub(crate) use to_json::{ToJson, push_or_null};
pub(crate) use unserializable::Unserializable;
