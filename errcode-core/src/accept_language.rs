//! Negotiation of the language by `Accept-Language`.

use crate::quality;
use std::cmp::Reverse;

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
    let mut wishes = vec![Wish::default(); offered.len()];
    let mut others = None;
    for (place, (range, weight)) in header.split(',').map(quality::split).enumerate() {
        let wish = (weight, Reverse(place));
        if range == "*" {
            others = others.max(Some(wish));
        } else if weight > 0 {
            if let Some(wanted) = lookup(range, offered).and_then(|at| wishes.get_mut(at)) {
                wanted.best = wanted.best.max(Some(wish));
            }
        } else {
            let within = wishes.iter_mut().zip(offered);
            within
                .filter(|(_, language)| is_within(language, range))
                .for_each(|(wish, _)| wish.is_excluded = true);
        }
    }
    let is_default_excluded = wishes.first().is_some_and(|wish| wish.is_excluded);
    let is_open = wishes.iter().any(|wish| wish.best.is_some() && !wish.is_excluded);
    let mut unnamed = wishes.iter_mut().filter(|wish| wish.best.is_none() && !wish.is_excluded);
    match (unnamed.next(), others) {
        (Some(unnamed), Some((1.., _))) => unnamed.best = others,
        // Nothing else is left for a reader who excludes the default.
        (Some(unnamed), None) if is_default_excluded && !is_open => {
            unnamed.best = Some((0, Reverse(0)));
        }
        _ => {}
    }
    let acceptable = wishes.iter().zip(offered).filter(|(wish, _)| !wish.is_excluded);
    let best = acceptable.filter_map(|(wish, language)| Some((wish.best?, *language)));
    best.max_by_key(|(wish, _)| *wish).map(|(_, language)| language)
}

/// What a header says of an offered language.
#[derive(Clone, Copy, Default)]
struct Wish {
    /// The greatest weight, and its place in the header: of the same weights the first counts.
    best: Option<(u16, Reverse<usize>)>,
    is_excluded: bool,
}

/// Returns whether the range names the language, or one that includes it: `zh` includes `zh-Hans`.
pub(crate) fn is_within(language: &str, range: &str) -> bool {
    let starts = language.get(..range.len()).is_some_and(|start| start.eq_ignore_ascii_case(range));
    starts && matches!(language.as_bytes().get(range.len()), None | Some(b'-'))
}

/// Shortens the range from its end until it is one of the offered languages, and returns its place.
fn lookup(range: &str, offered: &[&str]) -> Option<usize> {
    let mut range = range;
    loop {
        let found = offered.iter().position(|language| language.eq_ignore_ascii_case(range));
        if found.is_some() {
            return found;
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
            ("en, zh;q=0, en;q=0", Some("pt-BR")),
            ("en, zh;q=0, en;q=0, pt-br;q=0", None),
            ("", None),
            (";;q=,é,=", None),
            ("en;q=2, zh;q=0.9", Some("zh")),
            ("en;q=0.1234, zh;q=0.1", Some("zh")),
        ] {
            assert_eq!(negotiate(header, &offered), language, "{header}");
        }
    }
}
