//! The same answers as pages, for readers with a browser.

use super::answer;
use crate::negotiation::wants_html;
use bytes::Bytes;
use errcode_core::Catalog;
use errcode_docs::{Audience, CatalogData, Docs, Prepared};
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
    made: Arc<OnceLock<Option<Made>>>,
}

/// The index is the same for all readers; a code's page is rendered on request, from parsed templates.
struct Made {
    index: String,
    pages: Prepared<'static>,
}

impl Pages {
    pub(super) fn new(catalog: &'static Catalog, source: bool) -> Self {
        let audience = if source { Audience::Internal } else { Audience::Public };
        Self { catalog, audience, made: Arc::default() }
    }

    /// Returns the page of all codes, if the client asks for a page.
    pub(super) fn index(&self, headers: &HeaderMap) -> Option<Response<Bytes>> {
        if !wants_html(headers) {
            return None;
        }
        Some(page(self.made()?.index.clone()))
    }

    /// Returns the page of a code, an alias or a retired code, if the client asks for a page and there is one.
    pub(super) fn code(&self, headers: &HeaderMap, code: &str) -> Option<Response<Bytes>> {
        if !wants_html(headers) {
            return None;
        }
        self.made()?.pages.code_page(code).ok().flatten().map(page)
    }

    /// The templates are this project's own, and a test renders them, so `None`, which leads to JSON, does not occur.
    fn made(&self) -> Option<&Made> {
        let make = || {
            let pages = Docs::owned(CatalogData::of(self.catalog, self.audience))
                .served()
                .prepared()
                .ok()?;
            Some(Made { index: pages.index_page().ok()?, pages })
        };
        self.made.get_or_init(make).as_ref()
    }
}

fn page(html: String) -> Response<Bytes> {
    let mut response = answer(html.into_bytes(), "text/html; charset=utf-8");
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
