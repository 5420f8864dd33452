//! Runs the user's code where nothing of it may break an answer or a log line.

use crate::panic::{self, Panicked};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs the closure and gives back the panic that ended it, if any.
///
/// The state that the closure shares with its caller is only text that is written so far, so a half-done closure
/// leaves nothing behind that later code would trust: that is what makes `AssertUnwindSafe` right here.
pub(crate) fn run<R>(work: impl FnOnce() -> R) -> Result<R, Panicked> {
    let _caught = panic::Caught::enter();
    catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let panicked = Panicked::from_payload(&*payload);
        // The payload is the user's too, and its `Drop` may panic.
        if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
            std::mem::forget(again);
        }
        panicked
    })
}
