//! Checks of request fields. Each refusal is E1002 with the field's pointer.

use crate::errors::CommonError;
use std::ops::RangeInclusive;

/// Returns the field's text if it has 1 to `longest` characters and no control characters.
pub(crate) fn text(
    pointer: &'static str,
    value: String,
    longest: usize,
) -> Result<String, CommonError> {
    let length = value.chars().count();
    if length == 0 || length > longest {
        let received = format!("{length} characters");
        return Err(CommonError::invalid(pointer, format!("1 to {longest} characters"), received));
    }
    if value.chars().any(char::is_control) {
        return Err(CommonError::invalid(pointer, "printable characters", "a control character"));
    }
    Ok(value)
}

/// Returns the field's number if it is in `range`.
pub(crate) fn number(
    pointer: &'static str,
    value: i64,
    range: RangeInclusive<i64>,
) -> Result<i64, CommonError> {
    if range.contains(&value) {
        return Ok(value);
    }
    let expected = format!("{} to {}", range.start(), range.end());
    Err(CommonError::invalid(pointer, expected, value.to_string()))
}
