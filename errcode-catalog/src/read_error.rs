//! Errors in a file, with their place.

use core::fmt;

/// Some editors put this at the beginning of a file.
#[cfg(any(feature = "diff", feature = "lint", feature = "lock"))]
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';

/// Why a file cannot be read, with the line and column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    file: String,
    line: usize,
    column: usize,
    message: String,
}

impl ReadError {
    pub(crate) fn new(file: &str, line: usize, column: usize, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, column, message: message.into() }
    }

    pub(crate) fn of_json(file: &str, error: &serde_json::Error) -> Self {
        Self::new(file, error.line(), error.column(), without_place(&error.to_string()))
    }

    /// Returns the error in a line that was parsed on its own, after `before` columns.
    #[cfg(feature = "lock")]
    pub(crate) fn of_line(
        file: &str,
        line: usize,
        before: usize,
        error: &serde_json::Error,
    ) -> Self {
        Self::new(file, line, before + error.column(), without_place(&error.to_string()))
    }

    /// Returns the name of the file.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Returns the line, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// Returns the column, counted from 1, or 0 for the whole line.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }

    /// Returns the message without the place.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// Removes the place at the end of a message of `serde_json`.
fn without_place(message: &str) -> &str {
    message.rsplit_once(" at line ").map_or(message, |(message, _)| message)
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column.max(1), self.message)
    }
}

impl std::error::Error for ReadError {}
