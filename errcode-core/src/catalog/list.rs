//! What a catalog lists.

use super::recognizer::{Recognizer, recognizer};
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
    /// The translation files of a catalog to merge, without those that it merges itself.
    pub translations: &'static [File],
}

/// The language and the text of a translation file.
pub(crate) type File = (&'static str, &'static str);

impl List {
    /// The framework's faults, which every catalog has.
    pub const FRAMEWORK: Self = Self {
        tables: &[<DefaultFaults as Catalogued>::TABLE],
        types: Types::Own(&[recognizer::<DefaultFaults>()]),
        own: false,
        translations: &[],
    };

    /// Returns the item of an error type.
    #[must_use]
    pub const fn of_type<T: ListedType>() -> Self {
        Self {
            tables: const { &[T::ROWS] },
            types: Types::Own(const { &[T::SELF] }),
            own: true,
            translations: &[],
        }
    }
}

/// A type that a catalog can list. It is one trait so that rustc reports one error for a type that is not.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an errcode error type",
    label = "not an errcode error type",
    note = "derive it with `#[derive(AppError)]`; a catalog to merge is written `..module::CATALOG`"
)]
pub trait ListedType {
    const ROWS: &'static Table;
    const SELF: Recognizer;
}

#[diagnostic::do_not_recommend]
impl<T: Catalogued + Coded + 'static> ListedType for T {
    const ROWS: &'static Table = T::TABLE;
    const SELF: Recognizer = recognizer::<T>();
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

/// Returns the translation files of the catalogs that the lists merge, at any depth.
pub(super) fn merged_files(lists: &[List]) -> Vec<File> {
    let mut files = Vec::new();
    for list in lists {
        files.extend_from_slice(list.translations);
        if let Types::Of(lists) = list.types {
            files.append(&mut merged_files(lists));
        }
    }
    files
}
