//! The catalog, as a service serves it under `/errors`.

#[cfg(feature = "html")]
#[path = "catalog_answers/html.rs"]
mod pages;
#[cfg(not(feature = "html"))]
#[path = "catalog_answers/json_only.rs"]
mod pages;

use crate::{X_ERROR_CODE, negotiation, untyped::Shown};
use bytes::Bytes;
use errcode_core::{Catalog, Failure, FrameworkFault, Listing};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use pages::Pages;

/// The answers about a catalog: the list of its codes, and each of them. With the feature `html`, a client that asks
/// for `text/html` gets pages; others get JSON.
///
/// ```
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # #[error("no project", code = "E2001", status = 404)]
/// # struct NotFound;
/// # errcode_core::catalog! { static CATALOG = [NotFound]; }
/// use errcode_http::CatalogAnswers;
/// use http::HeaderMap;
///
/// let answers = CatalogAnswers::new(&CATALOG);
/// assert_eq!(answers.all(&HeaderMap::new()).headers()["content-type"], "application/json");
/// assert!(answers.one(&HeaderMap::new(), "e2001").is_ok());
/// assert!(answers.one(&HeaderMap::new(), "E9").is_err());
/// ```
#[derive(Clone, Debug)]
pub struct CatalogAnswers {
    catalog: &'static Catalog,
    source: bool,
    pages: Pages,
}

impl CatalogAnswers {
    /// Creates the answers about the public part of a catalog.
    #[must_use]
    pub fn new(catalog: &'static Catalog) -> Self {
        Self { catalog, source: false, pages: Pages::new(catalog) }
    }

    /// Adds internal facts: file, line, type, level, and the internal codes.
    #[must_use]
    pub fn with_source(self) -> Self {
        Self { source: true, pages: self.pages.with_source(), ..self }
    }

    /// Adds the service's OpenAPI document, as JSON: the page of a code names the operations that answer with it, and
    /// links to the page about them. A text that is not JSON is ignored.
    #[cfg(feature = "html")]
    #[must_use]
    pub fn with_openapi(self, document: &str) -> Self {
        Self { pages: self.pages.with_openapi(document), ..self }
    }

    /// Returns the list of all codes, in the language that the client asks for.
    #[must_use]
    pub fn all(&self, headers: &HeaderMap) -> Response<Bytes> {
        let language = self.language(headers);
        vary(self.pages.index(headers, language).unwrap_or_else(|| {
            let mut body = Vec::new();
            self.catalog.write_json(self.listing(language), &mut body);
            answer(body, "application/json", language)
        }))
    }

    /// Returns the answer about a code, found in any case and by alias; for a retired one it says why it was retired.
    /// With the feature `html`, a browser gets a page about an unknown code too, with the status 404.
    ///
    /// # Errors
    ///
    /// Returns [`FrameworkFault::UnknownRoute`] if the catalog has no such code, or if it is internal.
    pub fn one(&self, headers: &HeaderMap, code: &str) -> Result<Response<Bytes>, Failure> {
        let language = self.language(headers);
        let answer = match self.pages.code(headers, language, code) {
            Some(page) => page,
            None => match self.json(language, code) {
                Ok(answer) => answer,
                Err(failure) => match self.pages.unknown(headers, language, code) {
                    Some(page) => self.answering(failure, page),
                    None => return Err(failure),
                },
            },
        };
        Ok(vary(answer))
    }

    /// Gives a page the status and code of the failure that it is about.
    fn answering(&self, failure: Failure, mut page: Response<Bytes>) -> Response<Bytes> {
        let spec = self.catalog.public(&failure).spec();
        *page.status_mut() = StatusCode::from_u16(spec.status()).unwrap_or(StatusCode::NOT_FOUND);
        let code = HeaderValue::from_static(spec.code().as_str());
        page.headers_mut().insert(X_ERROR_CODE, code);
        page.extensions_mut().insert(Shown(failure));
        page
    }

    fn json(&self, language: Option<&'static str>, code: &str) -> Result<Response<Bytes>, Failure> {
        let mut body = Vec::new();
        let spec = self.catalog.lookup(code).filter(|spec| self.source || !spec.is_internal());
        match spec {
            Some(spec) => self.catalog.write_error_json(spec, self.listing(language), &mut body),
            // Old clients still know the code, so its answer says that it is retired, and why.
            None if self.catalog.write_retired_json(code, &mut body) => {}
            None => {
                let text = "no such code in the catalog";
                return Err(Failure::fault(FrameworkFault::UnknownRoute, text));
            }
        }
        Ok(answer(body, "application/json", language))
    }

    fn language(&self, headers: &HeaderMap) -> Option<&'static str> {
        negotiation::language(headers, self.catalog).or(self.catalog.default_language())
    }

    fn listing(&self, language: Option<&'static str>) -> Listing<'static> {
        Listing::in_language(language).with_source(self.source)
    }
}

fn answer(
    body: Vec<u8>,
    content_type: &'static str,
    language: Option<&'static str>,
) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Some(language) = language.and_then(|language| HeaderValue::from_str(language).ok()) {
        headers.insert(header::CONTENT_LANGUAGE, language);
    }
    response
}

/// Marks the response as one that depends on what the client accepts (RFC 9110 section 12.5.5).
fn vary(mut response: Response<Bytes>) -> Response<Bytes> {
    response.headers_mut().append(header::VARY, HeaderValue::from_static(pages::VARY));
    response
}
