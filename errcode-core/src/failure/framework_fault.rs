//! Faults of frameworks and of errcode's own crates.

use super::{database_fault::DatabaseFault, idempotency_fault::IdempotencyKeyFault};
use core::time::Duration;

/// An error that is not in the user's enums: an unknown route, a panic, a malformed body.
///
/// It has a status. Its code comes from the catalog's [`FaultCodes`](crate::FaultCodes).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameworkFault {
    /// An unexpected error, for example from `.unexpected()`.
    Unexpected,
    /// A handler panicked.
    Panic,
    /// No route matches.
    UnknownRoute,
    /// The route exists, but does not allow the method.
    MethodNotAllowed,
    /// The request is malformed: invalid JSON, or a path or query that does not fit its type.
    BadRequest,
    /// The body is well-formed, but does not fit its type.
    Unprocessable,
    /// The body fits its type, but violates rules, for example with a name that is too long.
    Validation,
    /// The media type of the body is not supported.
    UnsupportedMediaType,
    /// The body is too large.
    PayloadTooLarge,
    /// The request took too long to arrive or to be processed.
    RequestTimeout,
    /// An upstream system took too long.
    GatewayTimeout,
    /// There are too many requests.
    Overloaded,
    /// A circuit breaker is open, so that the dependency is not called.
    CircuitOpen {
        /// The dependency that the breaker protects.
        dependency: &'static str,
        /// The remaining open time; `None` if the breaker was opened manually.
        retry_after: Option<Duration>,
    },
    /// The deadline of the whole operation is exceeded.
    DeadlineExceeded,
    /// The retry budget of a dependency is exhausted.
    RetryBudgetExhausted,
    /// The limit of the service's own calls to a dependency is reached. A 503, because the client did not send too
    /// much.
    LimitExceeded {
        /// The time until the next call is allowed, if it is known.
        retry_after: Option<Duration>,
    },
    /// The idempotency key of the request is missing, malformed, reused or in use.
    IdempotencyKey(IdempotencyKeyFault),
    /// A store of the service's own state cannot be reached.
    StoreUnavailable,
    /// Another system failed with an error that has no code of the user's.
    Upstream,
    /// A database error that has no code of the user's.
    Database(DatabaseFault),
    /// Any other fault, by its status.
    Status(u16),
}

impl FrameworkFault {
    /// Returns the fault of a status: a 404 is any 404, not necessarily an unknown route. A status outside 400..=599
    /// counts as 500.
    #[must_use]
    pub const fn from_status(status: u16) -> Self {
        match status {
            400 => Self::BadRequest,
            405 => Self::MethodNotAllowed,
            408 => Self::RequestTimeout,
            413 => Self::PayloadTooLarge,
            415 => Self::UnsupportedMediaType,
            422 => Self::Unprocessable,
            500 => Self::Unexpected,
            503 => Self::Overloaded,
            504 => Self::GatewayTimeout,
            401..=499 | 501..=599 => Self::Status(status),
            _ => Self::Unexpected,
        }
    }

    /// Returns the HTTP status of the fault.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Unexpected | Self::Panic => 500,
            Self::UnknownRoute => 404,
            Self::MethodNotAllowed => 405,
            Self::BadRequest => 400,
            Self::Unprocessable | Self::Validation => 422,
            Self::UnsupportedMediaType => 415,
            Self::PayloadTooLarge => 413,
            Self::RequestTimeout => 408,
            Self::GatewayTimeout | Self::DeadlineExceeded => 504,
            Self::Overloaded
            | Self::CircuitOpen { .. }
            | Self::RetryBudgetExhausted
            | Self::LimitExceeded { .. }
            | Self::StoreUnavailable => 503,
            Self::Upstream => 502,
            Self::IdempotencyKey(kind) => kind.status(),
            Self::Database(kind) => kind.status(),
            Self::Status(status) => *status,
        }
    }

    /// Returns the delay of the fault. Clients see it as `Retry-After`, with any code that the fault gets.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::CircuitOpen { retry_after, .. }
            | Self::LimitExceeded { retry_after }
            | Self::IdempotencyKey(IdempotencyKeyFault::InProgress { retry_after }) => *retry_after,
            _ => None,
        }
    }
}
