//! What the plain text of a framework's rejection says, without the client's values.
//!
//! axum's texts repeat the value that was refused, in quotes, in backticks or bare, and nothing in a text tells where
//! the value ends. So none of it is copied: what is recognized is said again in words of our own, with names that can
//! only be names, and any other text is not used.

/// Texts of axum, axum-core, tower-http and multer that have no variable part.
const CONSTANT: [&str; 21] = [
    "Expected request with `Content-Type: application/json`",
    "Form requests must have `Content-Type: application/x-www-form-urlencoded`",
    "Invalid `boundary` for `multipart/form-data` request",
    "Failed to buffer the request body: length limit exceeded",
    "length limit exceeded",
    "Request payload is too large",
    "failed to decode field's raw header value",
    "failed to read field complete headers",
    "failed to read headers",
    "incomplete multipart stream",
    "No paths parameters found for matched route",
    "No matched path found",
    "The matched route is not nested",
    "Request method must be `GET`",
    "Request method must be `CONNECT`",
    "Connection header did not include 'upgrade'",
    "`Upgrade` header did not include 'websocket'",
    "`:protocol` pseudo-header did not include 'websocket'",
    "`Sec-WebSocket-Version` header did not include '13'",
    "`Sec-WebSocket-Key` header missing",
    "WebSocket request couldn't be upgraded since no upgrade state was present",
];

/// The text of axum's `Multipart` for a request body that broke off, which it answers with 500.
const FORM_BROKE_OFF: &str = "failed to read stream";

/// Returns whether the request is at fault, though the status says that the service is.
pub(crate) fn broke_off(text: &str) -> bool {
    text == FORM_BROKE_OFF
}

/// Returns the description of a rejection by its text, for the log; `None` for a text that is not known.
pub(crate) fn describe(text: &str) -> Option<String> {
    let constant = CONSTANT.iter().find(|constant| **constant == text);
    if let Some(constant) = constant {
        return Some((*constant).to_owned());
    }
    if let Some(text) = text.strip_prefix("Failed to parse the request body as JSON: ") {
        return Some(format!("the body is malformed JSON{}", position(text).unwrap_or_default()));
    }
    if text.starts_with("Request body didn't contain valid UTF-8: ") {
        return Some("the body is not UTF-8".to_owned());
    }
    if broke_off(text) || text.starts_with("Failed to buffer the request body: ") {
        return Some("the body broke off".to_owned());
    }
    if let Some(text) = text.strip_prefix("Invalid URL: ") {
        return Some(parameter(text));
    }
    if let Some(text) = header(text) {
        return Some(text);
    }
    mistake(text).or_else(|| misfit(text))
}

/// Reads `at line 1 column 30` at the end of the text.
fn position(text: &str) -> Option<String> {
    let (_, position) = text.rsplit_once(" at line ")?;
    let (line, column) = position.split_once(" column ")?;
    let (line, column): (u64, u64) = (line.parse().ok()?, column.parse().ok()?);
    Some(format!(", at line {line} column {column}"))
}

/// Reads ``Header of type `authorization` was missing`` and `invalid HTTP header (authorization)`, which axum-extra's
/// `TypedHeader` refuses with.
fn header(text: &str) -> Option<String> {
    let missing = text
        .strip_prefix("Header of type `")
        .and_then(|text| text.strip_suffix("` was missing"))
        .map(|name| (name, "is missing"));
    let invalid = || {
        let name = text.strip_prefix("invalid HTTP header (")?.strip_suffix(')')?;
        Some((name, "does not fit"))
    };
    let (name, what) = missing.or_else(invalid).filter(|(name, _)| is_identifier(name))?;
    Some(format!("the header `{name}` {what}"))
}

/// Reads ``Cannot parse `id` with value `17x` to a `u32` `` and ``Invalid UTF-8 in `id` ``, where the name is the
/// route's.
fn parameter(text: &str) -> String {
    let name = text
        .strip_prefix("Cannot parse `")
        .and_then(|text| text.split_once("` with value `"))
        .map(|(name, _)| name)
        .or_else(|| text.strip_prefix("Invalid UTF-8 in `")?.strip_suffix('`'));
    match name.filter(|name| is_identifier(name)) {
        Some(name) => format!("the path parameter `{name}` does not fit"),
        None => "a path parameter does not fit".to_owned(),
    }
}

