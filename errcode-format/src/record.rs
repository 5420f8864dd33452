//! The fixed record of a row.

use crate::{Alert, Category, Level, RetryRule};

const RETRY_MASK: u8 = 0b11;
const RETRY_IS_EXPLICIT: u8 = 1 << 2;
const BREAKER: u8 = 1 << 3;
const ALERT: u8 = 1 << 4;
const PAGE: u8 = 1 << 5;
const INTERNAL: u8 = 1 << 6;
const SHARED: u8 = 1 << 7;

/// The fixed record of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Where the row's texts begin.
    pub text_at: u32,
    /// Where the row's entries begin.
    pub ops_at: u32,
    /// The HTTP status.
    pub status: u16,
    /// The lines between the type's line and the row's own.
    pub line: u16,
    /// The length of the code.
    pub code_len: u8,
    /// The length of the variant's name; 0 for a struct, or a code that variants share.
    pub name_len: u8,
    /// The category.
    pub category: Category,
    /// The log level.
    pub level: Level,
    /// Whether the same call may succeed later.
    pub retry: RetryRule,
    /// Whether `retryable` was written rather than following from the category.
    pub retry_is_explicit: bool,
    /// Whether the code counts against a circuit breaker.
    pub breaker: bool,
    /// The alert that the code raises.
    pub alert: Alert,
    /// Whether clients never see the code.
    pub internal: bool,
    /// Whether the code is another row's, see [`tag::SHARED`](crate::tag::SHARED).
    pub shared: bool,
}

impl Record {
    /// Packs the record.
    #[must_use]
    pub const fn pack(self) -> PackedRecord {
        let [t0, t1, t2, t3] = self.text_at.to_le_bytes();
        let [o0, o1, o2, o3] = self.ops_at.to_le_bytes();
        let [s0, s1] = self.status.to_le_bytes();
        let [l0, l1] = self.line.to_le_bytes();
        let class = self.category as u8 | (self.level as u8) << 3;
        PackedRecord([
            t0,
            t1,
            t2,
            t3,
            o0,
            o1,
            o2,
            o3,
            s0,
            s1,
            l0,
            l1,
            self.code_len,
            self.name_len,
            class,
            self.flags(),
        ])
    }

    const fn flags(self) -> u8 {
        let alert = match self.alert {
            Alert::None => 0,
            Alert::Notice => ALERT,
            Alert::Page => ALERT | PAGE,
        };
        self.retry as u8
            | alert
            | bit(self.retry_is_explicit, RETRY_IS_EXPLICIT)
            | bit(self.breaker, BREAKER)
            | bit(self.internal, INTERNAL)
            | bit(self.shared, SHARED)
    }
}

const fn bit(up: bool, bit: u8) -> u8 {
    if up { bit } else { 0 }
}

/// A record as a table holds it; each accessor reads one fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PackedRecord([u8; Self::SIZE]);

impl PackedRecord {
    /// The bytes of one record.
    pub const SIZE: usize = 16;

    /// The offset of the code's length in a record, for readers that only need the code.
    pub const CODE_LEN_AT: usize = 12;

