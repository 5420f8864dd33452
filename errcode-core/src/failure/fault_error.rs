//! A framework's fault as an error value.

use super::{default_faults::DefaultFaults, framework_fault::FrameworkFault};
use crate::spec::{
    coded::Coded,
    error_spec::ErrorSpec,
    rows::{Fields, OfValue, Rows as _},
    violation::FieldViolation,
};
use core::{error::Error, fmt, time::Duration};
use std::borrow::Cow;

/// A [`FrameworkFault`] as an error value: what `.unexpected()`, a panic or a refusal of one of errcode's crates
/// becomes.
///
/// Its row is that of [`DefaultFaults`], until a catalog replaces it by the code that its `faults` give.
#[derive(Debug)]
pub struct FaultError {
    pub(crate) fault: FrameworkFault,
    pub(crate) text: Cow<'static, str>,
    pub(crate) cause: Option<Box<dyn Error + Send + Sync>>,
    pub(crate) violations: Vec<FieldViolation>,
    /// The number of violations that were not collected.
    pub(crate) omitted: u64,
    /// The delay that the refusal asks for.
    pub(crate) after: Option<Duration>,
}

impl FaultError {
    /// Returns the fault.
    #[must_use]
    pub fn fault(&self) -> &FrameworkFault {
        &self.fault
    }

    /// Returns the violations of the request.
    #[must_use]
    pub fn violations(&self) -> &[FieldViolation] {
        &self.violations
    }

    /// Returns the number of violations that [`violations`](Self::violations) does not list.
    #[must_use]
    pub fn violations_omitted(&self) -> u64 {
        self.omitted
    }

    /// Returns the delay before a retry, if it is known.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.after.or_else(|| self.fault.retry_after())
    }
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for FaultError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.caused_by()
    }
}

impl Fields for FaultError {
    type Row = OfValue;

    fn row_of_value(&self) -> ErrorSpec {
        DefaultFaults::from_status(self.fault.status()).row()
    }
    fn shows_template(&self) -> bool {
        false
    }
    fn caused_by(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

impl Coded for FaultError {}
