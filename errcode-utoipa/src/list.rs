//! A list of codes.

use errcode_core::{Catalog, ErrorSpec, FrameworkFault, Table};

/// The items of one `codes!`, and the catalog that gives faults their codes.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct List {
    pub catalog: &'static Catalog,
    pub entries: &'static [Entry],
}

/// One item of a `codes!` list.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Entry {
    Row(ErrorSpec),
    Rows(&'static Table),
    Faults(&'static [FrameworkFault]),
    List(fn() -> List),
}
