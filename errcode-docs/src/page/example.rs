//! Example responses, and the values in example bodies.

use super::both::{self, Both};
use errcode_catalog::{Detail, Entry, Example, facts::status};
use serde::Serialize;
use serde_json::Value;

/// The JSON pointers to code, message, delay and details in the three standard body formats:
/// envelope, RFC 9457, JSON:API.
const PLACES: [[&str; 4]; 3] = [
    ["/error/code", "/error/message", "/error/retry_after", "/error/details"],
    ["/code", "/detail", "/retry_after", "/details"],
    ["/errors/0/code", "/errors/0/detail", "/errors/0/meta/retry_after", "/errors/0/meta/details"],
];

/// The values in the example bodies of a code.
#[derive(Default)]
pub(super) struct Said {
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    retry_after: Option<u64>,
    details: Value,
}

impl Said {
    pub(super) fn by(entry: &Entry) -> Self {
        let said = entry.examples.iter().filter_map(|example| Self::of_body(&example.body));
        said.into_iter().next().unwrap_or_default()
    }

    fn of_body(body: &str) -> Option<Self> {
        let body: Value = serde_json::from_str(body).ok()?;
        PLACES.iter().find_map(|[code, message, retry_after, details]| {
            let text = |place: &str| body.pointer(place).and_then(Value::as_str).map(str::to_owned);
            Some(Self {
                code: Some(text(code)?),
                message: text(message),
                retry_after: body.pointer(retry_after).and_then(Value::as_u64),
                details: body.pointer(details).cloned().unwrap_or_default(),
            })
        })
    }

    /// Fills a template with the values.
    pub(super) fn fill(&self, template: &str) -> String {
        let members = self.details.as_object().into_iter().flatten();
        members.fold(template.to_owned(), |text, (name, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            text.replace(&format!("{{{name}}}"), &value)
        })
    }

    /// Returns a member of `details` as JSON, else the example of its field. Long values are
    /// truncated; the body has the full value.
    pub(super) fn value(&self, detail: &Detail) -> Option<String> {
        const MOST: usize = 80;
        let value = self
            .details
            .get(&detail.name)
            .map(Value::to_string)
            .or_else(|| detail.example.clone())?;
        let cut = value.char_indices().nth(MOST).map(|(at, _)| format!("{}…", &value[..at]));
        Some(cut.unwrap_or(value))
    }
}

/// An example response on a page.
#[derive(Serialize)]
pub(super) struct Response<'a> {
    format: &'a str,
    content_type: &'a str,
    /// `HTTP/1.1 404 Not Found`
    status_line: String,
    headers: Vec<Header>,
    /// The body, indented, in the catalog's default language.
    pretty: String,
    /// Its lines in both languages of the page.
    lines: Vec<Both>,
}

#[derive(Serialize)]
struct Header {
    name: String,
    value: String,
}

/// Returns the responses of `entry`, which are those of `answered` if clients see another code
/// instead.
pub(super) fn responses<'a>(
    entry: &'a Entry,
    answered: &Entry,
    said: &Said,
    default: Option<&str>,
) -> Vec<Response<'a>> {
    let response = |example: &'a Example| Response {
        format: &example.format,
        content_type: &example.content_type,
        status_line: format!("HTTP/1.1 {}", status(example.status.unwrap_or(answered.status))),
        headers: headers(&example.content_type, answered, said),
        pretty: example.pretty(),
        lines: both::body(example, default).lines(),
    };
    entry.examples.iter().map(response).collect()
}

/// Returns the headers in the order in which the service writes them.
fn headers(content_type: &str, answered: &Entry, said: &Said) -> Vec<Header> {
    let header = |name: &str, value: String| Header { name: name.to_owned(), value };
    let mut headers = vec![
        header("Content-Type", content_type.to_owned()),
        header("X-Error-Code", said.code.clone().unwrap_or_else(|| answered.code.clone())),
    ];
    headers.extend(said.retry_after.map(|seconds| header("Retry-After", seconds.to_string())));
    let declared = answered.headers.iter().filter_map(|declared| {
        declared.value.as_ref().map(|value| header(&declared.name, value.clone()))
    });
    headers.extend(declared);
    headers
}
