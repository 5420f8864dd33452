//! The same answers as pages, for readers with a browser.

use super::answer;
use crate::negotiation::wants_html;
use bytes::Bytes;
use errcode_core::Catalog;
use errcode_docs::{Audience, CatalogData, Docs, Prepared, page_language};
use http::{HeaderMap, HeaderValue, Response, header};
use std::{
    fmt,
    sync::{Arc, OnceLock},
};

/// Pages and JSON depend on the client's `Accept`, and both on its language.
pub(super) const VARY: &str = "Accept, Accept-Language";

/// The catalog's pages, rendered on the first request.
#[derive(Clone)]
pub(super) struct Pages {
    catalog: &'static Catalog,
    audience: Audience,
    /// The service's OpenAPI document.
    document: Option<Arc<str>>,
    made: Arc<OnceLock<Option<Made>>>,
}

/// The index is the same for all readers of a language; a code's page is rendered on request, from parsed templates.
struct Made {
    indexes: [(&'static str, String); 2],
    pages: Prepared<'static>,
}

impl Pages {
    pub(super) fn new(catalog: &'static Catalog) -> Self {
        Self { catalog, audience: Audience::Public, document: None, made: Arc::default() }
    }

    pub(super) fn with_source(self) -> Self {
        Self { audience: Audience::Internal, made: Arc::default(), ..self }
    }

    pub(super) fn with_openapi(self, document: &str) -> Self {
        Self { document: Some(document.into()), made: Arc::default(), ..self }
    }

    /// Returns the page of all codes, if the client asks for a page.
    pub(super) fn index(
        &self,
        headers: &HeaderMap,
        language: Option<&str>,
    ) -> Option<Response<Bytes>> {
        if !wants_html(headers) {
            return None;
        }
        let language = page_language(language);
        let indexes = self.made()?.indexes.iter();
        let (_, index) = indexes.into_iter().find(|(known, _)| *known == language)?;
        Some(page(index.clone(), language))
    }

    /// Returns the page of a code, an alias or a retired code, if the client asks for a page and there is one.
    pub(super) fn code(
        &self,
        headers: &HeaderMap,
        language: Option<&str>,
        code: &str,
    ) -> Option<Response<Bytes>> {
        if !wants_html(headers) {
            return None;
        }
        let html = self.made()?.pages.code_page_in(code, language).ok().flatten()?;
        Some(page(html, page_language(language)))
    }

    /// Returns the page that says that there is no such code, if the client asks for a page.
    pub(super) fn unknown(
        &self,
        headers: &HeaderMap,
        language: Option<&str>,
        code: &str,
    ) -> Option<Response<Bytes>> {
        if !wants_html(headers) {
            return None;
        }
        let html = self.made()?.pages.unknown_page_in(code, language).ok()?;
        Some(page(html, page_language(language)))
    }

    /// The templates are this project's own, and a test renders them, so `None`, which leads to JSON, does not occur.
    fn made(&self) -> Option<&Made> {
        let make = || {
            let docs = || Docs::owned(CatalogData::of(self.catalog, self.audience)).served();
            let with = |document: &Arc<str>| docs().openapi(document).ok();
            let docs = self.document.as_ref().and_then(with).unwrap_or_else(docs);
            let pages = docs.prepared().ok()?;
            let index = |language| Some((language, pages.index_page_in(Some(language)).ok()?));
            Some(Made { indexes: [index("zh")?, index("en")?], pages })
        };
        self.made.get_or_init(make).as_ref()
    }
}

fn page(html: String, language: &'static str) -> Response<Bytes> {
    let mut response = answer(html.into_bytes(), "text/html; charset=utf-8", Some(language));
    response
        .headers_mut()
        .insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("audience", &self.audience).finish_non_exhaustive()
    }
}
