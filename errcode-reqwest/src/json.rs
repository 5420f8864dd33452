//! Bodies as JSON.

use serde_core::de::DeserializeOwned;
use serde_json::error::Category;
use std::{error::Error, fmt};

/// Where a body is wrong. The text of the parser's error has the peer's values.
#[derive(Debug)]
pub(crate) struct Misread {
    category: Category,
    line: usize,
    column: usize,
}

pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Misread> {
    // A reader may ignore a byte order mark, which some servers write (RFC 8259 section 8.1).
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    serde_json::from_slice(body).map_err(|error| Misread {
        category: error.classify(),
        line: error.line(),
        column: error.column(),
    })
}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, .. } = self;
        match self.category {
            Category::Data => write!(f, "JSON of another shape at line {line} column {column}"),
            Category::Eof => write!(f, "JSON that ends early at line {line} column {column}"),
            Category::Syntax | Category::Io => {
                write!(f, "not JSON at line {line} column {column}")
            }
        }
    }
}

impl Error for Misread {}
