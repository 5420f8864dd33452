//! The access line of a request in the dialect `plain`, which a service writes most often.

use super::{escape, fields::Fields, line, own_event::Target};
use crate::{Context, Served};
use errcode_core::{Timestamp, json};
use std::{
    cell::Cell,
    sync::{Mutex, PoisonError},
};
use tracing_core::Level;

pub(super) const LEVEL: Level = Level::INFO;
pub(super) const TARGET: Target = Target::Access;

/// Returns whether [`write`] can write the line. The message is the method and the path, and is cut as one text.
pub(super) fn is_short(served: &Served<'_>) -> bool {
    let (method, uri) = (served.method.unwrap_or_default(), served.uri.unwrap_or_default());
    method.len() + " ".len() + uri.len() <= escape::LONGEST
}

/// Adds the fields without a name in dialects.
pub(super) fn add_others(fields: &mut Fields, served: &Served<'_>) {
    if let Some(sent) = served.bytes_sent {
        fields.put_other(b",\"bytes_sent\":", |out| json::push_u64(out, sent));
    }
}

/// Writes the line, in the order of [`line::write_plain`]. Method and path are escaped once.
pub(super) fn write(
    (served, outcome): (&Served<'_>, &str),
    context: Option<&Context>,
    (fields, of_spans): (&Fields, &[u8]),
    out: &mut Vec<u8>,
) {
    push_head(line::service(context), out);
    let method = push_escaped(served.method, out);
    out.push(b' ');
    let uri = push_escaped(served.uri, out);
    if let Some(context) = context {
        out.push(b'"');
        line::write_ids(out, context);
    }
    if let Some(status) = served.http_status {
        out.extend_from_slice(b"\",\"httpStatus\":");
        json::push_u64(out, status.into());
    } else {
        out.push(b'"');
    }
    if served.uri.is_some() {
        out.extend_from_slice(b",\"uri\":\"");
        out.extend_from_within(uri);
        out.push(b'"');
    }
    if served.method.is_some() {
        out.extend_from_slice(b",\"method\":\"");
        out.extend_from_within(method);
        out.push(b'"');
    }
    out.extend_from_slice(b",\"status\":");
    escape::push_string(out, outcome);
    out.extend_from_slice(b",\"durationMs\":");
    json::push_u64(out, served.millis());
    line::end(fields, of_spans, out);
}

/// Appends a text, and returns its place.
#[inline]
fn push_escaped(text: Option<&str>, out: &mut Vec<u8>) -> std::ops::Range<usize> {
    let start = out.len();
    escape::push_bounded(out, text.unwrap_or_default());
    start..out.len()
}

/// The beginning of the lines of a service, up to the message and its quote, with the time of the first line.
struct Head {
    service: Option<&'static str>,
    text: Vec<u8>,
}

static HEADS: Mutex<Vec<&'static Head>> = Mutex::new(Vec::new());

thread_local! { static LAST: Cell<Option<&'static Head>> = const { Cell::new(None) }; }

/// Appends the beginning of a line, with the current time.
fn push_head(service: Option<&'static str>, out: &mut Vec<u8>) {
    let head = match LAST.get() {
        Some(head) if is_same(head.service, service) => head,
        _ => find(service),
    };
    let start = out.len();
    out.extend_from_slice(&head.text);
    out[start..][line::TIME].copy_from_slice(&Timestamp::now().to_millis());
}

/// Compares the addresses: the name of a service is a constant.
fn is_same(a: Option<&'static str>, b: Option<&'static str>) -> bool {
    let place = |name: &'static str| (name.as_ptr(), name.len());
    a.map(place) == b.map(place)
}

/// Returns the beginning for a service. There are as many as there are catalogs.
#[cold]
fn find(service: Option<&'static str>) -> &'static Head {
    let mut heads = HEADS.lock().unwrap_or_else(PoisonError::into_inner);
    let known = heads.iter().find(|head| is_same(head.service, service)).copied();
    let head = known.unwrap_or_else(|| {
        let mut text = Vec::new();
        line::begin(LEVEL, TARGET.as_str(), service, &mut text);
        text.extend_from_slice(b",\"event\":\"request\",\"msg\":\"");
        let head: &'static Head = Box::leak(Box::new(Head { service, text }));
        heads.push(head);
        head
    });
    LAST.set(Some(head));
    head
}
