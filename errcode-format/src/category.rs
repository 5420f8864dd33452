//! Categories, and what follows from them.

use crate::named::named;

named! {
    "category"
    /// The kind of error that a code is. It gives the defaults of status, level, retry, breaker and alert.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    #[non_exhaustive]
    pub enum Category {
        /// The caller can fix it: invalid input, missing permissions, a rule of the business. 400.
        Business = "business",
        /// A system of another owner failed. 502, retryable, alerts.
        External = "external",
        /// Another service of the same owner failed. 502, retryable, alerts.
        Internal = "internal",
        /// A special-purpose service failed. 500, alerts.
        Specialized = "specialized",
        /// An unexpected error. 500, alerts.
        Unknown = "unknown",
    }
}

impl Category {
    /// Returns the category of a code that gives a status and no category.
    #[must_use]
    pub const fn from_status(status: u16) -> Self {
        if status < 500 { Self::Business } else { Self::Unknown }
    }

    /// Returns the HTTP status of a code that gives none.
    #[must_use]
    pub const fn default_status(self) -> u16 {
        match self {
            Self::Business => 400,
            Self::External | Self::Internal => 502,
            Self::Specialized | Self::Unknown => 500,
        }
    }

    /// Returns whether a system that the service depends on failed: a retry may help, and a circuit breaker counts it.
    #[must_use]
    pub const fn is_upstream(self) -> bool {
        matches!(self, Self::External | Self::Internal)
    }

    /// Returns whether codes of the category raise an alert by default.
    #[must_use]
    pub const fn alerts(self) -> bool {
        !matches!(self, Self::Business)
    }

    pub(crate) const fn from_number(number: u8) -> Self {
        if (number as usize) < Self::ALL.len() { Self::ALL[number as usize] } else { Self::Unknown }
    }
}
