//! Addresses with `{code}` where the code goes.

/// Returns where an address has a brace that is not a part of `{code}`.
#[must_use]
pub const fn stray_brace(address: &str) -> Option<usize> {
    let bytes = address.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' if is_code_at(bytes, at) => at += CODE.len(),
            b'{' | b'}' => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// Returns whether an address has `{code}`.
#[must_use]
pub const fn names_code(address: &str) -> bool {
    let bytes = address.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if is_code_at(bytes, at) {
            return true;
        }
        at += 1;
    }
    false
}

const CODE: &[u8] = b"{code}";

const fn is_code_at(bytes: &[u8], at: usize) -> bool {
    let mut length = 0;
    while length < CODE.len() {
        if at + length >= bytes.len() || bytes[at + length] != CODE[length] {
            return false;
        }
        length += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{names_code, stray_brace};

    #[test]
    fn only_the_code_is_filled_in() {
        for (address, stray, names) in [
            ("https://a/{code}", None, true),
            ("https://a/{code}#{code}", None, true),
            ("https://a", None, false),
            ("https://a/{cod}", Some(10), false),
            ("https://a/{code}/{}", Some(17), true),
            ("https://a/code}", Some(14), false),
            ("{{code}}", Some(0), true),
        ] {
            assert_eq!((stray_brace(address), names_code(address)), (stray, names), "{address}");
        }
    }
}
