//! Whole numbers as protocols and files write them.

use std::str::FromStr;

/// A number of digits alone: `parse` takes a sign too.
pub(crate) fn whole<T: FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
