//! Multipart forms.

use errcode_core::{Failure, FieldViolation, FrameworkFault, Subject, rules::push_token};
use http::{HeaderMap, StatusCode};

/// Checks that the body is declared as a multipart form.
///
/// # Errors
///
/// Returns [`FrameworkFault::UnsupportedMediaType`] if it is not.
pub fn check_declared(headers: &HeaderMap) -> Result<(), Failure> {
    let is_form = |kind: &str| kind.eq_ignore_ascii_case("multipart/form-data");
    super::check_declared(headers, is_form, "the body is not declared as a multipart form")
}

/// Returns the rejection of a form whose content type has no valid boundary.
#[must_use]
pub fn no_boundary() -> Failure {
    Failure::fault(FrameworkFault::BadRequest, "the multipart form has no valid boundary")
}

/// Returns the rejection of a form that could not be read, by the status that its parser gives the error. `field` is
/// the name of the field that was being read.
#[must_use]
pub fn broken(status: StatusCode, field: Option<&str>) -> Failure {
    let (fault, text, rule) = match status {
        StatusCode::PAYLOAD_TOO_LARGE => {
            (FrameworkFault::PayloadTooLarge, "the multipart form is over the limit", "size")
        }
        StatusCode::BAD_REQUEST => {
            (FrameworkFault::BadRequest, "the multipart form is malformed or broke off", "form")
        }
        _ => (FrameworkFault::BadRequest, "the multipart form could not be read", "form"),
    };
    let Some(name) = field else { return Failure::fault(fault, text) };
    let mut pointer = String::new();
    push_token(&mut pointer, name);
    let violations = vec![FieldViolation::new(Subject::Pointer(pointer.into()), "").rule(rule)];
    Failure::refusal(fault, text, violations)
}
