//! Codes for the results of statements.

use crate::{Changed, DatabaseError, Names, UNNAMED};
use errcode_core::{Coded, DatabaseFault, Failure};

/// Gives database errors codes. It is implemented for the results of sqlx, and for those of its own methods, so that
/// they can be chained; the first that matches counts.
///
/// ```
/// use errcode_core::{AppError, Failure};
/// use errcode_sqlx::{DatabaseError, DatabaseResult, UNNAMED};
/// use sqlx::PgPool;
///
/// #[derive(Debug, AppError)]
/// enum SupplierError {
///     #[error("no project {project}", code = "E2001", status = 404)]
///     NoProject { project: i64 },
///     #[error("supplier {name} exists", code = "E1006", status = 409)]
///     Exists {
///         name: String,
///         #[source]
///         cause: DatabaseError,
///     },
/// }
///
/// async fn add(pool: &PgPool, project: i64, name: String) -> Result<i64, Failure> {
///     sqlx::query_scalar("INSERT INTO suppliers (project_id, name) VALUES ($1, $2) RETURNING id")
///         .bind(project)
///         .bind(&name)
///         .fetch_one(pool)
///         .await
///         .on_foreign_key("suppliers_project_id_fkey", |_| SupplierError::NoProject { project })
///         .on_unique("suppliers_project_id_name_key", |cause| SupplierError::Exists { name, cause })
/// }
/// ```
pub trait DatabaseResult<T>: Sized {
    /// Passes on an error as the fault of its kind, whose code the catalog's `faults` choose. `doing` is for the log.
    ///
    /// # Errors
    ///
    /// Returns the error as a [`Failure`].
    #[track_caller]
    fn or_fault(self, doing: &'static str) -> Result<T, Failure> {
        match self.uncoded() {
            Ok(value) => Ok(value),
            Err(failure) => Err(failure.context(doing)),
        }
    }

    /// Gives an error of this kind a code.
    ///
    /// # Errors
    ///
    /// Returns the error that `make` creates from it, and each other error as [`or_fault`](Self::or_fault) does.
    #[track_caller]
    fn on<E>(self, kind: DatabaseFault, make: impl FnOnce(DatabaseError) -> E) -> Result<T, Failure>
    where
        E: Coded + Send + Sync + 'static,
    {
        on_match(self.uncoded(), |error| error.kind() == kind, make)
    }

    /// Gives the violation of one unique constraint or index a code.
    ///
    /// # Errors
    ///
    /// As for [`on`](Self::on).
    #[track_caller]
    fn on_unique<E>(
        self,
        names: impl Names,
        make: impl FnOnce(DatabaseError) -> E,
    ) -> Result<T, Failure>
    where
        E: Coded + Send + Sync + 'static,
    {
        on_match(self.uncoded(), named(DatabaseFault::Unique, names), make)
    }

    /// Gives the violation of one foreign key a code. SQLite does not name it: add [`UNNAMED`] to the names.
    ///
    /// # Errors
    ///
    /// As for [`on`](Self::on).
    #[track_caller]
    fn on_foreign_key<E>(
        self,
        names: impl Names,
        make: impl FnOnce(DatabaseError) -> E,
    ) -> Result<T, Failure>
    where
        E: Coded + Send + Sync + 'static,
    {
        on_match(self.uncoded(), named(DatabaseFault::ForeignKey, names), make)
    }

    /// Gives the violation of one check constraint a code.
    ///
    /// # Errors
    ///
    /// As for [`on`](Self::on).
    #[track_caller]
    fn on_check<E>(
        self,
        names: impl Names,
        make: impl FnOnce(DatabaseError) -> E,
    ) -> Result<T, Failure>
    where
        E: Coded + Send + Sync + 'static,
    {
        on_match(self.uncoded(), named(DatabaseFault::Check, names), make)
    }

