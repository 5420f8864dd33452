//! The data side of an error value. Hidden: users meet [`Coded`](crate::Coded).

use super::{arg::Arg, error_spec::ErrorSpec};
use core::{error::Error, fmt};
use std::sync::Arc;

/// What the derive knows of a value.
///
/// Neither `Error` nor `Debug` stands above it: a `dyn Error` in a vtable would force code for the user's whole `Debug`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an errcode error",
    label = "not an errcode error",
    note = "derive it with `#[derive(AppError)]`; for an error of another crate, give this variant a `code`, or remove `transparent`"
)]
pub trait Rows {
    /// The variant's own row. Where [`inner`](Self::inner) has a value, that one's row counts.
    fn row(&self) -> ErrorSpec;

    /// Hands over the fields that templates and details use, in the order their placeholders count.
    fn args(&self, then: &mut dyn FnMut(&[Arg<'_>]));

    /// `Display`.
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;

    /// Whether `Display` writes the row's template; if not, its text is the value's own.
    fn shows_template(&self) -> bool {
        true
    }

    /// The errcode error that a `transparent` variant holds and that everything comes from.
    fn inner(&self) -> Option<&dyn Rows> {
        None
    }

    /// `Error::source`, but for a chain that a `#[sensitive]` source ends.
    fn caused_by(&self) -> Option<&(dyn Error + 'static)> {
        None
    }

    /// What only the value can tell.
    fn dynamic(&self) -> Dynamic<'_> {
        Dynamic::default()
    }
}

/// The retry hints that are expressions over the fields.
#[doc(hidden)]
#[derive(Default)]
pub struct Dynamic<'a> {
    /// The outcome of `when = …`.
    pub when: Option<bool>,
    /// The source that `inherit` asks.
    pub inherit: Option<&'a dyn Rows>,
}

/// The value that a chain of `transparent` variants ends in.
pub(crate) fn resolve(mut rows: &dyn Rows) -> &dyn Rows {
    while let Some(inner) = rows.inner() {
        rows = inner;
    }
    rows
}

/// The value's arguments as an argument of `then`, whose result comes back.
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
    ($($pointer:ty),*) => {$(
        impl<T: Rows + ?Sized> Rows for $pointer {
            fn row(&self) -> ErrorSpec { (**self).row() }
            fn args(&self, then: &mut dyn FnMut(&[Arg<'_>])) { (**self).args(then) }
            fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { (**self).show(f) }
            fn shows_template(&self) -> bool { (**self).shows_template() }
            fn inner(&self) -> Option<&dyn Rows> { (**self).inner() }
            fn caused_by(&self) -> Option<&(dyn Error + 'static)> { (**self).caused_by() }
            fn dynamic(&self) -> Dynamic<'_> { (**self).dynamic() }
        }
    )*};
}
forward!(&T, Box<T>, Arc<T>);
