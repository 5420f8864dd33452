//! Messages of values: for `Display`, for clients and for the log.

use super::{
    neutral,
    rows::{self, Rows},
    template::Template,
};
use core::fmt;

/// Writes `Display` of a derived type: the template of its row with the value's fields.
#[doc(hidden)]
pub fn show(rows: &dyn Rows, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some(inner) = rows.inner() {
        return inner.fmt(f);
    }
    let Some(template) = rows.row().display_template() else { return Ok(()) };
    rows::with_args(rows, |args| template.render(args, f)).unwrap_or(Ok(()))
}

/// Returns the message for clients: in the language, else the default one, else the category's neutral text.
pub(crate) fn user_message(rows: &dyn Rows, language: Option<&str>) -> String {
    let spec = rows.row();
    let template = language
        .and_then(|language| spec.user_template(Some(language)))
        .or_else(|| spec.user_template(None));
    let mut message = String::new();
    match template {
        Some(template) => {
            let _ = rows::with_args(rows, |args| template.render(args, &mut message));
        }
        None => message.push_str(neutral::neutral(spec, language)),
    }
    message
}

/// Returns the message of the log line: the `log` text, else `Display`.
pub(crate) fn log_message(rows: &dyn Rows) -> String {
    let mut message = String::new();
    let _ = write_log_message(rows, &mut message);
    message
}

/// Appends [`log_message`] if it only has strings and numbers, which need none of the user's code. Returns whether it
/// does; if not, what was appended is of no use.
pub(crate) fn push_simple_log_message(rows: &dyn Rows, out: &mut Vec<u8>) -> bool {
    let Some(template) = template_of(rows) else { return false };
    rows::with_args(rows, |args| template.push_simple(args, out)).unwrap_or(false)
}

/// Returns the template of the log's message, if there is one.
fn template_of(rows: &dyn Rows) -> Option<Template> {
    if rows.shows_template() { rows.row().message_template() } else { None }
}

/// Writes [`log_message`].
pub(crate) fn write_log_message(rows: &dyn Rows, out: &mut dyn fmt::Write) -> fmt::Result {
    match template_of(rows) {
        Some(template) => {
            rows::with_args(rows, |args| template.render(args, out)).unwrap_or(Ok(()))
        }
        None => out.write_fmt(format_args!("{rows}")),
    }
}
