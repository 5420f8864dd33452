//! Routes that serve the document, and a page to read it.

use axum::{Router, response::Response, routing::get};
use bytes::Bytes;
use http::{HeaderValue, header};
use std::fmt;
use utoipa::openapi::OpenApi;

/// Returns routes that serve the document: `GET /openapi.json`, and `GET /docs`, a page to read it. The page is one
/// file that loads nothing from other hosts.
///
/// ```
/// use utoipa::OpenApi;
///
/// #[derive(OpenApi)]
/// struct Api;
///
/// let app: axum::Router = axum::Router::new().merge(errcode_axum::openapi::openapi_routes(&Api::openapi()));
/// ```
#[must_use]
pub fn openapi_routes(openapi: &OpenApi) -> OpenApiRoutes {
    let document = openapi
        .to_json()
        .unwrap_or_else(|error| unreachable!("it consists of plain data: {error}"));
    OpenApiRoutes { document: document.into() }
}

/// The routes of [`openapi_routes`], to be merged into a router.
#[derive(Clone)]
pub struct OpenApiRoutes {
    document: Bytes,
}

const PAGE: &str = include_str!("page.html");

/// The page may load its document and nothing else.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; \
     img-src data:; base-uri 'none'; form-action 'none'",
);

impl<S: Clone + Send + Sync + 'static> From<OpenApiRoutes> for Router<S> {
    fn from(routes: OpenApiRoutes) -> Self {
        let document = routes.document;
        Router::new()
            .route("/openapi.json", get(async move || answer("application/json", document)))
            .route("/docs", get(async || page()))
    }
}

fn page() -> Response {
    let mut response = answer("text/html; charset=utf-8", Bytes::from_static(PAGE.as_bytes()));
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    response
}

fn answer(content_type: &'static str, body: Bytes) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

impl fmt::Debug for OpenApiRoutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenApiRoutes").field("bytes", &self.document.len()).finish()
    }
}
