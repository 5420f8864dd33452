//! How errors of one type are told from others.

use crate::spec::{coded::Coded, rows::Rows};
use core::{any::Any, error::Error};

/// Looks whether an error is of one type.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Recognizer(pub(crate) for<'a> fn(&'a (dyn Error + 'static)) -> Option<Recognized<'a>>);

/// An error as what it is.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub(crate) struct Recognized<'a> {
    pub(super) rows: &'a dyn Rows,
    pub(super) any: &'a dyn Any,
}

/// The recognizer of a type.
#[doc(hidden)]
#[must_use]
pub const fn recognizer<T: Coded + 'static>() -> Recognizer {
    Recognizer(|error| {
        let error = error.downcast_ref::<T>()?;
        Some(Recognized { rows: error.as_rows(), any: error })
    })
}
