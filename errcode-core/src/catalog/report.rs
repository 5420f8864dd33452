//! What is wrong with a catalog, composed at compile time, without an allocation.

use crate::spec::{error_spec::ErrorSpec, table::Table};

const ROOM: usize = 8192;
/// What the longest mistake needs.
const LONGEST: usize = 1024;

/// The mistakes, one a line.
pub(super) struct Report {
    text: [u8; ROOM],
    len: usize,
    is_full: bool,
}

impl Report {
    pub(super) const fn new() -> Self {
        Self { text: [0; ROOM], len: 0, is_full: false }
    }

    /// Begins the next mistake.
    pub(super) const fn begin(&mut self) -> &mut Self {
        if self.len > 0 {
            self.add("\n");
        }
        if self.len > ROOM - LONGEST && !self.is_full {
            self.add("and more, which are reported when these are mended");
            self.is_full = true;
        }
        self
    }

    pub(super) const fn add(&mut self, text: &str) -> &mut Self {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() && self.len < ROOM && !self.is_full {
            self.text[self.len] = bytes[at];
            self.len += 1;
            at += 1;
        }
        self
    }

    pub(super) const fn path(&mut self, table: &Table) -> &mut Self {
        self.add(table.module).add("::").add(table.name)
    }

    /// Adds `module::Enum::Variant`, or `module::Struct`.
    pub(super) const fn variant(&mut self, spec: ErrorSpec) -> &mut Self {
        self.path(spec.table());
        if spec.is_of_type() { self } else { self.add("::").add(spec.variant()) }
    }

    /// Panics if there is a mistake, which is a compile error.
    #[track_caller]
    pub(super) const fn finish(&self) {
        match core::str::from_utf8(self.text.split_at(self.len).0) {
            Ok(text) if text.is_empty() => {}
            Ok(text) => panic!("{}", text),
            Err(_) => panic!("the catalog has mistakes whose text is too long"),
        }
    }
}
