//! What serde reports about a value that does not fit its type, without the value and without the names of Rust types.
//!
//! Deserializers report only text, in the words that `serde::de::Error` has for each case. Any other text is a type's
//! own and may quote the value, so none of it is used. The received value comes before what was expected and may
//! contain the same words, so the text is split from its end.

use super::{RequestPart, pointer};
use errcode_core::{Failure, FieldViolation, FrameworkFault, Subject};
use serde_path_to_error::{Path, Segment};
use std::borrow::Cow;

/// Returns the refusal of a value that does not fit.
pub(super) fn refusal(
    fault: FrameworkFault,
    part: RequestPart,
    path: &Path,
    message: &str,
) -> Failure {
    let mismatch = Mismatch::read(message);
    let source = subject(part, &tokens(path, &mismatch));
    let text = mismatch.text(source.as_ref());
    Failure::refusal(fault, text, vec![mismatch.into_violation(source)])
}

/// Returns the subject; `None` for the value as a whole.
fn subject(part: RequestPart, tokens: &[Cow<'_, str>]) -> Option<Subject> {
    let first = tokens.first()?;
    Some(match part {
        RequestPart::Parameters => Subject::Parameter(first.clone().into_owned().into()),
        RequestPart::Body => {
            let mut text = String::new();
            tokens.iter().for_each(|token| pointer::push(&mut text, token));
            Subject::Pointer(text.into())
        }
    })
}

/// Returns the path to the value, as far as it is known. Its length is bounded, since keys of maps come from the
/// client.
fn tokens<'p>(path: &'p Path, mismatch: &Mismatch<'p>) -> Vec<Cow<'p, str>> {
    const LONGEST: usize = 1024;
    let mut tokens: Vec<Cow<'p, str>> = Vec::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => tokens.push(index.to_string().into()),
            Segment::Map { key } => tokens.push(key.as_str().into()),
            Segment::Enum { variant } => tokens.push(variant.as_str().into()),
            Segment::Unknown => break,
        }
    }
    // For an unknown variant the path ends with its name, which is the value that was sent.
    if mismatch.rule == "enum" && matches!(path.iter().next_back(), Some(Segment::Enum { .. })) {
        tokens.pop();
    }
    if let Some(name) = mismatch.name.filter(|name| tokens.last().is_none_or(|last| last != name)) {
        tokens.push(name.into());
    }
    let mut length = 0;
    let sane = tokens.iter().take_while(|token| {
        length += token.len() + 1;
        length <= LONGEST
    });
    let sane = sane.count();
    tokens.truncate(sane);
    tokens
}

/// What does not fit, described without the value.
#[derive(Debug, Default, PartialEq)]
struct Mismatch<'m> {
    rule: &'static str,
    /// A field that the message names.
    name: Option<&'m str>,
    expected: Option<Expected<'m>>,
    received: Option<Cow<'static, str>>,
    /// The number of elements that were received.
    count: Option<u64>,
}

