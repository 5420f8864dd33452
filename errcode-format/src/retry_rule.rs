//! What a row says about retrying.

/// What a row says about retrying, in two bits of its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryRule {
    /// Not retryable.
    No,
    /// Retryable.
    Yes,
    /// Depends on the value: `retryable(when = …)`.
    When,
    /// As the source says: `retryable(inherit)`.
    Inherit,
}

impl RetryRule {
    pub(crate) const ALL: [Self; 4] = [Self::No, Self::Yes, Self::When, Self::Inherit];

    pub(crate) const fn from_number(number: u8) -> Self {
        Self::ALL[(number & 0b11) as usize]
    }
}