    /// Gives the violation of one exclusion constraint of PostgreSQL a code.
    ///
    /// # Errors
    ///
    /// As for [`on`](Self::on).
    #[track_caller]
    fn on_exclusion<E>(
        self,
        names: impl Names,
        make: impl FnOnce(DatabaseError) -> E,
    ) -> Result<T, Failure>
    where
        E: Coded + Send + Sync + 'static,
    {
        on_match(self.uncoded(), named(DatabaseFault::Exclusion, names), make)
    }

    /// Gives a null value in one column a code. The column is named with its table, `projects.number`, by PostgreSQL
    /// with the feature `postgres` only.
    ///
    /// # Errors
    ///
    /// As for [`on`](Self::on).
    #[track_caller]
    fn on_not_null<E>(
        self,
        columns: impl Names,
        make: impl FnOnce(DatabaseError) -> E,
    ) -> Result<T, Failure>
    where
        E: Coded + Send + Sync + 'static,
    {
        on_match(self.uncoded(), named(DatabaseFault::NotNull, columns), make)
    }

    /// Gives a missing row a code, where the statement requires one (`fetch_one`).
    ///
    /// # Errors
    ///
    /// As for [`on`](Self::on).
    #[track_caller]
    fn on_row_not_found<E>(self, make: impl FnOnce(DatabaseError) -> E) -> Result<T, Failure>
    where
        E: Coded + Send + Sync + 'static,
    {
        self.on(DatabaseFault::RowNotFound, make)
    }

    /// Fails with [`DatabaseFault::OptimisticLock`] if no row was changed: the row's version is not the one in the
    /// statement's `WHERE`, or the row is gone.
    ///
    /// # Errors
    ///
    /// Returns the fault, and each other error as [`or_fault`](Self::or_fault) does.
    #[track_caller]
    fn or_lock_lost(self) -> Result<T::Value, Failure>
    where
        T: Changed,
    {
        match self.uncoded()?.changed() {
            Some(value) => Ok(value),
            None => Err(DatabaseError::lock_lost().into()),
        }
    }

    /// Gives an optimistic lock that was lost ([`or_lock_lost`](Self::or_lock_lost)) a code.
    ///
    /// # Errors
    ///
    /// As for [`on`](Self::on).
    #[track_caller]
    fn on_lock_lost<E>(self, make: impl FnOnce(DatabaseError) -> E) -> Result<T, Failure>
    where
        E: Coded + Send + Sync + 'static,
    {
        self.on(DatabaseFault::OptimisticLock, make)
    }

    #[doc(hidden)]
    #[track_caller]
    fn uncoded(self) -> Result<T, Failure>;
}

impl<T> DatabaseResult<T> for Result<T, sqlx::Error> {
    #[track_caller]
    fn uncoded(self) -> Result<T, Failure> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(DatabaseError::from(error).into()),
        }
    }
}

impl<T> DatabaseResult<T> for Result<T, DatabaseError> {
    #[track_caller]
    fn uncoded(self) -> Result<T, Failure> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(error.into()),
        }
    }
}

impl<T> DatabaseResult<T> for Result<T, Failure> {
    fn uncoded(self) -> Self {
        self
    }
}

fn named(kind: DatabaseFault, names: impl Names) -> impl FnOnce(&DatabaseError) -> bool {
    move |error| error.kind() == kind && names.contain(error.constraint().unwrap_or(UNNAMED))
}

/// Gives the error a code if it matches and has none yet.
#[track_caller]
fn on_match<T, E>(
    result: Result<T, Failure>,
    matches: impl FnOnce(&DatabaseError) -> bool,
    make: impl FnOnce(DatabaseError) -> E,
) -> Result<T, Failure>
where
    E: Coded + Send + Sync + 'static,
{
    let failure = match result {
        Ok(value) => return Ok(value),
        Err(failure) => failure,
    };
    let error = DatabaseError::of(&failure).filter(|_| failure.is_fault());
    match error.filter(|error| matches(error)) {
        Some(error) => Err(make(error.clone()).into()),
        None => Err(failure),
    }
}
