//! What an error captures when it is made: its location and a backtrace.

use super::rows::{self, Rows};
use core::panic::Location;
use std::{
    backtrace::{Backtrace, BacktraceStatus},
    sync::Arc,
};

/// Returns whether the location is in the standard library, as with `map_err(Failure::from)`: it does not help to find
/// the error.
#[inline]
pub(crate) fn is_in_std(location: &Location<'_>) -> bool {
    location.file().starts_with("/rustc/")
}

/// The type of a field for the location of an error.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the location of an error",
    label = "not a location",
    note = "write `&'static std::panic::Location<'static>`, or an `Option` of it"
)]
pub trait LocationField {
    fn of(location: &'static Location<'static>) -> Self;
    fn location(&self) -> Option<&'static Location<'static>>;
    /// Sets the location, unless a helpful one is set.
    fn fill(&mut self, location: &'static Location<'static>);
}

impl LocationField for &'static Location<'static> {
    fn of(location: &'static Location<'static>) -> Self {
        location
    }
    fn location(&self) -> Option<&'static Location<'static>> {
        Some(self)
    }
    fn fill(&mut self, location: &'static Location<'static>) {
        if is_in_std(self) {
            *self = location;
        }
    }
}

impl LocationField for Option<&'static Location<'static>> {
    fn of(location: &'static Location<'static>) -> Self {
        Some(location)
    }
    fn location(&self) -> Option<&'static Location<'static>> {
        *self
    }
    fn fill(&mut self, location: &'static Location<'static>) {
        if self.is_none_or(is_in_std) && !is_in_std(location) {
            *self = Some(location);
        }
    }
}

/// A field that has a backtrace: a captured one, or an errcode error with one.
#[doc(hidden)]
pub trait AsBacktrace {
    fn as_backtrace(&self) -> Option<&Backtrace>;
}

/// Any other field. Method resolution prefers [`AsBacktrace`], which needs one reference less.
#[doc(hidden)]
pub trait NoBacktrace {
    fn as_backtrace(&self) -> Option<&'static Backtrace> {
        None
    }
}

impl<T: ?Sized> NoBacktrace for &T {}

impl<T: Rows> AsBacktrace for T {
    fn as_backtrace(&self) -> Option<&Backtrace> {
        rows::resolve(self).captured().backtrace
    }
}

fn captured(backtrace: &Backtrace) -> Option<&Backtrace> {
    (backtrace.status() == BacktraceStatus::Captured).then_some(backtrace)
}

macro_rules! backtraces {
    ($($ty:ty: $field:ident => $backtrace:expr;)*) => {$(
        impl AsBacktrace for $ty {
            fn as_backtrace(&self) -> Option<&Backtrace> {
                let $field = self;
                $backtrace.and_then(captured)
            }
        }
    )*};
}
backtraces! {
    Backtrace: field => Some(field);
    Box<Backtrace>: field => Some(&**field);
    Arc<Backtrace>: field => Some(&**field);
    Option<Backtrace>: field => field.as_ref();
    Option<Box<Backtrace>>: field => field.as_deref();
    Option<Arc<Backtrace>>: field => field.as_deref();
}
