//! The rules of `garde`.

use super::{Garde, Rules, Step, Violations};
use errcode_core::FieldViolation;
use garde::{Validate, error::Kind};

impl<T> Rules<T> for Garde
where
    T: Validate,
    T::Context: Default,
{
    fn check(value: &T, violations: &mut Violations) {
        let Err(report) = value.validate() else { return };
        let mut left = report.iter();
        // Only those that are kept are sorted.
        let mut found: Vec<_> = left
            .by_ref()
            .take(violations.room())
            .map(|(path, error)| (steps(path), error.message()))
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        for (path, message) in found {
            violations.add(&path, || {
                let mut violation = FieldViolation::default();
                violation.message = message.to_owned().into();
                violation
            });
        }
        violations.count_omitted(left.count());
    }
}

fn steps(path: &garde::Path) -> Vec<Step> {
    let steps = path.__iter().rev().filter_map(|(kind, step)| match kind {
        Kind::None => None,
        Kind::Key => Some(Step::Field(step.to_string().into())),
        Kind::Index => step.parse().ok().map(Step::Item),
    });
    steps.collect()
}
