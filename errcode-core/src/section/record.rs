//! Records of the section.

use crate::{
    catalog::{List, Settings, Types},
    spec::table::Table,
};
use errcode_format::{ID_LEN, KIND_CATALOG, MARK};

/// The length up to which texts are copied byte by byte.
const SHORT: usize = 100;

/// The record of a catalog.
#[doc(hidden)]
#[derive(Debug)]
#[repr(C)]
pub struct CatalogRecord<const HEAD: usize> {
    mark: [u8; 8],
    kind: u8,
    lengths: [[u8; 4]; 4],
    head: [u8; HEAD],
}

impl<const HEAD: usize> CatalogRecord<HEAD> {
    #[must_use]
    pub const fn new(head: Head<HEAD>) -> Self {
        let lengths = [length(HEAD), length(0), length(0), length(0)];
        Self { mark: MARK, kind: KIND_CATALOG, lengths, head: head.bytes }
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
            // The error of the type is the only one to report.
            if list.tables[at].has_mistakes() {
                at += 1;
                continue;
            }
            self.put(if list.own { "own" } else { "merged" });
            self.put(list.tables[at].module);
            self.put(list.tables[at].name);
            self.put_bytes(list.tables[at].record, Table::ID_AT, ID_LEN);
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
        self.put_bytes(text.as_bytes(), 0, text.len());
    }

    /// Appends a part of the text. rustc evaluates the slice methods that copy as slowly as a loop over
    /// [`SHORT`] bytes, and most texts are the names of types.
    const fn put_bytes(&mut self, text: &[u8], from: usize, length: usize) {
        if N > 0 && length <= SHORT {
            let mut at = 0;
            while at < length {
                self.bytes[self.len + at] = text[from + at];
                at += 1;
            }
        } else if N > 0 {
            let (_, text) = text.split_at(from);
            let (_, room) = self.bytes.split_at_mut(self.len);
            room.split_at_mut(length).0.copy_from_slice(text.split_at(length).0);
        }
        self.len += length + 1;
    }
}
