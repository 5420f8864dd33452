//! A database error without values.

use crate::{
    kind,
    names::{self, are_names},
};
use errcode_core::{DatabaseFault, Failure, FrameworkFault};
use std::{borrow::Cow, error::Error, fmt, sync::Arc};

/// An error of the database, by its kind and by names: of the constraint, the table and the column.
///
/// Neither `Display` nor `Debug` nor `source` has the driver's text, which repeats values of rows, statements or the
/// connection's URL. So it can be the `#[source]` of an error with a code. `?` converts it to a [`Failure`] with
/// [`FrameworkFault::Database`], whose code the catalog's `faults` choose.
///
/// ```
/// use errcode_core::Failure;
/// use errcode_sqlx::{DatabaseError, DatabaseFault};
///
/// let error = DatabaseError::from(sqlx::Error::PoolTimedOut);
/// assert_eq!(error.kind(), DatabaseFault::PoolTimeout);
/// assert_eq!(error.to_string(), "no connection of the pool was free in time");
/// assert_eq!(Failure::from(error).spec().status(), 503);
/// ```
#[derive(Clone)]
pub struct DatabaseError {
    facts: Arc<Facts>,
}

struct Facts {
    kind: DatabaseFault,
    code: Option<Box<str>>,
    constraint: Option<Box<str>>,
    table: Option<Box<str>>,
    column: Option<Box<str>>,
    /// `None` for an optimistic lock, which the database does not know of.
    original: Option<sqlx::Error>,
}

impl From<sqlx::Error> for DatabaseError {
    fn from(error: sqlx::Error) -> Self {
        Self::of_kind(kind::of(&error), error)
    }
}

impl DatabaseError {
    pub(crate) fn of_kind(kind: DatabaseFault, original: sqlx::Error) -> Self {
        let mut facts = Facts::new(kind);
        if let sqlx::Error::Database(error) = &original {
            facts.read(&**error);
        }
        facts.original = Some(original);
        Self { facts: Arc::new(facts) }
    }

    pub(crate) fn lock_lost() -> Self {
        Self { facts: Arc::new(Facts::new(DatabaseFault::OptimisticLock)) }
    }

    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> DatabaseFault {
        self.facts.kind
    }

    /// Returns the SQLSTATE of PostgreSQL, or the extended result code of SQLite.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.facts.code.as_deref()
    }

    /// Returns the name of the violated constraint, in a form that [`Names`](crate::Names) describes.
    #[must_use]
    pub fn constraint(&self) -> Option<&str> {
        self.facts.constraint.as_deref()
    }

    /// Returns the name of the table.
    #[must_use]
    pub fn table(&self) -> Option<&str> {
        self.facts.table.as_deref()
    }

    /// Returns sqlx's error; `None` for an optimistic lock that was lost.
    ///
    /// Its texts may contain values of rows, the statement or the connection's URL. Do not log them.
    #[must_use]
    pub fn sqlx_error(&self) -> Option<&sqlx::Error> {
        self.facts.original.as_ref()
    }

    /// Returns the database error that a failure has: as its own, or as one of its sources.
    ///
    /// ```
    /// use errcode_sqlx::{DatabaseError, DatabaseFault, DatabaseResult};
    ///
    /// let failure = Err::<(), _>(sqlx::Error::RowNotFound).or_fault("finding it").unwrap_err();
    /// let error = DatabaseError::of(&failure).unwrap();
    /// assert_eq!(error.kind(), DatabaseFault::RowNotFound);
    /// ```
    #[must_use]
    pub fn of(failure: &Failure) -> Option<&Self> {
        failure.sources().find_map(|error| error.downcast_ref())
    }

    /// Returns the kind of the database error that a failure has, also if it still is sqlx's.
    pub(crate) fn kind_within(failure: &Failure) -> Option<DatabaseFault> {
        failure.sources().find_map(|error| match error.downcast_ref::<Self>() {
            Some(error) => Some(error.kind()),
            None => error.downcast_ref().map(kind::of),
        })
    }
}

