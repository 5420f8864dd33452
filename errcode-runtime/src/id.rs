//! The ids of requests, tasks and traces.

use crate::random;
use std::{
    fmt::{self, Write as _},
    time::{SystemTime, UNIX_EPOCH},
};

/// The id of a request or task: 1 to 128 of `A-Z a-z 0-9 . _ : -`, so that it is valid in a header, a log line
/// and a file name without escapes.
///
/// ```
/// use errcode_runtime::Id;
///
/// let id = Id::new_request();
/// assert_eq!(&id.as_str()[..4], "req_");
/// assert_eq!(Id::parse(id.as_str()), Some(id));
/// assert_eq!(Id::parse("not an id"), None);
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Id(Repr);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Inline(u8, [u8; INLINE]),
    Long(Box<str>),
}

/// Enough for a generated id and for a UUID.
const INLINE: usize = 38;

impl Id {
    /// The longest id, in bytes.
    pub const MAX_LEN: usize = 128;

    /// Parses an id; `None` if the text is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_bytes(text.as_bytes())
    }

    /// Parses bytes that may not be text.
    #[doc(hidden)]
    #[must_use]
    pub fn parse_bytes(text: &[u8]) -> Option<Self> {
        if text.is_empty() || text.len() > Self::MAX_LEN || !all(text, is_of_id) {
            return None;
        }
        let mut inline = [0; INLINE];
        Some(Self(match inline.get_mut(..text.len()) {
            Some(bytes) => {
                bytes.copy_from_slice(text);
                Repr::Inline(text.len() as u8, inline)
            }
            None => Repr::Long(str::from_utf8(text).ok()?.into()),
        }))
    }

    /// Creates an id from any text, for headers. A text that is a valid id stays as it is. In any other text,
    /// each invalid byte becomes `_` and two hexadecimal digits. A text that is too long is cut and ends with a
    /// hash of the whole, so that different long texts get different ids.
    ///
    /// ```
    /// use errcode_runtime::Id;
    ///
    /// assert_eq!(Id::from_any("APEX-17").as_str(), "APEX-17");
    /// assert_eq!(Id::from_any("nightly report").as_str(), "nightly_20report");
    /// assert!(Id::from_any(&"x".repeat(1000)).as_str().len() <= Id::MAX_LEN);
    /// ```
    #[must_use]
    pub fn from_any(text: &str) -> Self {
        const KEPT: usize = Id::MAX_LEN - 17;
        if let Some(id) = Self::parse(text) {
            return id;
        }
        let mut id = String::new();
        for byte in text.bytes() {
            if is_of_id(byte) && byte != b'_' {
                id.push(char::from(byte));
            } else {
                let _ = write!(id, "_{byte:02x}");
            }
            if id.len() > Self::MAX_LEN {
                id.truncate(KEPT);
                let _ = write!(id, "-{:016x}", fnv_1a(text.as_bytes()));
                break;
            }
        }
        Self::parse(&id).unwrap_or(Self(Repr::Long("_".into())))
    }

    /// Creates a request id: `req_` and a ULID, so that ids sort by the millisecond in which they were made. They are
    /// not secrets.
    ///
    /// ```
    /// use errcode_runtime::Id;
    ///
    /// let id = Id::new_request(); // such as `req_01KHZ4QG80Z4T5W6R7S8V9X0A1`
    /// assert_eq!(id.as_str().len(), 30);
    /// assert_ne!(id, Id::new_request());
    /// ```
    #[must_use]
    pub fn new_request() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let millis = since.as_secs().wrapping_mul(1000) + u64::from(since.subsec_millis());
        let [first, second] = random::several();
        let mut text = [0; INLINE];
        text[..4].copy_from_slice(b"req_");
        put_digits::<5>(&mut text, 4, millis);
        put_digits::<4>(&mut text, 14, first);
        put_digits::<4>(&mut text, 22, second);
        Self(Repr::Inline(30, text))
    }

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Inline(len, bytes) => bytes
                .get(..usize::from(*len))
                .and_then(|bytes| str::from_utf8(bytes).ok())
                .unwrap_or_default(),
            Repr::Long(text) => text,
        }
    }

    /// Returns the id as bytes.
    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Repr::Inline(len, bytes) => bytes.get(..usize::from(*len)).unwrap_or_default(),
            Repr::Long(text) => text.as_bytes(),
        }
    }
}

/// The digits of a ULID (Crockford's base 32), two at once.
static PAIRS: [[u8; 2]; 1024] = {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let (mut pairs, mut number) = ([[0; 2]; 1024], 0);
    while number < 1024 {
        pairs[number] = [DIGITS[number >> 5], DIGITS[number & 31]];
        number += 1;
    }
    pairs
};

/// Writes the lowest bits of a number as pairs of digits.
#[inline]
fn put_digits<const N: usize>(text: &mut [u8; INLINE], from: usize, mut bits: u64) {
    for pair in (0..N).rev() {
        let at = from + 2 * pair;
        text[at..at + 2].copy_from_slice(&PAIRS[(bits & 1023) as usize]);
        bits >>= 10;
    }
}

