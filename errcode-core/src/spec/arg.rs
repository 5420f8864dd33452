//! One field of an error value, as its templates and details use it.

use super::violation::FieldViolation;
use crate::json;
use core::{any::Any, fmt, time::Duration};
use serde_core::Serialize;
use std::path::{Path, PathBuf};

/// A field's value as the derive passes it on. How it is written follows from how the attributes use the field, never
/// from the traits that its type happens to implement.
#[derive(Clone, Copy)]
pub struct Arg<'a>(pub(crate) Kind<'a>);

#[derive(Clone, Copy)]
pub(crate) enum Kind<'a> {
    None,
    Redacted,
    Str(&'a str),
    U64(u64),
    I64(i64),
    Bool(bool),
    Text(&'a dyn fmt::Display),
    Json(&'a dyn json::ToJson),
    Both(&'a dyn TextJson),
    Debug(&'a dyn fmt::Debug),
    Path(&'a Path),
    After(Option<Duration>),
    Violations(&'a [FieldViolation]),
}

/// Without the value, which may be secret.
impl fmt::Debug for Arg<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Arg")
    }
}

/// `Display` and JSON in one trait object.
pub(crate) trait TextJson: fmt::Display + json::ToJson {}
impl<T: fmt::Display + Serialize> TextJson for T {}

impl<'a> Arg<'a> {
    /// No value, which pads the array of a variant with fewer fields than others.
    pub const NONE: Self = Self(Kind::None);
    /// A `#[sensitive]` field.
    pub const REDACTED: Self = Self(Kind::Redacted);

    /// Passes a field that templates name.
    #[inline]
    pub fn text<T: Shown + 'static>(value: &'a T) -> Self {
        Self(scalar(value).unwrap_or(Kind::Text(value)))
    }

    /// Does the same as [`text`](Self::text) for a type that may borrow.
    #[inline]
    pub fn text_ref<T: Shown>(value: &'a T) -> Self {
        Self(Kind::Text(value))
    }

    /// Passes a `#[detail]` field.
    #[inline]
    pub fn json<T: Serialize + 'static>(value: &'a T) -> Self {
        Self(scalar(value).unwrap_or(Kind::Json(value)))
    }

    /// Does the same as [`json`](Self::json) for a type that may borrow.
    #[inline]
    pub fn json_ref<T: Serialize>(value: &'a T) -> Self {
        Self(Kind::Json(value))
    }

    /// Passes a `#[detail]` field that templates name too.
    #[inline]
    pub fn both<T: Shown + Serialize + 'static>(value: &'a T) -> Self {
        Self(scalar(value).unwrap_or(Kind::Both(value)))
    }

    /// Does the same as [`both`](Self::both) for a type that may borrow.
    #[inline]
    pub fn both_ref<T: Shown + Serialize>(value: &'a T) -> Self {
        Self(Kind::Both(value))
    }

    /// Passes a field that a message shows as `{field:?}`.
    #[inline]
    pub fn debug<T: fmt::Debug>(value: &'a T) -> Self {
        Self(Kind::Debug(value))
    }

    /// Passes a field that says how long to wait before a retry.
    #[inline]
    pub fn after<T: RetryAfter>(value: &T) -> Self {
        Self(Kind::After(value.retry_after()))
    }

    /// Passes a `#[violations]` field.
    #[inline]
    pub fn violations<T: Violations>(value: &'a T) -> Self {
        Self(Kind::Violations(value.as_ref()))
    }
}

/// Returns the values that need no formatter. The comparison of types is folded at compile time.
#[inline]
fn scalar<T: 'static>(value: &T) -> Option<Kind<'_>> {
    let any: &dyn Any = value;
    macro_rules! of {
        ($($type:ty, $it:ident => $kind:expr;)*) => {
            $(if let Some($it) = any.downcast_ref::<$type>() { return Some($kind); })*
        };
    }
    of! {
        String, it => Kind::Str(it);
        &'static str, it => Kind::Str(it);
        u64, it => Kind::U64(*it);
        i64, it => Kind::I64(*it);
        u32, it => Kind::U64(u64::from(*it));
        i32, it => Kind::I64(i64::from(*it));
        usize, it => Kind::U64(*it as u64);
        u16, it => Kind::U64(u64::from(*it));
        u8, it => Kind::U64(u64::from(*it));
        bool, it => Kind::Bool(*it);
    }
    None
}

/// What a `#[violations]` field can be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of field violations",
    label = "a `#[violations]` field is a `Vec<FieldViolation>`",
    note = "without a violation, the list is empty; an empty list is left out of the answer"
)]
pub trait Violations: AsRef<[FieldViolation]> {}

#[diagnostic::do_not_recommend]
impl<T: AsRef<[FieldViolation]>> Violations for T {}

/// What a text can show.
#[diagnostic::on_unimplemented(
    message = "`{Self}` doesn't implement `Display`",
    label = "texts, headers and subjects show this field by its `Display`",
    note = "in the message, write `{{field:?}}` for `Debug`, or `{{}}` and an expression; elsewhere, give the field a \
            type with `Display`"
)]
pub trait Shown: fmt::Display {}

#[diagnostic::do_not_recommend]
impl<T: fmt::Display> Shown for T {}

/// A type that says how long to wait before a retry: `Duration`, `Option<Duration>`, or whole seconds.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how long to wait",
    label = "`retryable(after = …)` takes a `Duration`, an `Option<Duration>` or whole seconds"
)]
pub trait RetryAfter {
    /// Returns the delay, where it is known.
    fn retry_after(&self) -> Option<Duration>;
}

impl RetryAfter for Duration {
    fn retry_after(&self) -> Option<Duration> {
        Some(*self)
    }
}

impl<T: RetryAfter> RetryAfter for Option<T> {
    fn retry_after(&self) -> Option<Duration> {
        self.as_ref().and_then(T::retry_after)
    }
}

macro_rules! whole_seconds {
    ($($unsigned:ty)*; $($signed:ty)*) => {
        $(impl RetryAfter for $unsigned {
            fn retry_after(&self) -> Option<Duration> {
                Some(Duration::from_secs(*self as u64))
            }
        })*
        $(impl RetryAfter for $signed {
            fn retry_after(&self) -> Option<Duration> {
                u64::try_from(*self).ok().map(Duration::from_secs)
            }
        })*
    };
}
whole_seconds!(u8 u16 u32 u64 usize; i32 i64);

/// What a template shows of a field whose type is called `Path` or `PathBuf`.
///
/// The paths of std have no `Display`, but a user's type of that name may have one. The derive calls the method on the
/// reference, so that method resolution finds the paths first and any other type one autoref later.
pub trait AsText<'a> {
    /// Returns the value as an argument.
    #[allow(
        clippy::wrong_self_convention,
        reason = "the receiver is a reference, picked by autoref"
    )]
    fn as_text(self) -> Arg<'a>;
}

impl<'a> AsText<'a> for &'a Path {
    fn as_text(self) -> Arg<'a> {
        Arg(Kind::Path(self))
    }
}

impl<'a> AsText<'a> for &'a PathBuf {
    fn as_text(self) -> Arg<'a> {
        Arg(Kind::Path(self))
    }
}

impl<'a, T: fmt::Display> AsText<'a> for &&'a T {
    fn as_text(self) -> Arg<'a> {
        Arg::text_ref(*self)
    }
}
