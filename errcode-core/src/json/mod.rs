//! JSON, written straight to bytes: what body forms and log lines are made with.
//!
//! A serializer of our own keeps `serde_json` out of what every user of the derive compiles.

mod escape;
mod serializer;

pub use escape::{Escaped, push_escaped, push_string};

use serde_core::Serialize;
use std::fmt;

/// A value that can write itself as JSON: every `Serialize` type.
pub(crate) trait ToJson {
    fn to_json(&self, out: &mut Vec<u8>) -> Result<(), Unserializable>;
}

impl<T: Serialize> ToJson for T {
    fn to_json(&self, out: &mut Vec<u8>) -> Result<(), Unserializable> {
        self.serialize(serializer::Serializer(out))
    }
}

/// Why a value has no JSON form: its `Serialize` said so, or a map key is no string.
#[derive(Debug)]
pub(crate) struct Unserializable(String);

impl fmt::Display for Unserializable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unserializable {}

impl serde_core::ser::Error for Unserializable {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Appends a decimal number.
#[inline]
pub fn push_u64(out: &mut Vec<u8>, number: u64) {
    const EIGHT_DIGITS: u64 = 100_000_000;
    if number < EIGHT_DIGITS {
        let digits = eight_digits(number);
        // The zeros before the number's own digits are cut off; of 0 one stays.
        let zeros = (digits.trailing_zeros() / 8).min(7);
        out.extend_from_slice(&((digits | ASCII_ZEROS) >> (8 * zeros)).to_le_bytes());
        out.truncate(out.len() - zeros as usize);
    } else {
        push_long_u64(out, number / EIGHT_DIGITS, number % EIGHT_DIGITS);
    }
}

fn push_long_u64(out: &mut Vec<u8>, upper: u64, lower: u64) {
    push_u64(out, upper);
    out.extend_from_slice(&(eight_digits(lower) | ASCII_ZEROS).to_le_bytes());
}

const ASCII_ZEROS: u64 = 0x3030_3030_3030_3030;

/// The eight digits of a number, each in a byte of its own, the first one lowest: cut into halves of four digits, these into quarters of two, these
/// into bytes. The multiplications divide all parts at once by 100 and by 10.
const fn eight_digits(number: u64) -> u64 {
    let halves = (number / 10_000) | (number % 10_000) << 32;
    let hundreds = ((halves * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let quarters = hundreds | (halves - 100 * hundreds) << 16;
    let tens = ((quarters * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | (quarters - 10 * tens) << 8
}

/// Appends a decimal number.
pub fn push_i64(out: &mut Vec<u8>, number: i64) {
    if number < 0 {
        out.push(b'-');
    }
    push_u64(out, number.unsigned_abs());
}

/// Writes the value, or `null` where it has no JSON form: half a value never stays in a body.
pub(crate) fn push_or_null(out: &mut Vec<u8>, value: &dyn ToJson) {
    let start = out.len();
    if value.to_json(out).is_err() {
        out.truncate(start);
        out.extend_from_slice(b"null");
    }
}

/// An object whose members are separated as they are added.
pub(crate) struct Object<'a> {
    out: &'a mut Vec<u8>,
    empty: bool,
}

impl<'a> Object<'a> {
    pub(crate) fn open(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, empty: true }
    }

    /// An object that is open already and has members.
    pub(crate) fn behind_members(out: &'a mut Vec<u8>) -> Self {
        Self { out, empty: false }
    }

    /// The buffer, right behind the member's colon.
    #[inline]
    pub(crate) fn member(&mut self, name: &str) -> &mut Vec<u8> {
        if !self.empty {
            self.out.push(b',');
        }
        self.empty = false;
        push_string(self.out, name);
        self.out.push(b':');
        self.out
    }

    pub(crate) fn string(&mut self, name: &str, value: &str) {
        push_string(self.member(name), value);
    }

    pub(crate) fn optional(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.string(name, value);
        }
    }

    pub(crate) fn bool(&mut self, name: &str, value: bool) {
        self.member(name).extend_from_slice(if value { b"true" } else { b"false" });
    }

    pub(crate) fn number(&mut self, name: &str, value: u64) {
        push_u64(self.member(name), value);
    }

    pub(crate) fn close(self) {
        self.out.push(b'}');
    }
}

#[cfg(test)]
mod tests {
    use super::{push_i64, push_u64};

    #[test]
    fn numbers() {
        let around = |power: u32| [10_u64.pow(power) - 1, 10_u64.pow(power), 10_u64.pow(power) + 1];
        let edges = (0..20).flat_map(around).chain([u64::MAX, 9_999_000_099_990_000]);
        // Every two digits, at every place.
        let pairs = (0..100_000_000).step_by(9_973).chain(0..10_100);
        for number in edges.chain(pairs) {
            let mut out = Vec::new();
            push_u64(&mut out, number);
            assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
        for number in [0, -1, i64::MIN, i64::MAX] {
            let mut out = Vec::new();
            push_i64(&mut out, number);
            assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }
    }
}
