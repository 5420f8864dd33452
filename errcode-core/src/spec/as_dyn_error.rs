//! How the derive gets the source of an error from a field of any type.

use core::{error::Error, ops::Deref};
use std::panic::UnwindSafe;

/// A field that is a source. `(&&&&Source(field)).as_dyn_error()` is, by method resolution, the first of these that
/// exists: the field as an error; what it points to, as for `anyhow::Error` and a boxed trait object behind an alias;
/// what that points to; else an error message.
#[doc(hidden)]
#[derive(Debug)]
pub struct Source<'s, T: ?Sized>(pub &'s T);

#[doc(hidden)]
pub trait OfError<'s, 'a> {
    fn as_dyn_error(&self) -> &'s (dyn Error + 'a);
}

impl<'s, 'a, T: AsDynError<'a> + ?Sized> OfError<'s, 'a> for &&&Source<'s, T> {
    fn as_dyn_error(&self) -> &'s (dyn Error + 'a) {
        self.0.as_dyn_error()
    }
}

#[doc(hidden)]
pub trait OfPointer<'s, 'a> {
    fn as_dyn_error(&self) -> &'s (dyn Error + 'a);
}

impl<'s, 'a, T> OfPointer<'s, 'a> for &&Source<'s, T>
where
    T: Deref<Target: AsDynError<'a> + 's> + ?Sized,
{
    fn as_dyn_error(&self) -> &'s (dyn Error + 'a) {
        (**self.0).as_dyn_error()
    }
}

#[doc(hidden)]
pub trait OfPointers<'s, 'a> {
    fn as_dyn_error(&self) -> &'s (dyn Error + 'a);
}

impl<'s, 'a, T> OfPointers<'s, 'a> for &Source<'s, T>
where
    T: Deref<Target: Deref<Target: AsDynError<'a> + 's> + 's> + ?Sized,
{
    fn as_dyn_error(&self) -> &'s (dyn Error + 'a) {
        (***self.0).as_dyn_error()
    }
}

impl<'s, T: ?Sized> Source<'s, T> {
    #[must_use]
    pub fn as_dyn_error<'a>(&self) -> &'s (dyn Error + 'a)
    where
        T: IsError,
    {
        self.0.never()
    }
}

/// What no type implements, for the message.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error",
    label = "a source must implement `std::error::Error`",
    note = "for a text, remove `#[source]` or `#[from]`, and do not call the field `source`; \
            for a type of yours, derive `AppError` or implement `Error`; for a `Failure`, take a `FailureError`"
)]
pub trait IsError {
    fn never(&self) -> !;
}

/// A source as a trait object.
#[doc(hidden)]
pub trait AsDynError<'a> {
    fn as_dyn_error(&self) -> &(dyn Error + 'a);
}

impl<'a, T: Error + 'a> AsDynError<'a> for T {
    fn as_dyn_error(&self) -> &(dyn Error + 'a) {
        self
    }
}

macro_rules! trait_objects {
    ($($object:ty),*) => {$(
        impl<'a> AsDynError<'a> for $object {
            fn as_dyn_error(&self) -> &(dyn Error + 'a) {
                self
            }
        }
    )*};
}
trait_objects!(
    dyn Error + 'a,
    dyn Error + Send + 'a,
    dyn Error + Send + Sync + 'a,
    dyn Error + Send + Sync + UnwindSafe + 'a
);
