//! Results on their way to a [`Failure`].

use super::{failure::Failure, fault_error::FaultError, framework_fault::FrameworkFault};
use crate::spec::coded::Coded;
use core::error::Error;
use std::borrow::Cow;

/// Gives foreign errors a code, and any error a context for the log.
///
/// It is implemented for every [`Result`], and not meant to be for other types: methods may be added in any release.
pub trait ResultExt<T, E> {
    /// Passes on an error that is not expected here: clients get the catalog's unknown code, the log gets `doing` and
    /// the error with its sources.
    ///
    /// ```
    /// use errcode_core::{Failure, prelude::*};
    ///
    /// fn port() -> Result<u16, Failure> {
    ///     Ok("80x".parse().unexpected("reading the port")?)
    /// }
    /// assert_eq!(port().unwrap_err().spec().code(), "SERVER_ERROR");
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the error as a [`Failure`].
    #[track_caller]
    fn unexpected(self, doing: &'static str) -> Result<T, Failure>
    where
        E: Into<Box<dyn Error + Send + Sync>>;

    /// Passes on the error with one of your codes.
    ///
    /// # Errors
    ///
    /// Returns the error that `make` creates from it, as a [`Failure`].
    #[track_caller]
    fn or_code<C: Coded + Send + Sync + 'static>(
        self,
        make: impl FnOnce(E) -> C,
    ) -> Result<T, Failure>;

    /// Adds what was being done, for the log. Code, status and type of the error stay the same.
    ///
    /// ```
    /// use errcode_core::{AppError, Failure, prelude::*};
    ///
    /// #[derive(Debug, AppError)]
    /// #[error("card declined", code = "E7001", status = 402)]
    /// struct Declined;
    ///
    /// fn pay() -> Result<(), Failure> {
    ///     Err(Declined).context("charging the card")
    /// }
    /// let failure = pay().unwrap_err();
    /// assert_eq!(failure.spec().code(), "E7001");
    /// assert_eq!(failure.contexts().collect::<Vec<_>>(), ["charging the card"]);
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the error as a [`Failure`].
    #[track_caller]
    fn context(self, doing: impl Into<Cow<'static, str>>) -> Result<T, Failure>
    where
        E: ToFailure;
}

/// `Into<Failure>`, which every errcode error and [`Failure`] implement, with a message for other errors.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an errcode error",
    label = "no code is known for it; write `.unexpected(\"what was being done\")` or \
             `.or_code(|cause| MyError::Variant {{ cause }})`, or derive `AppError` if the type is yours"
)]
pub trait ToFailure: Into<Failure> {}

#[diagnostic::do_not_recommend]
impl<E: Into<Failure>> ToFailure for E {}

impl<T, E> ResultExt<T, E> for Result<T, E> {
    #[track_caller]
    fn unexpected(self, doing: &'static str) -> Result<T, Failure>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        match self {
            Ok(value) => Ok(value),
            Err(error) => {
                let cause = Some(error.into());
                Err(FaultError {
                    fault: FrameworkFault::Unexpected,
                    text: Cow::Borrowed(doing),
                    cause,
                    violations: Vec::new(),
                    omitted: 0,
                    after: None,
                }
                .into())
            }
        }
    }

    #[track_caller]
    fn or_code<C: Coded + Send + Sync + 'static>(
        self,
        make: impl FnOnce(E) -> C,
    ) -> Result<T, Failure> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(make(error).into()),
        }
    }

    #[track_caller]
    fn context(self, doing: impl Into<Cow<'static, str>>) -> Result<T, Failure>
    where
        E: ToFailure,
    {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(error.into().context(doing)),
        }
    }
}

/// Returns early with an error, as `?` does: `bail!(error)` is `return Err(error.into())`.
///
/// ```
/// use errcode_core::{AppError, Failure, prelude::*};
///
/// #[derive(Debug, AppError)]
/// #[error("project {id} not found", code = "E2001", status = 404)]
/// struct NotFound { id: u64 }
///
/// fn find(id: u64) -> Result<(), Failure> {
///     bail!(NotFound { id });
/// }
/// assert_eq!(find(17).unwrap_err().spec().code(), "E2001");
/// ```
#[macro_export]
macro_rules! bail {
    ($error:expr $(,)?) => {
        return ::core::result::Result::Err(::core::convert::From::from($error))
    };
}

/// Returns early with an error unless the condition holds.
///
/// ```
/// use errcode_core::{AppError, Failure, prelude::*};
///
/// #[derive(Debug, AppError)]
/// #[error("{0} is not positive", code = "E1002", status = 422)]
/// struct NotPositive(i64);
///
/// fn check(budget: i64) -> Result<(), Failure> {
///     ensure!(budget > 0, NotPositive(budget));
///     Ok(())
/// }
/// assert!(check(1).is_ok());
/// assert_eq!(check(-1).unwrap_err().spec().code(), "E1002");
/// ```
#[macro_export]
macro_rules! ensure {
    ($condition:expr, $error:expr $(,)?) => {
        if !$condition {
            $crate::bail!($error)
        }
    };
}
