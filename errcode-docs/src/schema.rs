//! JSON Schemas (draft 2020-12) of the bodies: one per body format, and one per code and body format
//! that narrows it.

use crate::lines::Lines;
use errcode_catalog::{CatalogData, Detail, Entry};
use errcode_core::{shape::Shape, wire};
use serde_json::{Map, Value, json};

/// The schema of a standard body format.
pub(crate) struct BodySchema {
    pub(crate) name: &'static str,
    pub(crate) media_type: &'static str,
    /// The suffix of the names of its definitions.
    pub(crate) ending: &'static str,
    /// The name of the schema of all bodies.
    base: &'static str,
    /// Returns what a code adds to it.
    narrowed: fn(&Entry, &str) -> Value,
}

pub(crate) static BODIES: [BodySchema; 3] = [
    BodySchema {
        name: "envelope",
        media_type: "application/json",
        ending: "",
        base: "ErrorEnvelope",
        narrowed: envelope,
    },
    BodySchema {
        name: "problem",
        media_type: "application/problem+json",
        ending: ".problem",
        base: "ErrorProblem",
        narrowed: problem,
    },
    BodySchema {
        name: "json-api",
        media_type: "application/vnd.api+json",
        ending: ".json-api",
        base: "ErrorDocument",
        narrowed: json_api,
    },
];

/// The names of the schemas that all codes share.
const SHARED: [&str; 7] = [
    "ErrorDetails",
    "ErrorDocument",
    "ErrorDocumentItem",
    "ErrorEnvelope",
    "ErrorObject",
    "ErrorProblem",
    "FieldViolation",
];

impl BodySchema {
    fn of(&self, entry: &Entry, prefix: &str) -> Value {
        let mut schema = based(prefix, self.base, (self.narrowed)(entry, prefix));
        schema["title"] = entry.title.clone().into();
        schema
    }

    /// Returns the schema of the bodies that none of these schemas of codes is valid for. In JSON:API
    /// several violations may have codes of their own.
    pub(crate) fn rest(&self, prefix: &str, of_codes: &[Value]) -> Option<Value> {
        let codes = match of_codes {
            [one] => one.clone(),
            several => json!({ "anyOf": several }),
        };
        let rest = json!({ "title": "Violations with codes of their own", "not": codes });
        (self.name == "json-api").then(|| based(prefix, self.base, rest))
    }
}

/// Returns one schema for any body, with the schemas of the codes as definitions.
pub(crate) fn document(data: &CatalogData) -> Vec<u8> {
    const PREFIX: &str = "#/$defs/";
    let mut out = Vec::new();
    let mut document = Lines::open(&mut out);
    document.add("$schema", "https://json-schema.org/draft/2020-12/schema");
    document.add("title", &title(data));
    let formats: Vec<Value> = answered(data)
        .into_iter()
        .map(|body| json!({ "$ref": format!("{PREFIX}{}", body.name) }))
        .collect();
    document.add("anyOf", &formats);
    let mut definitions = Lines::open(document.member("$defs"));
    write(&mut definitions, data, PREFIX);
    for body in answered(data) {
        let reference = |entry: &Entry| reference(PREFIX, &entry.code, body.ending);
        let mut arms: Vec<Value> = shown(data).map(reference).collect();
        arms.extend(body.rest(PREFIX, &arms));
        definitions.add(body.name, &json!({ "anyOf": arms }));
    }
    definitions.close();
    document.close();
    out.push(b'\n');
    out
}

/// Writes the shared schemas, then those of each code.
pub(crate) fn write(schemas: &mut Lines<'_>, data: &CatalogData, prefix: &str) {
    let shared = wire::SCHEMAS.replace("#/components/schemas/", prefix);
    let shared: Map<String, Value> = serde_json::from_str(&shared)
        .unwrap_or_else(|error| unreachable!("a test parses them: {error}"));
    for (name, schema) in &shared {
        schemas.add(name, schema);
    }
    let bodies = answered(data);
    for entry in shown(data) {
        for body in &bodies {
            schemas.add(&definition(&entry.code, body.ending), &body.of(entry, prefix));
        }
    }
}

/// Returns the standard formats that clients may get; all of them if there are no examples.
fn answered(data: &CatalogData) -> Vec<&'static BodySchema> {
    let answers_in = |body: &&BodySchema| {
        let mut examples = data.entries().flat_map(|entry| &entry.examples).peekable();
        examples.peek().is_none() || examples.any(|example| example.format == body.name)
    };
    BODIES.iter().filter(answers_in).collect()
}

