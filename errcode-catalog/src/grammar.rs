//! The grammar of a catalog's codes at run time; `catalog!` checks it at compile time.

use core::fmt;

/// A piece of a grammar.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Field { field: Field, width: usize },
}

/// The meaning of digits in a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Module,
    Kind,
    Serial,
}

impl Field {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::Kind => "kind",
            Self::Serial => "serial",
        }
    }
}

/// A grammar such as `E{module:1}{kind:1}{serial:2}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grammar(Vec<Piece>);

/// The numbers in a code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    pub(crate) module: Option<u32>,
    pub(crate) kind: Option<u32>,
    pub(crate) serial: Option<u32>,
}

impl Numbers {
    #[cfg(any(feature = "lint", feature = "next"))]
    pub(crate) fn get(&self, field: Field) -> Option<u32> {
        match field {
            Field::Module => self.module,
            Field::Kind => self.kind,
            Field::Serial => self.serial,
        }
    }

    fn set(&mut self, field: Field, number: u32) {
        *match field {
            Field::Module => &mut self.module,
            Field::Kind => &mut self.kind,
            Field::Serial => &mut self.serial,
        } = Some(number);
    }
}

impl Grammar {
    /// Parses a grammar; returns `None` if the text is not valid.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((literal, field)) = rest.split_once('{') {
            if !literal.is_empty() {
                pieces.push(Piece::Literal(literal.to_owned()));
            }
            let (field, after) = field.split_once('}')?;
            pieces.push(Self::field(field)?);
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.to_owned()));
        }
        Some(Self(pieces))
    }

    fn field(text: &str) -> Option<Piece> {
        let (name, width) = text.split_once(':')?;
        let field = [Field::Module, Field::Kind, Field::Serial]
            .into_iter()
            .find(|field| field.name() == name)?;
        let width = width.parse().ok().filter(|width| (1..=9).contains(width))?;
        Some(Piece::Field { field, width })
    }

    /// Returns the numbers in a code, or `None` if the code does not match the grammar.
    pub(crate) fn read(&self, code: &str) -> Option<Numbers> {
        let (mut numbers, mut rest) = (Numbers::default(), code);
        for piece in &self.0 {
            match piece {
                Piece::Literal(literal) => rest = rest.strip_prefix(literal.as_str())?,
                Piece::Field { field, width } => {
                    let (digits, after) = rest.split_at_checked(*width)?;
                    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                        return None;
                    }
                    numbers.set(*field, digits.parse().ok()?);
                    rest = after;
                }
            }
        }
        rest.is_empty().then_some(numbers)
    }

    /// Returns the code with these numbers, or `None` if one is missing or too long.
    #[cfg(feature = "next")]
    pub(crate) fn write(&self, numbers: &Numbers) -> Option<String> {
        let mut code = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Literal(literal) => code.push_str(literal),
                Piece::Field { field, width } => {
                    let digits = format!("{:0width$}", numbers.get(*field)?);
                    if digits.len() > *width {
                        return None;
                    }
                    code.push_str(&digits);
                }
            }
        }
        Some(code)
    }

    /// Returns the number of digits of a field, or `None` if the grammar lacks the field.
    #[cfg(feature = "next")]
    pub(crate) fn width(&self, wanted: Field) -> Option<usize> {
        self.0.iter().find_map(|piece| match piece {
            Piece::Field { field, width } if *field == wanted => Some(*width),
            _ => None,
        })
    }
}

impl fmt::Display for Grammar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Literal(literal) => f.write_str(literal),
            Piece::Field { field, width } => write!(f, "{{{}:{width}}}", field.name()),
        })
    }
}

/// Returns whether a text is a valid code: a letter or digit, then letters, digits and `_ - . :`,
/// at most 64 in all.
pub(crate) fn is_code(text: &str) -> bool {
    let allowed = |letter: u8| letter.is_ascii_alphanumeric() || b"_-.:".contains(&letter);
    let first = text.bytes().next().is_some_and(|letter| letter.is_ascii_alphanumeric());
    first && text.len() <= 64 && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::{Grammar, Numbers};

    #[test]
    fn reads_what_it_writes() {
        let grammar = Grammar::parse("E{module:1}{kind:1}{serial:2}").unwrap();
        let numbers = Numbers { module: Some(2), kind: Some(0), serial: Some(17) };
        assert_eq!(grammar.read("E2017"), Some(numbers));
        assert_eq!(grammar.write(&numbers).as_deref(), Some("E2017"));
        assert_eq!(grammar.to_string(), "E{module:1}{kind:1}{serial:2}");
        for code in ["E201", "E20171", "X2017", "E20x7", "E20项", ""] {
            assert_eq!(grammar.read(code), None, "{code}");
        }
        assert_eq!(grammar.write(&Numbers { serial: Some(100), ..numbers }), None);
    }

    #[test]
    fn nonsense_is_not_a_grammar() {
        for text in ["{", "{module}", "{module:0}", "{module:10}", "{thing:1}", "E{serial:x}"] {
            assert_eq!(Grammar::parse(text), None, "{text}");
        }
    }
}
