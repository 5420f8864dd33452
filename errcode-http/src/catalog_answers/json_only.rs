//! Without the feature `html` there are no pages.

use bytes::Bytes;
use errcode_core::Catalog;
use http::{HeaderMap, Response};

/// The messages depend on the client's language.
pub(super) const VARY: &str = "Accept-Language";

#[derive(Clone, Debug)]
pub(super) struct Pages;

#[allow(clippy::unused_self, reason = "the methods of the pages with the feature `html`")]
impl Pages {
    pub(super) fn new(_: &'static Catalog) -> Self {
        Self
    }

    pub(super) fn with_source(self) -> Self {
        Self
    }

    pub(super) fn index(&self, _: &HeaderMap, _: Option<&str>) -> Option<Response<Bytes>> {
        None
    }

    pub(super) fn code(&self, _: &HeaderMap, _: Option<&str>, _: &str) -> Option<Response<Bytes>> {
        None
    }

    pub(super) fn unknown(
        &self,
        _: &HeaderMap,
        _: Option<&str>,
        _: &str,
    ) -> Option<Response<Bytes>> {
        None
    }
}