/// Fowler, Noll and Vo's hash with 64 bits, which is the same in every process.
fn fnv_1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Returns whether a test holds for all bytes. It tests sixteen at once, of which the last ones overlap.
#[inline]
fn all(bytes: &[u8], test: impl Fn(u8) -> bool + Copy) -> bool {
    match (bytes.last_chunk::<16>(), bytes) {
        (Some(last), [before @ .., _]) => {
            let (chunks, _) = before.as_chunks::<16>();
            chunks.iter().fold(all_of(last, test), |all, chunk| all & all_of(chunk, test))
        }
        _ => bytes.iter().all(|&byte| test(byte)),
    }
}

/// Does the same for sixteen bytes. It does not stop early, so that the compiler tests them with one instruction: only
/// in a function of its own, since inlined it makes sixteen tests of them first.
#[inline(never)]
fn all_of(chunk: &[u8; 16], test: impl Fn(u8) -> bool) -> bool {
    chunk.iter().fold(true, |all, &byte| all & test(byte))
}

/// `A-Z a-z 0-9 . _ : -`. In ASCII the colon follows the nine, and the point follows the dash.
const fn is_of_id(byte: u8) -> bool {
    ((byte | 0x20).wrapping_sub(b'a') < 26)
        | (byte.wrapping_sub(b'0') <= b':' - b'0')
        | (byte.wrapping_sub(b'-') <= b'.' - b'-')
        | (byte == b'_')
}

const fn is_lower_hex(byte: u8) -> bool {
    (byte.wrapping_sub(b'0') < 10) | (byte.wrapping_sub(b'a') < 6)
}

/// The id of a trace: sixteen bytes that are not all zero (W3C Trace Context level 2, section 3.2.2.3), as 32
/// lower-case hexadecimal digits.
///
/// ```
/// use errcode_runtime::TraceId;
///
/// let id = TraceId::parse("4bf92f3577b34da6a3ce929d0e0e4736").unwrap();
/// assert_eq!(id.to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
/// assert_eq!(TraceId::parse("4BF92F3577B34DA6A3CE929D0E0E4736"), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId([u8; 32]);

impl TraceId {
    /// Creates a random id.
    #[must_use]
    pub fn new() -> Self {
        let mut hex = [0; 32];
        // Never all zero. The other half is entirely random, as the flag of `traceparent` promises.
        let [first, second] = random::several();
        hex[..16].copy_from_slice(&hex_digits(first | 1));
        hex[16..].copy_from_slice(&hex_digits(second));
        Self(hex)
    }

    /// Parses 32 lower-case hexadecimal digits that are not all zero; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_bytes(text.as_bytes())
    }

    /// Parses bytes that may not be text.
    #[doc(hidden)]
    #[must_use]
    pub fn parse_bytes(text: &[u8]) -> Option<Self> {
        let hex: [u8; 32] = text.try_into().ok()?;
        (all(&hex, is_lower_hex) && hex != [b'0'; 32]).then_some(Self(hex))
    }

    /// Parses a UUID: its dashes are dropped, and its letters become lower case. `None` if it is not one, or all zero.
    ///
    /// ```
    /// use errcode_runtime::TraceId;
    ///
    /// let id = TraceId::parse_uuid("4BF92F35-77B3-4DA6-A3CE-929D0E0E4736").unwrap();
    /// assert_eq!(id.as_str(), "4bf92f3577b34da6a3ce929d0e0e4736");
    /// ```
    #[must_use]
    pub fn parse_uuid(text: &str) -> Option<Self> {
        let bytes: &[u8; 36] = text.as_bytes().try_into().ok()?;
        let mut hex = [0; 32];
        let mut to = hex.iter_mut();
        for (at, byte) in bytes.iter().enumerate() {
            if matches!(at, 8 | 13 | 18 | 23) {
                if *byte != b'-' {
                    return None;
                }
            } else {
                *to.next()? = byte.to_ascii_lowercase();
            }
        }
        Self::parse(str::from_utf8(&hex).ok()?)
    }

    /// Returns the 32 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Returns the id as bytes.
    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Default for TraceId {
    fn default() -> Self {
        Self::new()
    }
}

/// The id of a span: eight bytes that are not all zero (W3C Trace Context level 2, section 3.2.2.4), as 16 lower-case
/// hexadecimal digits.
///
/// ```
/// use errcode_runtime::SpanId;
///
/// let id = SpanId::new();
/// assert_eq!(SpanId::parse(id.as_str()), Some(id));
/// assert_eq!(SpanId::parse("0000000000000000"), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SpanId([u8; 16]);

impl SpanId {
    /// Creates a random id.
    #[must_use]
    pub fn new() -> Self {
        Self(hex_digits(random::next().max(1)))
    }

    /// Parses 16 lower-case hexadecimal digits that are not all zero; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let hex: [u8; 16] = text.as_bytes().try_into().ok()?;
        (all(&hex, is_lower_hex) && hex != [b'0'; 16]).then_some(Self(hex))
    }

    /// Returns the 16 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl Default for SpanId {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows an id as its text, in `Debug` with quotes.
