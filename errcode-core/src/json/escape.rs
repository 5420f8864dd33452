//! JSON strings and their escapes (RFC 8259 section 7).

use std::fmt;

/// Appends `text` in quotes.
#[inline]
pub fn push_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    push_escaped(out, text);
    out.push(b'"');
}

/// Appends `text` as it is between quotes.
#[inline]
pub fn push_escaped(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    if may_need_escape(bytes) {
        push_escaped_slow(out, bytes);
    } else {
        out.extend_from_slice(bytes);
    }
}

/// Returns whether no byte needs an escape. Checks sixteen bytes at once, of which the last ones overlap.
#[inline]
fn may_need_escape(bytes: &[u8]) -> bool {
    let (Some(last), [before @ .., _]) = (bytes.last_chunk::<16>(), bytes) else {
        return short_may(bytes);
    };
    let (chunks, _) = before.as_chunks::<16>();
    let mut all = plain_of(*last);
    for chunk in chunks {
        let plain = plain_of(*chunk);
        all = [all[0] & plain[0], all[1] & plain[1]];
    }
    !(all[0] & all[1]) & HIGH != 0
}

/// Does the same for less than sixteen bytes.
#[inline]
fn short_may(bytes: &[u8]) -> bool {
    let all = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => {
            plain(u64::from_le_bytes(*first)) & plain(u64::from_le_bytes(*last))
        }
        _ => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(first), Some(last)) => plain(
                u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32,
            ),
            _ => return bytes.iter().any(|&byte| needs_escape(byte)),
        },
    };
    !all & HIGH != 0
}

const ONES: u64 = 0x0101_0101_0101_0101;
const LOW: u64 = 0x7f * ONES;
const HIGH: u64 = !LOW;

/// Does the same as [`plain`] for both halves, which the compiler computes in parallel.
#[inline]
const fn plain_of(sixteen: [u8; 16]) -> [u64; 2] {
    let sixteen = u128::from_le_bytes(sixteen);
    [plain(sixteen as u64), plain((sixteen >> 64) as u64)]
}

/// Returns the high bit of each byte that is not a control character, quote, backslash or DEL: the sums of the other
/// bytes exceed 127, and none carries into the next byte.
#[inline]
const fn plain(eight: u64) -> u64 {
    let low = eight & LOW;
    let (quote, backslash, delete) = (low ^ (0x22 * ONES), low ^ (0x5c * ONES), low ^ LOW);
    let not_below_space = low + (0x80 - 0x20) * ONES;
    (not_below_space & (quote + LOW) & (backslash + LOW) & (delete + LOW)) | eight
}

/// Returns whether the byte needs an escape: quote, backslash, control characters, and DEL, which terminals interpret.
#[inline]
const fn needs_escape(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\') | (byte == 0x7f)
}

#[cold]
fn push_escaped_slow(out: &mut Vec<u8>, bytes: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ if needs_escape(byte) => {
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            }
            _ => out.push(byte),
        }
    }
}

/// A writer that escapes what is written to it.
#[derive(Debug)]
pub struct Escaped<'a>(pub &'a mut Vec<u8>);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        push_escaped(self.0, text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::push_escaped;

    #[test]
    fn every_byte_at_every_place() {
        for character in (0..=0x7f_u8).map(char::from).chain(['項', 'é', '\u{2028}', '😀']) {
            for before in 0..20 {
                for behind in [0, 1, 7, 9] {
                    let text = format!("{}{character}{}", "x".repeat(before), "y".repeat(behind));
                    let mut ours = Vec::new();
                    push_escaped(&mut ours, &text);
                    let ours = format!("\"{}\"", String::from_utf8(ours).unwrap());
                    assert_eq!(serde_json::from_str::<String>(&ours).unwrap(), text);
                    assert_eq!(
                        ours.contains('\\'),
                        matches!(character, '\0'..'\x20' | '"' | '\\' | '\x7f'),
                        "{text:?}"
                    );
                }
            }
        }
    }
}
