//! The rules of values that `validator` and `garde` report as broken.

#[cfg(feature = "garde")]
mod garde;
#[cfg(feature = "validator")]
mod validator;

use crate::spec::violation::FieldViolation;
use core::fmt::{Display, Write as _};
use std::borrow::Cow;

/// A step of the path to a field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A field, by its name in Rust.
    Field(Cow<'static, str>),
    /// An item of a list, from 0.
    Item(usize),
}

/// The rules that a value breaks: the first ones, and the number of the others.
#[derive(Debug, Default)]
pub struct Broken {
    /// The first ones, in the order of the fields.
    pub first: Vec<BrokenRule>,
    /// The number of the others.
    pub omitted: usize,
}

/// A rule that a field breaks.
#[derive(Debug)]
pub struct BrokenRule {
    /// The path to the field.
    pub path: Vec<Step>,
    /// The value of the field as JSON, if the library reports it. Nobody else sees it.
    pub value: Option<String>,
    /// The violation, without its field.
    pub violation: FieldViolation,
}

/// Appends a reference token to a JSON pointer: `~` as `~0` and `/` as `~1` (RFC 6901 section 3).
pub fn push_token(pointer: &mut String, token: impl Display) {
    pointer.push('/');
    let start = pointer.len();
    // Writing to a `String` cannot fail.
    let _ = write!(pointer, "{token}");
    if pointer[start..].contains(['~', '/']) {
        let escaped = pointer[start..].replace('~', "~0").replace('/', "~1");
        pointer.replace_range(start.., &escaped);
    }
}

#[cfg(any(feature = "garde", feature = "validator"))]
mod refusal {
    use super::{Broken, BrokenRule, Step, push_token};
    use crate::{
        failure::{failure::Failure, framework_fault::FrameworkFault},
        spec::violation::{FieldViolation, Subject},
    };
    use std::borrow::Cow;

    impl Broken {
        /// Returns the violations, each with the JSON pointer of its field by the names in Rust.
        pub(super) fn violations(self) -> Vec<FieldViolation> {
            let violation = |BrokenRule { path, mut violation, .. }: BrokenRule| {
                let pointer = path.iter().fold(String::new(), |mut pointer, step| {
                    match step {
                        Step::Field(name) => push_token(&mut pointer, name),
                        Step::Item(index) => push_token(&mut pointer, index),
                    }
                    pointer
                });
                violation.source = (!pointer.is_empty()).then(|| Subject::Pointer(pointer.into()));
                violation
            };
            self.first.into_iter().map(violation).collect()
        }

        #[track_caller]
        pub(super) fn refuse(self) -> Failure {
            let (text, omitted) = (self.text(), self.omitted as u64);
            let violations = self.violations();
            Failure::refusal_of_many(FrameworkFault::Validation, text, violations, omitted)
        }

        /// Returns the first rules and their fields, for the log.
        fn text(&self) -> String {
            const ENOUGH: usize = 8;
            let count = self.first.len() + self.omitted;
            let rule = |BrokenRule { path, violation, .. }: &BrokenRule| {
                let mut place = String::new();
                for step in path {
                    match step {
                        // A name that is not in the program may be the key of a map, which a client has chosen.
                        Step::Field(Cow::Owned(_)) => push_token(&mut place, '*'),
                        Step::Field(name) => push_token(&mut place, name),
                        Step::Item(index) => push_token(&mut place, index),
                    }
                }
                format!("{} at `{place}`", violation.rule.as_deref().unwrap_or("a rule"))
            };
            let first: Vec<_> = self.first.iter().take(ENOUGH).map(rule).collect();
            let rules = if count == 1 { "rule" } else { "rules" };
            let more = if count > ENOUGH { ", …" } else { "" };
            format!("a value breaks {count} {rules}: {}{more}", first.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn tokens_are_escaped() {
        let mut pointer = String::new();
        super::push_token(&mut pointer, "a/b~c");
        super::push_token(&mut pointer, 3);
        assert_eq!(pointer, "/a~1b~0c/3");
    }
}
