//! The two closed lists every code is sorted by.

use crate::named;

/// What kind of fault a code is. The kind decides the defaults of status, level, retry and alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Category {
    /// The caller can mend it: bad input, missing rights, a rule of the business. 400.
    Business,
    /// A system of others failed. 502, retryable, alerts.
    External,
    /// A service of one's own behind this one failed. 502, retryable, alerts.
    Internal,
    /// A special-purpose service failed. 500, alerts.
    Specialized,
    /// Nobody foresaw it. 500, alerts.
    Unknown,
}

impl Category {
    /// All categories, in the order of their numbers in the packed format.
    pub const ALL: [Self; 5] =
        [Self::Business, Self::External, Self::Internal, Self::Specialized, Self::Unknown];

    pub(crate) const fn from_number(number: u8) -> Self {
        if (number as usize) < Self::ALL.len() { Self::ALL[number as usize] } else { Self::Unknown }
    }
}

named::named!(Category, "category", {
    Business => "business",
    External => "external",
    Internal => "internal",
    Specialized => "specialized",
    Unknown => "unknown",
});

/// How loudly a failure is logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Someone has to look.
    Error,
    /// Worth counting.
    Warn,
    /// Normal.
    Info,
    /// For developers.
    Debug,
    /// For developers, in detail.
    Trace,
}

impl Level {
    /// All levels, in the order of their numbers in the packed format.
    pub const ALL: [Self; 5] = [Self::Error, Self::Warn, Self::Info, Self::Debug, Self::Trace];

    pub(crate) const fn from_number(number: u8) -> Self {
        if (number as usize) < Self::ALL.len() { Self::ALL[number as usize] } else { Self::Error }
    }
}

named::named!(Level, "level", {
    Error => "error",
    Warn => "warn",
    Info => "info",
    Debug => "debug",
    Trace => "trace",
});
