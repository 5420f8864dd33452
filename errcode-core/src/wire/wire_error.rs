//! An error outside a response.

use super::{ids::Ids, view::ErrorView};
use crate::{
    catalog::{Catalog, Public},
    failure::failure::Failure,
};
use serde_core::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, IgnoredAny, MapAccess},
    ser::SerializeMap as _,
};
use serde_json::Value;
use std::fmt;

/// The content of the envelope's `error`, owned, for where there is no response: events, messages, batch items, job
/// rows.
///
/// It is serialized in any of serde's formats. Absent members are left out.
///
/// ```
/// use errcode_core::{AppError, Failure, wire::{Ids, WireError}};
///
/// #[derive(Debug, AppError)]
/// #[error("no project {id}", code = "E2001", status = 404, user_msg = "no project {id}")]
/// struct NotFound { id: u64 }
///
/// let error = WireError::new(&Failure::from(NotFound { id: 17 }), None, Ids::default());
/// let text = serde_json::to_string(&error).unwrap();
/// let start = r#"{"code":"E2001","message":"no project 17","retryable":false,"details":{"id":"17"},"timestamp":"#;
/// assert!(text.starts_with(start));
/// assert_eq!(serde_json::from_str::<WireError>(&text).unwrap(), error);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct WireError {
    /// The code.
    pub code: String,
    /// The message for clients.
    pub message: String,
    /// The field that is at fault, such as `items[3].price`.
    pub field: Option<String>,
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// The delay before a retry, in whole seconds.
    pub retry_after: Option<u64>,
    /// The details, with violations as the member `errors`; `Null` if there are none.
    ///
    /// A `Value` rounds whole numbers of more than 64 bits, and has none above 1.8 · 10³⁰⁸. [`WireError::new`] keeps
    /// such numbers as texts, digit by digit. Fractions are the nearest `f64`.
    pub details: Value,
    /// The JSON pointer of the field, if the code names one and has no violations.
    pub pointer: Option<String>,
    /// The parameter at fault, likewise.
    pub parameter: Option<String>,
    /// The header at fault, likewise.
    pub header: Option<String>,
    /// The address of the code's page.
    pub docs: Option<String>,
    /// The request's id.
    pub request_id: Option<String>,
    /// The trace's id.
    pub trace_id: Option<String>,
    /// The id of the task.
    pub task_id: Option<String>,
    /// When it happened, as RFC 3339.
    pub timestamp: Option<String>,
}

impl WireError {
    /// Returns what clients may see of a failure, at the current time.
    #[must_use]
    pub fn new(failure: &Failure, catalog: Option<&Catalog>, ids: Ids<'_>) -> Self {
        let public = catalog
            .map_or_else(|| Public::without_catalog(failure), |catalog| catalog.public(failure));
        Self::from_view(&ErrorView::new(&public, catalog, ids))
    }

    /// Returns the content of a view.
    #[must_use]
    pub fn from_view(view: &ErrorView<'_>) -> Self {
        let mut details = Vec::new();
        let ids = view.ids();
        let owned = |id: Option<&str>| id.map(str::to_owned);
        let subject = view.subject();
        let place = |wanted: &str| {
            let (name, value) = subject.as_ref()?.member();
            (name == wanted).then(|| value.to_owned())
        };
        Self {
            code: view.spec().code().to_string(),
            message: view.message(),
            field: view.field(),
            retryable: view.retry().retryable,
            retry_after: view.retry().after_seconds(),
            // Only a `Serialize` that writes invalid JSON makes it unreadable.
            details: view
                .write_details(&mut details)
                .then(|| serde_json::from_slice(&quote_large_numbers(&details)).ok())
                .flatten()
                .unwrap_or_default(),
            pointer: place("pointer"),
            parameter: place("parameter"),
            header: place("header"),
            docs: view.docs(),
            request_id: owned(ids.request_id),
            trace_id: owned(ids.trace_id),
            task_id: owned(ids.task_id),
            timestamp: Some(String::from_utf8_lossy(&view.timestamp().to_seconds()).into_owned()),
        }
    }

