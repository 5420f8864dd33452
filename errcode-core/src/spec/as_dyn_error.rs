//! How the derive gets the source of an error from a field of any type.

use core::error::Error;
use std::panic::UnwindSafe;

/// A source as a trait object: a concrete error, a boxed one, or one in a reference-counted pointer.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an error",
    label = "a source must implement `std::error::Error`",
    note = "rename the field, or remove `#[source]` or `#[from]`"
)]
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
