//! String escapes by RFC 8259 section 7.

use std::fmt;

/// Appends `text` in quotes.
#[inline]
pub fn push_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    push_escaped(out, text);
    out.push(b'"');
}

/// Appends `text` as it stands between quotes.
#[inline]
pub fn push_escaped(out: &mut Vec<u8>, text: &str) {
    let bytes = text.as_bytes();
    if may_need_escape(bytes) {
        push_escaped_slow(out, bytes);
    } else {
        out.extend_from_slice(bytes);
    }
}

/// Looks at eight bytes at once, the last eight overlapping those before; says yes too often rather than too rarely.
#[inline]
fn may_need_escape(bytes: &[u8]) -> bool {
    let Some(last) = bytes.last_chunk::<8>() else {
        return match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(first), Some(last)) => {
                special(u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32)
                    != 0
            }
            _ => bytes.iter().any(|&byte| needs_escape(byte)),
        };
    };
    let (chunks, _) = bytes.as_chunks::<8>();
    let mut found = special(u64::from_le_bytes(*last));
    for chunk in chunks {
        found |= special(u64::from_le_bytes(*chunk));
    }
    found != 0
}

/// The high bit of each byte that is a control character, a quote, a backslash or DEL; a byte above such a one may be marked too.
#[inline]
const fn special(eight: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * ONES;
    let (quote, backslash, delete) = (eight ^ (0x22 * ONES), eight ^ (0x5c * ONES), eight ^ (0x7f * ONES));
    let below_space = eight.wrapping_sub(0x20 * ONES) & !eight;
    let zero = (quote.wrapping_sub(ONES) & !quote)
        | (backslash.wrapping_sub(ONES) & !backslash)
        | (delete.wrapping_sub(ONES) & !delete);
    (below_space | zero) & HIGH
}

/// Quote, backslash, control characters; DEL too, which terminals act on.
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

/// A writer that escapes what is written through it.
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
