//! The operations of an OpenAPI document, by the codes that they answer with.

use crate::docs_error::DocsError;
use serde::Serialize;
use serde_json::Value;
use std::collections::HashMap;

/// The operations that answer with a code.
#[derive(Clone, Debug, Default)]
pub(crate) struct Operations {
    /// By the code in upper case.
    by_code: HashMap<String, Vec<Operation>>,
    /// Whether the document has the operation of errcode's page to read it.
    pub(crate) has_page: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Operation {
    /// `GET`
    method: String,
    path: String,
    summary: String,
    /// Its place on the page to read the document.
    id: String,
}

const METHODS: [&str; 8] = ["get", "post", "put", "patch", "delete", "head", "options", "trace"];

impl Operations {
    pub(crate) fn read(document: &str) -> Result<Self, DocsError> {
        let document: Value = serde_json::from_str(document)
            .map_err(|error| DocsError::OpenApi(error.to_string()))?;
        let mut all = Self::default();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for method in METHODS {
                all.add(&document, method, path, &item[method]);
            }
        }
        Ok(all)
    }

    fn add(&mut self, document: &Value, method: &str, path: &str, operation: &Value) {
        let text = |name: &str| operation[name].as_str().map(str::to_owned);
        let id = text("operationId").unwrap_or_else(|| format!("{method}-{path}"));
        self.has_page |= id == "showDocs" && path.ends_with("/docs");
        let found = Operation {
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text("summary").unwrap_or_default(),
            id,
        };
        for response in operation["responses"].as_object().into_iter().flatten() {
            let codes = resolved(document, response.1)["x-error-codes"].as_array();
            for code in codes.into_iter().flatten().filter_map(Value::as_str) {
                let known = self.by_code.entry(code.to_uppercase()).or_default();
                if !known.contains(&found) {
                    known.push(found.clone());
                }
            }
        }
    }

    /// Returns whether an operation answers with one of these codes.
    pub(crate) fn has_any<'c>(&self, mut codes: impl Iterator<Item = &'c str>) -> bool {
        codes.any(|code| !self.of(code).is_empty())
    }

    pub(crate) fn of(&self, code: &str) -> &[Operation] {
        self.by_code.get(&code.to_uppercase()).map_or(&[], Vec::as_slice)
    }
}

/// Follows a reference within the document.
fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let place = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    place.and_then(|place| document.pointer(place)).unwrap_or(value)
}
