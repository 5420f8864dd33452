//! The history of a call in a failure's line.

use super::escape;
use crate::texts::remove_url_secrets;
use errcode_core::{Journey, json};

/// Writes the history as a JSON object, or nothing if there is none. Texts of errors are written only with `causes`,
/// and without the secrets of URLs.
pub(crate) fn write(
    journey: Option<&Journey>,
    degraded: Option<&str>,
    causes: bool,
    out: &mut String,
) {
    if journey.is_none() && degraded.is_none() {
        return;
    }
    let mut object = Vec::from(*b"{");
    if let Some(journey) = journey {
        write_members(journey, causes, &mut object);
    }
    push_text(&mut object, "degraded", degraded);
    object.push(b'}');
    out.push_str(&String::from_utf8_lossy(&object));
}

fn write_members(journey: &Journey, causes: bool, out: &mut Vec<u8>) {
    push_text(out, "dependency", journey.dependency);
    if journey.attempts > 0 {
        push_key(out, "attempts");
        json::push_u64(out, journey.attempts.into());
    }
    push_text(out, "gaveUp", journey.gave_up);
    if journey.exhausted {
        push_key(out, "exhausted");
        out.extend_from_slice(b"true");
    }
    push_text(out, "upstream", journey.upstream.as_deref());
    if let Some(status) = journey.upstream_status {
        push_key(out, "upstreamStatus");
        json::push_u64(out, status.into());
    }
    push_text(out, "upstreamTraceId", journey.upstream_trace_id.as_deref());
    if causes && !journey.history.is_empty() {
        push_list(out, "history", &journey.history, |out, error| push_cause(out, error));
    }
    if !journey.fallbacks.is_empty() {
        push_list(out, "fallbacks", &journey.fallbacks, |out, (name, error)| {
            out.push(b'{');
            push_text(out, "name", Some(name));
            if causes {
                push_key(out, "error");
                push_cause(out, error);
            }
            out.push(b'}');
        });
    }
}

fn push_key(out: &mut Vec<u8>, key: &str) {
    if !out.ends_with(b"{") {
        out.push(b',');
    }
    json::push_string(out, key);
    out.push(b':');
}

fn push_text(out: &mut Vec<u8>, key: &str, text: Option<&str>) {
    if let Some(text) = text {
        push_key(out, key);
        escape::push_string(out, text);
    }
}

/// Writes a list, as far as a line has room for it.
fn push_list<T>(out: &mut Vec<u8>, key: &str, list: &[T], push: impl Fn(&mut Vec<u8>, &T)) {
    push_key(out, key);
    out.push(b'[');
    for item in list {
        if out.len() > escape::LONGEST {
            break;
        }
        if !out.ends_with(b"[") {
            out.push(b',');
        }
        push(out, item);
    }
    out.push(b']');
}

fn push_cause(out: &mut Vec<u8>, error: &str) {
    let mut error = error.to_owned();
    remove_url_secrets(&mut error);
    escape::push_string(out, &error);
}