macro_rules! show_as_text {
    ($($id:ident)+) => {$(
        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
            }
        }
    )+};
}

show_as_text!(Id TraceId SpanId);

/// Returns sixteen hexadecimal digits.
fn hex_digits(bits: u64) -> [u8; 16] {
    let digits = (hex((bits >> 32) as u32) as u128) << 64 | hex(bits as u32) as u128;
    digits.to_be_bytes()
}

/// Returns eight digits at once, the first one in the highest byte: each nibble moves to a byte of its own, to which
/// `0` is added, and for nibbles above nine the distance from `9` to `a`.
const fn hex(bits: u32) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let x = bits as u64;
    let x = (x | x << 16) & 0x0000_ffff_0000_ffff;
    let x = (x | x << 8) & 0x00ff_00ff_00ff_00ff;
    let x = (x | x << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    let above_nine = ((x + 6 * ONES) >> 4) & ONES;
    x + b'0' as u64 * ONES + above_nine * (b'a' - b'9' - 1) as u64
}

#[cfg(test)]
mod tests {
    use super::{Id, TraceId};
    use std::time::{SystemTime, UNIX_EPOCH};

    #[test]
    fn an_id_is_short_and_plain() {
        let longest = "x".repeat(128);
        for good in ["a", "APEX-17", "a.b_c:d-E9", &longest, &"y".repeat(39)] {
            assert_eq!(Id::parse(good).map(|id| id.to_string()).as_deref(), Some(good));
        }
        for bad in ["", "a b", "a\n", "项", "a/b", "\"", &"x".repeat(129)] {
            assert_eq!(Id::parse(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_new_request_id_is_an_id_and_new() {
        let (one, two) = (Id::new_request(), Id::new_request());
        assert_ne!(one, two);
        assert_eq!(Id::parse(one.as_str()), Some(one.clone()));
        assert_eq!((one.as_str().len(), &one.as_str()[..4]), (30, "req_"));
    }

    #[test]
    fn digits() {
        for bits in
            [0, 1, 0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, u64::MAX, 0x9a9a_a9a9_0f0f_f0f0]
        {
            assert_eq!(
                str::from_utf8(&super::hex_digits(bits)),
                Ok(format!("{bits:016x}").as_str())
            );
        }
    }

    #[test]
    fn a_request_id_begins_with_its_time() {
        let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as usize;
        let (before, id, after) = (now(), Id::new_request(), now());
        let value = |character| "0123456789ABCDEFGHJKMNPQRSTVWXYZ".find(character).unwrap();
        let millis =
            id.as_str()[4..14].chars().fold(0, |time, character| time * 32 + value(character));
        assert!((before..=after).contains(&millis), "{id}");
    }

    #[test]
    fn every_byte() {
        for byte in 0..=0xff_u8 {
            let of_id = byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'-');
            assert_eq!(super::is_of_id(byte), of_id, "{byte}");
            assert_eq!(
                super::is_lower_hex(byte),
                matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
                "{byte}"
            );
        }
    }

    #[test]
    fn every_place() {
        for length in 1..=Id::MAX_LEN {
            let id = vec![b'a'; length];
            assert!(Id::parse_bytes(&id).is_some_and(|parsed| parsed.as_bytes() == id), "{length}");
            for at in 0..length {
                let mut id = id.clone();
                id[at] = b'/';
                assert_eq!(Id::parse_bytes(&id), None, "{at} of {length}");
            }
        }
    }

    #[test]
    fn a_trace_id_is_hexadecimal_and_not_zero() {
        assert_eq!(
            TraceId::parse("4bf92f3577b34da6a3ce929d0e0e4736").unwrap().as_str(),
            "4bf92f3577b34da6a3ce929d0e0e4736"
        );
        for bad in [
            "",
            "0",
            "4BF92F3577B34DA6A3CE929D0E0E4736",
            &"0".repeat(32),
            &"g".repeat(32),
            &"a".repeat(33),
        ] {
            assert_eq!(TraceId::parse(bad), None, "{bad:?}");
        }
        let uuid = TraceId::parse_uuid("4BF92F35-77b3-4da6-a3ce-929d0e0e4736");
        assert_eq!(uuid.unwrap().as_str(), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(TraceId::parse_uuid("00000000-0000-0000-0000-000000000000"), None);
        assert_eq!(TraceId::parse_uuid("4bf92f3577-b34d-a6a3-ce92-9d0e0e4736"), None);
        assert!(TraceId::parse(TraceId::new().as_str()).is_some());
    }

    #[test]
    fn an_id_is_shown_as_its_text() {
        let trace = TraceId::parse("4bf92f3577b34da6a3ce929d0e0e4736").unwrap();
        assert_eq!(format!("{trace}"), "4bf92f3577b34da6a3ce929d0e0e4736");
        assert_eq!(format!("{trace:?}"), "\"4bf92f3577b34da6a3ce929d0e0e4736\"");
    }
}
