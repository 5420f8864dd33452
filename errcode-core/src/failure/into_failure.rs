//! What the work in a boundary may fail with.

use super::failure::Failure;
use crate::spec::coded::Coded;
use core::error::Error;

/// An error that work in a boundary may end with: every errcode error, [`Failure`], and a boxed error.
///
/// For `anyhow::Error`, use `.map_err(|error| error.into_boxed_dyn_error())`.
///
/// ```
/// use errcode_core::{FrameworkFault, IntoFailure};
///
/// /// Runs a step, whatever it fails with.
/// fn status_of<E: IntoFailure>(step: impl FnOnce() -> Result<(), E>) -> u16 {
///     let Err(error) = step() else { return 200 };
///     match error.into_failure() {
///         Ok(failure) => failure.spec().status(),
///         Err(_) => FrameworkFault::Unexpected.status(),
///     }
/// }
///
/// assert_eq!(status_of(|| Err(Box::<dyn std::error::Error + Send + Sync>::from("disk full"))), 500);
/// ```
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
