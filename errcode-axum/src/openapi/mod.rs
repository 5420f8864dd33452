//! OpenAPI with [utoipa]: each operation documents the codes it answers with, with rendered examples, and tests check
//! that the document is complete.
//!
//! [`codes!`](crate::codes!) declares the codes of an operation, [`ErrorSchemas`] adds the schemas of the bodies to the
//! document, [`CatalogPaths`] the routes of [`catalog_routes`](crate::catalog_routes). [`openapi_routes`] serves the
//! document, and a page to read it. [`documented`] fails tests on answers that the document does not have.

mod documented;
mod routes;

pub use documented::{Documented, DocumentedFuture, DocumentedService, documented};
pub use errcode_utoipa::{CatalogPaths, Codes, DocumentPaths, ErrorSchemas, faults};
pub use routes::{OpenApiRoutes, openapi_routes};
