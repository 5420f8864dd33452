//! OpenAPI 3.1 components: a schema for each code and body format, and a response for each status.

use crate::schema::{self, BODIES, BodySchema};
use errcode_catalog::{CatalogData, Entry};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

const SCHEMAS: &str = "#/components/schemas/";

/// Returns a document of components only, to be merged into the document of a service or referenced
/// from it.
pub(crate) fn document(data: &CatalogData) -> String {
    let mut schemas = Map::new();
    for BodySchema { ending, schema, .. } in BODIES {
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

/// Returns the response with all codes of a status.
fn response(entries: &[&Entry]) -> Value {
    let lines: Vec<String> =
        entries.iter().map(|entry| format!("`{}` {}", entry.code, entry.title)).collect();
    let codes: Vec<&str> = entries.iter().map(|entry| entry.code.as_str()).collect();
    let content: Map<String, Value> =
        BODIES.iter().map(|body| (body.media_type.to_owned(), content(entries, body))).collect();
    json!({
        "description": lines.join("  \n"),
        "headers": { "X-Error-Code": { "schema": { "type": "string", "enum": codes } } },
        "content": content,
        "x-error-codes": codes,
    })
}

fn content(entries: &[&Entry], described: &BodySchema) -> Value {
    let schemas: Vec<Value> = entries
        .iter()
        .map(|entry| schema::reference(SCHEMAS, &entry.code, described.ending))
        .collect();
    let schema =
        if let [one] = schemas.as_slice() { one.clone() } else { json!({ "oneOf": schemas }) };
    let mut examples = Map::new();
    for entry in entries {
        let body = entry.examples.iter().find(|example| example.format == described.name);
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
