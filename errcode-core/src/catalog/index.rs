//! The hash table of all codes. Building it in const evaluation proves that they are unique; the program looks codes up
//! in the same table.
//!
//! It uses open addressing by the keys that the derive computes: reading the bytes of codes in const evaluation costs
//! fifty times as much. A slot is 0, or has the number of the table plus one in its upper 12 bits and that of the row,
//! or of the alias after the rows, in its lower 20.

use super::list::List;
use crate::spec::{error_spec::ErrorSpec, table::Table};
use errcode_format::{self as format, tag};

const ROW_BITS: u32 = 20;
const MAX_TABLES: usize = (1 << (32 - ROW_BITS)) - 1;
const MAX_ROWS: usize = 1 << ROW_BITS;

/// Returns the number of tables in all lists.
#[doc(hidden)]
#[must_use]
pub const fn total(lists: &[List]) -> usize {
    let (mut sum, mut at) = (0, 0);
    while at < lists.len() {
        sum += lists[at].tables.len();
        at += 1;
    }
    sum
}

/// Joins the tables of the lists.
#[doc(hidden)]
#[must_use]
pub const fn concat<const N: usize>(lists: &[List]) -> [&'static Table; N] {
    let mut all = [&Table::EMPTY; N];
    let (mut list, mut to) = (0, 0);
    while list < lists.len() {
        let mut at = 0;
        while at < lists[list].tables.len() {
            all[to] = lists[list].tables[at];
            to += 1;
            at += 1;
        }
        list += 1;
    }
    all
}

