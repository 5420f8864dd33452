//! The text of lines.

use super::{escape, fields::Fields, known::Known};
use crate::{Context, ServiceInfo};
use errcode_core::{Catalog, Timestamp, json};
use std::ops::Range;
use tracing_core::Level;

/// Where the time is in a line.
pub(super) const TIME: Range<usize> = 7..31;

/// The parts of a line.
pub(super) struct Parts<'a> {
    pub(super) level: Level,
    /// The event's target.
    pub(super) target: &'a str,
    pub(super) fields: &'a Fields,
    /// Members from the spans around the event: `,"key":value` each.
    pub(super) of_spans: &'a [u8],
}

/// Writes one JSON object and a newline, in the dialect `plain`.
pub(super) fn write_plain(parts: &Parts<'_>, context: Option<&Context>, out: &mut Vec<u8>) {
    let Parts { level, target, fields, of_spans } = parts;
    begin(*level, target, service(context), out);
    out.extend_from_slice(b",\"event\":");
    out.extend_from_slice(fields.known(Known::Event).unwrap_or(b"\"log\""));
    out.extend_from_slice(b",\"msg\":");
    out.extend_from_slice(fields.known(Known::Message).unwrap_or(b"\"\""));
    if let Some(context) = context {
        write_ids(out, context);
        out.push(b'"');
    }
    for (known, value) in fields.rest_of_plain() {
        out.extend_from_slice(known.plain().as_bytes());
        out.extend_from_slice(value);
    }
    end(fields, of_spans, out);
}

pub(super) fn push_optional(out: &mut Vec<u8>, key: &str, value: Option<&str>) {
    if let Some(value) = value {
        out.extend_from_slice(key.as_bytes());
        escape::push_string(out, value);
    }
}

/// Appends members, which most lines have none of.
#[inline]
pub(super) fn push_others(out: &mut Vec<u8>, members: &[u8]) {
    if !members.is_empty() {
        out.extend_from_slice(members);
    }
}

/// Writes the end of a line: the user's fields and the attached facts.
#[inline]
pub(super) fn end(fields: &Fields, of_spans: &[u8], out: &mut Vec<u8>) {
    push_others(out, fields.all_others());
    push_others(out, of_spans);
    if !fields.extra().is_empty() {
        out.extend_from_slice(b",\"extra\":{");
        out.extend_from_slice(fields.extra());
        out.push(b'}');
    }
    out.extend_from_slice(b"}\n");
}

/// Writes `{"ts":…,"lvl":…,"logger":…,"service":…`.
pub(super) fn begin(level: Level, target: &str, service: Option<&str>, out: &mut Vec<u8>) {
    // One copy for the constant beginning of every line.
    let mut start = *b"{\"ts\":\"0000-00-00T00:00:00.000Z\",\"lvl\":\"";
    start[TIME].copy_from_slice(&Timestamp::now().to_millis());
    out.extend_from_slice(&start);
    out.extend_from_slice(level.as_str().as_bytes());
    out.extend_from_slice(b"\",\"logger\":");
    json::push_string(out, target);
    if let Some(service) = service {
        out.extend_from_slice(b",\"service\":");
        json::push_string(out, service);
    }
}

pub(super) fn service(context: Option<&Context>) -> Option<&'static str> {
    let set = ServiceInfo::current().map(|service| service.name);
    set.or_else(|| context.and_then(Context::catalog).map(Catalog::service))
        .filter(|name| !name.is_empty())
}

/// Writes the ids, without the quote after the last one. Ids need no escape.
pub(super) fn write_ids(out: &mut Vec<u8>, context: &Context) {
    let mut trace = *b",\"traceId\":\"00000000000000000000000000000000";
    trace[12..].copy_from_slice(context.trace_id().as_bytes());
    out.extend_from_slice(&trace);
    if let Some(task) = context.task_text() {
        out.extend_from_slice(b"\",\"taskId\":\"");
        escape::push_bounded(out, task);
    }
    out.extend_from_slice(b"\",\"requestId\":\"");
    out.extend_from_slice(context.request_id().as_bytes());
    if let Some(id) = context.correlation_id() {
        out.extend_from_slice(b"\",\"correlationId\":\"");
        out.extend_from_slice(id.as_bytes());
    }
}

/// Writes the JSON line that reports missing lines.
pub(super) fn write_dropped(count: u64, out: &mut Vec<u8>) {
    begin(Level::WARN, "app", service(None), out);
    out.extend_from_slice(b",\"event\":\"lines_dropped\",\"msg\":\"");
    push_dropped(count, out);
    out.extend_from_slice(b"\",\"dropped\":");
    json::push_u64(out, count);
    out.extend_from_slice(b"}\n");
}

pub(super) fn push_dropped(count: u64, out: &mut Vec<u8>) {
    json::push_u64(out, count);
    out.extend_from_slice(b" log lines were dropped here because the output was not read in time");
}

/// Writes the readable line that reports missing lines.
pub(super) fn write_dropped_pretty(count: u64, out: &mut Vec<u8>) {
    begin_pretty(Level::WARN, "app", out);
    push_dropped(count, out);
    out.push(b'\n');
}

/// Writes `10:00:00.042  WARN app: `.
fn begin_pretty(level: Level, target: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(&Timestamp::now().to_millis()[11..23]);
    out.extend_from_slice(format!(" {level:>5} ").as_bytes());
    escape::push_text(out, target);
    out.extend_from_slice(b": ");
}

/// Writes `10:00:00.042  WARN app: E2001 project 17 not found uri=/projects/17 …`. The values are escaped as in JSON,
/// so that none of them breaks the line.
pub(super) fn write_pretty(parts: &Parts<'_>, context: Option<&Context>, out: &mut Vec<u8>) {
    let Parts { level, target, fields, of_spans } = parts;
    begin_pretty(*level, target, out);
    if let Some(code) = fields.known(Known::Code) {
        out.extend_from_slice(unquoted(code));
        out.push(b' ');
    }
    out.extend_from_slice(unquoted(fields.known(Known::Message).unwrap_or_default()));
    for (known, value) in fields.rest_of_plain().filter(|(known, _)| *known != Known::Code) {
        push_pair(out, known.plain().as_bytes(), value);
    }
    for (key, value) in fields.others() {
        push_pair(out, key, value);
    }
    if !of_spans.is_empty() {
        push_pair(out, b"spans", &[b"{", &of_spans[1..], b"}"].concat());
    }
    if let Some(context) = context {
        push_pair(out, b"requestId", context.request_id().as_bytes());
        push_pair(out, b"traceId", context.trace_id().as_str().as_bytes());
        if let Some(task) = context.task_id() {
            push_pair(out, b"taskId", task.as_bytes());
        }
    }
    if !fields.extra().is_empty() {
        push_pair(out, b"extra", &[b"{", fields.extra(), b"}"].concat());
    }
    out.push(b'\n');
}

/// Writes a field. `key` is a name or the beginning of a JSON member.
fn push_pair(out: &mut Vec<u8>, key: &[u8], value: &[u8]) {
    let key = key.strip_prefix(b",\"").and_then(|key| key.strip_suffix(b"\":")).unwrap_or(key);
    out.push(b' ');
    out.extend_from_slice(key);
    out.push(b'=');
    out.extend_from_slice(unquoted(value));
}

fn unquoted(value: &[u8]) -> &[u8] {
    value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value)
}
