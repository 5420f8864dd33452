//! Example values as JSON text.

use crate::json::{ToJson, Unserializable, push_string};

/// A JSON text, known to be one.
pub(super) struct Raw(String);

/// Which example a type gets.
enum Sample<'t> {
    Integer,
    Fraction,
    Boolean,
    Text(&'static str),
    List(&'t str),
    Map(&'t str),
    Inner(&'t str),
    Unknown,
}

impl Raw {
    /// The text, where it is JSON.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let rest = value(text.trim().as_bytes(), 0)?;
        rest.is_empty().then(|| Self(text.trim().to_owned()))
    }

    /// A value of a Rust type; of one that is not known, a text.
    pub(super) fn of_type(ty: &str, name: &str) -> Self {
        Self(json_of(ty, name, 0))
    }
}

impl ToJson for Raw {
    fn to_json(&self, out: &mut Vec<u8>) -> Result<(), Unserializable> {
        out.extend_from_slice(self.0.as_bytes());
        Ok(())
    }
}

/// Whether JSON shows the type as a string.
pub(super) fn is_text(ty: &str) -> bool {
    match sample(ty) {
        Sample::Text(_) => true,
        Sample::Inner(inner) => is_text(inner),
        _ => false,
    }
}

/// Whether [`Raw::of_type`] is a JSON string: that of a text, or the name in place of a value that nobody knows.
pub(super) fn shows_as_string(ty: &str) -> bool {
    match sample(ty) {
        Sample::Text(_) | Sample::Unknown => true,
        Sample::Inner(inner) => shows_as_string(inner),
        _ => false,
    }
}

/// What `Display` shows of a value of the type; `None` for a whole number.
pub(super) fn text_of(ty: &str, name: &str) -> Option<String> {
    match sample(ty) {
        Sample::Integer => None,
        Sample::Fraction => Some("1.5".to_owned()),
        Sample::Boolean => Some("true".to_owned()),
        Sample::Text(text) if !text.is_empty() => Some(text.to_owned()),
        Sample::Inner(inner) => text_of(inner, name),
        _ => Some(name.to_owned()),
    }
}

fn json_of(ty: &str, name: &str, depth: u8) -> String {
    match sample(ty) {
        _ if depth > 8 => "null".to_owned(),
        Sample::Integer => super::NUMBER.to_string(),
        Sample::Fraction => "1.5".to_owned(),
        Sample::Boolean => "true".to_owned(),
        Sample::Text(text) if !text.is_empty() => quoted(text),
        Sample::List(item) => format!("[{}]", json_of(item, name, depth + 1)),
        Sample::Map(value) => format!("{{\"key\":{}}}", json_of(value, name, depth + 1)),
        Sample::Inner(inner) => json_of(inner, name, depth + 1),
        Sample::Text(_) | Sample::Unknown => quoted(name),
    }
}

fn quoted(text: &str) -> String {
    let mut json = Vec::new();
    push_string(&mut json, text);
    String::from_utf8_lossy(&json).into_owned()
}

fn sample(ty: &str) -> Sample<'_> {
    let ty = without_reference(ty);
    if let Some(item) = ty.strip_prefix('[') {
        return Sample::List(item.trim_end_matches(']').split(';').next().unwrap_or_default());
    }
    let Some((name, arguments)) = ty.split_once('<') else { return of_name(last_segment(ty)) };
    let arguments = arguments.trim_end().trim_end_matches('>');
    match last_segment(name) {
        "Option" | "Box" | "Arc" | "Rc" | "Wrapping" => Sample::Inner(arguments_of(ty)),
        "Cow" => Sample::Inner(arguments.rsplit(',').next().unwrap_or_default()),
        "Vec" | "VecDeque" | "HashSet" | "BTreeSet" => Sample::List(arguments_of(ty)),
        "HashMap" | "BTreeMap" => {
            Sample::Map(arguments_of(ty).split_once(',').map_or("", |(_, value)| value))
        }
        _ => Sample::Unknown,
    }
}

/// What stands between the outer angle brackets.
fn arguments_of(ty: &str) -> &str {
    let inside = ty.split_once('<').map_or("", |(_, inside)| inside).trim_end();
    inside.strip_suffix('>').unwrap_or(inside)
}

fn of_name(name: &str) -> Sample<'_> {
    match name {
        "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => {
            Sample::Integer
        }
        "f32" | "f64" | "Decimal" => Sample::Fraction,
        "bool" => Sample::Boolean,
        "char" => Sample::Text("x"),
        "Uuid" => Sample::Text("018f2f60-5d7a-7c3e-9b1a-2f4c6d8e0a1b"),
        "Url" => Sample::Text("https://example.com/"),
        "IpAddr" | "Ipv4Addr" => Sample::Text("192.0.2.17"),
        "DateTime" | "OffsetDateTime" | "Timestamp" => Sample::Text("2026-02-21T10:00:00Z"),
        "String" | "str" | "Path" | "PathBuf" => Sample::Text(""),
        _ if name.starts_with("NonZero") => Sample::Integer,
        _ => Sample::Unknown,
    }
}

fn without_reference(ty: &str) -> &str {
    let mut ty = ty.trim();
    while let Some(rest) = ty.strip_prefix('&') {
        ty = rest.trim_start();
        if let Some(lifetime) = ty.strip_prefix('\'') {
            ty = lifetime
                .trim_start_matches(|letter: char| letter.is_alphanumeric() || letter == '_')
                .trim_start();
        }
        ty = ty.strip_prefix("mut ").unwrap_or(ty).trim_start();
    }
    ty
}

fn last_segment(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path).trim()
}

/// Reads one JSON value (RFC 8259) and gives what follows it.
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

fn sequence(text: &[u8], close: u8, depth: u8, item: fn(&[u8], u8) -> Option<&[u8]>) -> Option<&[u8]> {
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
        rest =
            digits(exponent.strip_prefix(b"+").or_else(|| exponent.strip_prefix(b"-")).unwrap_or(exponent))?;
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
        for json in ["17", "-0.5e+3", "[]", "[1, [\"a\\u00e9\"], {\"b\": null}]", "true", " \"x\" ", "{}"] {
            assert!(Raw::parse(json).is_some(), "{json}");
            assert!(serde_json::from_str::<serde_json::Value>(json).is_ok(), "{json}");
        }
        for text in ["", "01", "abc", "[1,]", "{a:1}", "\"a", "\"\\x\"", "1 2", "tru", ".5", "1.", "\"\n\""] {
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
        ] {
            assert_eq!(Raw::of_type(ty, "name").0, json, "{ty}");
        }
        assert!(is_text("&'a str") && is_text("Box<str>") && !is_text("Status"));
        assert_eq!(text_of("i64", "id"), None);
        assert_eq!(text_of("Status", "status").as_deref(), Some("status"));
    }
}
