//! The rules of `validator`.

use super::{Rules, Step, Validator, Violations};
use errcode_core::FieldViolation;
use std::borrow::Cow;
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

/// The key of rules that concern the struct as a whole.
const WHOLE: &str = "__all__";

impl<T: Validate> Rules<T> for Validator {
    fn check(value: &T, violations: &mut Violations) {
        if let Err(errors) = value.validate() {
            collect(errors, &mut Vec::new(), violations);
        }
    }
}

fn collect(errors: ValidationErrors, path: &mut Vec<Step>, to: &mut Violations) {
    // `validator` keeps them in a hash map.
    let mut errors: Vec<_> = errors.into_errors().into_iter().collect();
    errors.sort_by(|a, b| a.0.cmp(&b.0));
    for (name, kind) in errors {
        let whole = name == WHOLE;
        if !whole {
            path.push(Step::Field(name));
        }
        match kind {
            ValidationErrorsKind::Field(mut errors) => {
                errors.sort_by(|a, b| a.code.cmp(&b.code));
                errors.into_iter().for_each(|error| to.add(path, || violation(error)));
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

fn violation(error: ValidationError) -> FieldViolation {
    let ValidationError { code, message, params } = error;
    let mut params: Vec<_> =
        params.into_iter().filter(|(name, _)| tells_no_value(&code, name)).collect();
    params.sort_by(|a, b| a.0.cmp(&b.0));
    let mut violation = params
        .into_iter()
        .fold(FieldViolation::default().rule(code), |violation, (name, value)| {
            violation.param(name, value)
        });
    violation.message = message.unwrap_or(Cow::Borrowed(""));
    violation
}

/// Returns whether the parameter contains no value of a field: the derive adds the field's value to every error, and
/// the other field's value to that of `must_match`.
fn tells_no_value(code: &str, param: &str) -> bool {
    param != "value" && !(code == "must_match" && param == "other")
}
