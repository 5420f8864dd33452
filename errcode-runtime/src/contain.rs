//! Runs user code that must not break an answer or a log line.

use crate::{
    panic::{self, Panicked},
    panic_hook,
};
use std::{
    any::Any,
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// How many calls are within each other, at most. An error whose `Display` logs the error would otherwise end the
/// process.
const DEEPEST: u32 = 16;

thread_local! { static DEPTH: Cell<u32> = const { Cell::new(0) }; }

/// Runs a user's `Display`, `Debug` or observer, which may log, like [`run`].
pub(crate) fn nested<R>(write: impl FnOnce() -> R) -> Result<R, Panicked> {
    let depth = DEPTH.get();
    if depth >= DEEPEST {
        let message = "it is within too many others".to_owned();
        return Err(Panicked { message, ..Panicked::default() });
    }
    DEPTH.set(depth + 1);
    let written = run(write);
    DEPTH.set(depth);
    written
}

/// Runs a user's code that must not end its caller, which reports a panic in it. The panic hook then does not.
/// A panic that the closure caught itself is reported here, since the hook has not printed it.
///
/// What the closure was changing when it panicked must not be relied on.
///
/// # Errors
///
/// Returns the panic.
pub fn run<R>(work: impl FnOnce() -> R) -> Result<R, Panicked> {
    let caught = panic::Caught::enter();
    // Not `map_err`, and each way by itself: a success then moves no more than its value.
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(value) => {
            report_left_over(&caught);
            Ok(value)
        }
        Err(payload) => Err(failed(&caught, payload)),
    }
}

#[cold]
#[inline(never)]
fn failed(caught: &panic::Caught, payload: Box<dyn Any + Send>) -> Panicked {
    let panicked = describe(payload);
    report_left_over(caught);
    panicked
}

fn describe(payload: Box<dyn Any + Send>) -> Panicked {
    let panicked = Panicked::from_payload(&*payload);
    // The payload is a user's value, whose `Drop` may panic.
    if let Err(again) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(again);
    }
    panicked
}

/// Reports a panic that other code has caught: what was called within the outermost such code has ended, and nothing of
/// ours took it.
#[inline]
fn report_left_over(caught: &panic::Caught) {
    if caught.is_outermost() && panic::is_kept() {
        report_kept();
    }
}

#[cold]
fn report_kept() {
    if let Some((panicked, context)) = panic::take_kept() {
        panic_hook::emit(&panicked, context.as_ref());
    }
}
