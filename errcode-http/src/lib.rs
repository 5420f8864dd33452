#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod adapter;
mod beginning;
mod body_end;
mod body_format;
mod catalog_answers;
mod error_layer;
mod exchange;
mod framework;
mod headers;
mod in_context;
#[cfg(feature = "inject")]
mod inject;
mod instance;
#[cfg(feature = "json")]
mod json_api;
mod layer;
mod matched;
mod negotiation;
mod render;
pub mod request;
mod request_path;
#[cfg(any(feature = "json", feature = "urlencoded"))]
mod respond;
#[cfg(feature = "stream")]
pub mod stream;
#[cfg(feature = "test")]
pub mod test;
mod untyped;
mod watched;
mod work;

pub use body_format::{BodyFormatFuture, BodyFormatLayer, BodyFormatService, body_format};
pub use catalog_answers::CatalogAnswers;
pub use error_layer::ErrorLayerFor;
pub use framework::{Framework, MaybeReplaced, Plain};
pub use headers::{
    EXPOSED_HEADERS, X_DEGRADED, X_ERROR_CODE, X_REQUEST_ID, X_RETRIES_EXHAUSTED, X_TASK_ID,
    X_TRACE_ID,
};
pub use in_context::{InContext, in_context};
#[cfg(feature = "json")]
pub use json_api::{Document, Resource};
pub use layer::{ErrorService, ResponseFuture};
pub use matched::Matched;
pub use render::{error_of, respond};
pub use request::Rename;
#[cfg(feature = "urlencoded")]
pub use respond::form_response;
#[cfg(feature = "json")]
pub use respond::json_response;
pub use untyped::Foreign;
pub use watched::Watched;

/// Answers every failure of a request in one format, with a catalogued code, and reports it once.
///
/// This is the layer for services of `http` types without a framework. See the [crate's example](crate), and
/// [`ErrorLayerFor`] for all settings.
pub type ErrorLayer = ErrorLayerFor<Plain>;
