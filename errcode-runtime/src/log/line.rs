//! The lines themselves.

use super::fields::{Fields, Known};
use crate::{Context, Id, Service};
use errcode_core::{Catalog, Timestamp, json};
use tracing_core::Metadata;

/// The keys of the dialect `seed` for the fields that events carry, in the order of the line.
const SEED: [(&str, Known); 8] = [
    ("code", Known::Code),
    ("httpStatus", Known::HttpStatus),
    ("uri", Known::Uri),
    ("method", Known::Method),
    ("status", Known::Outcome),
    ("durationMs", Known::DurationMs),
    ("retryCount", Known::RetryCount),
    ("event", Known::Event),
];

/// Every key that the line itself writes: another field of that name is written as `extra.NAME`.
const RESERVED: [&str; 18] = [
    "ts",
    "lvl",
    "logger",
    "service",
    "event",
    "msg",
    "traceId",
    "taskId",
    "requestId",
    "correlationId",
    "code",
    "httpStatus",
    "uri",
    "method",
    "status",
    "durationMs",
    "retryCount",
    "extra",
];

struct Line<'a> {
    out: &'a mut Vec<u8>,
}

impl Line<'_> {
    /// A member; every line begins with `ts`, so a comma always stands before.
    fn raw(&mut self, key: &str, value: &[u8]) {
        self.out.extend_from_slice(b",\"");
        json::push_escaped(self.out, key);
        self.out.extend_from_slice(b"\":");
        self.out.extend_from_slice(value);
    }

    fn text(&mut self, key: &str, value: &str) {
        self.raw(key, b"\"");
        json::push_escaped(self.out, value);
        self.out.push(b'"');
    }
}

/// One JSON object and a newline.
pub(super) fn write_seed(metadata: &Metadata<'_>, fields: &Fields, out: &mut Vec<u8>) {
    let context = Context::current();
    out.extend_from_slice(b"{\"ts\":\"");
    out.extend_from_slice(&Timestamp::now().to_millis());
    out.push(b'"');
    let mut line = Line { out };
    line.text("lvl", metadata.level().as_str());
    line.text("logger", metadata.target());
    if let Some(service) = service(context.as_ref()) {
        line.text("service", service);
    }
    line.raw("event", fields.known(Known::Event).unwrap_or(b"\"log\""));
    line.raw("msg", fields.known(Known::Message).unwrap_or(b"\"\""));
    if let Some(context) = &context {
        write_ids(&mut line, context);
    }
    for (key, which) in SEED.iter().filter(|(_, which)| *which != Known::Event) {
        if let Some(value) = fields.known(*which) {
            line.raw(key, value);
        }
    }
    write_others(&mut line, fields);
    line.out.extend_from_slice(b"}\n");
}

fn service(context: Option<&Context>) -> Option<&'static str> {
    let set = Service::current().map(|service| service.name);
    set.or_else(|| context.and_then(Context::catalog).map(Catalog::service)).filter(|name| !name.is_empty())
}

fn write_ids(line: &mut Line<'_>, context: &Context) {
    line.text("traceId", context.trace_id().as_str());
    if let Some(task) = context.task_id() {
        line.text("taskId", task.as_str());
    }
    line.text("requestId", context.request_id().as_str());
    if let Some(id) = context.correlation_id().map(Id::as_str) {
        line.text("correlationId", id);
    }
}

fn write_others(line: &mut Line<'_>, fields: &Fields) {
    let mut written: Vec<&str> = Vec::new();
    for (name, value) in fields.others() {
        if written.contains(&name) {
            continue;
        }
        written.push(name);
        if RESERVED.contains(&name) {
            line.raw(&format!("extra.{name}"), value);
        } else {
            line.raw(name, value);
        }
    }
    if !fields.extra().is_empty() {
        line.out.extend_from_slice(b",\"extra\":{");
        line.out.extend_from_slice(fields.extra());
        line.out.push(b'}');
    }
}

/// `10:00:00.042  WARN app: E2001 project 17 not found uri=/projects/17 …`: the JSON values as they are, so nothing breaks the line.
pub(super) fn write_pretty(metadata: &Metadata<'_>, fields: &Fields, out: &mut Vec<u8>) {
    out.extend_from_slice(&Timestamp::now().to_millis()[11..23]);
    out.extend_from_slice(format!(" {:>5} {}: ", metadata.level(), metadata.target()).as_bytes());
    if let Some(code) = fields.known(Known::Code) {
        out.extend_from_slice(unquoted(code));
        out.push(b' ');
    }
    out.extend_from_slice(unquoted(fields.known(Known::Message).unwrap_or_default()));
    for (key, which) in SEED.iter().filter(|(_, which)| !matches!(which, Known::Code | Known::Event)) {
        if let Some(value) = fields.known(*which) {
            push_pair(out, key, value);
        }
    }
    for (name, value) in fields.others() {
        push_pair(out, name, value);
    }
    if let Some(context) = Context::current() {
        push_pair(out, "requestId", context.request_id().as_str().as_bytes());
        push_pair(out, "traceId", context.trace_id().as_str().as_bytes());
    }
    out.extend_from_slice(fields.extra());
    out.push(b'\n');
}

fn push_pair(out: &mut Vec<u8>, key: &str, value: &[u8]) {
    out.push(b' ');
    out.extend_from_slice(key.as_bytes());
    out.push(b'=');
    out.extend_from_slice(unquoted(value));
}

fn unquoted(value: &[u8]) -> &[u8] {
    value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value)
}
