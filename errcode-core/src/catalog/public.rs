//! What clients see of a failure.

use super::catalog::Catalog;
use crate::{
    failure::{
        default_faults::DefaultFaults, failure::Failure, fault_error::FaultError,
        framework_fault::FrameworkFault,
    },
    spec::{error_spec::ErrorSpec, violation::FieldViolation},
};
use core::time::Duration;

impl Catalog {
    /// Returns the error value that clients get for a framework's fault.
    #[must_use]
    #[track_caller]
    pub fn fault(&self, fault: &FrameworkFault) -> Failure {
        self.faults()
            .failure(fault)
            .unwrap_or_else(|| DefaultFaults::from_status(fault.status()).into())
    }

    /// Returns the row under which a failure is logged: its own, or that of the code that its fault gets. An internal
    /// code is logged as it is. If another type of the catalog has the failure's code, that type's row counts.
    #[must_use]
    pub fn logged(&self, failure: &Failure) -> ErrorSpec {
        match failure.downcast_ref::<FaultError>() {
            Some(error) => self.fault(error.fault()).spec(),
            None => {
                let spec = failure.spec();
                self.conflict(spec).unwrap_or(spec)
            }
        }
    }

    /// Returns the catalog's row of a code, if it belongs to another type there: the type of `spec` is not listed,
    /// so that nothing has proved its codes unique. Clients know the code by the catalog's row, which therefore counts.
    #[must_use]
    #[inline]
    pub fn conflict(&self, spec: ErrorSpec) -> Option<ErrorSpec> {
        if self.lists_key(spec) { None } else { self.other_owner(spec) }
    }

    #[inline(never)]
    fn other_owner(&self, spec: ErrorSpec) -> Option<ErrorSpec> {
        let owner = self.lookup(&spec.code())?;
        // A generic type has a table for each crate that uses it.
        (!owner.table().is_copy_of(spec.table())).then_some(owner)
    }

    /// Returns what clients see of a failure: its own code, the code that its fault gets, or the public code of an
    /// internal one.
    #[must_use]
    pub fn public(&self, failure: &Failure) -> Public {
        let Some(error) = failure.downcast_ref::<FaultError>() else {
            return self.unmasked(failure.clone());
        };
        let travels = !error.violations().is_empty() || error.retry_after().is_some();
        let refused = travels.then(|| failure.clone());
        Public { refused, ..self.unmasked(self.fault(error.fault())) }
    }

    /// Returns the failure, or what clients see instead of an internal one.
    fn unmasked(&self, failure: Failure) -> Public {
        let spec = failure.spec();
        let owner = self.conflict(spec);
        match owner.unwrap_or(spec) {
            spec if spec.is_internal() => self.stand_in(spec),
            // The values belong to the other type.
            spec => {
                Public { spec, failure: Some(failure).filter(|_| owner.is_none()), refused: None }
            }
        }
    }

    /// Returns what clients see instead of an internal code: its `public_as`, without any value, else the code of an
    /// unexpected error.
    #[must_use]
    pub fn stand_in(&self, internal: ErrorSpec) -> Public {
        match internal
            .public_as()
            .and_then(|code| self.lookup(code))
            .filter(|spec| !spec.is_internal())
        {
            Some(spec) => Public { spec, failure: None, refused: None },
            None => Public::from_unknown(self.fault(&FrameworkFault::Unexpected)),
        }
    }
}

/// What clients see of a failure.
#[derive(Clone, Debug)]
pub struct Public {
    spec: ErrorSpec,
    /// The value whose fields may be shown; `None` for an internal error with a public code.
    failure: Option<Failure>,
    /// The framework's fault, if it has violations or a delay.
    refused: Option<Failure>,
}

impl Public {
    /// Returns what clients see without a catalog: the failure's own code, or that of an unexpected error for an
    /// internal one.
    #[must_use]
    pub fn without_catalog(failure: &Failure) -> Self {
        let spec = failure.spec();
        let is_fault = DefaultFaults::has(spec) && failure.downcast_ref::<FaultError>().is_some();
        let refused = is_fault.then(|| failure.clone());
        if spec.is_internal() {
            return Self { refused, ..Self::from_visible(DefaultFaults::Unexpected.into()) };
        }
        Self { spec, failure: Some(failure.clone()), refused }
    }

    /// Returns a code without any value, for an error whose own code panicked while it was shown.
    #[must_use]
    pub fn without_values(spec: ErrorSpec) -> Self {
        Self { spec, failure: None, refused: None }
    }

    fn from_visible(failure: Failure) -> Self {
        Self { spec: failure.spec(), failure: Some(failure), refused: None }
    }

    fn from_unknown(unknown: Failure) -> Self {
        Self::from_visible(if unknown.spec().is_internal() {
            DefaultFaults::Unexpected.into()
        } else {
            unknown
        })
    }

    /// Returns the row of the public code.
    #[must_use]
    pub fn spec(&self) -> ErrorSpec {
        self.spec
    }

    /// Returns the value, if its fields may be shown.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Returns the violations of a framework's fault.
    #[must_use]
    pub fn violations(&self) -> &[FieldViolation] {
        self.fault().map_or(&[], FaultError::violations)
    }

    /// Returns the number of a framework's violations that were not collected.
    pub(crate) fn violations_omitted(&self) -> u64 {
        self.fault().map_or(0, FaultError::violations_omitted)
    }

    /// Returns the delay of a framework's fault. It takes precedence over that of its code.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.fault().and_then(FaultError::retry_after)
    }

    fn fault(&self) -> Option<&FaultError> {
        self.refused.as_ref().and_then(|refused| refused.downcast_ref())
    }
}
