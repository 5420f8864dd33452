//! Insertions into a file, and removals.

use proc_macro2::Span;
use std::{ops::Range, rc::Rc};

/// The text of a file, with the offset of its first token.
#[derive(Default)]
pub(super) struct Text {
    text: Rc<str>,
    start: usize,
}

/// Where a file cannot be parsed, as `:line:column`, and why.
pub(super) type ParseError = (String, String);

impl Text {
    pub(super) fn new(text: &str) -> Self {
        // syn does not accept a byte order mark and a `#!` line.
        let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let start = match text[mark..].strip_prefix("#!") {
            Some(line) if !line.trim_start().starts_with('[') => {
                mark + text[mark..].find('\n').unwrap_or(text.len() - mark)
            }
            _ => mark,
        };
        Self { text: Rc::from(text), start }
    }

    pub(super) fn parse(&self) -> Result<syn::File, ParseError> {
        /// The parser is recursive, so bound the depth.
        const DEEPEST: usize = 10_000;
        if depth(&self.text) > DEEPEST {
            return Err((":1:1".to_owned(), "nested too deeply".to_owned()));
        }
        syn::parse_str(&self.text[self.start..]).map_err(|error| {
            let at = error.span().start();
            (format!(":{}:{}", at.line, at.column + 1), error.to_string())
        })
    }

    /// Returns the offsets of the begin and the end of a token.
    pub(super) fn bytes(&self, span: Span) -> (usize, usize) {
        let range = span.byte_range();
        (self.start + range.start, self.start + range.end)
    }

    pub(super) fn slice(&self, span: Span) -> &str {
        let (start, end) = self.bytes(span);
        &self.text[start..end]
    }

    /// Returns the line break and the white space before an offset, or nothing within a line.
    pub(super) fn space_before(&self, at: usize) -> &str {
        let before = self.text[..at].trim_end();
        let space = &self.text[before.len()..at];
        if space.contains('\n') { space } else { "" }
    }

    /// Returns the slot at the next token after `at`.
    pub(super) fn slot(&self, at: usize) -> Slot {
        let rest = &self.text[at..];
        Slot::new(&self.text, at + rest.len() - rest.trim_start().len())
    }
}

/// Returns an upper bound for the nesting depth. It is too high if strings and comments contain
/// brackets.
fn depth(text: &str) -> usize {
    let nested = |(open, prefixes): &mut (usize, usize), byte| {
        (*open, *prefixes) = match byte {
            b'(' | b'[' | b'{' => (*open + 1, *prefixes),
            b')' | b']' | b'}' => (open.saturating_sub(1), *prefixes),
            b'!' | b'-' | b'*' | b'&' | b'<' => (*open, *prefixes + 1),
            _ => (*open, 0),
        };
        Some(*open + *prefixes)
    };
    let bytes = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    bytes.scan((0, 0), nested).max().unwrap_or(0)
}

/// A text in the place of some bytes.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    bytes: Range<usize>,
    text: String,
}

impl Edit {
    pub(super) fn insert(at: usize, text: String) -> Self {
        Self { bytes: at..at, text }
    }

    /// Removes an item together with its lines, and with the empty line after it or before it.
    pub(super) fn remove(text: &str, bytes: &Range<usize>) -> Self {
        let blank = |line: &str| line.trim().is_empty();
        let start = text[..bytes.start].rfind('\n').map_or(0, |newline| newline + 1);
        let end =
            text[bytes.end..].find('\n').map_or(text.len(), |newline| bytes.end + newline + 1);
        if !blank(&text[start..bytes.start]) || !blank(&text[bytes.end..end]) {
            return Self { bytes: bytes.clone(), text: String::new() };
        }
        let next = text[end..].split_inclusive('\n').next().filter(|line| blank(line));
        let before = text[..start].split_inclusive('\n').next_back().filter(|line| blank(line));
        let bytes = match (next, before) {
            (Some(next), _) => start..end + next.len(),
            (None, Some(before)) => start - before.len()..end,
            (None, None) => start..end,
        };
        Self { bytes, text: String::new() }
    }
}

/// The place for an attribute: before an item or variant, after its last attribute.
#[derive(Clone)]
pub(super) struct Slot {
    at: usize,
    /// The text before it in its line, if it is only white space.
    indentation: Option<String>,
    line_end: &'static str,
}

impl Slot {
    fn new(text: &str, at: usize) -> Self {
        let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let before = &text[start..at];
        let indentation = before.chars().all(char::is_whitespace).then(|| before.to_owned());
        let line = text[at..].split_inclusive('\n').next().unwrap_or_default();
        Self { at, indentation, line_end: if line.ends_with("\r\n") { "\r\n" } else { "\n" } }
    }

    /// Inserts an attribute, in a line of its own if the item begins a line.
    pub(super) fn attribute(&self, attribute: &str) -> Edit {
        let text = match &self.indentation {
            Some(indentation) => format!("{attribute}{}{indentation}", self.line_end),
            None => format!("{attribute} "),
        };
        Edit::insert(self.at, text)
    }
}

pub(super) fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| edit.bytes.start);
    // Two items that are removed share the empty line between them.
    let mut end = 0;
    for edit in &mut edits {
        edit.bytes.start = edit.bytes.start.max(end);
        end = edit.bytes.end.max(end);
    }
    let mut text = text.to_owned();
    for edit in edits.into_iter().rev() {
        text.replace_range(edit.bytes, &edit.text);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Edit, Text, apply, depth};

    #[test]
    fn an_attribute_takes_the_items_indentation() {
        let source = "enum E {\r\n    A,\r\n    B, C,\r\n    D,\n}\r\n";
        let text = Text::new(source);
        let edits = ["A", "B", "C", "D"]
            .map(|name| text.slot(source.find(&format!("{name},")).unwrap()).attribute("#[x]"));
        assert_eq!(
            apply(source, edits.to_vec()),
            "enum E {\r\n    #[x]\r\n    A,\r\n    #[x]\r\n    B, #[x] C,\r\n    #[x]\n    D,\n}\r\n"
        );
    }

    #[test]
    fn an_item_is_removed_with_its_lines() {
        for (source, expected) in [
            ("a\n\n  x\n\nb\n", "a\n\nb\n"),
            ("a\r\n\r\nx\r\n", "a\r\n"),
            ("a\nx", "a\n"),
            ("{ x }\n", "{  }\n"),
            ("x\nb\n", "b\n"),
        ] {
            let at = source.find('x').unwrap();
            assert_eq!(apply(source, vec![Edit::remove(source, &(at..at + 1))]), expected);
        }
        let source = "a\n\nx\n\ny\n";
        let both = [3..4, 6..7].map(|bytes| Edit::remove(source, &bytes));
        assert_eq!(apply(source, both.to_vec()), "a\n\n");
    }

    #[test]
    fn brackets_and_prefixes_nest() {
        assert_eq!(depth("fn f() { (!!-[x]) }"), 6);
        assert_eq!(depth("))) {"), 1);
    }
}
