//! OpenAPI with [utoipa]: each operation documents the codes it answers, with bodies as they are really rendered, and tests hold it to that.
//!
//! [`codes!`](crate::codes!) declares what an operation answers, [`ErrorSchemas`] adds the schemas of the bodies to the document, [`CatalogPaths`] the
//! routes of [`catalog_routes`](crate::catalog_routes). [`openapi_routes`] serves the document, and a page to read it.
//! [`documented`] makes tests fail that see an answer which the document does not have.

mod codes;
mod components;
mod documented;
pub mod faults;
mod responses;
mod routes;

pub use codes::Codes;
pub use components::{CatalogPaths, DocumentPaths, ErrorSchemas};
pub use documented::{Documented, DocumentedFuture, DocumentedService, documented};
pub use routes::{OpenApiRoutes, openapi_routes};

/// What `codes!` expands to. No part of the public interface: anything here may change with any release.
#[doc(hidden)]
pub mod __private {
    pub use super::codes::{Entry, List, responses_of};
    pub use errcode_core::{__private::variant, Catalogued};
    pub use utoipa::IntoResponses;

    pub type Responses =
        std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>>;
}
