//! Runs user code that must not break an answer or a log line.

use crate::panic::{self, Panicked};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs the closure and returns a panic in it as an error.
///
/// `AssertUnwindSafe` is correct here because the closure shares nothing with its caller but text that is written so
/// far, which later code does not rely on.
pub(crate) fn run<R>(work: impl FnOnce() -> R) -> Result<R, Panicked> {
    let _caught = panic::Caught::enter();
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let panicked = Panicked::from_payload(&*payload);
        // The payload is a user's value, whose `Drop` may panic.
        if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(again);
        }
        panicked
    })
}
