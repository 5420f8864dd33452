//! The rules of `validator`.

use super::{Rules, Step, Validator, Violation};
use errcode_core::FieldViolation;
use std::borrow::Cow;
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

/// The key of rules that concern the struct as a whole.
const WHOLE: &str = "__all__";

impl<T: Validate> Rules<T> for Validator {
    fn check(value: &T) -> Vec<Violation> {
        let mut violations = Vec::new();
        if let Err(errors) = value.validate() {
            collect(errors, &mut Vec::new(), &mut violations);
        }
        violations
    }
}

fn collect(errors: ValidationErrors, path: &mut Vec<Step>, to: &mut Vec<Violation>) {
    for (name, kind) in errors.into_errors() {
        let whole = name == WHOLE;
        if !whole {
            path.push(Step::Field(name));
        }
        match kind {
            ValidationErrorsKind::Field(errors) => {
                to.extend(
                    errors
                        .into_iter()
                        .map(|error| Violation { path: path.clone(), fault: fault(error) }),
                );
            }
            ValidationErrorsKind::Struct(errors) => collect(*errors, path, to),
            ValidationErrorsKind::List(items) => {
                for (index, errors) in items {
                    path.push(Step::Item(index));
                    collect(*errors, path, to);
                    path.pop();
                }
            }
        }
        if !whole {
            path.pop();
        }
    }
}

fn fault(error: ValidationError) -> FieldViolation {
    let ValidationError { code, message, params } = error;
    let mut params: Vec<_> =
        params.into_iter().filter(|(name, _)| tells_no_value(&code, name)).collect();
    params.sort_by(|a, b| a.0.cmp(&b.0));
    let mut fault =
        params.into_iter().fold(FieldViolation::default().rule(code), |fault, (name, value)| {
            fault.param(name, value)
        });
    fault.message = message.unwrap_or(Cow::Borrowed(""));
    fault
}

/// The derive adds the value itself to every error, and the other field's value to that of `must_match`.
fn tells_no_value(code: &str, param: &str) -> bool {
    param != "value" && !(code == "must_match" && param == "other")
}
