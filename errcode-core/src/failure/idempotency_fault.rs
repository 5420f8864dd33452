//! Faults of idempotency keys.

use core::time::Duration;

/// What is wrong with an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header-07, section 2.7), in
/// [`FrameworkFault::IdempotencyKey`](crate::FrameworkFault::IdempotencyKey).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IdempotencyKeyFault {
    /// The route requires a key, and the request has none.
    Missing,
    /// The key is not valid.
    Malformed,
    /// The key belongs to another request.
    Reused,
    /// The request that the key belongs to is still being executed.
    InProgress {
        /// The time after which its response may be available.
        retry_after: Option<Duration>,
    },
}

impl IdempotencyKeyFault {
    /// Returns the HTTP status of the fault.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Missing | Self::Malformed => 400,
            Self::Reused => 422,
            Self::InProgress { .. } => 409,
        }
    }
}
