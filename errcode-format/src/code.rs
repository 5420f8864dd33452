//! The grammar of codes.

/// Returns whether the text is a code: a letter or digit, then letters, digits and `_ - . :`, at most 64 bytes in all.
///
/// A code becomes a segment of a URL, a header's value, a metric's label and part of a file's name.
#[must_use]
pub const fn is_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.len() > 64 || !bytes[0].is_ascii_alphanumeric() {
        return false;
    }
    let mut at = 1;
    while at < bytes.len() {
        if !(bytes[at].is_ascii_alphanumeric() || matches!(bytes[at], b'_' | b'-' | b'.' | b':')) {
            return false;
        }
        at += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_code;

    #[test]
    fn codes_obey_the_grammar() {
        for code in ["E2001", "2001", "http.404", "a_b-c.d:e", &"x".repeat(64)] {
            assert!(is_code(code), "{code}");
        }
        for text in ["", "-x", "_x", "a b", "ä", "aä", "a/b", &"x".repeat(65)] {
            assert!(!is_code(text), "{text}");
        }
    }
}