impl Facts {
    const fn new(kind: DatabaseFault) -> Self {
        Self { kind, code: None, constraint: None, table: None, column: None, original: None }
    }

    fn read(&mut self, error: &dyn sqlx::error::DatabaseError) {
        self.code = error.code().map(|code| code.as_ref().into());
        self.constraint = error.constraint().map(Into::into);
        self.table = error.table().map(Into::into);
        if self.code.as_deref().is_some_and(kind::is_sqlstate) {
            self.column = column(error).map(Into::into);
            if let (None, Some(table), Some(column)) = (&self.constraint, &self.table, &self.column)
            {
                self.constraint = Some(format!("{table}.{column}").into());
            }
        } else if let Some(name) = names::in_message(error.message()) {
            self.constraint = Some(name.into());
            self.table = names::table_of(name).filter(|table| are_names(table)).map(Into::into);
        }
    }
}

#[cfg(feature = "postgres")]
fn column(error: &dyn sqlx::error::DatabaseError) -> Option<&str> {
    error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>()?.column()
}

#[cfg(not(feature = "postgres"))]
fn column(_: &dyn sqlx::error::DatabaseError) -> Option<&str> {
    None
}

/// Writes the kind and the names.
impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let facts = &*self.facts;
        f.write_str(&self.what())?;
        let mut separator = ": ";
        // An expression is part of a statement.
        let is_postgres = facts.code.as_deref().is_some_and(kind::is_sqlstate);
        if let Some(name) = facts.constraint.as_deref()
            && (is_postgres || are_names(name))
        {
            write!(f, "{separator}`{name}`")?;
            separator = ", ";
        }
        if let Some(table) = &facts.table {
            write!(f, "{separator}table `{table}`")?;
            separator = ", ";
        }
        match facts.code.as_deref() {
            Some(code) if is_postgres => write!(f, "{separator}SQLSTATE {code}"),
            Some(code) => write!(f, "{separator}result code {code}"),
            None => Ok(()),
        }
    }
}

impl DatabaseError {
    /// Returns what happened, without values.
    fn what(&self) -> Cow<'static, str> {
        let Some(original) = self.sqlx_error() else { return kind::text(self.kind()).into() };
        match original {
            sqlx::Error::Configuration(_) => "invalid settings of the connection".into(),
            sqlx::Error::InvalidArgument(_) => "invalid argument".into(),
            sqlx::Error::Io(error) => {
                format!("{}: {}", kind::text(self.kind()), error.kind()).into()
            }
            sqlx::Error::Tls(_) => "no TLS connection could be established".into(),
            sqlx::Error::Protocol(_) => "unexpected data from the database".into(),
            sqlx::Error::TypeNotFound { type_name } => format!("no type `{type_name}`").into(),
            sqlx::Error::ColumnIndexOutOfBounds { index, len } => {
                format!("no column {index} of {len}").into()
            }
            sqlx::Error::ColumnNotFound(name) => format!("no column `{name}`").into(),
            sqlx::Error::ColumnDecode { index, .. } => {
                format!("column `{}` cannot be decoded", index.trim_matches('"')).into()
            }
            sqlx::Error::Encode(_) => "a value cannot be encoded".into(),
            sqlx::Error::Decode(_) => "a value cannot be decoded".into(),
            sqlx::Error::AnyDriverError(_) => "the driver `Any` has no such type".into(),
            sqlx::Error::PoolClosed => "the pool is closed".into(),
            sqlx::Error::WorkerCrashed => "the connection's worker has crashed".into(),
            sqlx::Error::BeginFailed => "the statement did not begin a transaction".into(),
            _ if self.kind() == DatabaseFault::Other => kind::text_of_other(self.code()).into(),
            _ => kind::text(self.kind()).into(),
        }
    }
}

impl fmt::Debug for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseError({self})")
    }
}

impl Error for DatabaseError {}

impl From<DatabaseError> for Failure {
    #[track_caller]
    fn from(error: DatabaseError) -> Self {
        let kind = error.kind();
        Self::fault_of(FrameworkFault::Database(kind), kind::text(kind), None, Some(error))
    }
}
