//! JSON Schemas (draft 2020-12) of the bodies, with a definition for each code and body format.

use errcode_catalog::{CatalogData, Entry};
use errcode_core::shape::Shape;
use serde_json::{Map, Value, json};

/// The schema of a standard body format.
pub(crate) struct BodySchema {
    pub(crate) name: &'static str,
    pub(crate) media_type: &'static str,
    /// The suffix of the names of its definitions.
    pub(crate) ending: &'static str,
    pub(crate) schema: fn(&Entry) -> Value,
}

pub(crate) const BODIES: [BodySchema; 3] = [
    BodySchema { name: "envelope", media_type: "application/json", ending: "", schema: envelope },
    BodySchema {
        name: "problem",
        media_type: "application/problem+json",
        ending: ".problem",
        schema: problem,
    },
    BodySchema {
        name: "json-api",
        media_type: "application/vnd.api+json",
        ending: ".json-api",
        schema: json_api,
    },
];

/// Returns one schema for any body, with the schemas of the codes as definitions.
pub(crate) fn document(data: &CatalogData) -> String {
    let mut definitions = Map::new();
    let mut formats = Vec::new();
    for BodySchema { name, ending, schema, .. } in BODIES {
        let codes: Vec<Value> =
            data.entries().map(|entry| reference("#/$defs/", &entry.code, ending)).collect();
        for entry in data.entries() {
            definitions.insert(definition(&entry.code, ending), schema(entry));
        }
        // A newer service may return codes that are unknown here.
        definitions.insert(name.to_owned(), json!({ "anyOf": codes }));
        formats.push(json!({ "$ref": format!("#/$defs/{name}") }));
    }
    let document = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title(data),
        "anyOf": formats,
        "$defs": definitions,
    });
    pretty(&document)
}

pub(crate) fn title(data: &CatalogData) -> String {
    if data.service.is_empty() {
        "error codes".to_owned()
    } else {
        format!("error codes of {}", data.service)
    }
}

pub(crate) fn pretty(document: &Value) -> String {
    format!("{document:#}\n")
}

/// Returns the unique name of a code's schema. OpenAPI allows letters, digits and `. - _` in it, and the
/// suffixes of the body formats and the names of the unions are taken. So a code with other letters or a taken
/// name is escaped: `..` and two hexadecimal digits are a byte. Unescaped names never contain `..`.
pub(crate) fn definition(code: &str, ending: &str) -> String {
    let taken = |body: &BodySchema| {
        code == body.name || !body.ending.is_empty() && code.ends_with(body.ending)
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let allowed = code.bytes().all(|byte| is_plain(byte) || byte == b'.');
    if allowed && !code.is_empty() && !code.contains("..") && !BODIES.iter().any(taken) {
        return format!("{code}{ending}");
    }
    let is_name = BODIES.iter().any(|body| code == body.name);
    let letter = |(place, byte): (usize, u8)| {
        let stays = is_plain(byte) && !(is_name && place == 0);
        if stays { char::from(byte).to_string() } else { format!("..{byte:02x}") }
    };
    let escaped: String = code.bytes().enumerate().map(letter).collect();
    // The empty code needs a name too.
    if escaped.is_empty() { format!("..{ending}") } else { format!("{escaped}{ending}") }
}

pub(crate) fn reference(prefix: &str, code: &str, ending: &str) -> Value {
    json!({ "$ref": format!("{prefix}{}", definition(code, ending)) })
}

fn object(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties })
}

/// Adds `details` to `required` and `properties` if the code has some.
fn with_details(entry: &Entry, mut required: Vec<&'static str>, mut properties: Value) -> Value {
    if entry.has_details() {
        required.push("details");
    }
    if !entry.details.is_empty() {
        properties["details"] = details(entry);
    }
    object(&required, properties)
}

fn details(entry: &Entry) -> Value {
    let names: Vec<&str> = entry.details.iter().map(|detail| detail.name.as_str()).collect();
    let properties: Map<String, Value> = entry
        .details
        .iter()
        .map(|detail| (detail.name.clone(), of_shape(&detail.shape())))
        .collect();
    object(&names, properties.into())
}

