//! OpenAPI 3.1 components: a schema for each code and body format, and a response for each status.

use crate::{
    lines::Lines,
    schema::{self, BODIES, BodySchema},
};
use errcode_catalog::{CatalogData, Entry, Example, markdown_text::inline};
use errcode_core::wire::example_schema;
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
    // What the specification assumes without it (OpenAPI 3.1, section 4.8.1): where the document is.
    document.add("servers", &json!([{ "url": "/" }]));
    document.add("paths", &json!({}));
    let mut components = Lines::open(document.member("components"));
    let mut schemas = Lines::open(components.member("schemas"));
    schema::write(&mut schemas, data, SCHEMAS);
    schemas.close();
    let mut responses = Lines::open(components.member("responses"));
    for (status, response) in by_status(data) {
        response.write(responses.member(&format!("Error{status}")));
    }
    responses.close();
    components.close();
    document.close();
    out.push(b'\n');
    out
}

/// A code, and its example in the format if there is one.
type Answer<'a> = (&'a Entry, Option<&'a Example>);

/// The answers with one status.
#[derive(Default)]
struct Response<'a> {
    codes: Vec<&'a Entry>,
    by_media_type: BTreeMap<&'a str, Content<'a>>,
}

#[derive(Default)]
struct Content<'a> {
    /// The standard format; `None` for a format of the service's own.
    body: Option<&'static BodySchema>,
    answers: Vec<Answer<'a>>,
}

fn by_status(data: &CatalogData) -> BTreeMap<u16, Response<'_>> {
    let mut responses = BTreeMap::<u16, Response<'_>>::new();
    for entry in schema::shown(data) {
        let mut add = |status, media_type, body, example| {
            let response = responses.entry(status).or_default();
            if response.codes.last().is_none_or(|last| last.code != entry.code) {
                response.codes.push(entry);
            }
            let content = response.by_media_type.entry(media_type).or_default();
            content.body = body;
            content.answers.push((entry, example));
        };
        for example in &entry.examples {
            let body = BODIES.iter().find(|body| body.name == example.format);
            let status = example.status.unwrap_or(entry.status);
            add(status, example.content_type.as_str(), body, Some(example));
        }
        if entry.examples.is_empty() {
            BODIES.iter().for_each(|body| add(entry.status, body.media_type, Some(body), None));
        }
    }
    responses
}

/// Returns a title for a description, which is Markdown: `<name>` would be an HTML tag there.
fn plain(title: &str) -> String {
    let is_plain = !title.contains(['<', '[', '\n', '\r']);
    // Checkers look for `<script>` without regard to escapes.
    if is_plain { title.to_owned() } else { inline(title).replace(r"\<", "&lt;") }
}

impl Response<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let codes: Vec<&str> = self.codes.iter().map(|entry| entry.code.as_str()).collect();
        let lines: Vec<String> = self
            .codes
            .iter()
            .map(|entry| format!("`{}` {}", entry.code, plain(&entry.title)))
            .collect();
        let mut response = Lines::open(out);
        response.add("description", &lines.join("  \n"));
        response.add(
            "headers",
            &json!({ "X-Error-Code": { "schema": { "type": "string", "enum": codes } } }),
        );
        let mut content = Lines::open(response.member("content"));
        for (media_type, described) in &self.by_media_type {
            described.write(content.member(media_type));
        }
        content.close();
        response.add("x-error-codes", &codes);
        response.close();
    }
}

impl Content<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let mut content = Lines::open(out);
        content.add("schema", &self.schema());
        let mut examples = Lines::open(content.member("examples"));
        for (entry, example) in &self.answers {
            let Some(example) = example else { continue };
            // A format of the service's own may not be JSON, nor may a foreign `catalog.json`.
            let value = serde_json::from_str::<&RawValue>(&example.body);
            if value.is_err() && self.body.is_some() {
                continue;
            }
            let name = schema::definition(&entry.code, "");
            let mut written = Lines::compact(examples.member(&name));
            written.add("summary", &entry.title);
            match value {
                Ok(value) => written.add("value", value),
                Err(_) => written.add("value", &example.body),
            }
            written.close();
        }
        examples.close();
        content.close();
    }

    /// Returns a schema of which exactly one arm is valid for each body.
    fn schema(&self) -> Value {
        let Some(body) = self.body else { return self.own_schema() };
        let reference =
            |(entry, _): &Answer<'_>| schema::reference(SCHEMAS, &entry.code, body.ending);
        let mut arms: Vec<Value> = self.answers.iter().map(reference).collect();
        arms.extend(body.rest(SCHEMAS, &arms));
        match arms.as_slice() {
            [one] => one.clone(),
            _ => json!({ "oneOf": arms }),
        }
    }

    /// Only the service knows the schema of its own format, but its examples have types and members.
    fn own_schema(&self) -> Value {
        let value = |(_, example): &Answer<'_>| {
            let body = &example.as_ref()?.body;
            Some(serde_json::from_str(body).unwrap_or_else(|_| Value::from(body.as_str())))
        };
        let values: Vec<Value> = self.answers.iter().filter_map(value).collect();
        let mut schema = example_schema(&values.iter().collect::<Vec<_>>());
        schema["description"] = json!("A failure in the service's own format, as in the examples.");
        schema
    }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_title_is_a_text_in_markdown() {
        assert_eq!(plain("no `id` *at all*"), "no `id` *at all*");
        assert_eq!(plain("no <name>\n[x](y)"), r"no &lt;name\> \[x\](y)");
    }
}
