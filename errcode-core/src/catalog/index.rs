//! The hash table of all codes. Building it in const evaluation proves that they are unique; the program looks codes up
//! in the same table.
//!
//! It uses open addressing by the keys that the derive computes: reading the bytes of codes in const evaluation costs
//! fifty times as much. A slot is 0, or has the number of the table plus one in its upper 12 bits and that of the row,
//! or of the alias after the rows, in its lower 20.

use super::{list::List, report::Report};
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

/// The hash table, and whether `catalog!` has to refuse it.
#[doc(hidden)]
#[derive(Debug)]
pub struct Index<const SLOTS: usize> {
    pub slots: [u32; SLOTS],
    pub(super) has_duplicates: bool,
}

/// Builds the index. It has the first of several rows that share a code.
///
/// The loop has no call for a free slot: rustc evaluates a call as slowly as fifty statements.
#[doc(hidden)]
#[must_use]
pub const fn build<const SLOTS: usize>(tables: &[&'static Table]) -> Index<SLOTS> {
    let count = tables.len();
    assert!(count <= MAX_TABLES, "a catalog can list at most 4095 types");
    let mut index = Index { slots: [0; SLOTS], has_duplicates: false };
    // The same computation as in `first_slot`, without its call.
    let shift = (SLOTS as u64).leading_zeros();
    let mut number = 0;
    while number < count {
        let keys = tables[number].keys;
        let rows = keys.len();
        assert!(rows <= MAX_ROWS, "a type can have at most 1048576 codes");
        let mut row = 0;
        while row < rows {
            let key = keys[row];
            let mut at = (key >> 1 >> shift) as usize;
            let mut is_new = key != 0;
            while is_new && index.slots[at] != 0 {
                let (other, other_row) = split(index.slots[at]);
                if tables[other].keys[other_row] == key
                    && same_code(name(tables[other], other_row), name(tables[number], row))
                {
                    index.has_duplicates = true;
                    is_new = false;
                }
                at = (at + 1) & (SLOTS - 1);
            }
            if is_new {
                index.slots[at] = (number as u32 + 1) << ROW_BITS | row as u32;
            }
            row += 1;
        }
        number += 1;
    }
    index
}

/// Reports each code that another row has.
pub(super) const fn report_duplicates<const SLOTS: usize>(
    tables: &[&'static Table],
    index: &Index<SLOTS>,
    report: &mut Report,
) {
    let mut number = 0;
    while number < tables.len() && index.has_duplicates {
        let table = tables[number];
        let mut row = 0;
        while row < table.keys.len() {
            let key = table.keys[row];
            if key != 0
                && let Some(first) = place(tables, &index.slots, key, name(table, row))
                && (first.0 != number || first.1 != row)
            {
                if first.0 != number && is_same_type(tables[first.0], table) {
                    report
                        .begin()
                        .add("type `")
                        .path(table)
                        .add("` is listed twice; remove one of them");
                    break;
                }
                report_duplicate((tables[first.0], first.1), (table, row), report);
            }
            row += 1;
        }
        number += 1;
    }
}

const fn report_duplicate(
    (first, first_key): (&'static Table, usize),
    (second, second_key): (&'static Table, usize),
    report: &mut Report,
) {
    let (one, two) = (
        ErrorSpec::new(first, owner(first, first_key)),
        ErrorSpec::new(second, owner(second, second_key)),
    );
    report.begin().add("error code `").add(name(second, second_key)).add("` is used twice: by `");
    report.variant(one).add("` and by `").variant(two).add("`; give one of them another code");
}

const fn is_same_type(a: &Table, b: &Table) -> bool {
    same_text(a.name, b.name) && same_text(a.module, b.module)
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
    let mut at = first_slot(table.keys[row], slots.len());
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

/// Returns the slot where the search for a key begins. Only the upper bits of a key depend on all characters of its
/// code: by the lower ones, `ORDER001` and `ORDER002` would have the same slot.
#[inline]
const fn first_slot(key: u64, slots: usize) -> usize {
    (key >> 1 >> (slots as u64).leading_zeros()) as usize
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
    let mut at = first_slot(key, slots.len());
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

/// Returns whether the row's table is the one that has its key.
#[inline]
pub(super) fn has(tables: &'static [&'static Table], slots: &[u32], spec: ErrorSpec) -> bool {
    let key = spec.key();
    key != 0 && probe(tables, slots, key, |table, _| table.is(spec.table())).is_some()
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
    match place(tables, slots, key, code) {
        Some((number, row)) => Some(ErrorSpec::new(tables[number], owner(tables[number], row))),
        None => None,
    }
}

/// Returns the number of the table that has the code, and that of its key.
const fn place<const SLOTS: usize>(
    tables: &[&'static Table],
    slots: &[u32; SLOTS],
    key: u64,
    code: &str,
) -> Option<(usize, usize)> {
    let mut at = first_slot(key, SLOTS);
    while slots[at] != 0 {
        let (number, row) = split(slots[at]);
        let table = tables[number];
        if table.keys[row] == key && same_code(name(table, row), code) {
            return Some((number, row));
        }
        at = (at + 1) & (SLOTS - 1);
    }
    None
}

/// Returns another public row than `from` whose code differs from that of a key in one character, if both have at most
/// eight.
pub(super) const fn nearest(
    tables: &[&'static Table],
    key: u64,
    from: ErrorSpec,
) -> Option<ErrorSpec> {
    let own = from.code().as_str();
    let wanted = format::short_code(key);
    let mut number = 0;
    while number < tables.len() {
        let table = tables[number];
        let mut row = 0;
        while row < table.len() {
            let differs = format::short_code(table.keys[row]) ^ wanted;
            let spec = ErrorSpec::new(table, row as u32);
            let is_one = differs >> (differs.trailing_zeros() & !7) <= 0xff;
            if table.keys[row] != 0
                && is_one
                && !spec.is_internal()
                && !same_code(spec.code().as_str(), own)
            {
                return Some(spec);
            }
            row += 1;
        }
        number += 1;
    }
    None
}

/// Returns the row that a key belongs to.
const fn owner(table: &Table, key: usize) -> u32 {
    let rows = table.len();
    if key < rows { key as u32 } else { table.alias_rows[key - rows] }
}

/// Returns the code or alias that a key is computed from. Aliases are told apart by their order, since two of them may
/// have the same key.
const fn name(table: &'static Table, key: usize) -> &'static str {
    let row = owner(table, key);
    let spec = ErrorSpec::new(table, row);
    let Some(alias) = key.checked_sub(table.len()) else { return spec.code().as_str() };
    let (mut before, mut at) = (0, 0);
    while at < alias {
        before += (table.alias_rows[at] == row) as usize;
        at += 1;
    }
    let mut entries = spec.entries();
    while let Some((entry, rest)) = entries.split() {
        if entry.tag == tag::ALIAS {
            if before == 0 {
                return entry.text();
            }
            before -= 1;
        }
        entries = rest;
    }
    ""
}

pub(super) const fn same_text(a: &str, b: &str) -> bool {
    same_bytes(a, b, false)
}

/// Compares codes regardless of case.
pub(super) const fn same_code(a: &str, b: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::{build, first_slot};
    use crate::{AppError, Catalogued};
    use errcode_format::key;
    use std::collections::HashSet;

    #[test]
    fn codes_that_differ_in_their_last_characters_are_spread() {
        for prefix in ["E", "E00", "E000", "ORDER"] {
            let keys = (100..200).map(|number| key(&format!("{prefix}{number}")));
            let slots: HashSet<_> = keys.map(|key| first_slot(key, 256)).collect();
            assert!(slots.len() > 60, "{prefix}: {}", slots.len());
        }
    }

    #[test]
    fn a_row_is_in_its_first_slot_if_that_is_free() {
        #[derive(Debug, AppError)]
        #[error("one", code = "I1", status = 404)]
        struct One;

        let index = build::<16>(&[One::TABLE]);
        let at = first_slot(key("I1"), 16);
        assert_eq!(index.slots.iter().position(|slot| *slot != 0), Some(at));
    }
}
