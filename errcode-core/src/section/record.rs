//! Records of the section.

use crate::catalog::{List, Settings, Types};
use errcode_format as format;

/// The mark at the beginning of a record.
pub(super) const MARK: [u8; 8] = [b'E', b'R', b'R', b'C', b'O', b'D', b'E', format::VERSION];
/// The kind of a record with the rows of a type.
pub(super) const KIND_TYPE: u8 = 1;
/// The kind of a record with the settings of a catalog and its list of types.
pub(super) const KIND_CATALOG: u8 = 2;

/// Records of the section.
#[doc(hidden)]
#[derive(Debug)]
#[repr(C)]
pub struct Section<const HEAD: usize, const TEXT: usize, const ROWS: usize, const OPS: usize> {
    mark: [u8; 8],
    kind: u8,
    lengths: [[u8; 4]; 4],
    head: [u8; HEAD],
    text: [u8; TEXT],
    pub rows: [u8; ROWS],
    pub ops: [u8; OPS],
}

impl<const HEAD: usize, const TEXT: usize, const ROWS: usize, const OPS: usize>
    Section<HEAD, TEXT, ROWS, OPS>
{
    const fn new(
        kind: u8,
        head: [u8; HEAD],
        text: [u8; TEXT],
        rows: [u8; ROWS],
        ops: [u8; OPS],
    ) -> Self {
        let lengths = [length(HEAD), length(TEXT), length(ROWS), length(OPS)];
        Self { mark: MARK, kind, lengths, head, text, rows, ops }
    }

    /// Returns the record of a type.
    #[must_use]
    pub const fn of_type(head: &str, text: &str, rows: [u8; ROWS], ops: [u8; OPS]) -> Self {
        Self::new(KIND_TYPE, bytes(head), bytes(text), rows, ops)
    }
}

impl<const HEAD: usize> Section<HEAD, 0, 0, 0> {
    /// Returns the record of a catalog.
    #[must_use]
    pub const fn of_catalog(head: Head<HEAD>) -> Self {
        Self::new(KIND_CATALOG, head.bytes, [], [], [])
    }
}

/// Copies the text at once: a loop costs a thousand times as much in const evaluation.
const fn bytes<const N: usize>(text: &str) -> [u8; N] {
    match text.as_bytes().first_chunk() {
        Some(bytes) => *bytes,
        None => panic!("the length of a section's part is its text's"),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "no source file has 4 GiB")]
const fn length(length: usize) -> [u8; 4] {
    (length as u32).to_le_bytes()
}

/// The strings of a catalog's record. Without room (`N` is 0), it only counts their bytes.
#[doc(hidden)]
#[derive(Debug)]
pub struct Head<const N: usize> {
    bytes: [u8; N],
    pub len: usize,
}

impl<const N: usize> Head<N> {
    /// Returns the strings of a catalog; `at` has its name, module path and package.
    #[must_use]
    pub const fn of_catalog(at: [&str; 3], lists: &[List], settings: &Settings) -> Self {
        let mut head = Self { bytes: [0; N], len: 0 };
        head.put(at[0]);
        head.put(at[1]);
        head.put(at[2]);
        head.put_settings(settings, lists);
        let mut list = 0;
        while list < lists.len() {
            head.put_list(&lists[list]);
            list += 1;
        }
        head.put("");
        head
    }

    const fn put_settings(&mut self, settings: &Settings, lists: &[List]) {
        self.put(settings.service);
        self.put(match settings.docs {
            Some(docs) => docs,
            None => "",
        });
        self.put(match settings.grammar {
            Some(grammar) => grammar,
            None => "",
        });
        let mut at = 0;
        while at < settings.languages.len() {
            self.put(settings.languages[at]);
            at += 1;
        }
        self.put("");
        self.put_named(settings.modules);
        self.put_named(settings.kinds);
        self.put_files(settings.translations);
        self.put_merged_files(lists);
        self.put("");
        self.put(settings.format_name);
    }

    const fn put_named(&mut self, named: &[(u32, &str)]) {
        let mut at = 0;
        while at < named.len() {
            self.put_number(named[at].0);
            self.put(named[at].1);
            at += 1;
        }
        self.put("");
    }

    const fn put_files(&mut self, files: &[(&str, &str)]) {
        let mut at = 0;
        while at < files.len() {
            self.put(files[at].0);
            self.put(files[at].1);
            at += 1;
        }
    }

    const fn put_merged_files(&mut self, lists: &[List]) {
        let mut at = 0;
        while at < lists.len() {
            self.put_files(lists[at].translations);
            if let Types::Of(inner) = lists[at].types {
                self.put_merged_files(inner);
            }
            at += 1;
        }
    }

    const fn put_list(&mut self, list: &List) {
        let mut at = 0;
        while at < list.tables.len() {
            self.put(if list.own { "own" } else { "merged" });
            self.put(list.tables[at].module);
            self.put(list.tables[at].name);
            at += 1;
        }
    }

    const fn put_number(&mut self, number: u32) {
        let mut digits = [b'0'; 10];
        let (mut rest, mut first) = (number, digits.len() - 1);
        loop {
            digits[first] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
            first -= 1;
        }
        if let Ok(text) = core::str::from_utf8(digits.split_at(first).1) {
            self.put(text);
        }
    }

    const fn put(&mut self, text: &str) {
        if N > 0 {
            let (_, room) = self.bytes.split_at_mut(self.len);
            let (room, _) = room.split_at_mut(text.len());
            room.copy_from_slice(text.as_bytes());
        }
        self.len += text.len() + 1;
    }
}
