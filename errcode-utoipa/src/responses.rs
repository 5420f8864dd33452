//! The responses for a list of codes: one per status, with all codes that share it.

use crate::{
    beside_success,
    list::{Entry, List},
};
use errcode_core::{
    Catalog, ErrorSpec, Failure, FrameworkFault, Public, TextKind, Timestamp,
    wire::{self, BodyFormat, Envelope, ErrorView, Example, Ids, Standard, example_schema},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use utoipa::openapi::{
    AllOfBuilder, Content, Header, Object, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder,
    Schema, Type, content::ContentBuilder, example::ExampleBuilder, extensions::Extensions,
    schema::SchemaType,
};

/// The extension of a response that lists its codes, for programs.
pub const ERROR_CODES: &str = "x-error-codes";

/// 2026-02-21T10:00:00Z
const EXAMPLE_TIME: Timestamp = Timestamp::from_unix_millis(1_771_668_000_000);
const EXAMPLE_REQUEST: &str = "req_01KHZ4QG80Z4T5W6R7S8V9X0A1";
const EXAMPLE_TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The answer of an operation with one code.
struct Answer {
    spec: ErrorSpec,
    shown: Shown,
}

enum Shown {
    /// A row, with example values.
    Row(Example),
    /// The error that the catalog gives a framework's fault.
    Fault(Public),
}

/// Returns the responses by status; of several answers with the same code the first counts.
pub(crate) fn responses(list: List) -> BTreeMap<String, RefOr<Response>> {
    let mut answers = BTreeMap::new();
    for answer in answers_of(list) {
        answers.entry(answer.spec.code()).or_insert(answer);
    }
    let answers: Vec<Answer> = answers.into_values().collect();
    let formats = formats(list.catalog);
    let mut by_status: BTreeMap<u16, BTreeMap<usize, Vec<&Answer>>> = BTreeMap::new();
    for answer in &answers {
        for (place, format) in formats.iter().enumerate() {
            let status = answer.view(list.catalog, |view| format.body.status(view));
            by_status.entry(status).or_default().entry(place).or_default().push(answer);
        }
    }
    let response = |by_format: BTreeMap<usize, Vec<&Answer>>| {
        let by_format = by_format.into_iter().map(|(place, answers)| (&formats[place], answers));
        response(list.catalog, &by_format.collect::<Vec<_>>())
    };
    by_status
        .into_iter()
        .map(|(status, answers)| (beside_success::name(status), RefOr::T(response(answers))))
        .collect()
}

/// A format of answers.
struct Format {
    body: &'static dyn BodyFormat,
    /// Returns the schema of the bodies with these codes, of which these are examples.
    schema: Schemas,
}

type Schemas = fn(&[&str], &[&Value]) -> RefOr<Schema>;

/// Returns the formats of a catalog's answers: the service's own, else the envelope, and those that a client can ask
/// for.
fn formats(catalog: &'static Catalog) -> Vec<Format> {
    let default = match catalog.body_format() {
        Some(body) => Format { body, schema: own },
        None => Format { body: &Envelope, schema: envelope },
    };
    let media_type = default.body.content_type();
    let problem: Schemas = |codes, _| narrowed("ErrorProblem", codes).into();
    // Not narrowed: each of several violations may have a code of its own.
    let json_api: Schemas = |_, _| Ref::from_schema_name("ErrorDocument").into();
    let others = [(Standard::Problem, problem), (Standard::JsonApi, json_api)];
    let others = others.into_iter().filter(|(other, _)| other.is_offered_beside(media_type));
    let others = others.map(|(other, schema)| Format { body: other.format(), schema });
    [default].into_iter().chain(others).collect()
}

/// Only the service knows the schema of its own format, but its examples have types and members.
fn own(_: &[&str], examples: &[&Value]) -> RefOr<Schema> {
    let mut schema = example_schema(examples);
    schema["description"] = json!("A failure in the service's own format, as in the examples.");
    serde_json::from_value(schema)
        .unwrap_or_else(|_| ObjectBuilder::new().schema_type(SchemaType::AnyValue).into())
}

fn envelope(codes: &[&str], _: &[&Value]) -> RefOr<Schema> {
    let error = ObjectBuilder::new().property("error", narrowed("ErrorObject", codes));
    AllOfBuilder::new().item(Ref::from_schema_name("ErrorEnvelope")).item(error).into()
}

fn narrowed(schema: &str, codes: &[&str]) -> AllOfBuilder {
    let code = ObjectBuilder::new().property("code", code_schema(codes));
    AllOfBuilder::new().item(Ref::from_schema_name(schema)).item(code)
}

fn answers_of(list: List) -> Vec<Answer> {
    let catalog = list.catalog;
    let of_entry = |entry: &Entry| match *entry {
        Entry::Row(spec) => vec![Answer::of_row(catalog, spec)],
        Entry::Rows(table) => table.rows().map(|spec| Answer::of_row(catalog, spec)).collect(),
        Entry::Faults(faults) => {
            faults.iter().map(|fault| Answer::of_fault(catalog, fault)).collect()
        }
        Entry::List(other) => answers_of(other()),
    };
    list.entries.iter().flat_map(of_entry).collect()
}

impl Answer {
    /// Returns what clients see for the code: an internal one is answered as another.
    fn of_row(catalog: &Catalog, spec: ErrorSpec) -> Self {
        if !spec.is_internal() {
            return Self { spec, shown: Shown::Row(Example::new(spec)) };
        }
        match spec
            .public_as()
            .and_then(|code| catalog.lookup(code))
            .filter(|spec| !spec.is_internal())
        {
            Some(spec) => Self { spec, shown: Shown::Row(Example::new(spec)) },
            None => Self::of_fault(catalog, &FrameworkFault::Unexpected),
        }
    }

    fn of_fault(catalog: &Catalog, fault: &FrameworkFault) -> Self {
        let public = catalog.public(&Failure::fault(fault.clone(), ""));
        Self { spec: public.spec(), shown: Shown::Fault(public) }
    }

    /// Calls `then` with the answer's example.
    fn view<R>(&self, catalog: &'static Catalog, then: impl FnOnce(&ErrorView<'_>) -> R) -> R {
        let ids = Ids::default().request_id(EXAMPLE_REQUEST).trace_id(EXAMPLE_TRACE);
        let view = match &self.shown {
            Shown::Row(example) => ErrorView::from_example(example, Some(catalog), ids),
            Shown::Fault(public) => ErrorView::new(public, Some(catalog), ids),
        };
        then(&view.at(EXAMPLE_TIME))
    }
}

