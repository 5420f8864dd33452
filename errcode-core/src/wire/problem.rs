//! Bodies by RFC 9457.

use super::{body_format::BodyFormat, view::ErrorView};
use crate::json::Object;

/// Bodies by [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457), `application/problem+json`.
///
/// `type` is the code's page; it is left out if the catalog has no address, which means `about:blank` (section 3.1.1).
/// `detail` is the message; the code, the ids and the details are extension members (section 3.2).
///
/// ```
/// use errcode_core::{AppError, Public, wire::{ErrorView, Ids, Problem, Timestamp, render}};
///
/// #[derive(Debug, AppError)]
/// #[error("no project", code = "E2001", status = 404, title = "Project not found", user_msg = "there is no project")]
/// struct NotFound;
///
/// let public = Public::without_catalog(&NotFound.into());
/// let view = ErrorView::new(&public, None, Ids::default()).at(Timestamp::from_unix_millis(0));
/// assert_eq!(
///     String::from_utf8(render(&Problem, &view)).unwrap(),
///     r#"{"title":"Project not found","status":404,"detail":"there is no project","code":"E2001","#.to_owned()
///         + r#""timestamp":"1970-01-01T00:00:00Z","retryable":false}"#
/// );
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Problem;

impl BodyFormat for Problem {
    fn content_type(&self) -> &'static str {
        "application/problem+json"
    }

    fn write(&self, error: &ErrorView<'_>, out: &mut Vec<u8>) {
        let (spec, ids) = (error.spec(), error.ids());
        let mut object = Object::open(out);
        object.optional("type", error.docs().as_deref());
        object.string("title", error.title());
        object.number("status", u64::from(error.status()));
        error.with_content(|content| {
            let out = object.member("detail");
            out.push(b'"');
            content.write_message(out);
            out.push(b'"');
            object.optional("instance", error.instance());
            object.plain("code", spec.code().as_bytes());
            object.id("request_id", ids.request_id, ids.are_plain);
            object.id("trace_id", ids.trace_id, ids.are_plain);
            object.id("task_id", ids.task_id, ids.are_plain);
            object.plain("timestamp", &error.moment.to_seconds());
            error.write_retry(&mut object);
            if content.has_errors() {
                content.write_violations(object.member("errors"));
            }
            let omitted = content.omitted();
            if omitted > 0 {
                object.number("errors_omitted", omitted);
            }
            if content.has_details() {
                content.write_details_object(object.member("details"), false);
            }
        });
        error.write_internals(&mut object);
        object.close();
    }
}
