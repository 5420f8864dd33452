//! What a `codes!` says.

use errcode_core::{Catalog, ErrorSpec, FrameworkFault, Table};

/// What a `codes!` says.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct List {
    pub catalog: &'static Catalog,
    pub entries: &'static [Entry],
}

/// One item of a `codes!` list.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum Entry {
    Row(ErrorSpec),
    Rows(&'static Table),
    Faults(&'static [FrameworkFault]),
    List(fn() -> List),
}
