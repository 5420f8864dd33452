//! Negotiation of the language by `Accept-Language`.

use crate::quality;

/// Returns which of the `offered` languages an `Accept-Language` header asks for; `None` if it asks for none of them.
///
/// Quality values are compared by RFC 9110 section 12.4.2, language ranges looked up by RFC 4647 section 3.4.
///
/// ```
/// use errcode_core::wire::negotiate_language;
///
/// assert_eq!(negotiate_language("en;q=0.5, zh-Hans-CN", &["zh", "en"]), Some("zh"));
/// assert_eq!(negotiate_language("fr", &["zh", "en"]), None);
/// ```
#[must_use]
pub fn negotiate<'o>(header: &str, offered: &[&'o str]) -> Option<&'o str> {
    let mut best: Option<(u16, &'o str)> = None;
    for item in header.split(',') {
        let (range, quality) = quality::split(item);
        if quality == 0 || best.is_some_and(|(known, _)| known >= quality) {
            continue;
        }
        if let Some(language) = lookup(range, offered) {
            best = Some((quality, language));
        }
    }
    best.map(|(_, language)| language)
}

/// Shortens the range from its end until it is one of the offered languages.
fn lookup<'o>(range: &str, offered: &[&'o str]) -> Option<&'o str> {
    let mut range = range;
    loop {
        if let Some(found) = offered.iter().find(|language| language.eq_ignore_ascii_case(range)) {
            return Some(found);
        }
        range = range.rsplit_once('-')?.0;
        // A single letter introduces the subtag that was removed just now, so it goes too (RFC 4647 section 3.4).
        if range.len() >= 2 && range.as_bytes()[range.len() - 2] == b'-' {
            range = &range[..range.len() - 2];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::negotiate;

    #[test]
    fn quality_then_order_then_lookup() {
        let offered = ["zh", "en", "pt-BR"];
        for (header, language) in [
            ("zh", Some("zh")),
            ("ZH-hans-cn", Some("zh")),
            ("en;q=0.4, zh;q=0.5", Some("zh")),
            ("en, zh", Some("en")),
            ("pt-BR-x-test", Some("pt-BR")),
            ("pt", None),
            ("zh;q=0, en;q=0.1", Some("en")),
            ("zh;q=0", None),
            ("*", None),
            ("", None),
            (";;q=,é,=", None),
            ("en;q=2, zh;q=0.9", Some("zh")),
            ("en;q=0.1234, zh;q=0.1", Some("zh")),
        ] {
            assert_eq!(negotiate(header, &offered), language, "{header}");
        }
    }
}
