//! A failure as an `Error`.

use super::{chain::held, failure::Failure};
use core::{error::Error, fmt};

/// A [`Failure`] that implements [`Error`], for `Box<dyn Error>`, anyhow and other code that takes errors.
///
/// [`Failure`] itself does not implement it, so that `?` can make one from every error.
///
/// ```
/// use errcode_core::{AppError, Failure};
/// use std::error::Error;
///
/// #[derive(Debug, AppError)]
/// #[error("card declined", code = "E7001", status = 402)]
/// struct Declined;
///
/// fn library() -> Result<(), Box<dyn Error + Send + Sync>> {
///     Err(Failure::from(Declined))?
/// }
/// let failure = Failure::from_boxed(library().unwrap_err()).unwrap();
/// assert_eq!(failure.spec().code(), "E7001");
/// ```
pub struct FailureError(Failure);

impl FailureError {
    /// Returns the failure.
    #[must_use]
    pub fn failure(&self) -> &Failure {
        &self.0
    }

    /// Returns the failure by value.
    #[must_use]
    pub fn into_failure(self) -> Failure {
        self.0
    }
}

impl fmt::Debug for FailureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for FailureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for FailureError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.cause()
    }
}

impl From<Failure> for Box<dyn Error + Send + Sync> {
    fn from(failure: Failure) -> Self {
        Box::new(failure.into_error())
    }
}

impl From<Failure> for Box<dyn Error> {
    fn from(failure: Failure) -> Self {
        Box::new(failure.into_error())
    }
}

impl Failure {
    /// Returns the failure as an [`Error`]. For anyhow: `.map_err(Failure::into_error)?`.
    #[must_use]
    pub fn into_error(self) -> FailureError {
        FailureError(self)
    }

    /// Returns the failure that [`into_error`](Self::into_error) turned into this error, or into one of its sources.
    ///
    /// # Errors
    ///
    /// Returns the error if there is none.
    pub fn from_boxed(
        error: Box<dyn Error + Send + Sync>,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        match error.downcast::<FailureError>() {
            Ok(error) => Ok(error.into_failure()),
            Err(error) => Self::within(&*error).ok_or(error),
        }
    }

    /// Returns the failure in the error or one of its sources, as a clone.
    pub(crate) fn within(error: &(dyn Error + 'static)) -> Option<Self> {
        held(error)
            .find_map(|error| error.downcast_ref::<FailureError>())
            .map(|error| error.failure().clone())
    }
}
