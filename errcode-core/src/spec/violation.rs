//! Violations of a request's fields.

use crate::json::{self, ToJson};
use serde_core::Serialize;
use std::borrow::Cow;

/// The part of a request that is at fault.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Subject {
    /// A JSON pointer (RFC 6901) into the body.
    Pointer(Cow<'static, str>),
    /// The name of a path or query parameter.
    Parameter(Cow<'static, str>),
    /// The name of a header.
    Header(Cow<'static, str>),
}

impl Subject {
    /// Returns the path of the field: `items[3].price` for the pointer `/items/3/price`, else the name.
    #[must_use]
    pub fn field(&self) -> String {
        match self {
            Self::Pointer(pointer) => dotted(pointer),
            Self::Parameter(name) | Self::Header(name) => name.clone().into_owned(),
        }
    }

    /// Returns the name and the value of the member in JSON:API's `source` and in a violation's object.
    #[must_use]
    pub fn member(&self) -> (&'static str, &str) {
        match self {
            Self::Pointer(pointer) => ("pointer", pointer),
            Self::Parameter(name) => ("parameter", name),
            Self::Header(name) => ("header", name),
        }
    }
}

/// Turns `/items/3/price` into `items[3].price`.
fn dotted(pointer: &str) -> String {
    let Some(tokens) = pointer.strip_prefix('/') else { return pointer.to_owned() };
    let mut path = String::new();
    for token in tokens.split('/') {
        if !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit()) {
            path.push('[');
            path.push_str(token);
            path.push(']');
            continue;
        }
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(&token.replace("~1", "/").replace("~0", "~"));
    }
    path
}

/// A violation of one field of a request: an item of a `#[violations]` field.
///
/// ```
/// use errcode_core::{FieldViolation, Subject};
///
/// let violation = FieldViolation::new(Subject::Pointer("/items/3/price".into()), "must be at least 3")
///     .rule("range")
///     .param("min", 3);
/// assert_eq!(violation.source.unwrap().field(), "items[3].price");
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct FieldViolation {
    /// The part of the request.
    pub source: Option<Subject>,
    /// The code of this violation; without one, the error's code counts.
    pub code: Option<Cow<'static, str>>,
    /// The rule that is violated, for example `length`.
    pub rule: Option<Cow<'static, str>>,
    /// The parameters of the rule: name, and value as JSON text.
    pub params: Vec<(Cow<'static, str>, String)>,
    /// The message for clients.
    pub message: Cow<'static, str>,
}

impl FieldViolation {
    /// Creates a violation of this part of the request.
    #[must_use]
    pub fn new(source: Subject, message: impl Into<Cow<'static, str>>) -> Self {
        Self { source: Some(source), message: message.into(), ..Self::default() }
    }

    /// Sets a code for this violation.
    #[must_use]
    pub fn code(self, code: impl Into<Cow<'static, str>>) -> Self {
        Self { code: Some(code.into()), ..self }
    }

    /// Sets the rule that is violated.
    #[must_use]
    pub fn rule(self, rule: impl Into<Cow<'static, str>>) -> Self {
        Self { rule: Some(rule.into()), ..self }
    }

    /// Adds a parameter of the rule. A value that cannot be serialized becomes `null`.
    #[must_use]
    pub fn param(mut self, name: impl Into<Cow<'static, str>>, value: impl Serialize) -> Self {
        let mut text = Vec::new();
        json::push_or_null(&mut text, &value as &dyn ToJson);
        self.params.push((name.into(), String::from_utf8_lossy(&text).into_owned()));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::dotted;

    #[test]
    fn pointers_as_paths() {
        for (pointer, path) in [
            ("/project_name", "project_name"),
            ("/items/3/price", "items[3].price"),
            ("/a~1b/~0c", "a/b.~c"),
            ("/0", "[0]"),
            ("", ""),
            ("plain", "plain"),
        ] {
            assert_eq!(dotted(pointer), path);
        }
    }
}
