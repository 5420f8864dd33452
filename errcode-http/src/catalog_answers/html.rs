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
        self.page(headers, language, |made| {
            let wanted = page_language(language);
            let (_, index) = made.indexes.iter().find(|(language, _)| *language == wanted)?;
            Some(index.clone())
        })
    }

    /// Returns the page of a code, an alias or a retired code, if the client asks for a page and there is one.
    pub(super) fn code(
        &self,
        headers: &HeaderMap,
        language: Option<&str>,
        code: &str,
    ) -> Option<Response<Bytes>> {
        let render = |made: &Made| made.pages.code_page_in(code, language).ok().flatten();
        self.page(headers, language, render)
    }

    /// Returns the page that says that there is no such code, if the client asks for a page.
    pub(super) fn unknown(
        &self,
        headers: &HeaderMap,
        language: Option<&str>,
        code: &str,
    ) -> Option<Response<Bytes>> {
        self.page(headers, language, |made| made.pages.unknown_page_in(code, language).ok())
    }

    fn page(
        &self,
        headers: &HeaderMap,
        language: Option<&str>,
        render: impl FnOnce(&Made) -> Option<String>,
    ) -> Option<Response<Bytes>> {
        if !wants_html(headers) {
            return None;
        }
        let html = render(self.made()?)?.into_bytes();
        let mut response = answer(html, "text/html; charset=utf-8", Some(page_language(language)));
        let nosniff = HeaderValue::from_static("nosniff");
        response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
        Some(response)
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

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("audience", &self.audience).finish_non_exhaustive()
    }
}
