//! What kinds of database errors there are, whichever database they come from.

/// What a database refused or could not do, as [`FrameworkFault::Database`](crate::FrameworkFault::Database) carries
/// it.
///
/// It is for the errors that no code of the user's describes; `errcode-sqlx` gives them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DatabaseFault {
    /// A row that has to be there is not.
    RowNotFound,
    /// A unique constraint is violated.
    Unique,
    /// A foreign key is violated.
    ForeignKey,
    /// A check constraint is violated.
    Check,
    /// A column that takes no null got one.
    NotNull,
    /// An exclusion constraint is violated.
    Exclusion,
    /// Somebody else changed the row since it was read.
    OptimisticLock,
    /// No connection of the pool became free in time.
    PoolTimeout,
    /// The server takes no further connections.
    TooManyConnections,
    /// Concurrent transactions cannot be put in an order.
    SerializationFailure,
    /// Transactions wait for each other.
    Deadlock,
    /// Another connection holds the lock.
    Busy,
    /// The statement was cancelled, by its timeout or by hand.
    Cancelled,
    /// The connection was lost, or never came about.
    ConnectionLost,
    /// The connection was lost during a commit: nobody knows whether it took effect.
    CommitUnknown,
    /// Anything else.
    Other,
}

impl DatabaseFault {
    /// Returns the HTTP status of the fault.
    ///
    /// What passes by itself is a 503. A violated check or not-null constraint that no code describes is a validation
    /// that the service lacks, hence a 500. So is an unknown outcome: a 503 would invite clients to do it again.
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

    /// Returns whether the same transaction may succeed when it is run again.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(self.status(), 503)
    }
}
