//! RFC 9457's `instance`: the request's path as a reference that stays on this host.

use std::borrow::Cow;

/// Returns the path, percent-encoded (RFC 3986 section 3.3).
///
/// A second slash or a backslash after the first slash is encoded too: clients that resolve the reference would take
/// what follows for another host (section 4.2).
pub(crate) fn instance(path: &str) -> Cow<'_, str> {
    let plain = path.bytes().enumerate().all(|(at, byte)| is_plain(path.as_bytes(), at, byte));
    if plain {
        return Cow::Borrowed(path);
    }
    let mut encoded = String::with_capacity(path.len() + 8);
    for (at, byte) in path.bytes().enumerate() {
        if is_plain(path.as_bytes(), at, byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    Cow::Owned(encoded)
}

/// Returns whether the byte at this position needs no encoding.
fn is_plain(path: &[u8], at: usize, byte: u8) -> bool {
    match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => true,
        b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+'
        | b',' | b';' | b'=' | b':' | b'@' => true,
        b'/' => at != 1 || path.first() != Some(&b'/'),
        b'%' => path.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::instance;

    #[test]
    fn paths_stay_on_this_host() {
        for (path, encoded) in [
            ("/projects/17", "/projects/17"),
            ("/a//b", "/a//b"),
            ("//evil.example/x", "/%2Fevil.example/x"),
            ("///x", "/%2F/x"),
            ("/\\evil.example", "/%5Cevil.example"),
            ("/a|b", "/a%7Cb"),
            ("/%7C/%zz/%", "/%7C/%25zz/%25"),
            ("/项", "/%E9%A1%B9"),
            ("/a b?#\"<>^`{}", "/a%20b%3F%23%22%3C%3E%5E%60%7B%7D"),
            ("*", "*"),
            ("", ""),
        ] {
            assert_eq!(instance(path), encoded);
        }
    }
}
