//! The schemas that error responses refer to, and the operations that errcode itself serves.

use crate::{
    beside_success,
    list::{Entry, List},
    renamed::Renamed,
    responses::responses,
};
use errcode_core::{Catalog, FrameworkFault, wire::SCHEMAS};
use std::fmt;
use utoipa::{Modify, openapi::OpenApi};

/// Adds the schemas that the responses of [`codes!`](crate::codes!) refer to: `#[openapi(modifiers(&ErrorSchemas))]`.
///
/// If the service's own body format answers failures with the status of a success, it also adds them to the operation's
/// response with this status.
///
/// Where the document has another schema by the name of one of these, such as `ErrorDetails`, both are kept: the one
/// that is added is called `ErrcodeErrorDetails`. List this modifier in the document that has these schemas, since
/// utoipa keeps one schema per name when documents are merged.
#[derive(Clone, Copy, Debug)]
pub struct ErrorSchemas;

impl Modify for ErrorSchemas {
    fn modify(&self, openapi: &mut OpenApi) {
        let mut ours = schemas();
        let renamed = Renamed::of(openapi, &ours);
        renamed.responses(openapi);
        renamed.schemas(&mut ours);
        openapi.merge(ours);
        beside_success::join_all(openapi);
    }
}

/// Returns a document with the schemas only.
fn schemas() -> OpenApi {
    let head = r#""openapi":"3.1.0","info":{"title":"","version":""},"paths":{}"#;
    parsed(&format!(r#"{{{head},"components":{{"schemas":{SCHEMAS}}}}}"#))
}

/// Adds the operations of `errcode_axum::catalog_routes` for this catalog, under the tag `errors`.
///
/// ```
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # #[error("no project", code = "E2001", status = 404)]
/// # struct NotFound;
/// # errcode_core::catalog! { static CATALOG = [NotFound]; }
/// use errcode_utoipa::{CatalogPaths, ErrorSchemas};
/// use utoipa::OpenApi;
///
/// const ERRORS: CatalogPaths = CatalogPaths(&CATALOG);
///
/// #[derive(OpenApi)]
/// #[openapi(modifiers(&ErrorSchemas, &ERRORS))]
/// struct Api;
///
/// assert!(Api::openapi().paths.paths["/errors/{code}"].get.is_some());
/// ```
#[derive(Clone, Copy)]
pub struct CatalogPaths(pub &'static Catalog);

impl Modify for CatalogPaths {
    fn modify(&self, openapi: &mut OpenApi) {
        const UNKNOWN_CODE: &[Entry] = &[Entry::Faults(&[FrameworkFault::UnknownRoute])];
        let mut routes = parsed(include_str!("catalog.json"));
        let show = routes.paths.paths.get_mut("/errors/{code}").and_then(|item| item.get.as_mut());
        if let Some(show) = show {
            show.responses
                .responses
                .extend(responses(List { catalog: self.0, entries: UNKNOWN_CODE }));
        }
        Renamed::of(openapi, &schemas()).responses(&mut routes);
        beside_success::join_all(&mut routes);
        openapi.merge(routes);
    }
}

/// Adds the operations of `errcode_axum::openapi::openapi_routes`, under the tag `about`.
#[derive(Clone, Copy, Debug)]
pub struct DocumentPaths;

impl Modify for DocumentPaths {
    fn modify(&self, openapi: &mut OpenApi) {
        openapi.merge(parsed(include_str!("document.json")));
    }
}

/// Parses a document of this project.
fn parsed(json: &str) -> OpenApi {
    serde_json::from_str(json)
        .unwrap_or_else(|error| unreachable!("a test parses the file: {error}"))
}

impl fmt::Debug for CatalogPaths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CatalogPaths").field(&self.0.service()).finish()
    }
}
