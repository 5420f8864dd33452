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
    /// The error value that clients get for a framework's fault.
    #[must_use]
    #[track_caller]
    pub fn fault(&self, fault: &FrameworkFault) -> Failure {
        self.faults()
            .failure(fault)
            .unwrap_or_else(|| DefaultFaults::from_status(fault.status()).into())
    }

    /// The row under which a failure is logged: its own, or that of the fault it stands for. Internal codes stay what they are.
    #[must_use]
    pub fn logged(&self, failure: &Failure) -> ErrorSpec {
        failure
            .downcast_ref::<FaultError>()
            .map_or_else(|| failure.spec(), |error| self.fault(error.fault()).spec())
    }

    /// What clients see of a failure: its own code, the code of the fault it stands for, or the public code of an internal one.
    #[must_use]
    pub fn public(&self, failure: &Failure) -> Public {
        let Some(error) = failure.downcast_ref::<FaultError>() else {
            return self.unmasked(failure.clone());
        };
        let travels = !error.violations().is_empty() || error.retry_after().is_some();
        let refused = travels.then(|| failure.clone());
        Public { refused, ..self.unmasked(self.fault(error.fault())) }
    }

    /// The failure itself, or what stands in an internal one's place.
    fn unmasked(&self, failure: Failure) -> Public {
        let spec = failure.spec();
        if !spec.is_internal() {
            return Public { spec, failure: Some(failure), refused: None };
        }
        self.stand_in(spec)
    }

    /// What clients see in an internal code's place: the code that it names (`public_as`) without any value, else the one of an unforeseen fault.
    #[must_use]
    pub fn stand_in(&self, internal: ErrorSpec) -> Public {
        match internal
            .public_as()
            .and_then(|code| self.lookup(code))
            .filter(|spec| !spec.is_internal())
        {
            Some(spec) => Public { spec, failure: None, refused: None },
            None => Public::of_unknown(self.fault(&FrameworkFault::Unexpected)),
        }
    }
}

/// What clients see of a failure.
#[derive(Clone, Debug)]
pub struct Public {
    spec: ErrorSpec,
    /// The value whose fields may be shown; `None` where an internal error stands behind a public code.
    failure: Option<Failure>,
    /// The framework's fault that lies in known parts of the request, or knows how long to wait.
    refused: Option<Failure>,
}

impl Public {
    /// Without a catalog a failure shows its own code, and an internal one that of an unforeseen fault.
    #[must_use]
    pub fn without_catalog(failure: &Failure) -> Self {
        let spec = failure.spec();
        let refused = failure.downcast_ref::<FaultError>().map(|_| failure.clone());
        if spec.is_internal() {
            return Self { refused, ..Self::of(DefaultFaults::Unexpected.into()) };
        }
        Self { spec, failure: Some(failure.clone()), refused }
    }

    /// A code without any value, for when the error's own code broke while it was shown.
    #[must_use]
    pub fn without_values(spec: ErrorSpec) -> Self {
        Self { spec, failure: None, refused: None }
    }

    fn of(failure: Failure) -> Self {
        Self { spec: failure.spec(), failure: Some(failure), refused: None }
    }

    fn of_unknown(unknown: Failure) -> Self {
        Self::of(if unknown.spec().is_internal() {
            DefaultFaults::Unexpected.into()
        } else {
            unknown
        })
    }

    /// The public code's row.
    #[must_use]
    pub fn spec(&self) -> ErrorSpec {
        self.spec
    }

    /// The value behind it, where its fields may be shown.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// The parts of the request that a framework's fault lies in.
    #[must_use]
    pub fn violations(&self) -> &[FieldViolation] {
        self.fault().map_or(&[], FaultError::violations)
    }

    /// Returns the wait that the framework's fault knows: it comes before that of the code which the fault has.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.fault().and_then(FaultError::retry_after)
    }

    fn fault(&self) -> Option<&FaultError> {
        self.refused.as_ref().and_then(|refused| refused.downcast_ref())
    }
}
