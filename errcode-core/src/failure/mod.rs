//! Errors on their way to the boundary that reports them.

pub(crate) mod chain;
pub(crate) mod database_fault;
pub(crate) mod default_faults;
// `Failure` is what the module is about.
#[allow(clippy::module_inception)]
pub(crate) mod failure;
pub(crate) mod failure_error;
pub(crate) mod fault_codes;
pub(crate) mod fault_error;
pub(crate) mod framework_fault;
pub(crate) mod hints;
pub(crate) mod idempotency_fault;
pub(crate) mod into_failure;
pub(crate) mod journey;
pub(crate) mod result_ext;
