//! The rules of `garde`.

use super::{Garde, Rules, Violations};
use errcode_core::rules::Broken;
use garde::Validate;

impl<T> Rules<T> for Garde
where
    T: Validate,
    T::Context: Default,
{
    fn check(value: &T, violations: &mut Violations) {
        if let Err(report) = value.validate() {
            violations.add_all(Broken::of_garde(&report, violations.room()));
        }
    }
}
