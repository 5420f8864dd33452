//! Failures as clients see them: bodies, written straight to bytes.

mod accept;
mod body_format;
mod content;
mod envelope;
mod example;
#[cfg(feature = "serde")]
mod example_schema;
mod facts;
mod ids;
mod json_api;
mod own_format;
mod plan;
mod problem;
mod timestamp;
mod value;
mod view;
#[cfg(feature = "serde")]
mod wire_error;

pub use crate::accept_language::negotiate as negotiate_language;
#[doc(hidden)]
pub use accept::weight;
pub use accept::{Standard, negotiate};
pub use body_format::{BodyFormat, body, render};
pub use envelope::Envelope;
pub use example::Example;
#[cfg(feature = "serde")]
pub use example_schema::example_schema;
pub use ids::Ids;
#[doc(hidden)]
pub use ids::PlainIds;
pub use json_api::JsonApi;
#[doc(hidden)]
pub use own_format::Own;
#[doc(hidden)]
pub use plan::Planned;
pub use problem::Problem;
pub use timestamp::Timestamp;
pub use view::{ErrorView, MAX_VIOLATIONS};
#[cfg(feature = "serde")]
pub use wire_error::WireError;

/// The schemas of the three standard formats by name, as they are in the `components.schemas` of an OpenAPI document.
#[doc(hidden)]
pub const SCHEMAS: &str = include_str!("schemas.json");
