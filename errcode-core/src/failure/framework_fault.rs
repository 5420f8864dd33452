//! Faults of frameworks and of errcode's own crates.

use super::{database_fault::DatabaseFault, idempotency_fault::IdempotencyKeyFault};
use core::time::Duration;

/// A refusal or breakdown that no error enum of the user's describes: an unknown route, a panic, a body that is no JSON.
///
/// It knows its status. Which code it gets is decided by the catalog's [`FaultCodes`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FrameworkFault {
    /// An error that nobody foresaw, or that `.unexpected()` passed on.
    Unexpected,
    /// A handler panicked.
    Panic,
    /// No route matches.
    UnknownRoute,
    /// The route exists, the method does not.
    MethodNotAllowed,
    /// A malformed request: broken JSON, a path or query of the wrong shape.
    BadRequest,
    /// A well-formed body of the wrong shape.
    Unprocessable,
    /// A body of the right shape that breaks rules of its type, for example a name that is too long.
    Validation,
    /// The body's media type is not understood.
    UnsupportedMediaType,
    /// The body is larger than allowed.
    PayloadTooLarge,
    /// The request took too long to arrive or to be answered.
    RequestTimeout,
    /// Something behind the service took too long.
    GatewayTimeout,
    /// More requests than can be handled.
    Overloaded,
    /// A circuit breaker is open: the dependency is not called.
    CircuitOpen {
        /// The dependency that the breaker guards.
        dependency: &'static str,
        /// The rest of the open time; `None` where the breaker was opened by hand.
        retry_after: Option<Duration>,
    },
    /// The time for the whole work is over.
    DeadlineExceeded,
    /// A dependency's budget of retries is spent.
    RetryBudgetExhausted,
    /// A limit of the service's own calls to a dependency is reached. A 503: the client did not send too much.
    LimitExceeded {
        /// When the next call may be made, where that is known.
        retry_after: Option<Duration>,
    },
    /// The request's idempotency key is missing, malformed, reused or in use.
    IdempotencyKey(IdempotencyKeyFault),
    /// A store that the service needs for its own bookkeeping cannot be reached.
    StoreUnavailable,
    /// Another system failed, in a way that no code of the user's describes.
    Upstream,
    /// A database error that no code of the user's describes.
    Database(DatabaseFault),
    /// Any other refusal, by its status.
    Status(u16),
}

impl FrameworkFault {
    /// The fault a status alone stands for: a 404 is any 404, not necessarily an unknown route. A status outside 400..=599 counts as 500.
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

    /// The HTTP status of the fault.
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

    /// Returns the wait that the fault itself knows. Whatever code the fault gets, clients see it as `Retry-After`.
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