/// What would fit.
#[derive(Debug, PartialEq)]
enum Expected<'m> {
    Kind(Cow<'m, str>),
    /// An integer of this range.
    Integer(Option<i64>, Option<i64>),
    Names(Vec<&'m str>),
}

impl<'m> Mismatch<'m> {
    fn read(message: &'m str) -> Self {
        let begins = |start: &str| message.strip_prefix(start);
        if let Some(rest) = begins("invalid type: ") {
            Self::typed("type", rest)
        } else if let Some(rest) = begins("invalid value: ") {
            Self::typed("value", rest)
        } else if let Some(rest) = begins("invalid length ") {
            Self::length(rest)
        } else if let Some(rest) = begins("missing field `") {
            Self { rule: "required", name: rest.strip_suffix('`'), ..Self::default() }
        } else if let Some(rest) = begins("duplicate field `") {
            Self { rule: "duplicate", name: rest.strip_suffix('`'), ..Self::default() }
        } else if let Some(rest) = begins("unknown field `") {
            let (name, names) = split_names(rest);
            Self { rule: "unknown", name, expected: names, ..Self::default() }
        } else if let Some(rest) = begins("unknown variant `") {
            Self { rule: "enum", expected: split_names(rest).1, ..Self::default() }
        } else {
            Self::parsed(message)
        }
    }

    /// `string "17", expected u32`
    fn typed(rule: &'static str, rest: &'m str) -> Self {
        let Some((received, wanted)) = rest.rsplit_once(", expected ") else {
            return Self { rule, ..Self::default() };
        };
        match kind_received(received) {
            Some(kind) => Self {
                rule,
                expected: expected(wanted),
                received: Some(kind.into()),
                ..Self::default()
            },
            None => Self { rule, ..Self::default() },
        }
    }

    /// `2, expected a tuple of size 3`
    fn length(rest: &'m str) -> Self {
        let (count, wanted) = rest.split_once(", expected ").unwrap_or((rest, ""));
        Self {
            rule: "length",
            expected: expected(wanted),
            count: count.parse().ok(),
            ..Self::default()
        }
    }

    /// Reads the standard library's words for text that is not a number or a boolean, which are the types of
    /// parameters.
    fn parsed(message: &str) -> Self {
        let (rule, kind) = match message {
            "invalid digit found in string" | "cannot parse integer from empty string" => {
                ("type", "integer")
            }
            "number too large to fit in target type" | "number too small to fit in target type" => {
                ("value", "integer")
            }
            "invalid float literal" | "cannot parse float from empty string" => ("type", "number"),
            "provided string was not `true` or `false`" => ("type", "boolean"),
            _ => return Self { rule: "value", ..Self::default() },
        };
        Self { rule, expected: Some(Expected::Kind(kind.into())), ..Self::default() }
    }

    /// Returns the sentence for the log.
    fn text(&self, source: Option<&Subject>) -> String {
        let field = source.map_or("as a whole".into(), |source| format!("`{}`", source.member().1));
        let mut text = format!("the request does not fit at {field}: {}", self.rule);
        match &self.expected {
            Some(Expected::Kind(kind)) => text.extend([", expected ", kind]),
            Some(Expected::Integer(..)) => text.push_str(", expected integer"),
            Some(Expected::Names(_)) | None => {}
        }
        if let Some(received) = &self.received {
            text.extend([", received ", received]);
        }
        text
    }

    fn into_violation(self, source: Option<Subject>) -> FieldViolation {
        let mut violation = FieldViolation::default().rule(self.rule);
        violation.source = source;
        violation = match self.expected {
            Some(Expected::Kind(kind)) => violation.param("expected", kind),
            Some(Expected::Names(names)) => violation.param("expected", names),
            Some(Expected::Integer(min, max)) => {
                let bounds = [("min", min), ("max", max)];
                bounds.into_iter().fold(
                    violation.param("expected", "integer"),
                    |violation, (name, bound)| match bound {
                        Some(bound) => violation.param(name, bound),
                        None => violation,
                    },
                )
            }
            None => violation,
        };
        match (self.received, self.count) {
            (Some(kind), _) => violation.param("received", kind),
            (None, Some(count)) => violation.param("received", count),
            (None, None) => violation,
        }
    }
}

/// Splits ``x`, expected one of `a`, `b` `` into the received name and the existing ones.
fn split_names(rest: &str) -> (Option<&str>, Option<Expected<'_>>) {
    match rest.rsplit_once("`, expected ") {
        Some((name, names)) => {
            (Some(name), Some(Expected::Names(names.split('`').skip(1).step_by(2).collect())))
        }
        None => (rest.rsplit_once("`, there are no ").map(|(name, _)| name), None),
    }
}

/// Returns the JSON type for serde's name of a received value.
fn kind_received(text: &str) -> Option<&'static str> {
    let quoted = |start: &str, quote: char| {
        text.strip_prefix(start)
            .and_then(|rest| rest.strip_prefix(quote))
            .is_some_and(|rest| rest.ends_with(quote))
    };
    match text {
        "null" | "unit value" => Some("null"),
        "sequence" | "byte array" => Some("array"),
        "map" => Some("object"),
        _ if quoted("string ", '"') || quoted("character ", '`') => Some("string"),
        _ if quoted("boolean ", '`') => Some("boolean"),
        _ if quoted("integer ", '`') => Some("integer"),
        _ if quoted("floating point ", '`') || text == "number" => Some("number"),
        _ => None,
    }
}

