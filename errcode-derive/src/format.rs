//! The packed format that the derive writes and core reads.
//!
//! This file stands in `errcode-core` and, byte for byte the same, in `errcode-derive` (a test there compares them): a proc macro cannot
//! depend on the crate that depends on it, and both sides must agree.
//!
//! A type's rows are three literals. `text` holds every string, `rows` one fixed record of [`ROW`] bytes per row, `ops` the rest.
//!
//! ```text
//! row (little endian)
//!   0..4   u32  where the row's texts begin in `text`: first the code, then the variant's name, then the texts of its entries
//!   4..8   u32  where the row's entries begin in `ops`
//!   8..10  u16  HTTP status
//!  10..12  u16  lines between the type's line and the row's own, at most 65535
//!  12      u8   length of the code
//!  13      u8   length of the variant's name
//!  14      u8   category (bits 0-2), level (bits 3-5)
//!  15      u8   flags, see FLAG_*
//!
//! entry    u8 tag · u16 text length · u16 data length · data        (a tag of END ends the row's entries)
//! template data: u8 flags (TEMPLATE_*), then per placeholder: u16 length of the literal before it · u8 argument
//! ```

/// Version of this format; it stands in every link section.
pub const VERSION: u8 = 1;

/// Bytes of one row record.
pub const ROW: usize = 16;

/// Where in a row record the length of the code stands.
pub const CODE_LENGTH: usize = 12;

/// Bytes before an entry's data.
pub const ENTRY: usize = 5;

/// Argument number that means "no argument, the text is constant".
pub const NO_ARG: u8 = 255;

/// Mask of [`RETRY_NO`] … [`RETRY_INHERIT`].
pub const FLAG_RETRY: u8 = 0b11;
/// Not retryable.
pub const RETRY_NO: u8 = 0;
/// Retryable.
pub const RETRY_YES: u8 = 1;
/// Depends on the value (`when = …`).
pub const RETRY_WHEN: u8 = 2;
/// As the source says (`inherit`).
pub const RETRY_INHERIT: u8 = 3;
/// `retryable` was written, it does not only follow from the category.
pub const FLAG_RETRY_SAID: u8 = 1 << 2;
/// Counts against a circuit breaker.
pub const FLAG_BREAKER: u8 = 1 << 3;
/// Raises an alert.
pub const FLAG_ALERT: u8 = 1 << 4;
/// The alert pages someone.
pub const FLAG_PAGE: u8 = 1 << 5;
/// Clients never see this code.
pub const FLAG_INTERNAL: u8 = 1 << 6;
/// The row shares another row's code (see [`SHARED`]).
pub const FLAG_SHARED: u8 = 1 << 7;

/// No more entries.
pub const END: u8 = 0;
/// Text: the title.
pub const TITLE: u8 = 1;
/// Template: `Display`. Absent where the message needs the compiler.
pub const DISPLAY: u8 = 2;
/// Template of the user message. Data: u8 length of the language tag, then a template; the text begins with the tag. No tag: the catalog's
/// default language.
pub const USER: u8 = 3;
/// Template: the log line's message.
pub const LOG: u8 = 4;
/// A detail. Data: u8 argument · u8 DETAIL_* · u16 length of the name · u16 length of the field's type; text: name, type, example.
pub const DETAIL: u8 = 5;
/// What the fault is about. Data: u8 SUBJECT_* · u8 argument; the text is the constant where there is no argument.
pub const SUBJECT: u8 = 6;
/// Data: u64 milliseconds to wait before a retry.
pub const AFTER: u8 = 7;
/// Data: u8 argument that says how long to wait before a retry.
pub const AFTER_ARG: u8 = 8;
/// Text: the code clients see instead.
pub const PUBLIC_AS: u8 = 9;
/// Text: what to do.
pub const HELP: u8 = 10;
/// Text: the version that brought the code.
pub const SINCE: u8 = 11;
/// Text: why the code should no longer be produced.
pub const DEPRECATED: u8 = 12;
/// Text: the code that took this one's place.
pub const REPLACED_BY: u8 = 13;
/// Text: who owns it.
pub const OWNER: u8 = 14;
/// Text: the runbook's address; `{code}` is replaced.
pub const RUNBOOK: u8 = 15;
/// Text: one tag.
pub const TAG: u8 = 16;
/// Text: another name of the code.
pub const ALIAS: u8 = 17;
/// A response header. Data: u16 length of the name · u8 argument; text: name, constant value.
pub const HEADER: u8 = 18;
/// Data: u32 count · u64 milliseconds: the alert's threshold.
pub const ALERT_OVER: u8 = 19;
/// Data: u8 number of the gRPC status code.
pub const GRPC: u8 = 20;
/// Text: the doc comment's further paragraphs.
pub const EXPLANATION: u8 = 21;
/// Text: the doc comment from `# Internal` on.
pub const INTERNAL_NOTE: u8 = 22;
/// Data: u8 argument that holds several violations.
pub const VIOLATIONS: u8 = 23;
/// Data: u32 row whose code this row shares.
pub const SHARED: u8 = 24;
/// Text: the source of a `when = …` expression, as written.
pub const WHEN: u8 = 25;

