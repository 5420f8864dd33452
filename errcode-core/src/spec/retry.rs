//! Whether trying again can help.

use core::time::Duration;

/// The hint of one error value: may the same call succeed later, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// The same call may succeed later.
    pub retryable: bool,
    /// The wait before it, where it is known.
    pub after: Option<Duration>,
}

impl Retry {
    /// A hint.
    #[must_use]
    pub const fn new(retryable: bool, after: Option<Duration>) -> Self {
        Self { retryable, after }
    }

    /// The wait as `Retry-After` carries it (RFC 9110 section 10.2.3): whole seconds, rounded up, at least 1.
    #[must_use]
    pub fn after_seconds(self) -> Option<u64> {
        let after = self.after?;
        Some(after.as_secs().saturating_add(u64::from(after.subsec_nanos() > 0)).max(1))
    }
}

/// What a code says about retrying, before there is a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Retryable {
    /// Trying again does not help.
    No,
    /// Trying again may help.
    Yes,
    /// It depends on the value: `retryable(when = …)` or `retryable(inherit)`.
    Conditional,
}

/// Where a row's delay comes from.
#[derive(Clone, Copy, Default)]
pub(crate) enum AfterSource {
    #[default]
    None,
    Constant(u64),
    Argument(u8),
}
