//! Whether a statement changed a row.

/// The result of a statement that changes rows.
///
/// It is implemented for the results of `execute` and, for `… RETURNING` with `fetch_optional`, for `Option`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say whether a row was changed",
    note = "use the result of `execute` (features `postgres`, `sqlite`, `any`), or of `fetch_optional` with `RETURNING`"
)]
pub trait Changed {
    /// What there is if a row was changed.
    type Value;

    /// Returns `None` if no row was changed.
    fn changed(self) -> Option<Self::Value>;
}

impl<T> Changed for Option<T> {
    type Value = T;

    fn changed(self) -> Self {
        self
    }
}

#[cfg(any(feature = "any", feature = "postgres", feature = "sqlite"))]
macro_rules! by_rows_affected {
    ($($result:ty)*) => {$(
        impl Changed for $result {
            type Value = Self;

            fn changed(self) -> Option<Self> {
                (self.rows_affected() > 0).then_some(self)
            }
        }
    )*};
}

#[cfg(feature = "any")]
by_rows_affected!(sqlx::any::AnyQueryResult);
#[cfg(feature = "postgres")]
by_rows_affected!(sqlx::postgres::PgQueryResult);
#[cfg(feature = "sqlite")]
by_rows_affected!(sqlx::sqlite::SqliteQueryResult);
