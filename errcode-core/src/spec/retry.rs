//! Whether a retry may help.

use core::time::Duration;

/// The retry hint of an error value.
///
/// ```
/// use errcode_core::{AppError, Coded};
/// use std::time::Duration;
///
/// #[derive(Debug, AppError)]
/// #[error("the tracker answered {0}", code = "E2301", category = external, retryable(after = "1500ms"))]
/// struct Tracker(u16);
///
/// let retry = Tracker(503).retry();
/// assert!(retry.retryable);
/// assert_eq!(retry.after, Some(Duration::from_millis(1500)));
/// assert_eq!(retry.after_seconds(), Some(2)); // `Retry-After: 2`
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retry {
    /// Whether the same call may succeed later.
    pub retryable: bool,
    /// The delay before the retry, where it is known.
    pub after: Option<Duration>,
}

impl Retry {
    /// Creates a hint.
    #[must_use]
    pub const fn new(retryable: bool, after: Option<Duration>) -> Self {
        Self { retryable, after }
    }

    /// Returns the delay for `Retry-After` (RFC 9110 section 10.2.3): whole seconds, rounded up, at least 1 and at most
    /// 2^31 − 1, which every client can read.
    #[inline]
    #[must_use]
    pub fn after_seconds(self) -> Option<u64> {
        const MOST: u64 = i32::MAX as u64;
        let after = self.after?;
        Some(after.as_secs().saturating_add(u64::from(after.subsec_nanos() > 0)).clamp(1, MOST))
    }
}

/// What a code says about retrying, independent of a value.
///
/// ```
/// use errcode_core::{AppError, Coded, Retryable};
///
/// #[derive(Debug, AppError)]
/// #[error("the tracker answered {status}", code = "E2301", category = external, retryable(when = *.status >= 500))]
/// struct Tracker { status: u16 }
///
/// let refused = Tracker { status: 422 };
/// assert_eq!(refused.spec().retryable(), Retryable::Conditional);
/// assert!(!refused.retry().retryable);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Retryable {
    /// A retry does not help.
    No,
    /// A retry may help.
    Yes,
    /// It depends on the value: `retryable(when = …)` or `retryable(inherit)`.
    Conditional,
}

/// Where the delay of a row comes from.
#[derive(Clone, Copy, Default)]
pub(crate) enum AfterSource {
    #[default]
    None,
    Constant(u64),
    Argument(u8),
}
