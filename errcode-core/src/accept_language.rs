//! Negotiation of the language by `Accept-Language`.

use crate::quality;

/// Returns which of the `offered` languages an `Accept-Language` header asks for; `None` if it asks for none of them.
///
/// Quality values are compared by RFC 9110 section 12.4.2, language ranges looked up by RFC 4647 section 3.4. A
/// language with the weight 0 is not chosen, also if that leaves only one that the header does not name.
///
/// ```
/// use errcode_core::wire::negotiate_language;
///
/// assert_eq!(negotiate_language("en;q=0.5, zh-Hans-CN", &["zh", "en"]), Some("zh"));
/// assert_eq!(negotiate_language("fr", &["zh", "en"]), None);
/// assert_eq!(negotiate_language("*;q=0.5, zh;q=0", &["zh", "en"]), Some("en"));
/// ```
#[must_use]
pub fn negotiate<'o>(header: &str, offered: &[&'o str]) -> Option<&'o str> {
    let mut ranges = Vec::new();
    let mut others = None;
    for (range, quality) in header.split(',').map(quality::split) {
        match range {
            "*" => others = others.max(Some(quality)),
            _ => ranges.push((range, quality)),
        }
    }
    let is_excluded = |language: &str| {
        ranges.iter().any(|&(range, quality)| quality == 0 && is_within(language, range))
    };
    let positive = ranges.iter().filter(|(_, quality)| *quality > 0);
    let mut wanted: Vec<(&'o str, u16)> =
        positive.filter_map(|&(range, quality)| Some((lookup(range, offered)?, quality))).collect();
    let unnamed = offered.iter().find(|language| {
        !wanted.iter().any(|(wanted, _)| wanted == *language) && !is_excluded(language)
    });
    match (unnamed, others) {
        (Some(language), Some(quality)) if quality > 0 => wanted.push((language, quality)),
        // Nothing else is left for a reader who excludes the default.
        (Some(language), None)
            if wanted.is_empty() && offered.first().is_some_and(|first| is_excluded(first)) =>
        {
            wanted.push((language, 0));
        }
        _ => {}
    }
    wanted.retain(|(language, _)| !is_excluded(language));
    // The first of several with the same weight.
    wanted.into_iter().rev().max_by_key(|(_, quality)| *quality).map(|(language, _)| language)
}

/// Returns whether the range names the language, or one that includes it: `zh` includes `zh-Hans`.
fn is_within(language: &str, range: &str) -> bool {
    let starts = language.get(..range.len()).is_some_and(|start| start.eq_ignore_ascii_case(range));
    starts && matches!(language.as_bytes().get(range.len()), None | Some(b'-'))
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
            ("zh;q=0", Some("en")),
            ("zh;q=0, en;q=0", Some("pt-BR")),
            ("en;q=0", None),
            ("*", Some("zh")),
            ("*;q=0", None),
            ("*;q=0.5, zh;q=0", Some("en")),
            ("zh;q=0, *;q=0.5", Some("en")),
            ("zh-CN;q=0, *", Some("zh")),
            ("pt;q=0, zh;q=0, en;q=0", None),
            ("en;q=0.5, *;q=0.9", Some("zh")),
            ("en;q=0.9, *;q=0.5", Some("en")),
            ("fr, *;q=0.1", Some("zh")),
            ("en, zh;q=0, en;q=0", None),
            ("", None),
            (";;q=,é,=", None),
            ("en;q=2, zh;q=0.9", Some("zh")),
            ("en;q=0.1234, zh;q=0.1", Some("zh")),
        ] {
            assert_eq!(negotiate(header, &offered), language, "{header}");
        }
    }
}
