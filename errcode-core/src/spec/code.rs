//! The code.

use core::{fmt, ops::Deref};

/// A stable error code such as `E2001`: a letter or digit, then letters, digits and `_ - . :`, at most 64 bytes.
///
/// Every code comes from a row of a table, so it is `'static` and cheap to copy.
///
/// ```
/// use errcode_core::{AppError, Coded};
///
/// #[derive(Debug, AppError)]
/// #[error("no project {0}", code = "E2001", status = 404)]
/// struct NotFound(u64);
///
/// let code = NotFound(17).spec().code();
/// assert_eq!(code, "E2001");
/// assert!(code.starts_with("E2")); // it is a `str`
/// assert_eq!(format!("{code:>7}"), "  E2001");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub(crate) &'static str);

impl Code {
    /// Returns the code as text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl Deref for Code {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}

impl AsRef<str> for Code {
    fn as_ref(&self) -> &str {
        self.0
    }
}

impl PartialEq<str> for Code {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Code {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}
