//! The errors of `validator`.

use super::{Broken, BrokenRule, Step};
use crate::{failure::failure::Failure, spec::violation::FieldViolation, wire::MAX_VIOLATIONS};
use std::borrow::Cow;
use validator::{ValidationError, ValidationErrors, ValidationErrorsKind};

/// The key of rules that concern the struct as a whole.
const WHOLE: &str = "__all__";

/// The parameter with the other field's value, which the derive adds to `must_match`, whatever code the rule has.
const OTHER: &str = "other";

/// The violations of the fields, by their names in Rust, as a validation failure. None of them contains a value.
impl From<ValidationErrors> for Failure {
    #[track_caller]
    fn from(errors: ValidationErrors) -> Self {
        Broken::of_validator(errors, MAX_VIOLATIONS).refuse()
    }
}

impl FieldViolation {
    /// Returns the violations in the errors of `validator`, for a `#[violations]` field: each with the JSON pointer of
    /// its field by the names in Rust, and none with a value.
    #[must_use]
    pub fn of_validator(errors: ValidationErrors) -> Vec<Self> {
        Broken::of_validator(errors, MAX_VIOLATIONS).violations()
    }
}

impl Broken {
    /// Returns the first `most` errors.
    #[must_use]
    pub fn of_validator(errors: ValidationErrors, most: usize) -> Self {
        let mut broken = Self::default();
        collect(errors, &mut Vec::new(), most, &mut broken);
        broken
    }
}

fn collect(errors: ValidationErrors, path: &mut Vec<Step>, most: usize, to: &mut Broken) {
    if to.first.len() >= most {
        to.omitted += count(&errors);
        return;
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
                for error in errors {
                    if to.first.len() < most {
                        to.first.push(rule(error, path));
                    } else {
                        to.omitted += 1;
                    }
                }
            }
            ValidationErrorsKind::Struct(errors) => collect(*errors, path, most, to),
            ValidationErrorsKind::List(items) => {
                for (index, errors) in items {
                    path.push(Step::Item(index));
                    collect(*errors, path, most, to);
                    path.pop();
                }
            }
        }
        if !whole {
            path.pop();
        }
    }
}

fn rule(error: ValidationError, path: &[Step]) -> BrokenRule {
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
    BrokenRule { path: path.to_vec(), value, violation }
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
