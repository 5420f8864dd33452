//! Short error messages for templates: the report of `MiniJinja` prints all values that a template
//! sees, which is the whole catalog.

use core::{error::Error as _, fmt::Write as _, ops::Range};
use minijinja::Error;

/// Returns the message with the name of the template, the line, and carets below the place.
pub(crate) fn text(error: &Error) -> String {
    let mut text = one(error);
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(inner) = inner.downcast_ref::<Error>() {
            text.push_str("\ncaused by ");
            text.push_str(&one(inner));
        }
        cause = inner.source();
    }
    text
}

fn one(error: &Error) -> String {
    let mut text = match (error.name(), error.line()) {
        (Some(name), Some(line)) => format!("{name}:{line}: {}", error.kind()),
        (Some(name), None) => format!("{name}: {}", error.kind()),
        _ => error.kind().to_string(),
    };
    // Writing to a `String` cannot fail.
    if let Some(detail) = error.detail() {
        let _ = write!(text, ": {detail}");
    }
    let line = error.line().and_then(|line| error.template_source()?.lines().nth(line - 1));
    if let (Some(line), Some(source)) = (line, error.template_source()) {
        let range = error.range().and_then(|range| within(source, line, &range));
        let _ = write!(text, "\n  | {line}");
        if let Some((before, carets)) = range {
            let _ = write!(text, "\n  | {}{}", " ".repeat(before), "^".repeat(carets));
        }
    }
    text
}

/// Returns how many letters of the line are before the range, and how many are in it.
fn within(source: &str, line: &str, range: &Range<usize>) -> Option<(usize, usize)> {
    let start = source.get(..range.start)?.rfind('\n').map_or(0, |at| at + 1);
    let end = range.end.min(start + line.len()).max(range.start);
    let letters = |range: Range<usize>| source.get(range).map(|text| text.chars().count());
    Some((letters(start..range.start)?, letters(range.start..end)?.max(1)))
}
