//! What the client asks for: a standard format, a language, pages.

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

/// Returns the weight in thousandths (RFC 9110 section 12.4.2); an invalid weight rules the item out.
#[cfg(feature = "html")]
fn weight(parameters: &str) -> u16 {
    let weight = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse::<f32>().unwrap_or(0.0))
    });
    (weight.unwrap_or(1.0).clamp(0.0, 1.0) * 1000.0) as u16
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
            ("", false),
        ] {
            let headers =
                HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(wants_html(&headers), wanted, "{accept}");
        }
        assert!(!wants_html(&HeaderMap::new()));
    }
}
