//! The report of `garde`.

use super::{Broken, BrokenRule, Step};
use crate::{failure::failure::Failure, spec::violation::FieldViolation, wire::MAX_VIOLATIONS};
use garde::{Report, error::Kind};

/// The violations of the fields, by their names in Rust, as a validation failure. They have messages but no names of
/// rules.
impl From<Report> for Failure {
    #[track_caller]
    fn from(report: Report) -> Self {
        Broken::of_garde(&report, MAX_VIOLATIONS).refuse()
    }
}

impl FieldViolation {
    /// Returns the violations in a report of `garde`, for a `#[violations]` field: each with the JSON pointer of its
    /// field by the names in Rust.
    #[must_use]
    pub fn of_garde(report: &Report) -> Vec<Self> {
        Broken::of_garde(report, MAX_VIOLATIONS).violations()
    }
}

impl Broken {
    /// Returns the first `most` errors.
    #[must_use]
    pub fn of_garde(report: &Report, most: usize) -> Self {
        let mut left = report.iter();
        let rule = |(path, error): &(garde::Path, garde::Error)| {
            let message = error.message().to_owned().into();
            let violation = FieldViolation { message, ..FieldViolation::default() };
            BrokenRule { path: steps(path), value: None, violation }
        };
        // Only those that are kept are sorted.
        let mut first: Vec<_> = left.by_ref().take(most).map(rule).collect();
        first.sort_by(|a, b| a.path.cmp(&b.path));
        Self { first, omitted: left.count() }
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
