//! What the client asks for: a standard format, a language, pages.

#[cfg(feature = "html")]
use errcode_core::wire;
use errcode_core::{
    Catalog,
    wire::{Standard, negotiate},
};
use http::{HeaderMap, HeaderName, header};
use std::borrow::Cow;

/// Returns the standard format that the request names.
pub(crate) fn standard_format(headers: &HeaderMap, default: &str) -> Option<Standard> {
    negotiate(&list(headers, &header::ACCEPT)?, default)
}

/// Returns the language of the catalog that the request prefers.
pub(crate) fn language(headers: &HeaderMap, catalog: &'static Catalog) -> Option<&'static str> {
    catalog.negotiate_language(&list(headers, &header::ACCEPT_LANGUAGE)?)
}

/// Returns the lines of a list as one (RFC 9110 section 5.3).
pub(crate) fn list<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Cow<'a, str>> {
    let mut values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let first = values.next()?;
    Some(values.fold(Cow::Borrowed(first), |all, more| Cow::Owned(format!("{all},{more}"))))
}

/// Browsers name `text/html`; a client that names JSON with a greater or the same weight gets JSON.
#[cfg(feature = "html")]
pub(crate) fn wants_html(headers: &HeaderMap) -> bool {
    list(headers, &header::ACCEPT).is_some_and(|accept| {
        wire::weight(&accept, "text/html") > wire::weight(&accept, "application/json")
    })
}

#[cfg(all(test, feature = "html"))]
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
            ("text/*", true),
            ("text/html;q=0.5, */*", false),
            ("text/html;q=0.5, application/json;q=0.4, */*", true),
            ("text/plain;a=\",text/html,\"", false),
            ("text/html;q=2", false),
            ("", false),
        ] {
            let headers =
                HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(wants_html(&headers), wanted, "{accept}");
        }
        assert!(!wants_html(&HeaderMap::new()));
    }
}
