//! The lines themselves.

use super::fields::{Fields, Known};
use crate::{Context, Id, ServiceInfo};
use errcode_core::{Catalog, Timestamp, json};
use tracing_core::Metadata;

/// The members of the dialect `seed` for the fields that events carry, in the order of the line. Keys stand as they are written, since every line writes them.
const SEED: [(&str, Known); 7] = [
    (",\"code\":", Known::Code),
    (",\"httpStatus\":", Known::HttpStatus),
    (",\"uri\":", Known::Uri),
    (",\"method\":", Known::Method),
    (",\"status\":", Known::Outcome),
    (",\"durationMs\":", Known::DurationMs),
    (",\"retryCount\":", Known::RetryCount),
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

/// A member under a key that needs no escape; every line begins with `ts`, so a comma always stands before.
fn push_member(out: &mut Vec<u8>, key: &'static str, value: &[u8]) {
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(value);
}

fn push_text(out: &mut Vec<u8>, key: &'static str, value: &str) {
    out.extend_from_slice(key.as_bytes());
    json::push_string(out, value);
}

/// One JSON object and a newline.
pub(super) fn write_seed(metadata: &Metadata<'_>, fields: &Fields, out: &mut Vec<u8>) {
    let context = Context::current();
    out.extend_from_slice(b"{\"ts\":\"");
    out.extend_from_slice(&Timestamp::now().to_millis());
    out.extend_from_slice(b"\",\"lvl\":\"");
    out.extend_from_slice(metadata.level().as_str().as_bytes());
    push_text(out, "\",\"logger\":", metadata.target());
    if let Some(service) = service(context.as_ref()) {
        push_text(out, ",\"service\":", service);
    }
    push_member(out, ",\"event\":", fields.known(Known::Event).unwrap_or(b"\"log\""));
    push_member(out, ",\"msg\":", fields.known(Known::Message).unwrap_or(b"\"\""));
    if let Some(context) = &context {
        write_ids(out, context);
    }
    for (key, which) in SEED {
        if let Some(value) = fields.known(which) {
            push_member(out, key, value);
        }
    }
    write_others(out, fields);
    out.extend_from_slice(b"}\n");
}

fn service(context: Option<&Context>) -> Option<&'static str> {
    let set = ServiceInfo::current().map(|service| service.name);
    set.or_else(|| context.and_then(Context::catalog).map(Catalog::service))
        .filter(|name| !name.is_empty())
}

fn write_ids(out: &mut Vec<u8>, context: &Context) {
    push_text(out, ",\"traceId\":", context.trace_id().as_str());
    if let Some(task) = context.task_id() {
        push_text(out, ",\"taskId\":", task.as_str());
    }
    push_text(out, ",\"requestId\":", context.request_id().as_str());
    if let Some(id) = context.correlation_id().map(Id::as_str) {
        push_text(out, ",\"correlationId\":", id);
    }
}

fn write_others(out: &mut Vec<u8>, fields: &Fields) {
    let mut written: Vec<&str> = Vec::new();
    for (name, value) in fields.others() {
        if written.contains(&name) {
            continue;
        }
        written.push(name);
        out.push(b',');
        if RESERVED.contains(&name) {
            json::push_string(out, &format!("extra.{name}"));
        } else {
            json::push_string(out, name);
        }
        out.push(b':');
        out.extend_from_slice(value);
    }
    if !fields.extra().is_empty() {
        push_member(out, ",\"extra\":{", fields.extra());
        out.push(b'}');
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
    for (key, which) in SEED.iter().filter(|(_, which)| *which != Known::Code) {
        if let Some(value) = fields.known(*which) {
            push_pair(out, key.trim_matches([',', '"', ':']), value);
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
