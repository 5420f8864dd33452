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
    if all_plain::<false>(bytes) {
        out.extend_from_slice(bytes);
    } else {
        push_escaped_slow(out, bytes);
    }
}

/// Appends text if it is ASCII that needs no escape, and returns whether it is.
#[inline]
pub fn push_plain_ascii(out: &mut Vec<u8>, text: &[u8]) -> bool {
    let plain = all_plain::<true>(text);
    out.extend_from_slice(if plain { text } else { b"" });
    plain
}

/// Returns whether no byte needs an escape and, if `ASCII`, all are ASCII. Checks sixteen bytes at once, of which the
/// last ones overlap.
#[inline]
fn all_plain<const ASCII: bool>(bytes: &[u8]) -> bool {
    let (Some(last), [before @ .., _]) = (bytes.last_chunk::<16>(), bytes) else {
        return short_all_plain::<ASCII>(bytes);
    };
    let (chunks, _) = before.as_chunks::<16>();
    let mut all = plain_of::<ASCII>(*last);
    for chunk in chunks {
        let plain = plain_of::<ASCII>(*chunk);
        all = [all[0] & plain[0], all[1] & plain[1]];
    }
    !(all[0] & all[1]) & HIGH == 0
}

/// Does the same for less than sixteen bytes.
#[inline]
fn short_all_plain<const ASCII: bool>(bytes: &[u8]) -> bool {
    let all = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => {
            plain::<ASCII>(u64::from_le_bytes(*first)) & plain::<ASCII>(u64::from_le_bytes(*last))
        }
        _ => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(first), Some(last)) => plain::<ASCII>(
                u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32,
            ),
            _ => {
                return !bytes.iter().any(|&byte| needs_escape(byte) | (ASCII & !byte.is_ascii()));
            }
        },
    };
    !all & HIGH == 0
}

const ONES: u64 = 0x0101_0101_0101_0101;
const LOW: u64 = 0x7f * ONES;
const HIGH: u64 = !LOW;

/// Does the same as [`plain`] for both halves, which the compiler computes in parallel.
#[inline]
const fn plain_of<const ASCII: bool>(sixteen: [u8; 16]) -> [u64; 2] {
    let sixteen = u128::from_le_bytes(sixteen);
    [plain::<ASCII>(sixteen as u64), plain::<ASCII>((sixteen >> 64) as u64)]
}

/// Returns the high bit of each byte that is not a control character, quote, backslash or DEL nor, if `ASCII`, beyond
/// it: the sums of the other bytes exceed 127, and none carries into the next byte.
#[inline]
const fn plain<const ASCII: bool>(eight: u64) -> u64 {
    let low = eight & LOW;
    let (quote, backslash, delete) = (low ^ (0x22 * ONES), low ^ (0x5c * ONES), low ^ LOW);
    let not_below_space = low + (0x80 - 0x20) * ONES;
    let plain = not_below_space & (quote + LOW) & (backslash + LOW) & (delete + LOW);
    if ASCII { plain & !eight } else { plain | eight }
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

/// The longest buffer to which a value of the user's appends: one without an end would take all memory.
pub(crate) const LONGEST: usize = 16 << 20;

/// A writer that escapes what is written to it. It fails when its buffer has become very long.
#[derive(Debug)]
pub struct Escaped<'a>(pub &'a mut Vec<u8>);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() > LONGEST {
            return Err(fmt::Error);
        }
        push_escaped(self.0, text);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Escaped, LONGEST, push_escaped, push_plain_ascii};
    use std::fmt::{self, Write as _};

    struct Endless;

    impl fmt::Display for Endless {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            loop {
                f.write_str("and so on, ")?;
            }
        }
    }

    #[test]
    fn a_text_without_an_end_is_cut() {
        let mut out = Vec::new();
        assert!(write!(Escaped(&mut out), "{Endless}").is_err());
        assert!((LONGEST..LONGEST + 12).contains(&out.len()), "{}", out.len());
    }

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
                    let mut plain = Vec::new();
                    let is_plain = push_plain_ascii(&mut plain, text.as_bytes());
                    assert_eq!(is_plain, text.is_ascii() && !ours.contains('\\'), "{text:?}");
                    assert_eq!(plain, if is_plain { text.as_bytes() } else { b"" });
                }
            }
        }
    }
}
