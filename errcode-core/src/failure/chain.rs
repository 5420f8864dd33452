//! Chains of sources.

use core::{error::Error, iter::successors};
use std::io;

/// A chain is followed this far, because an error may be its own source.
const DEEPEST: usize = 32;

/// Returns the error and its sources.
pub(crate) fn chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| error.source()).take(DEEPEST)
}

/// Returns the error, its sources, and what they hold: an `io::Error` that wraps an error passes over it, since its
/// source is that error's source.
pub(crate) fn held<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let inner = |error: &'a (dyn Error + 'static)| {
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|wrapped| wrapped as &(dyn Error + 'static)).or_else(|| error.source())
    };
    successors(Some(error), move |&error| inner(error)).take(DEEPEST)
}
