//! OpenAPI 3.1 components: a schema per code and form, and a response per status.

use crate::schema::{self, FORMS, Form};
use errcode_catalog::{CatalogData, Entry};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const SCHEMAS: &str = "#/components/schemas/";

/// A document of components alone: to be merged into a service's own, or referred to.
pub(crate) fn document(data: &CatalogData) -> String {
    let mut schemas = Map::new();
    for Form { ending, schema, .. } in FORMS {
        for entry in data.entries() {
            schemas.insert(schema::definition(&entry.code, ending), schema(entry));
        }
    }
    let mut by_status: BTreeMap<u16, Vec<&Entry>> = BTreeMap::new();
    for entry in data.entries().filter(|entry| !entry.is_internal()) {
        by_status.entry(entry.status).or_default().push(entry);
    }
    let responses: Map<String, Value> = by_status
        .iter()
        .map(|(status, entries)| (format!("Error{status}"), response(entries)))
        .collect();
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": schema::title(data), "version": "1" },
        "paths": {},
        "components": { "schemas": schemas, "responses": responses },
    });
    schema::pretty(&document)
}

/// Every code of one status.
fn response(entries: &[&Entry]) -> Value {
    let lines: Vec<String> =
        entries.iter().map(|entry| format!("`{}` {}", entry.code, entry.title)).collect();
    let codes: Vec<&str> = entries.iter().map(|entry| entry.code.as_str()).collect();
    let content: Map<String, Value> =
        FORMS.iter().map(|form| (form.media_type.to_owned(), content(entries, form))).collect();
    json!({
        "description": lines.join("  \n"),
        "headers": { "X-Error-Code": { "schema": { "type": "string", "enum": codes } } },
        "content": content,
        "x-error-codes": codes,
    })
}

fn content(entries: &[&Entry], form: &Form) -> Value {
    let schemas: Vec<Value> =
        entries.iter().map(|entry| schema::reference(SCHEMAS, &entry.code, form.ending)).collect();
    let schema =
        if let [one] = schemas.as_slice() { one.clone() } else { json!({ "oneOf": schemas }) };
    let mut examples = Map::new();
    for entry in entries {
        let body = entry.examples.iter().find(|example| example.form == form.name);
        let value = body.and_then(|example| serde_json::from_str::<Value>(&example.body).ok());
        if let Some(value) = value {
            examples.insert(
                schema::definition(&entry.code, ""),
                json!({ "summary": entry.title, "value": value }),
            );
        }
    }
    json!({ "schema": schema, "examples": examples })
}
