//! The answer of `explain` as text.

use crate::{
    answer::{Answer, By, Found, is_guess},
    facts::{Fact, facts},
    model::Retired,
};
use core::fmt::Write as _;

impl Answer {
    /// Returns the answer as text for a terminal.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut parts: Vec<String> = self.found.iter().map(found).collect();
        parts.extend(self.retired.iter().map(retired));
        if parts.is_empty() {
            parts.push(unknown(self));
        }
        parts.join("\n")
    }
}

/// Returns the text for one code.
fn found(found: &Found) -> String {
    let entry = &found.entry;
    let mut text = format!("{} {}\n", entry.code, entry.title);
    // Writing to a `String` cannot fail.
    let _ = write_by(&mut text, &found.by);
    for (language, message) in entry.texts() {
        let language = if language.is_empty() { String::new() } else { format!(" ({language})") };
        let _ = writeln!(text, "  message{language}: {message}");
    }
    for Fact { name, value, .. } in facts(entry) {
        let _ = writeln!(text, "  {name}: {value}");
    }
    section(&mut text, "Why it happens", entry.explanation.as_deref());
    section(&mut text, "What to do", entry.help.as_deref());
    section(&mut text, "Internal", entry.source.as_ref().and_then(|source| source.note.as_deref()));
    for example in &entry.examples {
        let _ = write!(text, "\nExample ({})\n{}\n", example.content_type, example.pretty());
    }
    text
}

fn write_by(text: &mut String, by: &By) -> core::fmt::Result {
    match by {
        By::Code => Ok(()),
        By::Alias(alias) => writeln!(text, "  alias: {alias}"),
        By::Message { template, values, .. } => {
            let values: Vec<String> =
                values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
            let values = if values.is_empty() {
                String::new()
            } else {
                format!(", with {}", values.join(", "))
            };
            writeln!(text, "  matched message: {template}{values}")
        }
    }
}

fn section(text: &mut String, title: &str, body: Option<&str>) {
    let Some(body) = body else { return };
    let _ = write!(text, "\n{title}\n");
    for line in body.lines() {
        let _ = writeln!(text, "{}{line}", if line.is_empty() { "" } else { "  " });
    }
}

/// Returns the text for a retired code.
fn retired(retired: &Retired) -> String {
    let mut text = format!(
        "{} is retired and must not be used again\n  reason: {}\n",
        retired.code, retired.reason
    );
    for code in &retired.leads_to {
        let _ = writeln!(text, "  see: {code}");
    }
    text
}

/// Returns the text for a query without a match.
fn unknown(answer: &Answer) -> String {
    let mut text = if is_guess(&answer.query) {
        format!("no code, alias or message matches `{}`\n", answer.query)
    } else {
        "the text contains no code, alias or message\n".to_owned()
    };
    text.push_str(if answer.suggestions.is_empty() {
        "`cargo errcode list` shows all codes\n"
    } else {
        "did you mean:\n"
    });
    for suggestion in &answer.suggestions {
        let _ = writeln!(text, "  {} {}", suggestion.code, suggestion.title);
    }
    text
}
