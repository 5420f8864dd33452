//! Checks of a catalog that was read from a file.

use super::{CatalogData, Entry, Source};
use crate::grammar::is_code;
use core::fmt;
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Reads the internal part, which must be complete or absent: an incomplete one must not turn an
/// internal code into a public one.
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

/// What is wrong with the codes of a [`CatalogData`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidCatalog(String);

impl fmt::Display for InvalidCatalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidCatalog {}

impl CatalogData {
    /// Checks what compiled catalogs guarantee but a file may violate: the codes are valid and
    /// unique, and have the status of an answer. A service's own body format may answer with 200.
    ///
    /// # Errors
    ///
    /// Returns an error about the first code that is wrong.
    pub fn check(&self) -> Result<(), InvalidCatalog> {
        let mut seen = BTreeSet::new();
        for code in self.codes() {
            if !is_code(code) {
                return Err(InvalidCatalog(format!("invalid code `{}`", code.escape_debug())));
            }
            if !seen.insert(code.to_ascii_uppercase()) {
                return Err(InvalidCatalog(format!("duplicate code `{code}`")));
            }
        }
        match self.entries().find(|entry| !(200..=599).contains(&entry.status)) {
            Some(Entry { code, status, .. }) => Err(InvalidCatalog(format!(
                "`{code}` has status {status}, which is not the status of an answer"
            ))),
            None => Ok(()),
        }
    }
}