fn response(catalog: &'static Catalog, by_format: &[(&Format, Vec<&Answer>)]) -> Response {
    let mut answers: Vec<&Answer> =
        by_format.iter().flat_map(|(_, answers)| answers).copied().collect();
    answers.sort_by_key(|answer| answer.spec.code());
    answers.dedup_by_key(|answer| answer.spec.code());
    let codes = codes_of(&answers);
    let mut response = ResponseBuilder::new()
        .description(description(catalog, &answers))
        .header("X-Error-Code", Header::new(code_schema(&codes)))
        .header("X-Request-Id", request_id())
        .header("X-Trace-Id", trace_id())
        .extensions(Some(Extensions::builder().add(ERROR_CODES, json!(codes)).build()));
    for (name, header) in declared_headers(catalog, &answers) {
        response = response.header(name, header);
    }
    if answers.iter().any(|answer| answer.view(catalog, |view| view.retry().after.is_some())) {
        response = response.header("Retry-After", retry_after());
    }
    for (format, answers) in by_format {
        response = response.content(format.body.content_type(), content(catalog, answers, format));
    }
    response.build()
}

fn codes_of<'a>(answers: &[&'a Answer]) -> Vec<&'a str> {
    answers.iter().map(|answer| answer.spec.code().as_str()).collect()
}

/// Returns a line per code: "`E2001` No project has this id".
fn description(catalog: &'static Catalog, answers: &[&Answer]) -> String {
    let lines: Vec<_> = answers
        .iter()
        .map(|answer| format!("`{}` {}", answer.spec.code(), plain(title(catalog, answer))))
        .collect();
    lines.join("  \n")
}

/// Returns a title for a description, which is Markdown: `<name>` would be an HTML tag there.
fn plain(title: &str) -> String {
    if !title.contains(['<', '[', '\n', '\r']) {
        return title.to_owned();
    }
    let escaped = |letter: char| match letter {
        '\n' | '\r' => " ".to_owned(),
        // Checkers look for `<script>` without regard to escapes.
        '<' => "&lt;".to_owned(),
        letter if "\\`*_[]>|#~&!".contains(letter) => format!("\\{letter}"),
        letter => letter.to_string(),
    };
    title.chars().map(escaped).collect()
}

/// Returns the title in the catalog's default language, which that of the examples is too.
fn title(catalog: &'static Catalog, answer: &Answer) -> &'static str {
    catalog.text(answer.spec, TextKind::Title, None).unwrap_or_else(|| answer.spec.title())
}

// The headers are in each response, not among the components: utoipa's `merge` and `nest` copy
// schemas only, so a reference to a header would lead nowhere.

fn request_id() -> Header {
    described(
        "The request's id: the one that was sent, or a new one.",
        Object::with_type(Type::String),
    )
}

fn trace_id() -> Header {
    let id = ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[0-9a-f]{32}$"));
    described("The id of the trace that the request belongs to.", id)
}

fn retry_after() -> Header {
    let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
    described(
        "Seconds to wait before the same request is sent again (RFC 9110 section 10.2.3).",
        seconds,
    )
}

fn described(description: &str, schema: impl Into<RefOr<Schema>>) -> Header {
    let mut header = Header::new(schema);
    header.description = Some(description.to_owned());
    header
}

fn code_schema(codes: &[&str]) -> Schema {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(codes.iter().copied()))
        .build()
        .into()
}

/// Returns the headers that the codes declare, with the values of their examples.
fn declared_headers(
    catalog: &'static Catalog,
    answers: &[&Answer],
) -> BTreeMap<&'static str, Header> {
    let mut headers = BTreeMap::new();
    for answer in answers {
        answer.view(catalog, |view| {
            for (name, value) in view.headers() {
                let mut header = Header::new(Object::with_type(Type::String));
                header.description = Some(format!("With `{}`.", answer.spec.code()));
                header.example = Some(Value::from(value.into_owned()));
                headers.entry(name).or_insert(header);
            }
        });
    }
    headers
}

/// Returns the format's schema, and an example per code.
fn content(catalog: &'static Catalog, answers: &[&Answer], format: &Format) -> Content {
    let value = |answer: &&Answer| {
        let body = answer.view(catalog, |view| wire::render(format.body, view));
        // A format of the service's own may be text.
        serde_json::from_slice(&body)
            .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&body)))
    };
    let values: Vec<Value> = answers.iter().map(value).collect();
    let examples = answers.iter().zip(&values).map(|(answer, value)| {
        let mut example =
            ExampleBuilder::new().summary(title(catalog, answer)).value(Some(value.clone()));
        if let Some(explanation) = catalog.text(answer.spec, TextKind::Explanation, None) {
            example = example.description(explanation);
        }
        (answer.spec.code().as_str(), example.build())
    });
    let schema = (format.schema)(&codes_of(answers), &values.iter().collect::<Vec<_>>());
    ContentBuilder::new().schema(Some(schema)).examples_from_iter(examples).build()
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
