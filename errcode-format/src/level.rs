//! Log levels.

use crate::named::named;

named! {
    "level"
    /// The level at which a failure is logged, the most severe first.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Level {
        /// Needs attention.
        Error = "error",
        /// Worth counting.
        Warn = "warn",
        /// Part of normal operation.
        Info = "info",
        /// For developers.
        Debug = "debug",
        /// For developers, in detail.
        Trace = "trace",
    }
}

impl Level {
    /// Returns the level of a code that gives none.
    #[must_use]
    pub const fn from_status(status: u16) -> Self {
        if status < 500 { Self::Warn } else { Self::Error }
    }

    pub(crate) const fn from_number(number: u8) -> Self {
        if (number as usize) < Self::ALL.len() { Self::ALL[number as usize] } else { Self::Error }
    }
}
