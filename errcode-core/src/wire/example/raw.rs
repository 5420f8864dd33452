//! Example values as JSON text.

use crate::{
    json::{ToJson, Unserializable, push_string},
    spec::shape::Shape,
};

/// The example of a whole number.
pub(super) const NUMBER: u64 = 1;

/// A valid JSON text.
pub(super) struct Raw(pub(super) String);

impl Raw {
    /// Returns the text, if it is valid JSON.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let rest = value(text.trim().as_bytes(), 0)?;
        rest.is_empty().then(|| Self(text.trim().to_owned()))
    }

    /// Returns a value of a Rust type.
    pub(super) fn from_type(ty: &str, name: &str) -> Self {
        Self(json_of(&Shape::from_type(ty), ty, name, 0))
    }
}

impl ToJson for Raw {
    fn to_json(&self, out: &mut Vec<u8>) -> Result<(), Unserializable> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(())
    }
}

/// Returns the text of an example value, in messages and in JSON; `None` if its JSON is not a string. For an unknown
/// type, it is the name of the field.
pub(super) fn text_of(ty: &str, name: &str) -> Option<String> {
    text_in(&Shape::from_type(ty), ty, name)
}

/// Returns whether every value of the type is a string in JSON.
pub(super) fn is_text(ty: &str) -> bool {
    match Shape::from_type(ty) {
        Shape::Optional(inner) => *inner == Shape::Text,
        shape => shape == Shape::Text,
    }
}

fn text_in(shape: &Shape, ty: &str, name: &str) -> Option<String> {
    match shape {
        Shape::Text | Shape::Unknown(_) => {
            let is_in_type = |known: &str| {
                ty.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == known)
            };
            let known = TEXTS.iter().find(|(known, _)| is_in_type(known));
            Some(known.map_or(name, |(_, text)| *text).to_owned())
        }
        Shape::Optional(inner) => text_in(inner, ty, name),
        _ => None,
    }
}

/// Example texts by type.
const TEXTS: [(&str, &str); 11] = [
    ("Uuid", "018f2f60-5d7a-7c3e-9b1a-2f4c6d8e0a1b"),
    ("Url", "https://example.com/"),
    ("IpAddr", "192.0.2.17"),
    ("Ipv4Addr", "192.0.2.17"),
    ("Ipv6Addr", "2001:db8::17"),
    ("SocketAddr", "192.0.2.17:443"),
    ("Ulid", "01KHZ4QG80Z4T5W6R7S8V9X0A1"),
    ("OffsetDateTime", "2026-02-21T10:00:00Z"),
    ("DateTime", "2026-02-21T10:00:00Z"),
    ("Timestamp", "2026-02-21T10:00:00Z"),
    ("char", "x"),
];

fn json_of(shape: &Shape, ty: &str, name: &str, depth: u8) -> String {
    let inner = |shape| json_of(shape, ty, name, depth + 1);
    match shape {
        _ if depth > 8 => "null".to_owned(),
        Shape::Integer => NUMBER.to_string(),
        Shape::Number => "1.5".to_owned(),
        Shape::Boolean => "true".to_owned(),
        Shape::Null => "null".to_owned(),
        Shape::Optional(value) => inner(value),
        Shape::List(item) => format!("[{}]", inner(item)),
        Shape::Map(value) => format!("{{\"key\":{}}}", inner(value)),
        Shape::Text | Shape::Unknown(_) => quoted(&text_in(shape, ty, name).unwrap_or_default()),
    }
}

fn quoted(text: &str) -> String {
    let mut json = Vec::new();
    push_string(&mut json, text);
    String::from_utf8_lossy(&json).into_owned()
}

/// Reads one JSON value (RFC 8259) and returns what follows it.
fn value(text: &[u8], depth: u8) -> Option<&[u8]> {
    if depth > 64 {
        return None;
    }
    match text.first()? {
        b'"' => string(text),
        b'[' => sequence(text, b']', depth, value),
        b'{' => sequence(text, b'}', depth, |text, depth| {
            let after = space(string(text)?).strip_prefix(b":")?;
            value(space(after), depth)
        }),
        b't' => text.strip_prefix(b"true"),
        b'f' => text.strip_prefix(b"false"),
        b'n' => text.strip_prefix(b"null"),
        _ => number(text),
    }
}

