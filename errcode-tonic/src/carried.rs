//! The failure that a status carries.

use bytes::Bytes;
use errcode_core::{Failure, FailureError};
use errcode_runtime::Context;
use std::{cell::RefCell, error::Error, fmt, mem, sync::Arc};
use tonic::Status;

/// The source of a status that was made from a failure.
pub(crate) struct Carried(Arc<Content>);

pub(crate) struct Content {
    pub(crate) error: FailureError,
    /// The context that the ids and the language of the status come from.
    pub(crate) context: Option<Context>,
    /// What panicked or failed while the status was made.
    pub(crate) broken: Option<String>,
    /// The details of the status, by which its trailers are recognized.
    pub(crate) details: Bytes,
}

impl Carried {
    pub(crate) fn new(content: Content) -> Self {
        Self(Arc::new(content))
    }
}

/// Returns the typed error behind a status, for access logs, metrics and tests.
///
/// ```
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # #[error("no project", code = "E2001", status = 404)]
/// # struct NotFound;
/// use errcode_tonic::IntoStatus as _;
///
/// let status = NotFound.into_status();
/// assert_eq!(errcode_tonic::error_of(&status).unwrap().spec().code(), "E2001");
/// ```
#[must_use]
pub fn error_of(status: &Status) -> Option<&Failure> {
    of(status).map(|content| content.error.failure())
}

pub(crate) fn of(status: &Status) -> Option<&Arc<Content>> {
    status.source()?.downcast_ref::<Carried>().map(|carried| &carried.0)
}

impl Error for Carried {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0.error)
    }
}

impl fmt::Display for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.error.fmt(f)
    }
}

impl fmt::Debug for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0.error, f)
    }
}

thread_local! {
    /// The contents of the statuses that are dropped while a body is polled.
    static DROPPED: RefCell<Option<Vec<Arc<Content>>>> = const { RefCell::new(None) };
}

/// tonic writes the status that ends a stream as trailers and drops it. After that nothing else leads to its failure.
impl Drop for Carried {
    fn drop(&mut self) {
        let _ = DROPPED.try_with(|dropped| {
            if let Ok(mut dropped) = dropped.try_borrow_mut()
                && let Some(list) = &mut *dropped
            {
                list.push(Arc::clone(&self.0));
            }
        });
    }
}

/// Runs a poll of a body and returns its result, with the contents of the statuses that it dropped.
pub(crate) fn collect<R>(poll: impl FnOnce() -> R) -> (R, Vec<Arc<Content>>) {
    /// Stops collecting, also if the poll panics.
    struct Restore(Option<Vec<Arc<Content>>>);
    impl Drop for Restore {
        fn drop(&mut self) {
            DROPPED.set(self.0.take());
        }
    }
    let before = Restore(DROPPED.replace(Some(Vec::new())));
    let result = poll();
    let collected = DROPPED.with_borrow_mut(|list| list.as_mut().map(mem::take));
    drop(before);
    (result, collected.unwrap_or_default())
}
