//! URL-encoded pairs: queries, and forms in bodies.

use super::{Part, mismatch::refusal};
use errcode_core::{Failure, FrameworkFault};
use serde_core::de::DeserializeOwned;

/// The media type of forms.
pub const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

/// Reads URL-encoded pairs.
///
/// # Errors
///
/// `fault` if a field is missing or does not fit its type, with that field.
pub fn from_bytes<T: DeserializeOwned>(
    pairs: &[u8],
    fault: FrameworkFault,
    part: Part,
) -> Result<T, Failure> {
    let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(pairs));
    serde_path_to_error::deserialize(pairs)
        .map_err(|error| refusal(fault, part, error.path(), &error.inner().to_string()))
}
