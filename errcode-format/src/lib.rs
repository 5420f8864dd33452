#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
//!
//! # The format
//!
//! A type's rows are three literals. `text` holds every string, `rows` one fixed record of [`PackedRecord::SIZE`] bytes
//! per row, `ops` the entries: the facts that not every row has. All numbers are little endian.
//!
//! ```text
//! record
//!   0..4   u32  where the row's texts begin in `text`: the code, the variant's name, the texts of its entries
//!   4..8   u32  where the row's entries begin in `ops`
//!   8..10  u16  HTTP status
//!  10..12  u16  lines between the type's line and the row's own, at most 65535
//!  12      u8   length of the code
//!  13      u8   length of the variant's name; 0 for a struct, or a code that variants share
//!  14      u8   category (bits 0-2), level (bits 3-5)
//!  15      u8   retry rule (bits 0-1), then a bit each: retry is explicit, counts against a breaker, alerts, pages,
//!               is internal, shares another row's code
//!
//! entry    u8 tag · u16 text length · u16 data length · data         (the tag END ends the row's entries)
//! template u8 flags (TEMPLATE_*), then per placeholder: u16 length of the literal before it · u8 argument
//! ```
//!
//! [`tag`] has the data of each entry. `errcode-core`'s link section holds the same bytes, together with their
//! [`VERSION`].

#![warn(missing_debug_implementations)]

mod address;
mod alert;
mod category;
mod code;
mod duration;
mod entry;
mod grammar;
mod key;
mod language;
mod level;
mod named;
mod record;
mod retry_rule;
mod subject_kind;
pub mod tag;

pub use address::{names_code, stray_brace};
pub use alert::{Alert, AlertThreshold};
pub use category::Category;
pub use code::is_code;
pub use duration::parse_millis;
pub use entry::{
    DetailData, DetailKind, EntryHead, HeaderData, PlaceholderData, SubjectData, ThresholdData,
};
pub use grammar::{
    GRAMMAR_FIELDS, GrammarField, GrammarMistake, check_grammar, grammar_field, grammar_width,
};
pub use key::{key, load, mix, short_code, upper};
pub use language::is_language;
pub use level::Level;
pub use named::ParseError;
pub use record::{PackedRecord, Record};
pub use retry_rule::RetryRule;
pub use subject_kind::SubjectKind;

/// The version of the format, which every link section begins with.
pub const VERSION: u8 = 4;

/// The mark at the beginning of a record of the link section.
pub const MARK: [u8; 8] = [b'E', b'R', b'R', b'C', b'O', b'D', b'E', VERSION];
/// The kind of a record with the rows of a type.
pub const KIND_TYPE: u8 = 1;
/// The kind of a record with the settings of a catalog and its list of types.
pub const KIND_CATALOG: u8 = 2;
/// The length of the id that the head of a type's record begins with: the hexadecimal digits of a hash of the rest.
pub const ID_LEN: usize = 8;
/// The length of a record before its parts: mark, kind and four lengths.
pub const RECORD_HEAD: usize = MARK.len() + 1 + 4 * size_of::<u32>();

/// Returns the parts of a record: head, text, rows, ops, and what follows; `None` if it is cut off. It does not look at
/// mark and kind.
#[must_use]
pub const fn record_parts(record: &[u8]) -> Option<[&[u8]; 5]> {
    let Some((lengths, rest)) = record.split_at_checked(RECORD_HEAD) else { return None };
    let mut parts: [&[u8]; 5] = [rest; 5];
    let mut at = 0;
    while at < 4 {
        let (_, length) = lengths.split_at(MARK.len() + 1 + at * 4);
        let Some(length) = length.first_chunk() else { return None };
        let length = u32::from_le_bytes(*length) as usize;
        let Some((part, rest)) = parts[4].split_at_checked(length) else { return None };
        (parts[at], parts[4]) = (part, rest);
        at += 1;
    }
    Some(parts)
}

/// Returns the rows and the ops of a type's record that the derive wrote. In const evaluation, it takes a third of what
/// [`record_parts`] does.
///
/// # Panics
///
/// Panics if the record is cut off.
#[must_use]
pub const fn record_rows(record: &[u8]) -> (&[u8], &[u8]) {
    let rows_at = RECORD_HEAD + part_length(record, 0) + part_length(record, 1);
    let (_, rows) = record.split_at(rows_at);
    rows.split_at(part_length(record, 2))
}

const fn part_length(record: &[u8], part: usize) -> usize {
    let at = MARK.len() + 1 + part * size_of::<u32>();
    u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]]) as usize
}

/// The argument number that means "no argument, the text is constant".
pub const NO_ARG: u8 = 255;

/// Returns the flags of a template with these literals.
#[must_use]
pub fn template_flags(literals: &str) -> u8 {
    let escapes = literals.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\');
    if escapes { TEMPLATE_ESCAPE } else { 0 }
}

/// Set in a template's flags if its literals contain a character that JSON must escape.
pub const TEMPLATE_ESCAPE: u8 = 1;

/// Set in a template's flags if the text is the `Display` template's, and the entry has none of its own.
pub const TEMPLATE_AS_DISPLAY: u8 = 2;
