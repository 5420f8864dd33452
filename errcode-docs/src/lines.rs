//! JSON that is written member by member, so that a large document needs no tree in memory.

use serde::Serialize;

/// An object with a line per member: small, and a change of one code changes few lines.
pub(crate) struct Lines<'o> {
    out: &'o mut Vec<u8>,
    /// Between two members.
    separator: &'static [u8],
    is_empty: bool,
}

impl<'o> Lines<'o> {
    pub(crate) fn open(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, separator: b"\n", is_empty: true }
    }

    /// Opens an object on a single line.
    pub(crate) fn compact(out: &'o mut Vec<u8>) -> Self {
        Self { separator: b"", ..Self::open(out) }
    }

    /// Writes the name of a member, whose value the caller appends.
    pub(crate) fn member(&mut self, name: &str) -> &mut Vec<u8> {
        if !self.is_empty {
            self.out.push(b',');
        }
        self.is_empty = false;
        self.out.extend_from_slice(self.separator);
        push(self.out, name);
        self.out.push(b':');
        self.out
    }

    pub(crate) fn add(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        push(self.member(name), value);
    }

    pub(crate) fn close(self) {
        if !self.is_empty {
            self.out.extend_from_slice(self.separator);
        }
        self.out.push(b'}');
    }
}

fn push(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    serde_json::to_writer(out, value)
        .unwrap_or_else(|error| unreachable!("plain data in memory: {error}"));
}
