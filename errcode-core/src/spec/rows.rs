//! The data of an error value. Hidden: users see [`Coded`](crate::Coded).

use super::{arg::Arg, coded::Catalogued, error_spec::ErrorSpec};
use core::{error::Error, fmt, marker::PhantomData, panic::Location};
use std::{backtrace::Backtrace, sync::Arc};

/// The row of a value, and its fields, as a trait object.
#[doc(hidden)]
pub trait Rows: Fields {
    /// Returns the value's own row. If [`inner`](Fields::inner) returns an error, that error's row counts instead.
    fn row(&self) -> ErrorSpec;

    /// The conversion to a trait object, written once for all types.
    fn as_rows(&self) -> &dyn Rows;
}

impl<T: Fields> Rows for T {
    #[inline]
    fn row(&self) -> ErrorSpec {
        T::Row::OF_ALL.unwrap_or_else(|| self.row_of_value())
    }

    #[inline]
    fn as_rows(&self) -> &dyn Rows {
        self
    }
}

/// Where the row of a value is known from.
#[doc(hidden)]
pub trait RowOf {
    /// The row of all values of a type.
    const OF_ALL: Option<ErrorSpec>;
}

/// The row of a struct, from its table.
#[doc(hidden)]
#[derive(Debug)]
pub struct OfType<T: ?Sized>(PhantomData<T>);

impl<T: Catalogued + ?Sized> RowOf for OfType<T> {
    const OF_ALL: Option<ErrorSpec> = Some(T::FIRST);
}

/// The row that [`Fields::row_of_value`] returns.
#[doc(hidden)]
#[derive(Debug)]
pub struct OfValue;

impl RowOf for OfValue {
    const OF_ALL: Option<ErrorSpec> = None;
}

/// What the derive tells of a value.
///
/// Its methods have defaults where most types need nothing else, since each method of each type costs its users time to
/// compile. It has neither `Error` nor `Debug` as a supertrait: their vtables would make rustc generate the whole
/// `Debug` of the user's type.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an errcode error",
    label = "not an errcode error",
    note = "derive it with `#[derive(AppError)]`"
)]
pub trait Fields: fmt::Display {
    /// What tells the row of a value: [`OfType`] or [`OfValue`]. A function that returns the row of a struct would take
    /// rustc longer than the rest of what the derive writes for it.
    type Row: RowOf
    where
        Self: Sized;

    /// Returns the row of the variant, where [`Row`](Self::Row) is [`OfValue`].
    fn row_of_value(&self) -> ErrorSpec {
        ErrorSpec::NONE
    }

    /// Passes the fields that templates and details use to `then`, in the order of their numbers.
    fn args(&self, then: &mut dyn FnMut(&[Arg<'_>])) {
        then(&[]);
    }

    /// Returns whether `Display` writes the row's template; if not, its text is the value's own.
    fn shows_template(&self) -> bool {
        true
    }

    /// Returns the errcode error in a `transparent` variant, which everything comes from.
    fn inner(&self) -> Option<&dyn Rows> {
        None
    }

    /// Returns `Error::source`; `None` for a `#[sensitive]` source.
    fn caused_by(&self) -> Option<&(dyn Error + 'static)> {
        None
    }

    /// Returns the retry hints that depend on the value.
    fn dynamic(&self) -> Dynamic<'_> {
        Dynamic::default()
    }

    /// Returns what the value captured when it was made.
    fn captured(&self) -> Captured<'_> {
        Captured::default()
    }

    /// Sets the location, where the value has a field for it that is not set yet.
    fn locate(&mut self, _: &'static Location<'static>) {}
}

/// What a value captured when it was made.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Captured<'a> {
    /// Where it was made.
    pub location: Option<&'static Location<'static>>,
    /// The backtrace, if `RUST_BACKTRACE` asked for one.
    pub backtrace: Option<&'a Backtrace>,
}

/// The retry hints that are expressions over the fields.
#[doc(hidden)]
#[derive(Default)]
pub struct Dynamic<'a> {
    /// The result of `when = …`.
    pub when: Option<bool>,
    /// The source that `inherit` refers to.
    pub inherit: Option<&'a dyn Rows>,
}

impl fmt::Debug for Dynamic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dynamic").field("when", &self.when).finish_non_exhaustive()
    }
}

/// A field that must be an errcode error.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an errcode error",
    label = "not an errcode error",
    note = "derive it with `#[derive(AppError)]`; for an error of another crate, \
            give this variant a `code`, or remove `transparent`"
)]
pub trait Inner {
    fn inner(&self) -> &dyn Rows;
}

#[diagnostic::do_not_recommend]
impl<T: Rows> Inner for T {
    fn inner(&self) -> &dyn Rows {
        self
    }
}

/// The error in a `transparent` variant.
#[doc(hidden)]
pub trait LocateInner {
    fn locate_inner(&mut self, location: &'static Location<'static>);
}

impl<T: Rows + ?Sized> LocateInner for T {
    fn locate_inner(&mut self, location: &'static Location<'static>) {
        self.locate(location);
    }
}

/// Any other field. Method resolution prefers [`LocateInner`], which needs one reference less.
#[doc(hidden)]
pub trait LocateNothing {
    fn locate_inner(&self, _: &'static Location<'static>) {}
}

impl<T: ?Sized> LocateNothing for &mut T {}

/// Returns the value at the end of a chain of `transparent` variants.
pub(crate) fn resolve(mut rows: &dyn Rows) -> &dyn Rows {
    while let Some(inner) = rows.inner() {
        rows = inner;
    }
    rows
}

/// Calls `then` with the value's arguments and returns its result.
#[inline]
pub(crate) fn with_args<R>(rows: &dyn Rows, then: impl FnOnce(&[Arg<'_>]) -> R) -> Option<R> {
    let (mut then, mut result) = (Some(then), None);
    rows.args(&mut |args| {
        if let Some(then) = then.take() {
            result = Some(then(args));
        }
    });
    result
}

macro_rules! forward {
    ($($pointer:ty $(: $locate:item)?;)*) => {$(
        impl<T: Rows + ?Sized> Fields for $pointer {
            type Row = OfValue;
            fn row_of_value(&self) -> ErrorSpec { (**self).row() }
            fn args(&self, then: &mut dyn FnMut(&[Arg<'_>])) { (**self).args(then) }
            fn shows_template(&self) -> bool { (**self).shows_template() }
            fn inner(&self) -> Option<&dyn Rows> { (**self).inner() }
            fn caused_by(&self) -> Option<&(dyn Error + 'static)> { (**self).caused_by() }
            fn dynamic(&self) -> Dynamic<'_> { (**self).dynamic() }
            fn captured(&self) -> Captured<'_> { (**self).captured() }
            $($locate)?
        }
    )*};
}
forward! {
    &T;
    Arc<T>;
    Box<T>: fn locate(&mut self, location: &'static Location<'static>) { (**self).locate(location); };
}
