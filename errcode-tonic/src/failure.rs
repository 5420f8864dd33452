//! The error type of handlers.

use crate::status;
use errcode_runtime::Context;
use std::{fmt, panic::Location};
use tonic::Status;

/// The error type of handlers: `?` converts every errcode error into it, and a second `?` converts it into a
/// [`Status`].
///
/// ```
/// use errcode_core::AppError;
/// use tonic::Status;
///
/// #[derive(Debug, AppError)]
/// #[error("no project {id}", code = "E2001", status = 404)]
/// struct NotFound { id: u64 }
///
/// fn find(id: u64) -> errcode_tonic::Result<()> {
///     Err(NotFound { id })?
/// }
///
/// fn show() -> Result<(), Status> {
///     Ok(find(17)?)
/// }
/// let status = show().unwrap_err();
/// assert_eq!(status.code(), tonic::Code::NotFound);
/// assert_eq!(status.metadata().get("x-error-code").unwrap(), "E2001");
/// ```
pub struct Failure(errcode_core::Failure);

/// The result of a handler.
pub type Result<T, E = Failure> = core::result::Result<T, E>;

impl Failure {
    /// Returns the failure as errcode-core's, which knows nothing of tonic.
    #[must_use]
    pub fn into_inner(self) -> errcode_core::Failure {
        self.0
    }
}

impl<E: Into<errcode_core::Failure>> From<E> for Failure {
    #[track_caller]
    fn from(error: E) -> Self {
        // `map_err(Failure::from)` before the `?` leaves a location in the standard library.
        Self(error.into().or_place(Location::caller()))
    }
}

impl From<Failure> for Status {
    fn from(failure: Failure) -> Self {
        status::of(failure.0, Context::current())
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Converts errors into statuses.
pub trait IntoStatus {
    /// Returns the status for clients, in the language and with the ids of the current context. Logs nothing: the
    /// [`ErrorLayer`](crate::ErrorLayer) does.
    #[track_caller]
    fn into_status(self) -> Status;
}

impl<E: Into<errcode_core::Failure>> IntoStatus for E {
    fn into_status(self) -> Status {
        Failure::from(self).into()
    }
}

/// Converts the errors of results into statuses. Every `Result` with an errcode error implements it.
pub trait OrStatus<T> {
    /// Converts the error [into a status](IntoStatus::into_status).
    ///
    /// # Errors
    ///
    /// Returns the error as a status.
    #[track_caller]
    fn or_status(self) -> Result<T, Status>;
}

impl<T, E: Into<errcode_core::Failure>> OrStatus<T> for Result<T, E> {
    fn or_status(self) -> Result<T, Status> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(error.into_status()),
        }
    }
}