/// Returns the codes that clients see.
pub(crate) fn shown(data: &CatalogData) -> impl Iterator<Item = &Entry> {
    data.entries().filter(|entry| !entry.is_internal())
}

pub(crate) fn title(data: &CatalogData) -> String {
    if data.service.is_empty() {
        "error codes".to_owned()
    } else {
        format!("error codes of {}", data.service)
    }
}

/// Returns the unique name of a code's schema. OpenAPI allows letters, digits and `. - _` in it, and the
/// suffixes of the body formats, the names of the unions and those of the shared schemas are taken. So a code
/// with other letters or a taken name is escaped: `..` and two hexadecimal digits stand for a byte. Unescaped
/// names never contain `..`.
pub(crate) fn definition(code: &str, ending: &str) -> String {
    let ends_so = |body: &BodySchema| !body.ending.is_empty() && code.ends_with(body.ending);
    let is_name = SHARED.contains(&code) || BODIES.iter().any(|body| code == body.name);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let allowed = code.bytes().all(|byte| is_plain(byte) || byte == b'.');
    if allowed
        && !code.is_empty()
        && !code.contains("..")
        && !is_name
        && !BODIES.iter().any(ends_so)
    {
        return format!("{code}{ending}");
    }
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

fn object(properties: Value) -> Value {
    json!({ "type": "object", "properties": properties })
}

/// Returns an object with these properties, and with `details` if the code has some.
fn with_details(entry: &Entry, mut properties: Value) -> Value {
    if !entry.details.is_empty() {
        properties["details"] = details(entry);
    }
    let mut schema = object(properties);
    if entry.has_details() {
        schema["required"] = json!(["details"]);
    }
    schema
}

fn details(entry: &Entry) -> Value {
    let names: Vec<&str> = entry.details.iter().map(|detail| detail.name.as_str()).collect();
    let properties: Map<String, Value> =
        entry.details.iter().map(|detail| (detail.name.clone(), member(detail))).collect();
    let mut schema = object(properties.into());
    schema["required"] = json!(names);
    // Violations are among the details of an envelope.
    schema["additionalProperties"] = true.into();
    schema
}

fn member(detail: &Detail) -> Value {
    let mut schema = of_shape(&detail.shape());
    if let Some(docs) = &detail.docs {
        schema["description"] = docs.clone().into();
    }
    schema
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

/// Adds the shared schema of this name to a schema.
fn based(prefix: &str, name: &str, mut schema: Value) -> Value {
    schema["allOf"] = json!([{ "$ref": format!("{prefix}{name}") }]);
    schema
}

fn envelope(entry: &Entry, prefix: &str) -> Value {
    let error = with_details(entry, json!({ "code": { "const": entry.code } }));
    object(json!({ "error": based(prefix, "ErrorObject", error) }))
}

fn problem(entry: &Entry, _: &str) -> Value {
    let code = json!({ "code": { "const": entry.code }, "status": { "const": entry.status } });
    with_details(entry, code)
}

fn json_api(entry: &Entry, prefix: &str) -> Value {
    let mut error = json!({
        "code": { "const": entry.code },
        "status": { "enum": [entry.status.to_string(), entry.status] },
    });
    if !entry.details.is_empty() {
        error["meta"] = with_details(entry, json!({}));
        error["meta"]["additionalProperties"] = true.into();
    }
    let item = based(prefix, "ErrorDocumentItem", object(error));
    object(json!({ "errors": { "type": "array", "items": item } }))
}

#[cfg(test)]
mod tests {
    use super::{BODIES, SHARED, definition};
    use errcode_core::wire;
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
    fn all_shared_schemas_are_known() {
        let shared: BTreeMap<String, serde_json::Value> =
            serde_json::from_str(wire::SCHEMAS).expect("an object");
        assert!(shared.keys().eq(&SHARED), "{shared:?}");
        assert!(BODIES.iter().all(|body| SHARED.contains(&body.base)));
    }

    #[test]
    fn no_two_schemas_have_one_name() {
        // All combinations of what is escaped and of what it is escaped to.
        const PIECES: [&str; 14] = [
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
            "ErrorEnvelope",
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
        for name in SHARED {
            names.insert(name.to_owned(), ("shared", name));
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
