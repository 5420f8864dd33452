//! Which codes faults get.

use super::{default_faults::DefaultFaults, failure::Failure, framework_fault::FrameworkFault};

/// Maps a framework's fault to an error with a code. `faults = …` in `catalog!` names an implementation.
///
/// ```
/// use errcode_core::{AppError, DefaultFaults, Failure, FaultCodes, FrameworkFault};
///
/// #[derive(Debug, AppError)]
/// enum CommonError {
///     #[error("unknown error", code = "E1000", status = 500)]
///     Unknown,
///     #[error("no such resource", code = "E1005", status = 404)]
///     NotFound,
/// }
///
/// struct Faults;
///
/// impl FaultCodes for Faults {
///     fn failure(&self, fault: &FrameworkFault) -> Option<Failure> {
///         Some(match fault {
///             FrameworkFault::UnknownRoute => CommonError::NotFound.into(),
///             FrameworkFault::Panic | FrameworkFault::Unexpected => CommonError::Unknown.into(),
///             _ => return None, // the code of `DefaultFaults`, for example `HTTP_405`
///         })
///     }
/// }
///
/// errcode_core::catalog! {
///     static CATALOG = [CommonError];
///     faults = Faults;
/// }
/// assert_eq!(CATALOG.fault(&FrameworkFault::Panic).spec().code(), "E1000");
/// assert_eq!(CATALOG.fault(&FrameworkFault::MethodNotAllowed).spec().code(), "HTTP_405");
/// ```
pub trait FaultCodes: Sync {
    /// Returns the error value for the fault; `None` for that of [`DefaultFaults`].
    fn failure(&self, fault: &FrameworkFault) -> Option<Failure>;
}

/// Maps each fault by its status. A catalog without `faults = …` uses it.
impl FaultCodes for DefaultFaultCodes {
    fn failure(&self, fault: &FrameworkFault) -> Option<Failure> {
        Some(DefaultFaults::from_status(fault.status()).into())
    }
}

/// The [`FaultCodes`] that map every fault to its [`DefaultFaults`] code.
#[derive(Debug, Clone, Copy, Default)]
pub struct DefaultFaultCodes;
