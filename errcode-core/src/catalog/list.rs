//! What a catalog lists.

use super::{
    catalog::Catalog,
    recognizer::{Recognizer, recognizer},
};
use crate::{
    failure::default_faults::DefaultFaults,
    spec::{
        coded::{Catalogued, Coded},
        table::Table,
    },
};
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

impl List {
    /// The framework's faults, which every catalog has.
    pub const FRAMEWORK: Self = Self {
        tables: Catalog::FRAMEWORK,
        types: Types::Own(&[recognizer::<DefaultFaults>()]),
        own: false,
    };

    /// Returns the item of an error type.
    #[must_use]
    pub const fn of_type<T: Catalogued + Coded + 'static>() -> Self {
        Self {
            tables: const { &[T::TABLE] },
            types: Types::Own(const { &[recognizer::<T>()] }),
            own: true,
        }
    }

    /// Returns the item of a catalog to merge.
    #[must_use]
    pub const fn of_catalog(catalog: &'static Catalog) -> Self {
        Self { tables: catalog.tables(), types: Types::Of(catalog.lists()), own: false }
    }
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
pub(super) fn recognizer_of(lists: &[List], error: &(dyn Error + 'static)) -> Option<Recognizer> {
    lists.iter().find_map(|list| match list.types {
        Types::Own(own) => own.iter().copied().find(|one| (one.0)(error).is_some()),
        Types::Of(lists) => recognizer_of(lists, error),
    })
}