fn of_shape(shape: &Shape) -> Value {
    match shape {
        Shape::Text => json!({ "type": "string" }),
        Shape::Integer => json!({ "type": "integer" }),
        Shape::Number => json!({ "type": "number" }),
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::Null => json!({ "type": "null" }),
        Shape::Optional(inner) => json!({ "anyOf": [of_shape(inner), { "type": "null" }] }),
        Shape::List(item) => json!({ "type": "array", "items": of_shape(item) }),
        Shape::Map(value) => json!({ "type": "object", "additionalProperties": of_shape(value) }),
        Shape::Unknown(name) => json!({ "description": format!("The Rust type `{name}`.") }),
    }
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn envelope(entry: &Entry) -> Value {
    let error = with_details(
        entry,
        vec!["code", "message", "retryable"],
        json!({
            "code": { "const": entry.code },
            "message": text(),
            "field": text(),
            "retryable": { "type": "boolean" },
            "retry_after": { "type": "integer", "minimum": 1 },
            "docs": text(),
        }),
    );
    let mut schema = object(
        &["success", "error", "timestamp"],
        json!({
            "success": { "const": false },
            "error": error,
            "request_id": text(),
            "trace_id": text(),
            "task_id": text(),
            "timestamp": { "type": "string", "format": "date-time" },
        }),
    );
    schema["title"] = entry.title.clone().into();
    schema
}

fn problem(entry: &Entry) -> Value {
    let mut schema = with_details(
        entry,
        vec!["title", "status", "detail", "code", "timestamp", "retryable"],
        json!({
            "type": text(),
            "title": text(),
            "status": { "type": "integer", "const": entry.status },
            "detail": text(),
            "instance": text(),
            "code": { "const": entry.code },
            "request_id": text(),
            "trace_id": text(),
            "task_id": text(),
            "timestamp": { "type": "string", "format": "date-time" },
            "retryable": { "type": "boolean" },
            "retry_after": { "type": "integer", "minimum": 1 },
            "errors": { "type": "array", "items": { "type": "object" } },
            "errors_omitted": { "type": "integer", "minimum": 1 },
        }),
    );
    schema["title"] = entry.title.clone().into();
    schema
}

fn json_api(entry: &Entry) -> Value {
    let meta = with_details(
        entry,
        vec!["timestamp", "retryable"],
        json!({
            "trace_id": text(),
            "task_id": text(),
            "timestamp": { "type": "string", "format": "date-time" },
            "retryable": { "type": "boolean" },
            "retry_after": { "type": "integer", "minimum": 1 },
        }),
    );
    let mut error = object(
        &["status", "code", "title", "detail", "meta"],
        json!({
            "id": text(),
            "links": { "type": "object" },
            "status": { "enum": [entry.status.to_string(), entry.status] },
            "code": text(),
            "title": text(),
            "detail": text(),
            "source": { "type": "object" },
            "meta": meta,
        }),
    );
    // One of several violations may have its own code, and then has a source.
    error["anyOf"] = json!([
        { "properties": { "code": { "const": entry.code } } },
        { "required": ["source"], "properties": { "source": true } },
    ]);
    let mut schema = object(
        &["errors"],
        json!({
            "errors": { "type": "array", "minItems": 1, "items": error },
            "meta": { "type": "object" },
        }),
    );
    schema["title"] = entry.title.clone().into();
    schema
}

#[cfg(test)]
mod tests {
    use super::{BODIES, definition};
    use std::collections::BTreeMap;

    #[test]
    fn plain_codes_name_their_schemas() {
        for code in ["E2001", "HTTP_409", "auth.login", "A-1"] {
            for ending in ["", ".problem", ".json-api"] {
                assert_eq!(definition(code, ending), format!("{code}{ending}"));
            }
        }
        assert_eq!(definition("E1:2", ""), "E1..3a2");
        assert_eq!(definition("E1.problem", ""), "E1..2eproblem");
        assert_eq!(definition("envelope", ".problem"), "..65nvelope.problem");
    }

    #[test]
    fn no_two_schemas_have_one_name() {
        // All combinations of what is escaped and of what it is escaped to.
        const PIECES: [&str; 13] = [
            "",
            "E1",
            ":",
            "_",
            ".",
            "..",
            "3a",
            "2e",
            ".problem",
            ".json-api",
            "envelope",
            "problem",
            "json-api",
        ];
        let mut codes: Vec<String> = Vec::new();
        for first in PIECES {
            for second in PIECES {
                codes.extend(PIECES.map(|third| format!("{first}{second}{third}")));
            }
        }
        codes.extend(["项目", "..65nvelope", "E1/2", "E1~2", "E1 2", "E1%2"].map(str::to_owned));
        codes.sort();
        codes.dedup();
        let mut names: BTreeMap<String, (&str, &str)> = BTreeMap::new();
        for body in &BODIES {
            names.insert(body.name.to_owned(), ("the union", body.name));
        }
        for code in &codes {
            for body in &BODIES {
                let name = definition(code, body.ending);
                assert!(
                    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)),
                    "{name}"
                );
                let other = names.insert(name.clone(), (code, body.ending));
                assert_eq!(other, None, "{name} is {code:?} with {:?} too", body.ending);
            }
        }
    }
}
