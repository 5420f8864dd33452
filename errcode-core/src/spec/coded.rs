//! What every errcode error is, as a value and as a type.

use super::{
    error_spec::ErrorSpec,
    message,
    retry::Retry,
    retry_hint,
    rows::{self, Rows},
    table::{OneRow, Table, table_of_row},
};
use core::error::Error;

/// An error value that has a code. `#[derive(AppError)]` implements it.
///
/// Only the derive should: the supertraits are not part of the public interface, and may change in any release.
///
/// The trait is object safe and requires neither `Send` nor `'static`. None of its methods has the name of one of
/// [`Error`]'s.
///
/// ```
/// use errcode_core::{AppError, Coded};
///
/// #[derive(Debug, AppError)]
/// #[error("project {id} not found", code = "E2001", status = 404, retryable, user_msg = "no project {id}")]
/// struct NotFound { id: u64 }
///
/// let error: &dyn Coded = &NotFound { id: 17 };
/// assert_eq!(error.spec().code(), "E2001");
/// assert_eq!(error.to_string(), "project 17 not found");
/// assert_eq!(error.user_message(), "no project 17");
/// assert!(error.retry().retryable);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an errcode error",
    // rustc does not print notes where `?` converts the error.
    label = "no code is known for it; write `.unexpected(\"what was being done\")?` or \
             `.or_code(|cause| MyError::Variant {{ cause }})?`, or derive `AppError` if the type is yours"
)]
pub trait Coded: Rows + Error {
    /// Returns the row of the error's code: that of the variant, or of the error in a `transparent` variant.
    fn spec(&self) -> ErrorSpec {
        rows::resolve(self.as_rows()).row()
    }

    /// Returns the message for clients, in the catalog's default language.
    fn user_message(&self) -> String {
        message::user_message(rows::resolve(self.as_rows()), None)
    }

    /// Returns the message of the log line: the `log` text, else [`Display`](core::fmt::Display).
    fn log_message(&self) -> String {
        message::log_message(rows::resolve(self.as_rows()))
    }

    /// Returns whether and when the same call may succeed.
    fn retry(&self) -> Retry {
        retry_hint::of(rows::resolve(self.as_rows()))
    }
}

/// A type whose rows are known without a value. `#[derive(AppError)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no table of codes",
    label = "not an errcode error type",
    note = "derive it with `#[derive(AppError)]`"
)]
pub trait Catalogued {
    /// The rows of the type.
    const TABLE: &'static Table = &Self::VALUE.with_keys(Self::KEYS);

    /// The table of a small type.
    #[doc(hidden)]
    const VALUE: Table = table_of_row(Self::ROW);

    /// What the table of a type with one row is made of, if it needs nothing else. It has no list of the single key:
    /// rustc checks a constant faster if it has no references to values that it computes.
    #[doc(hidden)]
    const ROW: OneRow = ("", "", "", &[], 0);

    #[doc(hidden)]
    const KEYS: &'static [u64] = &[Self::VALUE.key];

    /// The row of a struct.
    #[doc(hidden)]
    const FIRST: ErrorSpec = ErrorSpec::new(Self::TABLE, 0);

    #[doc(hidden)]
    #[must_use]
    fn table() -> &'static Table {
        Self::TABLE
    }
}

impl<T: Catalogued + ?Sized> Catalogued for Box<T> {
    const TABLE: &'static Table = T::TABLE;
}

impl<T: Catalogued + ?Sized> Catalogued for std::sync::Arc<T> {
    const TABLE: &'static Table = T::TABLE;
}
