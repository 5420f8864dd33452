//! OpenAPI 3.1 components: a schema for each code and body format, and a response for each status.

use crate::{
    lines::Lines,
    schema::{self, BODIES, BodySchema},
};
use errcode_catalog::{CatalogData, Entry};
use serde_json::{Value, json, value::RawValue};
use std::collections::BTreeMap;

const SCHEMAS: &str = "#/components/schemas/";

/// Returns a document of components only, to be merged into the document of a service or referenced
/// from it.
pub(crate) fn document(data: &CatalogData) -> Vec<u8> {
    let mut out = Vec::new();
    let mut document = Lines::open(&mut out);
    document.add("openapi", "3.1.0");
    document.add("info", &json!({ "title": schema::title(data), "version": "1" }));
    document.add("paths", &json!({}));
    let mut components = Lines::open(document.member("components"));
    let mut schemas = Lines::open(components.member("schemas"));
    schema::write(&mut schemas, data, SCHEMAS);
    schemas.close();
    let mut responses = Lines::open(components.member("responses"));
    for (status, entries) in by_status(data) {
        write_response(responses.member(&format!("Error{status}")), &entries);
    }
    responses.close();
    components.close();
    document.close();
    out.push(b'\n');
    out
}

fn by_status(data: &CatalogData) -> BTreeMap<u16, Vec<&Entry>> {
    let mut by_status = BTreeMap::<u16, Vec<&Entry>>::new();
    for entry in schema::shown(data) {
        by_status.entry(entry.status).or_default().push(entry);
    }
    by_status
}

/// Writes the response with all codes of a status.
fn write_response(out: &mut Vec<u8>, entries: &[&Entry]) {
    let codes: Vec<&str> = entries.iter().map(|entry| entry.code.as_str()).collect();
    let lines: Vec<String> =
        entries.iter().map(|entry| format!("`{}` {}", entry.code, entry.title)).collect();
    let mut response = Lines::open(out);
    response.add("description", &lines.join("  \n"));
    response.add(
        "headers",
        &json!({ "X-Error-Code": { "schema": { "type": "string", "enum": codes } } }),
    );
    let mut content = Lines::open(response.member("content"));
    for body in &BODIES {
        write_content(content.member(body.media_type), entries, body);
    }
    content.close();
    response.add("x-error-codes", &codes);
    response.close();
}

fn write_content(out: &mut Vec<u8>, entries: &[&Entry], body: &BodySchema) {
    let mut content = Lines::open(out);
    content.add("schema", &union(entries, body));
    let mut examples = Lines::open(content.member("examples"));
    for entry in entries {
        let example = entry.examples.iter().find(|example| example.format == body.name);
        // A foreign `catalog.json` may contain any text.
        let value = example.and_then(|it| serde_json::from_str::<&RawValue>(&it.body).ok());
        if let Some(value) = value {
            let mut example = Lines::compact(examples.member(&schema::definition(&entry.code, "")));
            example.add("summary", &entry.title);
            example.add("value", value);
            example.close();
        }
    }
    examples.close();
    content.close();
}

/// Returns a schema of which exactly one arm is valid for each body.
fn union(entries: &[&Entry], body: &BodySchema) -> Value {
    let reference = |entry: &&Entry| schema::reference(SCHEMAS, &entry.code, body.ending);
    let mut arms: Vec<Value> = entries.iter().map(reference).collect();
    arms.extend(body.rest(SCHEMAS, &arms));
    match arms.as_slice() {
        [one] => one.clone(),
        _ => json!({ "oneOf": arms }),
    }
}
