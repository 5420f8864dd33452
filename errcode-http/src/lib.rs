#![doc = include_str!("../README.md")]

mod body_format;
mod catalog_answers;
mod exchange;
mod framework;
mod headers;
mod in_context;
mod instance;
#[cfg(feature = "json")]
mod json_api;
mod layer;
mod negotiation;
mod render;
pub mod request;
#[cfg(feature = "test")]
pub mod test;
mod untyped;
mod watched;

pub use body_format::{BodyFormatFuture, BodyFormatLayer, BodyFormatService, body_format};
pub use catalog_answers::CatalogAnswers;
pub use framework::{Framework, Matched, MaybeReplaced, Plain};
pub use headers::{EXPOSED_HEADERS, X_ERROR_CODE, X_REQUEST_ID, X_TASK_ID, X_TRACE_ID};
pub use in_context::{InContext, in_context};
#[cfg(feature = "json")]
pub use json_api::{Document, Resource};
pub use layer::{ErrorLayer, ErrorService, ResponseFuture};
pub use render::{error_of, respond};
pub use request::Rename;
pub use untyped::Foreign;
pub use watched::Watched;
