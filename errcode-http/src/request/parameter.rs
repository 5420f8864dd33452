//! Parameters of the path.

use errcode_core::{Failure, FieldViolation, FrameworkFault, Subject};

/// Returns the rejection of a path parameter that does not fit, with its name and the name of the Rust type that was
/// expected, as far as the router knows them.
///
/// ```
/// use errcode_http::request::parameter::mismatch;
///
/// let failure = mismatch(Some("id".to_owned()), Some("u64"));
/// assert_eq!(failure.to_string(), "the path parameter `id` does not fit");
/// assert_eq!(failure.spec().status(), 400);
/// ```
#[must_use]
pub fn mismatch(name: Option<String>, expected_type: Option<&str>) -> Failure {
    let text = match &name {
        Some(name) => format!("the path parameter `{name}` does not fit"),
        None => "a path parameter does not fit".to_owned(),
    };
    let kind = expected_type.and_then(kind);
    let rule = if kind.is_some() { "type" } else { "value" };
    let mut violation = FieldViolation::default().rule(rule);
    violation.source = name.map(|name| Subject::Parameter(name.into()));
    if let Some(kind) = kind {
        violation = violation.param("expected", kind);
    }
    Failure::refusal(FrameworkFault::BadRequest, text, vec![violation])
}

/// Returns the JSON type for a Rust type's name.
fn kind(type_name: &str) -> Option<&'static str> {
    match type_name {
        "bool" => Some("boolean"),
        "f32" | "f64" => Some("number"),
        "char" | "str" | "String" => Some("string"),
        _ => type_name
            .strip_prefix(['u', 'i'])
            .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) || *rest == "size")
            .map(|_| "integer"),
    }
}
