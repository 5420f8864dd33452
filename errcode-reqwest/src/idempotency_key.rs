//! The header `Idempotency-Key`.

use http::{HeaderMap, HeaderName, HeaderValue};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The longest key that servers are known to accept.
const MOST: usize = 255;

/// Sets the key as a string of structured fields (draft-ietf-httpapi-idempotency-key-header-07 section 2.1, RFC 9651
/// section 3.3.3).
pub(crate) fn set(headers: &mut HeaderMap, key: &str) -> Result<(), String> {
    if key.is_empty() || key.len() > MOST || !key.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        let length = key.len();
        return Err(format!(
            "invalid idempotency key of {length} bytes; use 1 to {MOST} visible ASCII characters"
        ));
    }
    let mut quoted = String::with_capacity(key.len() + 2);
    quoted.push('"');
    for character in key.chars() {
        if matches!(character, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(character);
    }
    quoted.push('"');
    let value = HeaderValue::from_str(&quoted).map_err(|error| error.to_string())?;
    headers.insert(IDEMPOTENCY_KEY, value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{IDEMPOTENCY_KEY, set};
    use http::HeaderMap;

    #[test]
    fn a_key_is_a_quoted_string() {
        for (key, header) in [("k-1", r#""k-1""#), (r#"a "b" \"#, r#""a \"b\" \\""#)] {
            let mut headers = HeaderMap::new();
            set(&mut headers, key).unwrap();
            assert_eq!(headers[IDEMPOTENCY_KEY], header);
        }
    }

    #[test]
    fn a_key_that_no_header_can_carry_is_refused_without_its_text() {
        for key in ["", "é", "a\nb", &"k".repeat(256)] {
            let error = set(&mut HeaderMap::new(), key).unwrap_err();
            let length = key.len();
            let expected = "use 1 to 255 visible ASCII characters";
            assert_eq!(error, format!("invalid idempotency key of {length} bytes; {expected}"));
        }
    }
}
