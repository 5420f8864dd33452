//! The grammar of a catalog's codes, such as `E{module:1}{kind:1}{serial:2}`.

/// The names of the fields of a grammar.
pub const GRAMMAR_FIELDS: [&str; 3] = ["module", "kind", "serial"];

/// One `{name:width}` of a grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GrammarField {
    /// The place of the name in [`GRAMMAR_FIELDS`].
    pub name: usize,
    /// The number of digits, from 1 to 9.
    pub width: usize,
    /// The position after the brace.
    pub end: usize,
}

/// Reads the field whose brace is at `open`; `None` if it is not one.
#[must_use]
pub const fn grammar_field(grammar: &[u8], open: usize) -> Option<GrammarField> {
    let mut name = 0;
    while name < GRAMMAR_FIELDS.len() {
        let word = GRAMMAR_FIELDS[name].as_bytes();
        let mut at = 0;
        while at < word.len() && open + 1 + at < grammar.len() && grammar[open + 1 + at] == word[at]
        {
            at += 1;
        }
        let colon = open + 1 + at;
        if at == word.len()
            && colon + 2 < grammar.len()
            && grammar[colon] == b':'
            && matches!(grammar[colon + 1], b'1'..=b'9')
            && grammar[colon + 2] == b'}'
        {
            let width = (grammar[colon + 1] - b'0') as usize;
            return Some(GrammarField { name, width, end: colon + 3 });
        }
        name += 1;
    }
    None
}

/// What is wrong with a grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrammarMistake {
    /// The brace at this position does not begin a field.
    NotAField(usize),
    /// The field at this position has the name of an earlier one.
    Twice(usize),
    /// No code can have the character at this position.
    NotInCodes(usize),
    /// All codes would be the same.
    NoField,
    /// A code has at most 64 characters.
    TooLong,
}

/// Checks a grammar.
///
/// # Errors
///
/// Returns the first mistake.
pub const fn check_grammar(grammar: &str) -> Result<(), GrammarMistake> {
    let bytes = grammar.as_bytes();
    let mut seen = [false; GRAMMAR_FIELDS.len()];
    let (mut at, mut length) = (0, 0);
    while at < bytes.len() {
        if bytes[at] == b'{' {
            let Some(field) = grammar_field(bytes, at) else {
                return Err(GrammarMistake::NotAField(at));
            };
            if seen[field.name] {
                return Err(GrammarMistake::Twice(at));
            }
            seen[field.name] = true;
            length += field.width;
            at = field.end;
        } else {
            let is_text = bytes[at].is_ascii_alphanumeric()
                || length > 0 && matches!(bytes[at], b'_' | b'-' | b'.' | b':');
            if !is_text {
                return Err(GrammarMistake::NotInCodes(at));
            }
            length += 1;
            at += 1;
        }
    }
    if !(seen[0] || seen[1] || seen[2]) {
        return Err(GrammarMistake::NoField);
    }
    if length > 64 { Err(GrammarMistake::TooLong) } else { Ok(()) }
}

/// Returns the number of digits of a field, if the grammar has it.
#[must_use]
pub const fn grammar_width(grammar: &str, name: usize) -> Option<usize> {
    let bytes = grammar.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'{'
            && let Some(field) = grammar_field(bytes, at)
            && field.name == name
        {
            return Some(field.width);
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grammars_are_checked() {
        for grammar in [
            "E{module:1}{kind:1}{serial:2}",
            "{serial:4}",
            "B-{serial:2}",
            "a.b:{module:9}_{serial:1}",
        ] {
            assert_eq!(check_grammar(grammar), Ok(()), "{grammar}");
        }
        for (grammar, mistake) in [
            ("E{modul:1}", GrammarMistake::NotAField(1)),
            ("E{module}", GrammarMistake::NotAField(1)),
            ("E{serial:0}", GrammarMistake::NotAField(1)),
            ("E{serial:10}", GrammarMistake::NotAField(1)),
            ("E{serial:2", GrammarMistake::NotAField(1)),
            ("E{serial:2}{serial:2}", GrammarMistake::Twice(11)),
            ("E }", GrammarMistake::NotInCodes(1)),
            ("-{serial:2}", GrammarMistake::NotInCodes(0)),
            ("E1", GrammarMistake::NoField),
            ("", GrammarMistake::NoField),
        ] {
            assert_eq!(check_grammar(grammar), Err(mistake), "{grammar}");
        }
        let long = format!("{}{{serial:9}}", "E".repeat(56));
        assert_eq!(check_grammar(&long), Err(GrammarMistake::TooLong));
    }

    #[test]
    fn widths_are_found() {
        let grammar = "E{module:1}{serial:3}";
        assert_eq!([0, 1, 2].map(|name| grammar_width(grammar, name)), [Some(1), None, Some(3)]);
    }
}