/// Reads the texts for mistakes of the service's own, which name its types.
fn mistake(text: &str) -> Option<String> {
    let type_name =
        text.strip_prefix("Missing request extension: Extension of type `").and_then(|text| {
            text.strip_suffix(
                "` was not found. Perhaps you forgot to add it? See `axum::Extension`.",
            )
        });
    if let Some(name) = type_name.filter(|name| is_type(name)) {
        return Some(format!("the handler asks for an extension that is not set: `{name}`"));
    }
    if let Some(name) =
        text.strip_prefix("Unsupported type `").and_then(|text| text.strip_suffix('`'))
        && is_type(name)
    {
        return Some(format!("the handler's `Path` has an unsupported type: `{name}`"));
    }
    let counts = text.strip_prefix("Wrong number of path arguments for `Path`. Expected ")?;
    let (expected, rest) = counts.split_once(" but got ")?;
    let got = rest.split_once(". ").map_or(rest, |(got, _)| got);
    let (expected, got): (u64, u64) = (expected.parse().ok()?, got.parse().ok()?);
    Some(format!("the handler's `Path` has {expected} parameters, and its route {got}"))
}

#[cfg(not(any(feature = "json", feature = "urlencoded")))]
fn misfit(_: &str) -> Option<String> {
    None
}

/// Reads `items[1].price: invalid type: string "free", expected u16 at line 1 column 30`.
#[cfg(any(feature = "json", feature = "urlencoded"))]
fn misfit(text: &str) -> Option<String> {
    const PREFIXES: [&str; 4] = [
        "Failed to deserialize the JSON body into the target type: ",
        "Failed to deserialize form body: ",
        "Failed to deserialize form: ",
        "Failed to deserialize query string: ",
    ];
    let text = PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix))?;
    let text = text.rsplit_once(" at line ").map_or(text, |(text, _)| text);
    // A key of a map may contain the separator; `Mismatch` knows none of the words that then follow.
    let (path, words) = text.split_once(": ").unwrap_or(("", text));
    let rejected = super::mismatch::Mismatch::read(words);
    let place = path_of(path, words).map_or_else(String::new, |path| format!(" at `{path}`"));
    Some(format!("the request does not fit{place}: {rejected}"))
}

/// Returns the path if it consists of names and indexes only. One that ends with the client's name for a field or
/// variant ends before it.
#[cfg(any(feature = "json", feature = "urlencoded"))]
fn path_of<'t>(path: &'t str, words: &str) -> Option<&'t str> {
    let unknown = ["unknown field `", "unknown variant `"]
        .iter()
        .find_map(|start| words.strip_prefix(start))
        .and_then(|rest| rest.rsplit_once("`, "));
    let path = match unknown {
        Some((name, _)) => {
            let name = name.split("`, expected ").next().unwrap_or_default();
            path.strip_suffix(name).unwrap_or(path).trim_end_matches('.')
        }
        None => path,
    };
    let mut names = path.split('.');
    let is_step = |step: &str| {
        let (name, indexes) = step.split_once('[').map_or((step, ""), |(name, rest)| (name, rest));
        (name.is_empty() || is_identifier(name))
            && indexes.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'[' | b']'))
    };
    (!path.is_empty() && path.len() <= 256 && names.all(is_step)).then_some(path)
}

/// Returns whether the text can only be a name.
fn is_identifier(text: &str) -> bool {
    const LONGEST: usize = 64;
    (1..=LONGEST).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        && !text.as_bytes()[0].is_ascii_digit()
}

/// Returns whether the text can only be the name of a Rust type.
fn is_type(text: &str) -> bool {
    const LONGEST: usize = 256;
    (1..=LONGEST).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_:<>(),&[]; *'".contains(&byte))
}
