//! Errors about names.

use core::fmt;

/// Why a name, for example of a rule, a level or a format, is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError(String);

impl NameError {
    #[cfg(any(feature = "diff", feature = "lint"))]
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// Creates the error about a name that is not in a closed list.
    #[doc(hidden)]
    #[must_use]
    pub fn unknown(what: &str, name: &str, expected: &[&str]) -> Self {
        let names: Vec<String> = expected.iter().map(|name| format!("`{name}`")).collect();
        let listed = match names.as_slice() {
            [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
            all => all.concat(),
        };
        Self(format!("unknown {what} `{name}`; expected {listed}"))
    }
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NameError {}