/// Returns the JSON type for serde's name of an expected value, or a type's own words if they name no Rust type.
fn expected(text: &str) -> Option<Expected<'_>> {
    let range = |min, max| Some(Expected::Integer(min, max));
    match text.strip_prefix("a nonzero ").unwrap_or(text) {
        "u8" => return range(Some(0), Some(u8::MAX.into())),
        "u16" => return range(Some(0), Some(u16::MAX.into())),
        "u32" => return range(Some(0), Some(u32::MAX.into())),
        "u64" | "u128" | "usize" => return range(Some(0), None),
        "i8" => return range(Some(i8::MIN.into()), Some(i8::MAX.into())),
        "i16" => return range(Some(i16::MIN.into()), Some(i16::MAX.into())),
        "i32" => return range(Some(i32::MIN.into()), Some(i32::MAX.into())),
        "i64" | "i128" | "isize" => return range(None, None),
        _ => {}
    }
    let begins = |starts: &[&str]| starts.iter().any(|start| text.starts_with(start));
    let kind = match text {
        "f32" | "f64" => "number",
        "a boolean" | "bool" => "boolean",
        "a string" | "a borrowed string" | "a character" | "str" | "string" => "string",
        "unit" | "()" => "null",
        "string or map" => "string or object",
        "variant identifier" | "field identifier" => "string",
        _ if begins(&["a sequence", "a tuple", "an array", "tuple ", "an empty array"]) => "array",
        _ if begins(&["a map", "struct ", "internally tagged", "adjacently tagged"]) => "object",
        _ if begins(&["enum ", "variant index"]) => "string",
        _ if begins(&["unit struct", "unit variant"]) => "null",
        _ => {
            return (!text.is_empty() && !names_a_type(text))
                .then_some(Expected::Kind(text.into()));
        }
    };
    Some(Expected::Kind(kind.into()))
}

/// Returns whether the text has a path, generics or a word like `CreateProject`.
fn names_a_type(text: &str) -> bool {
    let camel = |pair: &[u8]| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase();
    text.contains("::") || text.contains('<') || text.as_bytes().windows(2).any(camel)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(kind: &str) -> Expected<'_> {
        Expected::Kind(kind.into())
    }

    #[test]
    fn every_case_of_serde_s() {
        let read = Mismatch::read;
        let none = Mismatch::default();
        let typed = read(r#"invalid type: string "a, expected u8", expected struct CreateProject"#);
        assert_eq!(
            (typed.rule, typed.expected, typed.received.as_deref()),
            ("type", Some(kind("object")), Some("string"))
        );
        let value = read("invalid value: integer `300`, expected u8");
        assert_eq!(
            (value.rule, value.expected),
            ("value", Some(Expected::Integer(Some(0), Some(255))))
        );
        let length = read("invalid length 2, expected a tuple of size 3");
        assert_eq!(
            (length.rule, length.count, length.expected),
            ("length", Some(2), Some(kind("array")))
        );
        assert_eq!(
            read("missing field `a`"),
            Mismatch { rule: "required", name: Some("a"), ..none }
        );
        assert_eq!(
            (read("duplicate field `a`").rule, read("duplicate field `a`").name),
            ("duplicate", Some("a"))
        );
        let unknown = read("unknown field `x`, expected `y`, expected one of `a`, `b`, `c`");
        assert_eq!(unknown.name, Some("x`, expected `y"));
        assert_eq!(unknown.expected, Some(Expected::Names(vec!["a", "b", "c"])));
        assert_eq!(read("unknown field `x`, there are no fields").name, Some("x"));
        let variant = read("unknown variant `secret`, expected `a` or `b`");
        assert_eq!((variant.rule, variant.name), ("enum", None));
        assert_eq!(variant.expected, Some(Expected::Names(vec!["a", "b"])));
    }

    #[test]
    fn words_of_others_are_not_taken_over() {
        for words in [
            "the password hunter2 is too short",
            "data did not match any variant of untagged enum Shape",
        ] {
            assert_eq!(Mismatch::read(words), Mismatch { rule: "value", ..Mismatch::default() });
        }
        assert_eq!(Mismatch::read("invalid type: hunter2, expected hunter2").expected, None);
        assert_eq!(expected("a crate::Type"), None);
        assert_eq!(expected("a CreateProject or null"), None);
        assert_eq!(expected("an IPv4 address"), Some(kind("an IPv4 address")));
    }
}
