//! JSON objects.

use super::{
    escape::{push_escaped, push_string},
    number::push_u64,
};

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

    /// Adds a member whose name needs no escape, and returns the buffer for its value.
    #[inline]
    pub(crate) fn member(&mut self, name: &'static str) -> &mut Vec<u8> {
        self.open_name();
        self.out.extend_from_slice(name.as_bytes());
        self.close_name()
    }

    /// Adds a member of any name, and returns the buffer for its value.
    pub(crate) fn any_member(&mut self, name: &str) -> &mut Vec<u8> {
        self.open_name();
        push_escaped(self.out, name);
        self.close_name()
    }

    #[inline]
    fn open_name(&mut self) {
        self.out.extend_from_slice(if self.empty { b"\"" } else { b",\"" });
        self.empty = false;
    }

    #[inline]
    fn close_name(&mut self) -> &mut Vec<u8> {
        self.out.extend_from_slice(b"\":");
        self.out
    }

    /// Adds a text that needs no escape, such as a code.
    #[inline]
    pub(crate) fn plain(&mut self, name: &'static str, value: &[u8]) {
        let out = self.member(name);
        out.push(b'"');
        out.extend_from_slice(value);
        out.push(b'"');
    }

    /// Adds an id, if it is known. A plain one needs no escape.
    #[inline]
    pub(crate) fn id(&mut self, name: &'static str, id: Option<&str>, is_plain: bool) {
        match id {
            Some(id) if is_plain => self.plain(name, id.as_bytes()),
            id => self.optional(name, id),
        }
    }

    pub(crate) fn string(&mut self, name: &'static str, value: &str) {
        push_string(self.member(name), value);
    }

    pub(crate) fn optional(&mut self, name: &'static str, value: Option<&str>) {
        if let Some(value) = value {
            self.string(name, value);
        }
    }

    pub(crate) fn bool(&mut self, name: &'static str, value: bool) {
        self.member(name).extend_from_slice(if value { b"true" } else { b"false" });
    }

    pub(crate) fn number(&mut self, name: &'static str, value: u64) {
        push_u64(self.member(name), value);
    }

    pub(crate) fn close(self) {
        self.out.push(b'}');
    }
}
