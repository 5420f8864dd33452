//! A view of one detail of a row.

use super::table::Entry;
use core::fmt;
use errcode_format::{DetailData, DetailKind, tag};

/// A field that clients see, as a member of `details`.
///
/// ```
/// use errcode_core::{AppError, Coded};
///
/// #[derive(Debug, AppError)]
/// #[error("disk full", code = "E3003", status = 507)]
/// struct DiskFull {
///     #[detail(example = 2048)]
///     free_bytes: u64,
/// }
///
/// let detail = DiskFull { free_bytes: 17 }.spec().details().next().unwrap();
/// assert_eq!((detail.name(), detail.type_name(), detail.example()), ("free_bytes", "u64", Some("2048")));
/// assert!(!detail.is_text());
/// ```
#[derive(Clone, Copy)]
pub struct DetailSpec(Entry);

impl DetailSpec {
    #[inline]
    pub(crate) fn from_entry(entry: Entry) -> Option<Self> {
        (entry.tag == tag::DETAIL).then_some(Self(entry))
    }

    #[inline]
    fn data(self) -> DetailData {
        DetailData::read(self.0.data)
    }

    fn parts(self) -> (&'static str, &'static str, &'static str) {
        let DetailData { name_len, type_len, .. } = self.data();
        let (name, rest) = self.0.text().split_at(usize::from(name_len));
        let (ty, example) = rest.split_at(usize::from(type_len));
        (name, ty, example)
    }

    /// Returns the name of the member in `details`.
    #[inline]
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.text_head(usize::from(self.data().name_len))
    }

    /// Returns the type of the field, as it is written.
    #[must_use]
    pub fn type_name(self) -> &'static str {
        self.parts().1
    }

    /// Returns the example for the documentation.
    #[must_use]
    pub fn example(self) -> Option<&'static str> {
        Some(self.parts().2).filter(|example| !example.is_empty())
    }

    /// Returns whether the member is always a string in JSON, for any type of the field.
    #[must_use]
    #[inline]
    pub fn is_text(self) -> bool {
        self.kind() != DetailKind::Json
    }

    pub(crate) fn kind(self) -> DetailKind {
        self.data().kind
    }

    pub(crate) fn argument(self) -> usize {
        usize::from(self.data().argument)
    }
}

impl fmt::Debug for DetailSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name(), self.type_name())
    }
}
