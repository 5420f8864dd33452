//! The kinds of database errors, independent of the database.

/// The kind of a database error, in [`FrameworkFault::Database`](crate::FrameworkFault::Database).
///
/// ```
/// use errcode_core::{DatabaseFault, FrameworkFault};
///
/// let deadlock = FrameworkFault::Database(DatabaseFault::Deadlock);
/// assert_eq!(deadlock.status(), 503);
/// assert!(DatabaseFault::Deadlock.is_transient());
/// ```
///
/// It is for errors that have no code of the user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DatabaseFault {
    /// A required row does not exist.
    RowNotFound,
    /// A unique constraint is violated.
    Unique,
    /// A foreign key is violated.
    ForeignKey,
    /// A check constraint is violated.
    Check,
    /// A null value in a column that does not allow it.
    NotNull,
    /// An exclusion constraint is violated.
    Exclusion,
    /// The row was changed since it was read.
    OptimisticLock,
    /// The pool had no free connection in time.
    PoolTimeout,
    /// The server does not accept more connections.
    TooManyConnections,
    /// Concurrent transactions cannot be serialized.
    SerializationFailure,
    /// Transactions are waiting for each other.
    Deadlock,
    /// Another connection holds the lock.
    Busy,
    /// The statement was cancelled, by its timeout or manually.
    Cancelled,
    /// The connection was lost or could not be established.
    ConnectionLost,
    /// The connection was lost during a commit, so that its outcome is unknown.
    CommitUnknown,
    /// Any other error.
    Other,
}

impl DatabaseFault {
    /// Returns the HTTP status of the fault.
    ///
    /// Temporary errors are a 503. A violated check or not-null constraint without a code is a 500, because the
    /// service lacks a validation. An unknown outcome is a 500 too: a 503 would invite clients to retry.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::RowNotFound => 404,
            Self::Unique | Self::ForeignKey | Self::Exclusion | Self::OptimisticLock => 409,
            Self::PoolTimeout
            | Self::TooManyConnections
            | Self::SerializationFailure
            | Self::Deadlock
            | Self::Busy
            | Self::ConnectionLost => 503,
            Self::Cancelled => 504,
            Self::Check | Self::NotNull | Self::CommitUnknown | Self::Other => 500,
        }
    }

    /// Returns whether the same transaction may succeed if it is run again.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(self.status(), 503)
    }

    /// Returns whether the error counts against a circuit breaker: the database cannot be reached or is too slow.
    /// Transactions that get in each other's way say nothing about it.
    #[must_use]
    pub const fn breaker_counts(self) -> bool {
        matches!(
            self,
            Self::PoolTimeout
                | Self::TooManyConnections
                | Self::Cancelled
                | Self::ConnectionLost
                | Self::CommitUnknown
        )
    }
}
