//! Values without a JSON form.

use std::fmt;

/// Why a value has no JSON form: its `Serialize` said so, or a map key is no string.
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
