//! How errors of a type are recognized.

use crate::spec::{coded::Coded, rows::Rows};
use core::{any::Any, error::Error, fmt};
use std::sync::Arc;

/// Checks whether an error is of one type.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Recognizer(pub(crate) for<'a> fn(&'a (dyn Error + 'static)) -> Option<Recognized<'a>>);

impl fmt::Debug for Recognizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recognizer")
    }
}

/// An error of a known type.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub(crate) struct Recognized<'a> {
    pub(super) rows: &'a dyn Rows,
    pub(super) any: &'a dyn Any,
}

/// Returns the recognizer of a type.
#[doc(hidden)]
#[must_use]
pub(super) const fn recognizer<T: Coded + 'static>() -> Recognizer {
    Recognizer(|error| {
        // A pointer to an error is an error of another type, with the source of the one it points to.
        let error = error
            .downcast_ref::<T>()
            .or_else(|| error.downcast_ref::<Box<T>>().map(|error| &**error))
            .or_else(|| error.downcast_ref::<Arc<T>>().map(|error| &**error))?;
        Some(Recognized { rows: error.as_rows(), any: error })
    })
}
