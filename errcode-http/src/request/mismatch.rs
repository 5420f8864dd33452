//! What serde reports about a value that does not fit its type, without the value and without the names of Rust types.
//!
//! Deserializers report only text, in the words that `serde::de::Error` has for each case. Any other text is a type's
//! own and may quote the value, so none of it is used. The received value comes before what was expected and may
//! contain the same words, so the text is split from its end.

use super::{RequestPart, shape::Step, track::Trail};
use errcode_core::{Failure, FieldViolation, FrameworkFault, Subject, rules::push_token};
use std::{borrow::Cow, fmt};

/// Returns the rejection of a value that does not fit. `is_flat` says that the value at the end of the trail encloses
/// only scalars.
pub(super) fn refusal(
    fault: FrameworkFault,
    part: RequestPart,
    trail: &Trail,
    message: &str,
    is_flat: impl FnOnce(&str) -> bool,
) -> Failure {
    let mut mismatch =
        if trail.list_for_struct { Mismatch::list_for_struct() } else { Mismatch::read(message) };
    let mut place = FieldPath::of(&trail.steps);
    if trail.inside && mismatch.rule == "required" && is_flat(&place.pointer) {
        place.push_field(mismatch.name.take());
    } else if trail.inside {
        // The path ends above the value, so what is reported about a part would read as if about the whole.
        mismatch.keep_only_rule();
    } else {
        place.push_field(mismatch.name.take());
    }
    let text = format!("the request does not fit{}: {mismatch}", place.for_log());
    Failure::refusal(fault, text, vec![mismatch.into_violation(place.subject(part))])
}

/// The path to a value: for clients with all names, for the log only with those that the type has.
#[derive(Default)]
struct FieldPath {
    pointer: String,
    logged: String,
    first: Option<String>,
}

impl FieldPath {
    /// A key that the client chose ends the path if it may be more than a name.
    fn of(steps: &[Step]) -> Self {
        let mut place = Self::default();
        for step in steps {
            match step {
                Step::Field(name) | Step::Variant(name) => place.push(name, name),
                Step::Index(index) => place.push(&index.to_string(), &index.to_string()),
                Step::Key(name) if is_name(name) => place.push(name, "*"),
                Step::Key(_) => break,
            }
        }
        place
    }

    fn push(&mut self, name: &str, logged: &str) {
        push_token(&mut self.pointer, name);
        push_token(&mut self.logged, logged);
        self.first.get_or_insert_with(|| name.to_owned());
    }

    /// Adds a field that is missing or occurs twice.
    fn push_field(&mut self, name: Option<&str>) {
        if let Some(name) = name {
            self.push(name, name);
        }
    }

    fn for_log(&self) -> Cow<'static, str> {
        if self.logged.is_empty() { "".into() } else { format!(" at `{}`", self.logged).into() }
    }

    /// Returns the subject; `None` for the value as a whole.
    fn subject(self, part: RequestPart) -> Option<Subject> {
        let first = self.first?;
        Some(match part {
            RequestPart::Parameters => Subject::Parameter(first.into()),
            RequestPart::Body => Subject::Pointer(self.pointer.into()),
        })
    }
}

/// Returns whether a key of a map looks like a name. A JSON text that is sent as a form, for example, comes as a key.
pub(super) fn is_name(key: &str) -> bool {
    const LONGEST: usize = 64;
    (1..=LONGEST).contains(&key.len())
        && !key.contains(|c: char| c.is_control() || "\"'`{}[]<>=&;,".contains(c))
}

/// What does not fit, described without the value.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Mismatch<'m> {
    rule: &'static str,
    /// A field that the message names.
    name: Option<&'m str>,
    expected: Option<Expected<'m>>,
    received: Option<Cow<'static, str>>,
    /// The number of elements that were received.
    count: Option<u64>,
}

