//! OpenAPI with [utoipa]: each operation documents the codes it answers, with bodies as they are really rendered, and tests
//! hold it to that.
//!
//! [`codes!`](crate::codes!) declares what an operation answers, [`ErrorSchemas`] adds the schemas of the bodies to the
//! document, [`CatalogPaths`] the routes of [`catalog_routes`](crate::catalog_routes). [`openapi_routes`] serves the
//! document, and a page to read it. [`documented`] makes tests fail that see an answer which the document does not have.

mod documented;
mod routes;

pub use documented::{Documented, DocumentedFuture, DocumentedService, documented};
pub use errcode_utoipa::{CatalogPaths, Codes, DocumentPaths, ErrorSchemas, faults};
pub use routes::{OpenApiRoutes, openapi_routes};
