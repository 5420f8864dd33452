//! What the work in a boundary may fail with.

use super::failure::Failure;
use crate::spec::coded::Coded;
use core::error::Error;

/// An error that work in a boundary may end with: every errcode error, [`Failure`], and a boxed error.
///
/// For `anyhow::Error`, use `.map_err(|error| error.into_boxed_dyn_error())`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an errcode error",
    label = "derive `AppError` for it, or return `Failure` and use `.unexpected(\"doing what\")?`"
)]
pub trait IntoFailure: Sized {
    /// Returns the failure.
    ///
    /// # Errors
    ///
    /// Returns a boxed error that has no failure in it, for the boundary to find what is known about it.
    fn into_failure(self) -> Result<Failure, Box<dyn Error + Send + Sync>>;
}

impl<E: Coded + Send + Sync + 'static> IntoFailure for E {
    fn into_failure(self) -> Result<Failure, Box<dyn Error + Send + Sync>> {
        Ok(Failure::without_place(self))
    }
}

impl IntoFailure for Failure {
    fn into_failure(self) -> Result<Failure, Box<dyn Error + Send + Sync>> {
        Ok(self)
    }
}

impl IntoFailure for Box<dyn Error + Send + Sync> {
    fn into_failure(self) -> Result<Failure, Self> {
        Failure::from_boxed(self)
    }
}