    /// Returns the optional texts from `pointer` on, by name.
    fn tail(&self) -> [(&'static str, &Option<String>); 8] {
        [
            ("pointer", &self.pointer),
            ("parameter", &self.parameter),
            ("header", &self.header),
            ("docs", &self.docs),
            ("request_id", &self.request_id),
            ("trace_id", &self.trace_id),
            ("task_id", &self.task_id),
            ("timestamp", &self.timestamp),
        ]
    }
}

/// Makes texts of the numbers that a [`Value`] cannot hold.
fn quote_large_numbers(mut json: &[u8]) -> Vec<u8> {
    let mut quoted = Vec::with_capacity(json.len());
    while let [first, after @ ..] = json {
        let (is_number, more) = match first {
            b'"' => (false, after.len() - after_string(after).len()),
            b'-' | b'0'..=b'9' => {
                let is_part =
                    |byte: &&u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
                (true, after.iter().take_while(is_part).count())
            }
            _ => (false, 0),
        };
        let (token, rest) = json.split_at(1 + more);
        let quote: &[u8] = if is_number && !is_kept(token) { b"\"" } else { b"" };
        for part in [quote, token, quote] {
            quoted.extend_from_slice(part);
        }
        json = rest;
    }
    quoted
}

/// Returns what follows a string of which the first quote was read.
fn after_string(mut json: &[u8]) -> &[u8] {
    loop {
        json = match json {
            [b'\\', _, rest @ ..] => rest,
            [b'"', rest @ ..] | rest @ [] => return rest,
            [_, rest @ ..] => rest,
        }
    }
}

/// Returns whether a [`Value`] can hold this number. Of a fraction it has the nearest one.
fn is_kept(number: &[u8]) -> bool {
    let Ok(value) = serde_json::from_slice::<Value>(number) else { return false };
    let is_same = |text: String| text.as_bytes() == number;
    let is_whole = number.iter().all(|byte| byte.is_ascii_digit() || *byte == b'-');
    !is_whole
        || is_same(value.to_string())
        || value.as_f64().is_some_and(|float| is_same(float.to_string()))
}

impl Serialize for WireError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", &self.code)?;
        map.serialize_entry("message", &self.message)?;
        if let Some(field) = &self.field {
            map.serialize_entry("field", field)?;
        }
        map.serialize_entry("retryable", &self.retryable)?;
        if let Some(seconds) = self.retry_after {
            map.serialize_entry("retry_after", &seconds)?;
        }
        if !self.details.is_null() {
            map.serialize_entry("details", &self.details)?;
        }
        for (name, text) in self.tail() {
            if let Some(text) = text {
                map.serialize_entry(name, text)?;
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for WireError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Members)
    }
}

struct Members;

impl<'de> de::Visitor<'de> for Members {
    type Value = WireError;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with `code` and `message`")
    }

    /// Members of later versions are ignored.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WireError, A::Error> {
        let mut error = WireError::default();
        let (mut code, mut message) = (None, None);
        while let Some(name) = map.next_key::<String>()? {
            match &*name {
                "code" => code = Some(map.next_value()?),
                "message" => message = Some(map.next_value()?),
                "field" => error.field = map.next_value()?,
                "retryable" => error.retryable = map.next_value()?,
                "retry_after" => error.retry_after = map.next_value()?,
                "details" => error.details = map.next_value()?,
                "pointer" => error.pointer = map.next_value()?,
                "parameter" => error.parameter = map.next_value()?,
                "header" => error.header = map.next_value()?,
                "docs" => error.docs = map.next_value()?,
                "request_id" => error.request_id = map.next_value()?,
                "trace_id" => error.trace_id = map.next_value()?,
                "task_id" => error.task_id = map.next_value()?,
                "timestamp" => error.timestamp = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        error.code = code.ok_or_else(|| de::Error::missing_field("code"))?;
        error.message = message.ok_or_else(|| de::Error::missing_field("message"))?;
        Ok(error)
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for WireError {}

#[cfg(test)]
mod tests {
    use super::WireError;
    use crate::{
        Failure, FieldViolation, FrameworkFault, Subject,
        wire::{Envelope, ErrorView, Ids, render},
    };
    use serde_json::{Value, json};

    #[test]
    fn says_what_the_envelope_says() {
        let violations = vec![
            FieldViolation::new(Subject::Pointer("/a".into()), "wrong")
                .rule("type")
                .param("min", 1),
        ];
        let failure = Failure::refusal(FrameworkFault::Unprocessable, "secret", violations);
        let public = crate::Public::without_catalog(&failure);
        let view = ErrorView::new(&public, None, Ids::default().request_id("r-1").task_id("t-1"));
        let envelope: Value = serde_json::from_slice(&render(&Envelope, &view)).unwrap();
        let mut wire = serde_json::to_value(WireError::from_view(&view)).unwrap();
        for id in ["request_id", "trace_id", "task_id", "timestamp"] {
            let id = wire.as_object_mut().unwrap().remove_entry(id);
            assert_eq!(
                id.as_ref().map(|(_, value)| value),
                id.as_ref().and_then(|(name, _)| envelope.get(name))
            );
        }
        assert_eq!(wire, envelope["error"]);
    }

    #[test]
    fn numbers_are_kept_digit_by_digit() {
        let large = u128::MAX;
        for (json, kept) in [
            ("18446744073709551615", "18446744073709551615"),
            ("-9223372036854775808", "-9223372036854775808"),
            ("-0", "-0.0"),
            ("0.1", "0.1"),
            ("1.50", "1.5"),
            ("100000000000000000000", "1e+20"),
            (&large.to_string(), &format!("\"{large}\"")),
            (&i128::MIN.to_string(), &format!("\"{}\"", i128::MIN)),
            ("1e400", "\"1e400\""),
            (
                r#"{"a\\":[-1e999,"5\"1e400",true],"e":null}"#,
                r#"{"a\\":["-1e999","5\"1e400",true],"e":null}"#,
            ),
        ] {
            let read: Value =
                serde_json::from_slice(&super::quote_large_numbers(json.as_bytes())).unwrap();
            assert_eq!(read.to_string(), kept);
        }
    }

    #[test]
    fn reads_what_it_needs_and_passes_over_the_rest() {
        let read = |value: Value| serde_json::from_value::<WireError>(value);
        let error =
            read(json!({"later": [1], "code": "E1", "message": "m", "retry_after": 3})).unwrap();
        assert_eq!((error.to_string().as_str(), error.retry_after), ("E1: m", Some(3)));
        assert!(read(json!({"code": "E1"})).unwrap_err().to_string().contains("message"));
        assert!(read(json!([])).is_err());
    }
}
