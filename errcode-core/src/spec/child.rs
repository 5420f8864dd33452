//! How the derive gets the table of the type in a `transparent` variant, which may not have one.

use super::{coded::Catalogued, table::Table};
use core::{fmt, marker::PhantomData};

/// The type in a variant. `(&Child::<T>::NEW).table()` is, by method resolution, the first of these that exists: the
/// type's table, else none. A foreign error has no table here, because `Fields::inner` reports it with the fixes.
#[doc(hidden)]
pub struct Child<T: ?Sized>(PhantomData<T>);

impl<T: ?Sized> Child<T> {
    pub const NEW: Self = Self(PhantomData);
}

impl<T: ?Sized> fmt::Debug for Child<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Child")
    }
}

#[doc(hidden)]
pub trait ChildTable {
    fn table(&self) -> &'static Table;
}

impl<T: Catalogued + ?Sized> ChildTable for Child<T> {
    fn table(&self) -> &'static Table {
        T::TABLE
    }
}

#[doc(hidden)]
pub trait NoChildTable {
    fn table(&self) -> &'static Table;
}

impl<T: ?Sized> NoChildTable for &Child<T> {
    fn table(&self) -> &'static Table {
        &Table::EMPTY
    }
}
