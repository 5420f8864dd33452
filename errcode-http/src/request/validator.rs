//! The rules of `validator`.

use super::{Rules, Step, Validator, Violations};
use errcode_core::FieldViolation;
use std::borrow::Cow;
use validator::{Validate, ValidationError, ValidationErrors, ValidationErrorsKind};

/// The key of rules that concern the struct as a whole.
const WHOLE: &str = "__all__";

/// The parameter with the other field's value, which the derive adds to `must_match`, whatever code the rule has.
const OTHER: &str = "other";

impl<T: Validate> Rules<T> for Validator {
    fn check(value: &T, violations: &mut Violations) {
        if let Err(errors) = value.validate() {
            collect(errors, &mut Vec::new(), violations);
        }
    }
}

fn collect(errors: ValidationErrors, path: &mut Vec<Step>, to: &mut Violations) {
    if to.room() == 0 {
        return to.count_omitted(count(&errors));
    }
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
                errors.into_iter().for_each(|error| to.add_valued(path, || violation(error)));
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

/// Returns the violation, and the value of the field.
fn violation(error: ValidationError) -> (FieldViolation, Option<String>) {
    let ValidationError { code, message, mut params } = error;
    let value = params.remove("value").map(|value| value.to_string());
    let mut params: Vec<_> = params.into_iter().filter(|(name, _)| name != OTHER).collect();
    params.sort_by(|a, b| a.0.cmp(&b.0));
    let mut violation = params
        .into_iter()
        .fold(FieldViolation::default().rule(code), |violation, (name, value)| {
            violation.param(name, value)
        });
    violation.message = message.unwrap_or(Cow::Borrowed(""));
    (violation, value)
}

/// Returns the number of broken rules.
fn count(errors: &ValidationErrors) -> usize {
    let of = |kind: &ValidationErrorsKind| match kind {
        ValidationErrorsKind::Field(errors) => errors.len(),
        ValidationErrorsKind::Struct(errors) => count(errors),
        ValidationErrorsKind::List(items) => items.values().map(|errors| count(errors)).sum(),
    };
    errors.errors().values().map(of).sum()
}
