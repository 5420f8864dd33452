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
pub fn push_u64(out: &mut Vec<u8>, mut number: u64) {
    /// `00` to `99`.
    const PAIRS: [[u8; 2]; 100] = {
        let mut pairs = [[b'0'; 2]; 100];
        let mut at = 0;
        while at < 100 {
            pairs[at] = [b'0' + (at / 10) as u8, b'0' + (at % 10) as u8];
            at += 1;
        }
        pairs
    };
    let mut digits = [0; 20];
    let mut at = digits.len();
    while number >= 10 {
        at -= 2;
        digits[at..at + 2].copy_from_slice(&PAIRS[(number % 100) as usize]);
        number /= 100;
    }
    // The last pair may begin with a zero that is no digit of the number.
    if number > 0 || at == digits.len() {
        at -= 1;
        digits[at] = b'0' + number as u8;
    }
    out.extend_from_slice(&digits[at..]);
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
