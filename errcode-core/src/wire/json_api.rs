//! Bodies by JSON:API 1.1.

use super::{
    body_format::BodyFormat,
    content::{Content, REPEATED, ViolationView},
    view::ErrorView,
};
use crate::json::{Object, push_u64};

/// Bodies by [JSON:API 1.1](https://jsonapi.org/format/1.1/#errors), `application/vnd.api+json`: `errors` has one
/// object per violation, or a single one.
///
/// Details of more than a kilobyte are only in the first object. `id` is the request's id, `links.type` the
/// code's page, `detail` the message; `meta` has what the standard has no member for. The document's own `meta`
/// has the code and the message of an error with violations, and the number of those that it leaves out,
/// `errors_omitted`.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct JsonApi {
    /// Whether `status` is a number, for clients that cannot read the string that the standard requires.
    pub numeric_status: bool,
}

impl JsonApi {
    /// Returns the format with `status` as a string, as the standard requires.
    ///
    /// ```
    /// use errcode_core::wire::{BodyFormat as _, JsonApi};
    /// # #[derive(Debug, errcode_core::AppError)]
    /// # #[error("no project", code = "E2001", status = 404)]
    /// # struct NotFound;
    ///
    /// errcode_core::catalog! { static CATALOG = [NotFound]; format = JsonApi::new(); }
    /// assert_eq!(CATALOG.body_format().unwrap().content_type(), "application/vnd.api+json");
    /// ```
    #[must_use]
    pub const fn new() -> Self {
        Self { numeric_status: false }
    }

    /// Returns the format with `status` as a number.
    #[must_use]
    pub const fn with_numeric_status() -> Self {
        Self { numeric_status: true }
    }
}

impl BodyFormat for JsonApi {
    fn content_type(&self) -> &'static str {
        "application/vnd.api+json"
    }

    fn write(&self, error: &ErrorView<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(b"{\"errors\":[");
        error.with_content(|content| {
            let mut separator: &[u8] = b"";
            content.each_violation(|content, violation| {
                out.extend_from_slice(separator);
                separator = b",";
                self.write_object(error, content, &violation, out);
            });
            out.push(b']');
            if content.has_violations() {
                write_document_meta(error, content, out);
            }
        });
        out.push(b'}');
    }
}

/// Writes what concerns all violations: the code and the message of the error, and how many the document leaves out.
fn write_document_meta(error: &ErrorView<'_>, content: &mut Content<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(b",\"meta\":");
    let mut meta = Object::open(out);
    meta.plain("code", error.spec().code().as_bytes());
    let out = meta.member("message");
    out.push(b'"');
    content.write_message(out);
    out.push(b'"');
    let omitted = content.omitted();
    if omitted > 0 {
        meta.number("errors_omitted", omitted);
    }
    meta.close();
}

impl JsonApi {
    fn write_object(
        self,
        error: &ErrorView<'_>,
        content: &mut Content<'_>,
        violation: &ViolationView<'_>,
        out: &mut Vec<u8>,
    ) {
        let spec = error.spec();
        let mut object = Object::open(out);
        object.id("id", error.ids.request_id, error.ids.are_plain);
        if let Some(docs) = error.docs() {
            let mut links = Object::open(object.member("links"));
            links.string("type", &docs);
            links.close();
        }
        if self.numeric_status {
            object.number("status", u64::from(error.status()));
        } else {
            let out = object.member("status");
            out.push(b'"');
            push_u64(out, u64::from(error.status()));
            out.push(b'"');
        }
        object.string("code", violation.code().unwrap_or(spec.code().as_str()));
        object.string("title", error.title());
        content.write_violation_message(violation, object.member("detail"));
        if let Some(subject) = violation.subject() {
            let (name, value) = subject.member();
            let mut source = Object::open(object.member("source"));
            source.string(name, value);
            source.close();
        }
        self.write_meta(error, content, violation, object.member("meta"));
        object.close();
    }

    fn write_meta(
        self,
        error: &ErrorView<'_>,
        content: &mut Content<'_>,
        violation: &ViolationView<'_>,
        out: &mut Vec<u8>,
    ) {
        let mut meta = Object::open(out);
        if content.has_details() && !content.has_large_details {
            let out = meta.member("details");
            let start = out.len();
            content.write_details_object(out, false);
            content.has_large_details = out.len() - start > REPEATED;
        }
        meta.optional("field", violation.field().as_deref());
        violation.write_rule(&mut meta);
        let ids = error.ids();
        meta.id("trace_id", ids.trace_id, ids.are_plain);
        meta.id("task_id", ids.task_id, ids.are_plain);
        meta.plain("timestamp", &error.moment.to_seconds());
        error.write_retry(&mut meta);
        error.write_internals(&mut meta);
        meta.close();
    }
}