/// Returns the number of slots: a power of two, of which at most half are used.
#[doc(hidden)]
#[must_use]
pub const fn capacity(tables: &[&'static Table]) -> usize {
    let (mut keys, mut at) = (0, 0);
    while at < tables.len() {
        keys += tables[at].keys.len();
        at += 1;
    }
    (keys * 2 + 1).next_power_of_two()
}

/// Builds the index.
///
/// # Panics
///
/// If two variants share a code. The message names both. It happens at compile time, because only `catalog!` calls it.
#[doc(hidden)]
#[must_use]
pub const fn build<const SLOTS: usize>(tables: &[&'static Table]) -> [u32; SLOTS] {
    assert!(tables.len() <= MAX_TABLES, "a catalog can list at most 4095 types");
    let mut slots = [0; SLOTS];
    let mut number = 0;
    while number < tables.len() {
        let table = tables[number];
        assert!(table.keys.len() <= MAX_ROWS, "a type can have at most 1048576 codes");
        let mut row = 0;
        while row < table.keys.len() {
            if table.keys[row] != 0 {
                insert(&mut slots, tables, number, row);
            }
            row += 1;
        }
        number += 1;
    }
    slots
}

const fn insert<const SLOTS: usize>(
    slots: &mut [u32; SLOTS],
    tables: &[&'static Table],
    number: usize,
    row: usize,
) {
    let key = tables[number].keys[row];
    let mut at = key as usize & (SLOTS - 1);
    while slots[at] != 0 {
        let (other_number, other_row) = split(slots[at]);
        if tables[other_number].keys[other_row] == key
            && same_code(name(tables[other_number], other_row), name(tables[number], row))
        {
            refuse_duplicate(tables[other_number], other_row, tables[number], row);
        }
        at = (at + 1) & (SLOTS - 1);
    }
    slots[at] = (number as u32 + 1) << ROW_BITS | row as u32;
}

/// Builds the index of tables that were read from an artifact, and returns each pair of rows that share a code. The
/// index has the first of them.
pub(super) fn collect(tables: &[&'static Table]) -> (Vec<u32>, Vec<(ErrorSpec, ErrorSpec)>) {
    let mut slots = vec![0; capacity(tables)];
    let mut shared = Vec::new();
    for (number, table) in tables.iter().enumerate() {
        for row in (0..table.keys.len()).filter(|row| table.keys[*row] != 0) {
            match occupant(&slots, tables, (number, row)) {
                Ok(free) => slots[free] = (number as u32 + 1) << ROW_BITS | row as u32,
                Err(first) => shared.push((first, ErrorSpec::new(table, owner(table, row)))),
            }
        }
    }
    (slots, shared)
}

/// Returns the free slot for a row, or the row that has its code already.
fn occupant(
    slots: &[u32],
    tables: &[&'static Table],
    (number, row): (usize, usize),
) -> Result<usize, ErrorSpec> {
    let (table, mask) = (tables[number], slots.len() - 1);
    let mut at = table.keys[row] as usize & mask;
    while slots[at] != 0 {
        let (other, other_row) = split(slots[at]);
        let other = tables[other];
        if other.keys[other_row] == table.keys[row]
            && same_code(name(other, other_row), name(table, row))
        {
            return Err(ErrorSpec::new(other, owner(other, other_row)));
        }
        at = (at + 1) & mask;
    }
    Ok(at)
}

/// Returns whether an index can hold the tables.
pub(super) fn fits(tables: &[&'static Table]) -> bool {
    tables.len() <= MAX_TABLES && tables.iter().all(|table| table.keys.len() <= MAX_ROWS)
}

#[inline]
const fn split(slot: u32) -> (usize, usize) {
    ((slot >> ROW_BITS) as usize - 1, (slot & (MAX_ROWS as u32 - 1)) as usize)
}

/// Looks up a code of four to eight bytes that is spelled as in the catalog, as most are. `otherwise` looks up any name
/// and is called for the others.
#[inline]
pub(super) fn lookup(
    tables: &'static [&'static Table],
    slots: &[u32],
    code: &str,
    otherwise: impl FnOnce() -> Option<ErrorSpec>,
) -> Option<ErrorSpec> {
    // Codes have no NUL, which would give a text the key of a shorter one.
    if !matches!(code.len(), 4..=8) || code.as_bytes().last() == Some(&0) {
        return otherwise();
    }
    let bytes = format::load(code.as_bytes());
    // No two names of at most eight bytes have the same key.
    match probe(tables, slots, format::mix(bytes), |_, _| true) {
        Some((table, row)) if row < table.len() => Some(ErrorSpec::new(table, row as u32)),
        None if format::upper(bytes) == bytes => None,
        // An alias, or lower-case letters.
        _ => otherwise(),
    }
}

/// Returns the table with the key and the key's number, among the names that `is_meant` accepts.
#[inline]
fn probe(
    tables: &'static [&'static Table],
    slots: &[u32],
    key: u64,
    is_meant: impl Fn(&'static Table, usize) -> bool,
) -> Option<(&'static Table, usize)> {
    let mask = slots.len().wrapping_sub(1);
    let mut at = key as usize & mask;
    loop {
        let slot = *slots.get(at)?;
        if slot == 0 {
            return None;
        }
        let (number, row) = split(slot);
        let table = *tables.get(number)?;
        if table.keys.get(row) == Some(&key) && is_meant(table, row) {
            return Some((table, row));
        }
        at = (at + 1) & mask;
    }
}

/// Looks up any name.
pub(super) fn lookup_by_text(
    tables: &'static [&'static Table],
    slots: &[u32],
    code: &str,
) -> Option<ErrorSpec> {
    let is_meant = |table, row| name(table, row).eq_ignore_ascii_case(code);
    let (table, row) = probe(tables, slots, format::key(code), is_meant)?;
    Some(ErrorSpec::new(table, owner(table, row)))
}

/// Does the same as [`lookup`] in const evaluation, by key and text.
pub(super) const fn find<const SLOTS: usize>(
    tables: &[&'static Table],
    slots: &[u32; SLOTS],
    key: u64,
    code: &str,
) -> Option<ErrorSpec> {
    let mut at = key as usize & (SLOTS - 1);
    while slots[at] != 0 {
        let (number, row) = split(slots[at]);
        let table = tables[number];
        if table.keys[row] == key && same_code(name(table, row), code) {
            return Some(ErrorSpec::new(table, owner(table, row)));
        }
        at = (at + 1) & (SLOTS - 1);
    }
    None
}

/// Returns the row that a key belongs to.
const fn owner(table: &Table, key: usize) -> u32 {
    let rows = table.len();
    if key < rows { key as u32 } else { table.alias_rows[key - rows] }
}

/// Returns the code or alias that a key is computed from.
const fn name(table: &'static Table, key: usize) -> &'static str {
    let spec = ErrorSpec::new(table, owner(table, key));
    if key < table.len() {
        return spec.code().as_str();
    }
    let mut entries = spec.entries();
    while let Some((entry, rest)) = entries.split() {
        if entry.tag == tag::ALIAS && format::key(entry.text()) == table.keys[key] {
            return entry.text();
        }
        entries = rest;
    }
    ""
}

#[cold]
const fn refuse_duplicate(
    first: &'static Table,
    first_key: usize,
    second: &'static Table,
    second_key: usize,
) -> ! {
    let (one, two) = (
        ErrorSpec::new(first, owner(first, first_key)),
        ErrorSpec::new(second, owner(second, second_key)),
    );
    if same_text(first.name, second.name) && same_text(first.module, second.module) {
        Message::new()
            .add("type `")
            .path(first)
            .add("` is listed twice in this catalog; remove one of them")
            .refuse();
    }
    let mut message = Message::new()
        .add("error code `")
        .add(name(first, first_key))
        .add("` is used twice: by `")
        .variant(one);
    message = message.add("` and by `").variant(two).add("`; give one of them another code");
    message.refuse()
}

pub(super) const fn same_text(a: &str, b: &str) -> bool {
    same_bytes(a, b, false)
}

/// Compares codes regardless of case.
const fn same_code(a: &str, b: &str) -> bool {
    same_bytes(a, b, true)
}

const fn same_bytes(a: &str, b: &str, any_case: bool) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if a[at] != b[at] && !(any_case && a[at].eq_ignore_ascii_case(&b[at])) {
            return false;
        }
        at += 1;
    }
    true
}

/// A message that is composed at compile time, without an allocation. What does not fit is cut off.
pub(super) struct Message {
    text: [u8; 1024],
    len: usize,
}

impl Message {
    pub(super) const fn new() -> Self {
        Self { text: [0; 1024], len: 0 }
    }

    pub(super) const fn add(mut self, text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() && self.len < self.text.len() {
            self.text[self.len] = bytes[at];
            self.len += 1;
            at += 1;
        }
        self
    }

    pub(super) const fn path(self, table: &Table) -> Self {
        self.add(table.module).add("::").add(table.name)
    }

    /// Adds `module::Enum::Variant`, or `module::Struct`.
    pub(super) const fn variant(self, spec: ErrorSpec) -> Self {
        let table = spec.table();
        let this = self.path(table);
        if same_text(spec.variant(), table.name) {
            this
        } else {
            this.add("::").add(spec.variant())
        }
    }

    pub(super) const fn refuse(&self) -> ! {
        match core::str::from_utf8(self.text.split_at(self.len).0) {
            Ok(text) => panic!("{}", text),
            Err(_) => panic!("an error code is used twice in this catalog"),
        }
    }
}