    /// Reads a record from its bytes.
    #[inline]
    #[must_use]
    pub const fn from_bytes(bytes: [u8; Self::SIZE]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes.
    #[inline]
    #[must_use]
    pub const fn to_bytes(self) -> [u8; Self::SIZE] {
        self.0
    }

    /// Returns where the row's texts begin.
    #[inline]
    #[must_use]
    pub const fn text_at(self) -> usize {
        let [a, b, c, d, ..] = self.0;
        u32::from_le_bytes([a, b, c, d]) as usize
    }

    /// Returns where the row's entries begin.
    #[inline]
    #[must_use]
    pub const fn ops_at(self) -> usize {
        let [_, _, _, _, a, b, c, d, ..] = self.0;
        u32::from_le_bytes([a, b, c, d]) as usize
    }

    /// Returns the HTTP status.
    #[inline]
    #[must_use]
    pub const fn status(self) -> u16 {
        u16::from_le_bytes([self.0[8], self.0[9]])
    }

    /// Returns the lines between the type's line and the row's own.
    #[inline]
    #[must_use]
    pub const fn line(self) -> u16 {
        u16::from_le_bytes([self.0[10], self.0[11]])
    }

    /// Returns the length of the code.
    #[inline]
    #[must_use]
    pub const fn code_len(self) -> usize {
        self.0[Self::CODE_LEN_AT] as usize
    }

    /// Returns the length of the variant's name.
    #[inline]
    #[must_use]
    pub const fn name_len(self) -> usize {
        self.0[13] as usize
    }

    /// Returns the category.
    #[inline]
    #[must_use]
    pub const fn category(self) -> Category {
        Category::from_number(self.0[14] & 0b111)
    }

    /// Returns the log level.
    #[inline]
    #[must_use]
    pub const fn level(self) -> Level {
        Level::from_number(self.0[14] >> 3 & 0b111)
    }

    /// Returns whether the same call may succeed later.
    #[inline]
    #[must_use]
    pub const fn retry(self) -> RetryRule {
        RetryRule::from_number(self.0[15] & RETRY_MASK)
    }

    /// Returns whether `retryable` was written rather than following from the category.
    #[inline]
    #[must_use]
    pub const fn retry_is_explicit(self) -> bool {
        self.has(RETRY_IS_EXPLICIT)
    }

    /// Returns whether the code counts against a circuit breaker.
    #[inline]
    #[must_use]
    pub const fn breaker(self) -> bool {
        self.has(BREAKER)
    }

    /// Returns the alert that the code raises.
    #[inline]
    #[must_use]
    pub const fn alert(self) -> Alert {
        match (self.has(ALERT), self.has(PAGE)) {
            (_, true) => Alert::Page,
            (true, false) => Alert::Notice,
            (false, false) => Alert::None,
        }
    }

    /// Returns whether clients never see the code.
    #[inline]
    #[must_use]
    pub const fn internal(self) -> bool {
        self.has(INTERNAL)
    }

    /// Returns whether the code is another row's.
    #[inline]
    #[must_use]
    pub const fn shared(self) -> bool {
        self.has(SHARED)
    }

    const fn has(self, bit: u8) -> bool {
        self.0[15] & bit != 0
    }
}

#[cfg(test)]
mod tests {
    use super::{PackedRecord, Record};
    use crate::{Alert, Category, Level, RetryRule};

    const RECORD: Record = Record {
        text_at: 0x0403_0201,
        ops_at: 0x0807_0605,
        status: 404,
        line: 0x0b0a,
        code_len: 5,
        name_len: 8,
        category: Category::External,
        level: Level::Info,
        retry: RetryRule::Inherit,
        retry_is_explicit: true,
        breaker: false,
        alert: Alert::Page,
        internal: false,
        shared: true,
    };

    #[test]
    fn the_bytes() {
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8, 0x94, 1, 0x0a, 0x0b, 5, 8, 0b010_001, 0b1011_0111];
        assert_eq!(RECORD.pack().to_bytes(), bytes);
    }

    #[test]
    fn a_record_is_read_as_it_was_packed() {
        let packed = PackedRecord::from_bytes(RECORD.pack().to_bytes());
        assert_eq!((packed.text_at(), packed.ops_at()), (0x0403_0201, 0x0807_0605));
        assert_eq!((packed.status(), packed.line()), (404, 0x0b0a));
        assert_eq!((packed.code_len(), packed.name_len()), (5, 8));
        assert!(packed.retry_is_explicit() && !packed.breaker());
        assert!(!packed.internal() && packed.shared());
        for category in Category::ALL {
            assert_eq!(Record { category, ..RECORD }.pack().category(), category);
        }
        for level in Level::ALL {
            assert_eq!(Record { level, ..RECORD }.pack().level(), level);
        }
        for alert in Alert::ALL {
            assert_eq!(Record { alert, ..RECORD }.pack().alert(), alert);
        }
        for retry in RetryRule::ALL {
            assert_eq!(Record { retry, ..RECORD }.pack().retry(), retry);
        }
    }
}
