//! Without the feature `html` there are no pages.

use axum::response::Response;
use errcode_core::Catalog;
use http::{HeaderMap, HeaderValue, header};

#[derive(Clone)]
pub(super) struct Pages;

#[allow(clippy::unused_self, reason = "the methods of the pages with the feature `html`")]
impl Pages {
    pub(super) fn new(_: &'static Catalog, _: bool) -> Self {
        Self
    }

    pub(super) fn index(&self, _: &HeaderMap) -> Option<Response> {
        None
    }

    pub(super) fn code(&self, _: &HeaderMap, _: &str) -> Option<Response> {
        None
    }
}

/// Says that the messages are in the client's language (RFC 9110 section 12.5.5).
pub(super) fn vary(mut response: Response) -> Response {
    response.headers_mut().append(header::VARY, HeaderValue::from_static("Accept-Language"));
    response
}
