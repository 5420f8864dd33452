//! What a catalog lists.

use super::recognizer::Recognizer;
use crate::spec::table::Table;
use core::error::Error;

/// One item of the list: a type, or a catalog to merge.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct List {
    pub tables: &'static [&'static Table],
    /// How errors of these types are known again.
    pub types: Types,
    /// The catalog's rules apply to these codes.
    pub own: bool,
}

/// The types of a list's item.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum Types {
    Own(&'static [Recognizer]),
    /// Those of a merged catalog.
    Of(&'static [List]),
}

/// Returns the recognizer of the type that the error is of.
pub(super) fn recognizer(lists: &[List], error: &(dyn Error + 'static)) -> Option<Recognizer> {
    lists.iter().find_map(|list| match list.types {
        Types::Own(own) => own.iter().copied().find(|one| (one.0)(error).is_some()),
        Types::Of(lists) => recognizer(lists, error),
    })
}
