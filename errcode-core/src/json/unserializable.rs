//! Values that cannot be written as JSON.

use std::fmt;

/// Why a value cannot be written as JSON: its `Serialize` failed, or a map key is not a string.
#[derive(Debug)]
pub(crate) struct Unserializable(String);

impl fmt::Display for Unserializable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unserializable {}

impl serde_core::ser::Error for Unserializable {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}
