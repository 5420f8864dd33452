//! Text that is put into a file.

/// Text to insert at a byte of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) at: usize,
    pub(super) text: String,
}

/// Where an attribute may be inserted: before an item or variant, behind its last attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    at: usize,
    /// What stands before it in its line: white space only, or it shares the line.
    indentation: Option<String>,
    line_end: &'static str,
}

impl Slot {
    pub(super) fn new(source: &str, at: usize) -> Self {
        let start = source[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let before = &source[start..at];
        let indentation = before.chars().all(char::is_whitespace).then(|| before.to_owned());
        let line = source[at..].split_inclusive('\n').next().unwrap_or_default();
        Self { at, indentation, line_end: if line.ends_with("\r\n") { "\r\n" } else { "\n" } }
    }

    /// The attribute in a line of its own, where the item begins one.
    pub(super) fn attribute(&self, attribute: &str) -> Edit {
        let text = match &self.indentation {
            Some(indentation) => format!("{attribute}{}{indentation}", self.line_end),
            None => format!("{attribute} "),
        };
        Edit { at: self.at, text }
    }
}

pub(super) fn apply(source: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| edit.at);
    let (mut text, mut copied) = (String::with_capacity(source.len() + 64 * edits.len()), 0);
    for edit in edits {
        text.push_str(&source[copied..edit.at]);
        text.push_str(&edit.text);
        copied = edit.at;
    }
    text.push_str(&source[copied..]);
    text
}

#[cfg(test)]
mod tests {
    use super::{Edit, Slot, apply};

    #[test]
    fn an_attribute_takes_the_items_indentation() {
        let source = "enum E {\r\n    A,\r\n    B, C,\r\n    D,\n}\r\n";
        let edits = ["A", "B", "C", "D"].map(|name| {
            Slot::new(source, source.find(&format!("{name},")).unwrap()).attribute("#[x]")
        });
        let text = apply(source, edits.to_vec());
        assert_eq!(
            text,
            "enum E {\r\n    #[x]\r\n    A,\r\n    #[x]\r\n    B, #[x] C,\r\n    #[x]\n    D,\n}\r\n"
        );
        assert_eq!(apply("ab", vec![Edit { at: 1, text: "-".into() }]), "a-b");
    }
}
