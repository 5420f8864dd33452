//! Values that can be written as JSON.

use super::{serializer::Serializer, unserializable::Unserializable};
use serde_core::Serialize;

/// A value that can be written as JSON: every `Serialize` type.
pub(crate) trait ToJson {
    fn to_json(&self, out: &mut Vec<u8>) -> Result<(), Unserializable>;
}

impl<T: Serialize> ToJson for T {
    fn to_json(&self, out: &mut Vec<u8>) -> Result<(), Unserializable> {
        self.serialize(Serializer::new(out))
    }
}

/// Writes the value, or `null` if that fails, so that a body never has half a value.
pub(crate) fn push_or_null(out: &mut Vec<u8>, value: &dyn ToJson) {
    let start = out.len();
    if value.to_json(out).is_err() {
        out.truncate(start);
        out.extend_from_slice(b"null");
    }
}
