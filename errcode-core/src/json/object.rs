//! JSON objects.

use super::{escape::push_string, number::push_u64};

/// A JSON object that separates its members.
pub(crate) struct Object<'a> {
    out: &'a mut Vec<u8>,
    empty: bool,
}

impl<'a> Object<'a> {
    pub(crate) fn open(out: &'a mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, empty: true }
    }

    /// Continues an object that has members.
    pub(crate) fn behind_members(out: &'a mut Vec<u8>) -> Self {
        Self { out, empty: false }
    }

    /// Adds a member and returns the buffer for its value.
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
