//! The default body.

use super::{
    body_format::BodyFormat,
    ids::write_ids,
    plan::{push_retry, write_timestamp},
    view::ErrorView,
};
use crate::json::{Object, push_escaped};

/// The plain envelope, `application/json`:
///
/// ```json
/// {"success":false,
///  "error":{"code":"E1002","message":"参数验证失败","field":"project_name","retryable":false,
///           "details":{"expected":"string","received":"null"}},
///  "request_id":"req_01J…","trace_id":"4bf92f35…","task_id":"APEX-17","timestamp":"2026-02-21T10:00:00Z"}
/// ```
///
/// Absent members are left out. `retry_after` (whole seconds) is present if a delay is known, `docs` if the catalog has
/// an address, `details.errors` if there are violations, and `details.errors_omitted` if there are more than an answer
/// lists. A code's own subject is also a member `pointer`, `parameter` or `header` after `details`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Envelope;

impl BodyFormat for Envelope {
    fn content_type(&self) -> &'static str {
        "application/json"
    }

    fn write(&self, error: &ErrorView<'_>, out: &mut Vec<u8>) {
        let is_written = error.planned().is_some_and(|(plan, rows)| {
            plan.write_envelope(rows, error.retry(), (&error.ids, error.moment.to_seconds()), out)
        });
        if !is_written {
            write_whole(error, out);
        }
    }
}

/// Writes a body that has no plan.
#[inline(never)]
fn write_whole(error: &ErrorView<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"success\":false,\"error\":{\"code\":\"");
    out.extend_from_slice(error.spec().code().as_bytes());
    out.extend_from_slice(b"\",\"message\":\"");
    error.with_content(|content| {
        content.write_message(out);
        out.push(b'"');
        if let Some(field) = content.field() {
            out.extend_from_slice(b",\"field\":\"");
            push_escaped(out, &field);
            out.push(b'"');
        }
        push_retry(error.retry(), out);
        if content.has_details() || content.has_violations() {
            out.extend_from_slice(b",\"details\":");
            content.write_details_object(out, true);
        }
        if let Some(subject) = content.subject().filter(|_| !content.has_violations()) {
            let (name, value) = subject.member();
            Object::behind_members(out).string(name, value);
        }
    });
    if let Some(docs) = error.docs() {
        out.extend_from_slice(b",\"docs\":\"");
        push_escaped(out, &docs);
        out.push(b'"');
    }
    out.push(b'}');
    write_ids(&error.ids, out);
    write_timestamp(error.moment.to_seconds(), out);
    let mut envelope = Object::behind_members(out);
    error.write_internals(&mut envelope);
    envelope.close();
}