/// Text: the name of a field that a user message shows and that is no detail of that name. Data: u8 argument.
pub const ARG_NAME: u8 = 26;

/// The literals hold a character that JSON must escape.
pub const TEMPLATE_ESCAPE: u8 = 1;
/// The text is the `Display` template's; this entry has none of its own.
pub const TEMPLATE_AS_DISPLAY: u8 = 2;

/// The value's text.
pub const DETAIL_TEXT: u8 = 0;
/// The value as JSON.
pub const DETAIL_JSON: u8 = 1;
/// The value as JSON, numbers as strings.
pub const DETAIL_STRING: u8 = 2;

/// A JSON pointer into the request's body.
pub const SUBJECT_POINTER: u8 = 1;
/// A parameter of the path or query.
pub const SUBJECT_PARAMETER: u8 = 2;
/// A request header.
pub const SUBJECT_HEADER: u8 = 3;

/// The key of a code, without regard to ASCII case. One to one for codes of at most eight bytes; a hash for longer ones.
#[inline]
#[must_use]
pub const fn key(code: &str) -> u64 {
    let bytes = code.as_bytes();
    if bytes.len() <= 8 {
        return mix(upper(load(bytes)));
    }
    let mut hash = bytes.len() as u64;
    let mut rest = bytes;
    while let Some((chunk, after)) = rest.split_first_chunk::<8>() {
        hash = mix(hash.rotate_left(5) ^ upper(u64::from_le_bytes(*chunk)));
        rest = after;
    }
    mix(hash.rotate_left(5) ^ upper(load(rest)))
}

/// The bytes of a code of at most eight bytes, in upper case, the first one lowest: undoes [`key`].
#[must_use]
pub const fn short_code(key: u64) -> u64 {
    (key ^ (key >> 32)).wrapping_mul(0xf1de_83e1_9937_733d)
}

/// One to one: an odd multiply, then a shift that can be undone.
const fn mix(x: u64) -> u64 {
    let x = x.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^ (x >> 32)
}

/// Up to eight bytes, the first one lowest.
const fn load(bytes: &[u8]) -> u64 {
    match bytes.len() {
        0 => 0,
        1..=3 => {
            let (half, last) = (bytes.len() / 2, bytes.len() - 1);
            bytes[0] as u64
                | (bytes[half] as u64) << (8 * half)
                | (bytes[last] as u64) << (8 * last)
        }
        4..=7 => {
            let (Some(head), Some(tail)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>())
            else {
                return 0;
            };
            u32::from_le_bytes(*head) as u64
                | (u32::from_le_bytes(*tail) as u64) << (8 * (bytes.len() - 4))
        }
        _ => match bytes.first_chunk::<8>() {
            Some(all) => u64::from_le_bytes(*all),
            None => 0,
        },
    }
}

/// Eight bytes at once: ASCII `a..=z` to `A..=Z`, everything else as it is.
const fn upper(x: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let low = x & (0x7f * ONES);
    let from_a = low + (0x80 - b'a' as u64) * ONES;
    let past_z = low + (0x7f - b'z' as u64) * ONES;
    let lower = !x & (from_a ^ past_z) & (0x80 * ONES);
    x - (lower >> 2)
}