fn space(text: &[u8]) -> &[u8] {
    text.trim_ascii_start()
}

fn sequence(
    text: &[u8],
    close: u8,
    depth: u8,
    item: fn(&[u8], u8) -> Option<&[u8]>,
) -> Option<&[u8]> {
    let mut rest = space(text.get(1..)?);
    if let Some(rest) = rest.strip_prefix(&[close]) {
        return Some(rest);
    }
    loop {
        rest = space(item(rest, depth + 1)?);
        if let Some(rest) = rest.strip_prefix(&[close]) {
            return Some(rest);
        }
        rest = space(rest.strip_prefix(b",")?);
    }
}

fn string(text: &[u8]) -> Option<&[u8]> {
    let mut rest = text.strip_prefix(b"\"")?;
    loop {
        let (first, after) = rest.split_first()?;
        rest = match first {
            b'"' => return Some(after),
            b'\\' => escape(after)?,
            0..b' ' => return None,
            _ => after,
        };
    }
}

fn escape(text: &[u8]) -> Option<&[u8]> {
    let (first, after) = text.split_first()?;
    match first {
        b'u' => after
            .split_at_checked(4)
            .filter(|(hex, _)| hex.iter().all(u8::is_ascii_hexdigit))
            .map(|(_, rest)| rest),
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(after),
        _ => None,
    }
}

fn number(text: &[u8]) -> Option<&[u8]> {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let mut rest = match text.strip_prefix(b"0") {
        Some(rest) => rest,
        None => digits(text)?,
    };
    if let Some(fraction) = rest.strip_prefix(b".") {
        rest = digits(fraction)?;
    }
    if let Some(exponent) = rest.strip_prefix(b"e").or_else(|| rest.strip_prefix(b"E")) {
        rest = digits(
            exponent.strip_prefix(b"+").or_else(|| exponent.strip_prefix(b"-")).unwrap_or(exponent),
        )?;
    }
    Some(rest)
}

fn digits(text: &[u8]) -> Option<&[u8]> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 { None } else { text.get(count..) }
}

#[cfg(test)]
mod tests {
    use super::{Raw, is_text, text_of};

    #[test]
    fn only_json_is_json() {
        for json in
            ["17", "-0.5e+3", "[]", "[1, [\"a\\u00e9\"], {\"b\": null}]", "true", " \"x\" ", "{}"]
        {
            assert!(Raw::parse(json).is_some(), "{json}");
            assert!(serde_json::from_str::<serde_json::Value>(json).is_ok(), "{json}");
        }
        for text in
            ["", "01", "abc", "[1,]", "{a:1}", "\"a", "\"\\x\"", "1 2", "tru", ".5", "1.", "\"\n\""]
        {
            assert!(Raw::parse(text).is_none(), "{text}");
            assert!(serde_json::from_str::<serde_json::Value>(text).is_err(), "{text}");
        }
        assert!(Raw::parse(&"[".repeat(100_000)).is_none());
    }

    #[test]
    fn by_type() {
        for (ty, json) in [
            ("u64", "1"),
            ("Option < String >", "\"name\""),
            ("Vec<f64>", "[1.5]"),
            ("std::collections::BTreeMap<String, Vec<bool>>", "{\"key\":[true]}"),
            ("& 'static str", "\"name\""),
            ("[u8 ; 4]", "[1]"),
            ("Cow<'static, str>", "\"name\""),
            ("Status", "\"name\""),
            ("Vec<Vec<(u8, Uuid)>>", "[[\"018f2f60-5d7a-7c3e-9b1a-2f4c6d8e0a1b\"]]"),
            ("BTreeMap<Key<u8, u8>, bool>", "{\"key\":true}"),
        ] {
            assert_eq!(Raw::from_type(ty, "name").0, json, "{ty}");
        }
        assert!(is_text("&'a str") && is_text("Box<str>") && !is_text("Status"));
        assert_eq!(text_of("i64", "id"), None);
        assert_eq!(text_of("Status", "status").as_deref(), Some("status"));
    }
}
