//! The error type of handlers.

use axum::response::{IntoResponse, Response};
use std::{fmt, panic::Location};

/// The error type of handlers: `?` converts every errcode error into it.
///
/// ```
/// use errcode_core::{AppError, prelude::*};
///
/// #[derive(Debug, AppError)]
/// #[error("no project {id}", code = "E2001", status = 404)]
/// struct NotFound { id: u64 }
///
/// async fn show() -> errcode_axum::Result<String> {
///     let limit: u64 = std::fs::read_to_string("limit").unexpected("reading the limit")?.len() as u64;
///     Err(NotFound { id: limit })?
/// }
/// ```
pub struct Failure(errcode_core::Failure);

/// The result of a handler.
pub type Result<T, E = Failure> = core::result::Result<T, E>;

impl Failure {
    /// Returns the failure as errcode-core's, which does not depend on axum.
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

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        errcode_http::respond(self.0)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
