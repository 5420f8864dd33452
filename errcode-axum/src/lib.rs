#![doc = include_str!("../README.md")]

mod body;
mod body_format;
pub mod extract;
mod failure;
mod funnel;
mod headers;
#[cfg(feature = "json")]
mod json_api;
mod layer;
#[cfg(feature = "openapi")]
pub mod openapi;
mod respond;
mod routes;
#[cfg(any(feature = "sse", feature = "ws"))]
mod stream;
#[cfg(feature = "test")]
pub mod test;

pub use body::in_context;
pub use body_format::{BodyFormatFuture, BodyFormatLayer, BodyFormatService, body_format};
pub use errcode_derive::IntoResponse;
pub use failure::{Failure, Result};
pub use funnel::Foreign;
pub use headers::EXPOSED_HEADERS;
#[cfg(feature = "json")]
pub use json_api::{Document, Resource};
pub use layer::{ErrorLayer, ErrorService, ResponseFuture};
pub use respond::error_of;
pub use routes::{CatalogRoutes, catalog_routes};
#[cfg(feature = "sse")]
pub use stream::event;
#[cfg(any(feature = "sse", feature = "ws"))]
pub use stream::wire_error;
#[cfg(feature = "ws")]
pub use stream::{close, message};

/// What the derive's expansion names. No part of the public interface: anything here may change with any release.
#[doc(hidden)]
pub mod __private {
    pub use axum::response::{IntoResponse, Response};
    use errcode_core::Coded;

    #[track_caller]
    pub fn respond<E: Coded + Send + Sync + 'static>(error: E) -> Response {
        crate::respond::respond(error.into())
    }
}
