//! The rules of `garde`.

use super::{Garde, Rules, Step, Violation};
use errcode_core::FieldViolation;
use garde::{Validate, error::Kind};

impl<T> Rules<T> for Garde
where
    T: Validate,
    T::Context: Default,
{
    fn check(value: &T) -> Vec<Violation> {
        let Err(report) = value.validate() else { return Vec::new() };
        report.iter().map(|(path, error)| violation(path, error)).collect()
    }
}

fn violation(path: &garde::Path, error: &garde::Error) -> Violation {
    let steps = path.__iter().rev().filter_map(|(kind, step)| match kind {
        Kind::None => None,
        Kind::Key => Some(Step::Field(step.to_string().into())),
        Kind::Index => step.parse().ok().map(Step::Item),
    });
    let mut fault = FieldViolation::default();
    fault.message = error.message().to_owned().into();
    Violation { path: steps.collect(), fault }
}
