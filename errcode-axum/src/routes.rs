//! The catalog, served.

#[cfg(feature = "html")]
#[path = "routes/html.rs"]
mod pages;
#[cfg(not(feature = "html"))]
#[path = "routes/json_only.rs"]
mod pages;

use crate::Failure;
use axum::{Router, extract::Path, response::Response, routing::get};
use errcode_core::{Catalog, FrameworkFault, Listing};
use errcode_runtime::Context;
use http::{HeaderMap, HeaderValue, header};
use pages::{Pages, vary};

/// Routes that serve the catalog: `GET /errors` lists its codes, `GET /errors/{code}` tells of one, in any case and by alias, and of a
/// retired one why it went. With the feature `html`, a client that asks for `text/html` gets pages.
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
    CatalogRoutes { catalog, source: false }
}

/// The routes of [`catalog_routes`], to be merged into a router.
#[derive(Clone, Copy, Debug)]
pub struct CatalogRoutes {
    catalog: &'static Catalog,
    source: bool,
}

impl CatalogRoutes {
    /// Adds what only the service's own people should see: file, line, type, level, and the internal codes.
    #[must_use]
    pub fn with_source(self) -> Self {
        Self { source: true, ..self }
    }

    fn listing(self) -> Listing<'static> {
        let language = Context::current().and_then(|context| context.language());
        Listing::in_language(language).with_source(self.source)
    }

    fn list(self) -> Response {
        let mut body = Vec::new();
        self.catalog.write_json(self.listing(), &mut body);
        json(body)
    }

    fn show(self, code: &str) -> Result<Response, Failure> {
        let spec = self.catalog.lookup(code).filter(|spec| self.source || !spec.is_internal());
        let Some(spec) = spec else {
            // An old client's code keeps its meaning: as its page does, the answer says that it is retired, and why.
            let mut body = Vec::new();
            if self.catalog.write_retired_json(code, &mut body) {
                return Ok(json(body));
            }
            return Err(errcode_core::Failure::fault(
                FrameworkFault::UnknownRoute,
                "no such code in the catalog",
            )
            .into());
        };
        let mut body = Vec::new();
        self.catalog.write_error_json(spec, self.listing(), &mut body);
        Ok(json(body))
    }
}

fn json(body: Vec<u8>) -> Response {
    let mut response = Response::new(body.into());
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

impl<S: Clone + Send + Sync + 'static> From<CatalogRoutes> for Router<S> {
    fn from(routes: CatalogRoutes) -> Self {
        let list = Pages::new(routes.catalog, routes.source);
        let one = list.clone();
        let index = async move |headers: HeaderMap| {
            vary(list.index(&headers).unwrap_or_else(|| routes.list()))
        };
        let code = async move |headers: HeaderMap, Path(code): Path<String>| match one
            .code(&headers, &code)
        {
            Some(page) => Ok(vary(page)),
            None => routes.show(&code).map(vary),
        };
        Router::new().route("/errors", get(index)).route("/errors/{code}", get(code))
    }
}
