//! The same as pages, for readers with a browser.

use axum::{body::Body, response::Response};
use errcode_core::Catalog;
use errcode_docs::{Audience, CatalogData, Docs, Prepared};
use http::{HeaderMap, HeaderValue, header};
use std::sync::{Arc, OnceLock};

/// The catalog's pages, made when the first reader asks.
#[derive(Clone)]
pub(super) struct Pages {
    catalog: &'static Catalog,
    audience: Audience,
    made: Arc<OnceLock<Option<Made>>>,
}

/// The index is the same for every reader; a code's page is written when it is asked for, by templates that are parsed already.
struct Made {
    index: String,
    pages: Prepared<'static>,
}

impl Pages {
    pub(super) fn new(catalog: &'static Catalog, source: bool) -> Self {
        let audience = if source { Audience::Internal } else { Audience::Public };
        Self { catalog, audience, made: Arc::default() }
    }

    /// The page over all codes, where the client asks for one.
    pub(super) fn index(&self, headers: &HeaderMap) -> Option<Response> {
        if !wants_html(headers) {
            return None;
        }
        Some(page(self.made()?.index.clone()))
    }

    /// The page of a code, an alias or a retired code, where the client asks for one and there is one.
    pub(super) fn code(&self, headers: &HeaderMap, code: &str) -> Option<Response> {
        if !wants_html(headers) {
            return None;
        }
        self.made()?.pages.code_page(code).ok().flatten().map(page)
    }

    /// The templates are our own, and a test renders them: `None`, which leads to JSON, never happens.
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

/// Says that the answer depends on what the client accepts, and in which language (RFC 9110 section 12.5.5).
pub(super) fn vary(mut response: Response) -> Response {
    response
        .headers_mut()
        .append(header::VARY, HeaderValue::from_static("Accept, Accept-Language"));
    response
}

fn page(html: String) -> Response {
    let mut response = Response::new(Body::from(html));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    response
        .headers_mut()
        .insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Browsers name `text/html`; a client that names JSON with a greater or the same weight gets JSON.
fn wants_html(headers: &HeaderMap) -> bool {
    let (mut html, mut json) = (0, 0);
    let values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    for item in values.flat_map(|value| value.split(',')) {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        match name.trim() {
            name if name.eq_ignore_ascii_case("text/html") => html = weight(parameters),
            name if name.eq_ignore_ascii_case("application/json") => json = weight(parameters),
            _ => {}
        }
    }
    html > json
}

/// In thousandths (RFC 9110 section 12.4.2); what is no weight rules the item out.
fn weight(parameters: &str) -> u16 {
    let weight = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse::<f32>().unwrap_or(0.0))
    });
    (weight.unwrap_or(1.0).clamp(0.0, 1.0) * 1000.0) as u16
}

#[cfg(test)]
mod tests {
    use super::wants_html;
    use http::{HeaderMap, HeaderValue, header};

    #[test]
    fn who_gets_a_page() {
        for (accept, wanted) in [
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
            ("text/html", true),
            ("TEXT/HTML; q=0.5", true),
            ("application/json, text/html;q=0.9", false),
            ("application/json;q=0.5, text/html;q=0.9", true),
            ("text/html;q=0", false),
            ("text/html;q=x", false),
            ("*/*", false),
            ("", false),
        ] {
            let headers =
                HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(wants_html(&headers), wanted, "{accept}");
        }
        assert!(!wants_html(&HeaderMap::new()));
    }
}
