//! Language tags.

/// Returns whether the text is a well-formed language tag (RFC 5646 section 2.1), such as `zh` or `pt-BR`.
///
/// The language is a code of two or three letters: longer words are reserved, and none is registered.
#[must_use]
pub const fn is_language(tag: &str) -> bool {
    let bytes = tag.as_bytes();
    let (mut at, mut start, mut is_first) = (0, 0, true);
    while at <= bytes.len() {
        if at == bytes.len() || bytes[at] == b'-' {
            let length = at - start;
            let fits =
                if is_first { length == 2 || length == 3 } else { length >= 1 && length <= 8 };
            if !fits {
                return false;
            }
            (start, is_first) = (at + 1, false);
        } else if !(bytes[at].is_ascii_alphabetic() || !is_first && bytes[at].is_ascii_digit()) {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_language;

    #[test]
    fn tags_obey_the_syntax() {
        for tag in ["zh", "EN", "yue", "pt-BR", "zh-Hans-CN", "es-419", "de-CH-1996", "en-x-pirate"]
        {
            assert!(is_language(tag), "{tag}");
        }
        for text in [
            "",
            "z",
            "z1",
            "English",
            "zh_CN",
            "zh-",
            "-zh",
            "en--US",
            "日本",
            "en-toolongtag",
            "en ",
        ] {
            assert!(!is_language(text), "{text}");
        }
    }
}
