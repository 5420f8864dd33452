//! Chains of sources.

use core::{error::Error, iter::successors};

/// A chain is followed this far, because an error may be its own source.
const DEEPEST: usize = 32;

/// Returns the error and its sources.
pub(crate) fn chain<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |&error| error.source()).take(DEEPEST)
}
