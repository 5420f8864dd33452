//! Other names for the schemas of errors, where the service has schemas by their names.

use crate::{beside_success::operations, responses::ERROR_CODES};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::openapi::{Components, OpenApi, RefOr};

/// The names that the service has schemas of its own by.
pub(crate) struct Renamed(Vec<String>);

/// The begin of the other name.
const PREFIX: &str = "Errcode";

impl Renamed {
    /// Finds the schemas of a document that are called like one of ours, and are another one.
    pub(crate) fn of(openapi: &OpenApi, ours: &OpenApi) -> Self {
        let (Some(theirs), Some(ours)) = (&openapi.components, &ours.components) else {
            return Self(Vec::new());
        };
        let is_other = |name: &&String| {
            theirs.schemas.get(*name).is_some_and(|theirs| *theirs != ours.schemas[*name])
        };
        Self(ours.schemas.keys().filter(is_other).cloned().collect())
    }

    /// Renames the schemas in a document that has only ours.
    pub(crate) fn schemas(&self, ours: &mut OpenApi) {
        let Some(components) = ours.components.as_mut().filter(|_| !self.0.is_empty()) else {
            return;
        };
        *components = self.renamed::<Components>(components);
        for name in &self.0 {
            if let Some(schema) = components.schemas.remove(name) {
                components.schemas.insert(format!("{PREFIX}{name}"), schema);
            }
        }
    }

    /// Renames what the responses of `codes!` refer to.
    pub(crate) fn responses(&self, openapi: &mut OpenApi) {
        if self.0.is_empty() {
            return;
        }
        for operation in openapi.paths.paths.values_mut().flat_map(operations) {
            for response in operation.responses.responses.values_mut() {
                let RefOr::T(own) = response else { continue };
                let extensions = own.extensions.as_ref();
                if extensions.is_some_and(|extensions| extensions.contains_key(ERROR_CODES)) {
                    *own = self.renamed(own);
                }
            }
        }
    }

    fn renamed<T: Serialize + DeserializeOwned>(&self, value: &T) -> T {
        let reference = |name: &str| format!("\"#/components/schemas/{name}\"");
        let text = serde_json::to_string(value)
            .unwrap_or_else(|error| unreachable!("plain data: {error}"));
        let text = self.0.iter().fold(text, |text, name| {
            text.replace(&reference(name), &reference(&format!("{PREFIX}{name}")))
        });
        serde_json::from_str(&text)
            .unwrap_or_else(|error| unreachable!("it was written above: {error}"))
    }
}
