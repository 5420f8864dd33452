//! Fault drills.

use errcode_core::Failure;
use errcode_runtime::Context;

/// Returns whether a drill of the current work is about calls to this dependency.
pub(crate) fn concerns(dependency: &str) -> bool {
    Context::current().and_then(|context| Some(context.drill()?.concerns(dependency))) == Some(true)
}

/// Returns the failure that a drill of the current work orders for one attempt. A code that is not in this service's
/// catalog is for another service, further down.
pub(crate) fn failure(dependency: &str) -> Option<Failure> {
    let context = Context::current()?;
    let drill = context.drill().filter(|drill| drill.concerns(dependency))?;
    let is_hit = fastrand::f64() < drill.rate();
    is_hit.then(|| drill.failure(context.catalog()?)).flatten()
}