/// The JSON types, as `expected` has them.
const KINDS: [&str; 8] =
    ["integer", "number", "boolean", "string", "null", "array", "object", "string or object"];

/// What would fit.
#[derive(Debug, PartialEq)]
enum Expected<'m> {
    Kind(Cow<'m, str>),
    /// An integer of this range.
    Integer(Option<i64>, Option<i64>),
    Names(Vec<&'m str>),
}

impl<'m> Mismatch<'m> {
    pub(super) fn read(message: &'m str) -> Self {
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
            // The name is the client's.
            Self { rule: "unknown", expected: names(rest), ..Self::default() }
        } else if let Some(rest) = begins("unknown variant `") {
            Self { rule: "enum", expected: names(rest), ..Self::default() }
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

    fn list_for_struct() -> Self {
        let object = Expected::Kind("object".into());
        Self {
            rule: "type",
            expected: Some(object),
            received: Some("array".into()),
            ..Self::default()
        }
    }

    fn keep_only_rule(&mut self) {
        *self = Self { rule: self.rule, ..Self::default() };
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

/// Writes the rule and the types, for the log: only in words of our own, since a type's may be made from the value.
impl fmt::Display for Mismatch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rule)?;
        match &self.expected {
            Some(Expected::Kind(Cow::Borrowed(kind))) if KINDS.contains(kind) => {
                write!(f, ", expected {kind}")?;
            }
            Some(Expected::Integer(..)) => f.write_str(", expected integer")?,
            _ => {}
        }
        match &self.received {
            Some(received) => write!(f, ", received {received}"),
            None => Ok(()),
        }
    }
}

/// Reads the names that exist in ``x`, expected one of `a`, `b` ``.
fn names(rest: &str) -> Option<Expected<'_>> {
    let (_, names) = rest.rsplit_once("`, expected ")?;
    Some(Expected::Names(names.split('`').skip(1).step_by(2).collect()))
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
        // A variant that is sent as its name.
        "unit variant" => Some("string"),
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
    let nonzero = text.strip_prefix("a nonzero ");
    let least = Some(if nonzero.is_some() { 1 } else { 0 });
    match nonzero.unwrap_or(text) {
        "u8" => return range(least, Some(u8::MAX.into())),
        "u16" => return range(least, Some(u16::MAX.into())),
        "u32" => return range(least, Some(u32::MAX.into())),
        "u64" | "u128" | "usize" => return range(least, None),
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
        "map with a single key" => "object with one member",
        "newtype variant" | "tuple variant" | "struct variant" => "object",
        "variant identifier" | "field identifier" => "string",
        _ if begins(&["a sequence", "a tuple", "an array", "tuple ", "an empty array"]) => "array",
        _ if begins(&["a map", "struct ", "internally tagged", "adjacently tagged"]) => "object",
        _ if begins(&["enum ", "variant index"]) => "string",
        _ if begins(&["unit struct", "unit variant"]) => "null",
        _ => {
            return is_description(text).then_some(Expected::Kind(text.into()));
        }
    };
    Some(Expected::Kind(kind.into()))
}

/// Returns whether the text can be shown: a few words without quotations, and without names of Rust types such as
/// `CreateProject`.
fn is_description(text: &str) -> bool {
    const LONGEST: usize = 100;
    let camel = |pair: &[u8]| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase();
    (1..=LONGEST).contains(&text.len())
        && !text.contains(['"', '`', '\\', '<'])
        && !text.contains("::")
        && !text.as_bytes().windows(2).any(camel)
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
        let zero = read("invalid value: integer `0`, expected a nonzero u32");
        assert_eq!(zero.expected, Some(Expected::Integer(Some(1), Some(u32::MAX.into()))));
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
        assert_eq!((unknown.rule, unknown.name), ("unknown", None));
        assert_eq!(unknown.expected, Some(Expected::Names(vec!["a", "b", "c"])));
        assert_eq!(read("unknown field `x`, there are no fields").expected, None);
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
