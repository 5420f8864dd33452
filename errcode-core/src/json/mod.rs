//! JSON, written straight to bytes, for bodies and log lines.
//!
//! The serializer is our own, so that users of the derive need not compile `serde_json`.

mod escape;
mod number;
mod object;
mod serializer;
mod to_json;
mod unserializable;

pub(crate) use escape::LONGEST;
pub use escape::{Escaped, push_escaped, push_plain_ascii, push_string};
pub use number::{push_i64, push_u64};
pub(crate) use object::Object;
/// What the type of a `#[detail]` field implements: the trait of serde.
pub use serde_core::Serialize;
pub(crate) use to_json::{ToJson, push_or_null};
pub(crate) use unserializable::Unserializable;
