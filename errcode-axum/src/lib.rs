#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod extract;
mod failure;
mod framework;
#[cfg(feature = "json")]
mod json_api;
#[cfg(feature = "openapi")]
pub mod openapi;
mod routes;
#[cfg(any(feature = "sse", feature = "ws"))]
mod stream;

pub use errcode_derive::IntoResponse;
#[cfg(feature = "json")]
pub use errcode_http::Resource;
#[cfg(feature = "test")]
pub use errcode_http::assert_code;
pub use errcode_http::{
    BodyFormatFuture, BodyFormatLayer, BodyFormatService, EXPOSED_HEADERS, Foreign, body_format,
    error_of,
};
#[cfg(feature = "serde")]
pub use errcode_runtime::boundary::wire_error;
#[cfg(feature = "openapi")]
pub use errcode_utoipa::codes;
pub use failure::{Failure, Result};
pub use framework::{Axum, ErrorLayer, ErrorService, in_context};
#[cfg(feature = "json")]
pub use json_api::Document;
pub use routes::{CatalogRoutes, catalog_routes};
#[cfg(feature = "sse")]
pub use stream::event;
#[cfg(feature = "ws")]
pub use stream::{close, message};

/// For the tests of services.
#[cfg(feature = "test")]
pub mod test {
    #[cfg(feature = "openapi")]
    pub use crate::openapi::{Documented, documented};
    pub use errcode_http::test::*;
}

/// The names in the derive's expansion. Not part of the public interface: any release may change them.
#[doc(hidden)]
pub mod __private {
    pub use axum::response::{IntoResponse, Response};
    use errcode_core::{Coded, Failure};

    /// The location would be that of the derive, which does not help, so the failure has none.
    pub fn respond<E: Coded + Send + Sync + 'static>(error: E) -> Response {
        errcode_http::respond(Failure::without_place(error))
    }
}
