//! What must hold of a catalog that came from a file.

use super::{CatalogData, Entry, Source};
use crate::grammar::is_code;
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The internal part, which is whole or absent: half of one must not make an internal code a public one.
pub(super) fn source<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Source>, D::Error> {
    let rest = Map::<String, Value>::deserialize(deserializer)?;
    let any = ["level", "enum", "variant", "module", "file", "line", "internal", "public_as"];
    if !any.iter().any(|name| rest.contains_key(*name)) {
        return Ok(None);
    }
    serde_json::from_value(rest.into()).map(Some).map_err(D::Error::custom)
}

impl CatalogData {
    /// Whether the codes are codes, each once, with the status of an error: what holds of every catalog, and of a file from elsewhere may not.
    ///
    /// # Errors
    ///
    /// What is wrong with the first that is none.
    pub fn check(&self) -> Result<(), String> {
        let mut seen = BTreeSet::new();
        for code in self.codes() {
            if !is_code(code) {
                return Err(format!("`{}` is no code", code.escape_debug()));
            }
            if !seen.insert(code.to_ascii_uppercase()) {
                return Err(format!("`{code}` stands twice"));
            }
        }
        match self.entries().find(|entry| !(400..=599).contains(&entry.status)) {
            Some(Entry { code, status, .. }) => {
                Err(format!("`{code}` has status {status}, which is no error"))
            }
            None => Ok(()),
        }
    }
}
