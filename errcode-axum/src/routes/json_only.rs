//! Without the feature `html` there are no pages.

use axum::response::Response;
use errcode_core::Catalog;
use http::HeaderMap;

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

pub(super) fn vary(response: Response) -> Response {
    response
}
