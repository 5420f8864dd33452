//! Routes that serve the catalog.

use crate::Failure;
use axum::{Router, body::Body, extract::Path, routing::get};
use errcode_core::Catalog;
use errcode_http::CatalogAnswers;
use http::HeaderMap;

/// Returns the routes that serve the catalog: `GET /errors` lists its codes, `GET /errors/{code}` describes one.
///
/// A code is found in any case and by alias; the answer about a retired one says why it was retired. With the feature
/// `html`, a client that asks for `text/html` gets pages.
///
/// ```
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # #[error("no project", code = "E2001", status = 404)]
/// # struct NotFound;
/// # errcode_core::catalog! { static CATALOG = [NotFound]; }
/// let app: axum::Router = axum::Router::new().merge(errcode_axum::catalog_routes(&CATALOG));
/// ```
#[must_use]
pub fn catalog_routes(catalog: &'static Catalog) -> CatalogRoutes {
    CatalogRoutes { answers: CatalogAnswers::new(catalog) }
}

/// The routes of [`catalog_routes`], to be merged into a router.
#[derive(Clone, Debug)]
pub struct CatalogRoutes {
    answers: CatalogAnswers,
}

impl CatalogRoutes {
    /// Adds internal facts: file, line, type, level, and the internal codes.
    #[must_use]
    pub fn with_source(self) -> Self {
        Self { answers: self.answers.with_source() }
    }

    /// Adds the service's OpenAPI document: the page of a code names the operations that answer with it, and links to
    /// the page of [`openapi_routes`](crate::openapi::openapi_routes) if the document has
    /// [`DocumentPaths`](crate::openapi::DocumentPaths).
    #[cfg(all(feature = "html", feature = "openapi"))]
    #[must_use]
    pub fn with_openapi(self, openapi: &utoipa::openapi::OpenApi) -> Self {
        let document = openapi
            .to_json()
            .unwrap_or_else(|error| unreachable!("it consists of plain data: {error}"));
        Self { answers: self.answers.with_openapi(&document) }
    }
}

impl<S: Clone + Send + Sync + 'static> From<CatalogRoutes> for Router<S> {
    fn from(CatalogRoutes { answers: all }: CatalogRoutes) -> Self {
        let one = all.clone();
        let list = async move |headers: HeaderMap| all.all(&headers).map(Body::from);
        let show = async move |headers: HeaderMap, Path(code): Path<String>| {
            one.one(&headers, &code).map(|answer| answer.map(Body::from)).map_err(Failure::from)
        };
        Router::new().route("/errors", get(list)).route("/errors/{code}", get(show))
    }
}
