//! What a catalog lists.

use super::recognizer::Recognizer;
use crate::spec::table::Table;
use core::error::Error;

/// One item of a catalog's list: a type, or a catalog to merge.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct List {
    pub tables: &'static [&'static Table],
    /// How errors of these types are recognized.
    pub types: Types,
    /// Whether the catalog's rules apply to these codes.
    pub own: bool,
}

/// How errors of the types of a list's item are recognized.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Types {
    Own(&'static [Recognizer]),
    /// By the lists of the merged catalog.
    Of(&'static [List]),
}

/// Returns the recognizer of the type that the error is of.
pub(super) fn recognizer(lists: &[List], error: &(dyn Error + 'static)) -> Option<Recognizer> {
    lists.iter().find_map(|list| match list.types {
        Types::Own(own) => own.iter().copied().find(|one| (one.0)(error).is_some()),
        Types::Of(lists) => recognizer(lists, error),
    })
}
