//! Text in a line: bounded, and escaped so that it stays on one line and cannot control a terminal.

use errcode_core::json;
use std::fmt;

/// The largest length of a value in a line, in bytes.
pub(super) const LONGEST: usize = 16 * 1024;

/// Appends text, escaped for a JSON string, without the quotes.
///
/// JSON itself escapes C0 controls only. C1 controls start terminal sequences as well, U+2028 and U+2029 end lines in
/// some readers, and bidirectional controls display text in another order (Unicode UAX #9, section 2). They are written
/// as `\u…` too.
#[inline]
pub(super) fn push_text(out: &mut Vec<u8>, text: &str) {
    if !json::push_plain_ascii(out, text.as_bytes()) {
        push_other_text(out, text);
    }
}

fn push_other_text(out: &mut Vec<u8>, text: &str) {
    let mut rest = text;
    while let Some((at, character)) = rest.char_indices().find(|(_, one)| is_control(*one)) {
        json::push_escaped(out, &rest[..at]);
        for unit in character.encode_utf16(&mut [0; 2]) {
            out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
        }
        rest = &rest[at + character.len_utf8()..];
    }
    json::push_escaped(out, rest);
}

/// Returns whether the character controls a terminal or the direction of text; C0 controls are JSON's own matter.
pub(crate) fn is_control(character: char) -> bool {
    matches!(
        character,
        '\u{80}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    )
}

/// Appends a string in quotes, cut to [`LONGEST`] bytes.
pub(super) fn push_string(out: &mut Vec<u8>, text: &str) {
    push_bytes(out, text.as_bytes());
}

/// Does the same for a text of which only the bytes are known.
pub(super) fn push_bytes(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    push_bounded_bytes(out, text);
    out.push(b'"');
}

/// Does the same as [`push_string`] without the quotes.
#[inline]
pub(super) fn push_bounded(out: &mut Vec<u8>, text: &str) {
    push_bounded_bytes(out, text.as_bytes());
}

/// Does the same as [`push_bytes`] without the quotes.
#[inline]
pub(super) fn push_bounded_bytes(out: &mut Vec<u8>, text: &[u8]) {
    if text.len() > LONGEST || !json::push_plain_ascii(out, text) {
        push_cut(out, text);
    }
}

#[inline(never)]
fn push_cut(out: &mut Vec<u8>, text: &[u8]) {
    let _ = fmt::Write::write_str(&mut Bounded::new(out), &String::from_utf8_lossy(text));
}

/// A writer that escapes, and cuts what is too long.
pub(super) struct Bounded<'a> {
    out: &'a mut Vec<u8>,
    left: usize,
}

impl<'a> Bounded<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, left: LONGEST }
    }
}

impl fmt::Write for Bounded<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.len() <= self.left {
            self.left -= text.len();
            push_text(self.out, text);
            return Ok(());
        }
        if self.left > 0 {
            let mut end = self.left;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            push_text(self.out, &text[..end]);
            push_text(self.out, "…");
            self.left = 0;
        }
        // Ends the value's `Display`, which may have much more to write.
        Err(fmt::Error)
    }
}

/// A text that takes no more than a line has room for, and one byte, by which its line shows that it was cut.
pub(crate) struct Room<'a>(&'a mut String);

impl<'a> Room<'a> {
    pub(crate) fn new(text: &'a mut String) -> Self {
        Self(text)
    }

    /// Returns whether a text has no room for more.
    pub(crate) fn is_full(text: &str) -> bool {
        text.len() > LONGEST
    }
}

impl fmt::Write for Room<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let left = (LONGEST + 1).saturating_sub(self.0.len());
        if text.len() < left {
            self.0.push_str(text);
            return Ok(());
        }
        let mut end = left;
        while !text.is_char_boundary(end) {
            end += 1;
        }
        self.0.push_str(&text[..end]);
        // Ends the value's `Display`, which may have much more to write.
        Err(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::push_text;

    #[test]
    fn what_steers_a_terminal_or_a_reader_is_escaped() {
        for character in
            "\0\u{7}\u{1b}\u{7f}\u{85}\u{9b}\u{61c}\u{200f}\u{2028}\u{202e}\u{2066}\u{2069}\u{feff}"
                .chars()
        {
            let text = format!("é{character}é{character}");
            let mut out = Vec::new();
            push_text(&mut out, &text);
            let out = String::from_utf8(out).unwrap();
            assert!(!out.contains(character), "{out}");
            assert_eq!(serde_json::from_str::<String>(&format!("\"{out}\"")).unwrap(), text);
        }
        let mut out = Vec::new();
        push_text(&mut out, "项目 é 😀");
        assert_eq!(out, "项目 é 😀".as_bytes());
    }
}
