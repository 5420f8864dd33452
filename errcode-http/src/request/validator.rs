//! The rules of `validator`.

use super::{Rules, Validator, Violations};
use errcode_core::rules::Broken;
use validator::Validate;

impl<T: Validate> Rules<T> for Validator {
    fn check(value: &T, violations: &mut Violations) {
        if let Err(errors) = value.validate() {
            violations.add_all(Broken::of_validator(errors, violations.room()));
        }
    }
}
