//! The time of a failure.

use core::fmt;
use std::{
    cell::Cell,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// A point in time, in milliseconds. Shown as RFC 3339 in UTC, in bodies with whole seconds.
///
/// ```
/// use errcode_core::Timestamp;
///
/// let moment = Timestamp::from_unix_millis(1_771_668_000_042);
/// assert_eq!(&moment.to_seconds(), b"2026-02-21T10:00:00Z");
/// assert_eq!(&moment.to_millis(), b"2026-02-21T10:00:00.042Z");
/// assert!(moment < Timestamp::now());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp {
    seconds: u64,
    millis: u16,
}

impl Timestamp {
    /// Returns the current time; a clock before 1970 counts as 1970.
    #[must_use]
    pub fn now() -> Self {
        Self::from_system(SystemTime::now())
    }

    fn from_system(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { seconds: since.as_secs(), millis: since.subsec_millis() as u16 }
    }

    /// Returns the time that is `millis` milliseconds after the beginning of 1970 in UTC.
    #[must_use]
    pub const fn from_unix_millis(millis: u64) -> Self {
        Self { seconds: millis / 1000, millis: (millis % 1000) as u16 }
    }

    /// Returns the time as `2026-02-21T10:00:00Z`.
    #[must_use]
    #[inline]
    pub fn to_seconds(self) -> [u8; 20] {
        // Most calls are in the same second as the one before.
        thread_local! { static LAST: Cell<(u64, [u8; 20])> = const { Cell::new((0, *b"1970-01-01T00:00:00Z")) }; }
        let (second, text) = LAST.get();
        if second == self.seconds {
            return text;
        }
        let text = self.write_seconds();
        LAST.set((self.seconds, text));
        text
    }

    #[cold]
    fn write_seconds(self) -> [u8; 20] {
        let mut out = *b"0000-00-00T00:00:00Z";
        let (year, month, day) = civil(self.seconds / 86_400);
        let of_day = self.seconds % 86_400;
        digits(&mut out, 0, year / 100);
        digits(&mut out, 2, year);
        digits(&mut out, 5, month);
        digits(&mut out, 8, day);
        digits(&mut out, 11, of_day / 3600);
        digits(&mut out, 14, of_day / 60 % 60);
        digits(&mut out, 17, of_day % 60);
        out
    }

    /// Returns the time as `2026-02-21T10:00:00.042Z`.
    #[must_use]
    pub fn to_millis(self) -> [u8; 24] {
        let mut out = *b"0000-00-00T00:00:00.000Z";
        out[..19].copy_from_slice(&self.to_seconds()[..19]);
        let millis = u64::from(self.millis);
        digits(&mut out, 20, millis / 10);
        out[22] = b'0' + (millis % 10) as u8;
        out
    }
}

/// A time as `2026-02-21T10:00:00Z`.
pub(super) type Second = [u8; 20];

/// The time of a body. A reading of the clock is not counted from 1970 before it must be: that takes longer than the
/// reading, and most bodies are in the same second as the one before.
#[derive(Clone, Copy, Debug)]
pub(super) enum Moment {
    Read(SystemTime),
    Set(Timestamp),
}

impl Moment {
    #[inline]
    pub(super) fn now() -> Self {
        Self::Read(SystemTime::now())
    }

    pub(super) fn timestamp(self) -> Timestamp {
        match self {
            Self::Read(time) => Timestamp::from_system(time),
            Self::Set(timestamp) => timestamp,
        }
    }

    /// Returns the time as `2026-02-21T10:00:00Z`.
    #[inline]
    pub(super) fn to_seconds(self) -> Second {
        if let Self::Read(time) = self {
            let (start, end, text) = SECOND.get();
            if start <= time && time < end {
                return text;
            }
        }
        self.write_seconds()
    }

    #[cold]
    fn write_seconds(self) -> Second {
        let timestamp = self.timestamp();
        let text = timestamp.to_seconds();
        let start = UNIX_EPOCH.checked_add(Duration::from_secs(timestamp.seconds));
        if let Some(start) = start
            && let Some(end) = start.checked_add(Duration::from_secs(1))
        {
            SECOND.set((start, end, text));
        }
        text
    }
}

thread_local! {
    /// The second of the last body: its start, its end, its text.
    static SECOND: Cell<(SystemTime, SystemTime, Second)> =
        const { Cell::new((UNIX_EPOCH, UNIX_EPOCH, [0; 20])) };
}

/// Writes two decimal digits.
fn digits<const N: usize>(out: &mut [u8; N], at: usize, number: u64) {
    out[at] = b'0' + (number / 10 % 10) as u8;
    out[at + 1] = b'0' + (number % 10) as u8;
}

/// Turns days since 1970 into year, month and day of the Gregorian calendar. Years begin in March here, so that the
/// leap day comes last (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year + era * 400 + u64::from(month <= 2), month, day)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(core::str::from_utf8(&self.to_millis()).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::{Moment, Timestamp};
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn dates() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_007, "2000-02-29T00:00:00.007Z"),
            (1_709_251_199_999, "2024-02-29T23:59:59.999Z"),
            (1_771_668_000_042, "2026-02-21T10:00:00.042Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ] {
            let moment = Timestamp::from_unix_millis(millis);
            assert_eq!(moment.to_string(), text);
            assert_eq!(&moment.to_seconds()[..19], &text.as_bytes()[..19]);
        }
    }

    #[test]
    fn a_reading_of_the_clock_has_its_own_second() {
        let read = |millis| Moment::Read(UNIX_EPOCH + Duration::from_millis(millis));
        for (millis, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (1_771_668_000_000, "2026-02-21T10:00:00Z"),
            (1_771_668_000_999, "2026-02-21T10:00:00Z"),
            (1_771_668_001_000, "2026-02-21T10:00:01Z"),
            (1_771_667_999_999, "2026-02-21T09:59:59Z"),
        ] {
            assert_eq!(read(millis).to_seconds(), text.as_bytes());
            assert_eq!(read(millis).timestamp(), Timestamp::from_unix_millis(millis));
            let other = Moment::Set(Timestamp::from_unix_millis(951_782_400_007));
            assert_eq!(&other.to_seconds(), b"2000-02-29T00:00:00Z");
        }
        let before = Moment::Read(UNIX_EPOCH - Duration::from_secs(7));
        assert_eq!(&before.to_seconds(), b"1970-01-01T00:00:00Z");
    }
}
