//! What is said of a code in a terminal, and the sentences that every format shares.

use crate::{
    explain::{self, Answer, By, Found},
    model::{CatalogData, Entry, Retired},
    pretty::pretty,
    retryable::Retryable,
};
use core::fmt::Write as _;

/// The facts of a code, each with its name in English and Chinese: what every format shows, in this order.
pub(crate) fn facts(entry: &Entry) -> Vec<(&'static str, &'static str, String)> {
    let mut facts = vec![
        ("status", "状态码", status(entry.status)),
        ("category", "类别", entry.category.clone()),
        ("retryable", "可重试", retryable(entry)),
    ];
    let mut add = |english, chinese, value: Option<String>| {
        facts
            .extend(value.filter(|value| !value.is_empty()).map(|value| (english, chinese, value)));
    };
    add("gRPC status", "gRPC 状态", entry.grpc.map(|number| number.to_string()));
    add("headers", "响应头", Some(headers(entry)));
    add("aliases", "别名", Some(entry.aliases.join(", ")));
    add("tags", "标签", Some(entry.tags.join(", ")));
    add("since", "引入版本", entry.since.clone());
    add("deprecated", "已弃用", entry.deprecated.clone());
    add("replaced by", "替代为", entry.replaced_by.clone());
    let Some(source) = &entry.source else { return facts };
    add("visibility", "可见性", source.internal.then(|| shown_as(source.public_as.as_deref())));
    add("level", "日志级别", Some(source.level.clone()));
    let over = source.alert_over.as_ref().map(|over| format!(" over {over}")).unwrap_or_default();
    add("alert", "告警", Some(source.alert.clone() + &over));
    add("breaker", "熔断", Some(if source.breaker { "count" } else { "ignore" }.to_owned()));
    add("retry condition", "重试条件", source.retry_condition.clone());
    add("owner", "负责人", source.owner.clone());
    add("runbook", "处置手册", source.runbook.clone());
    add("defined", "定义于", Some(defined(entry)));
    facts
}

fn shown_as(code: Option<&str>) -> String {
    code.map_or_else(|| "internal".to_owned(), |code| format!("internal, shown as {code}"))
}

/// `404 Not Found`
pub(crate) fn status(status: u16) -> String {
    match reason(status) {
        "" => status.to_string(),
        reason => format!("{status} {reason}"),
    }
}

/// The reason phrases of RFC 9110 section 15 and the registry behind it.
fn reason(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        423 => "Locked",
        424 => "Failed Dependency",
        425 => "Too Early",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        507 => "Insufficient Storage",
        508 => "Loop Detected",
        511 => "Network Authentication Required",
        _ => "",
    }
}

fn retryable(entry: &Entry) -> String {
    match (entry.retryable, entry.retry_after) {
        (Retryable::No, _) | (_, None) => entry.retryable.to_string(),
        (retryable, Some(seconds)) => format!("{retryable}, after {seconds} s"),
    }
}

fn headers(entry: &Entry) -> String {
    let header = |header: &crate::Header| match &header.value {
        Some(value) => format!("{}: {value}", header.name),
        None => header.name.clone(),
    };
    entry.headers.iter().map(header).collect::<Vec<_>>().join(", ")
}

/// `project::ProjectError::NotFound, src/errors/project.rs:12`
fn defined(entry: &Entry) -> String {
    let Some(source) = &entry.source else { return String::new() };
    let path = if source.module.is_empty() {
        source.path()
    } else {
        format!("{}::{}", source.module, source.path())
    };
    if source.file.is_empty() { path } else { format!("{path}, {}:{}", source.file, source.line) }
}

/// One code, as `explain` shows it.
pub(crate) fn found(found: &Found) -> String {
    let entry = &found.entry;
    let mut text = format!("{} {}\n", entry.code, entry.title);
    // Writing to a `String` cannot fail.
    let _ = write_by(&mut text, &found.by);
    for (language, message) in entry.texts() {
        let language = if language.is_empty() { String::new() } else { format!(" ({language})") };
        let _ = writeln!(text, "  message{language}: {message}");
    }
    for (name, _, value) in facts(entry) {
        let _ = writeln!(text, "  {name}: {value}");
    }
    section(&mut text, "Why it happens", entry.explanation.as_deref());
    section(&mut text, "What to do", entry.help.as_deref());
    section(&mut text, "Internal", entry.source.as_ref().and_then(|source| source.note.as_deref()));
    for example in &entry.examples {
        let _ = write!(text, "\nExample ({})\n{}\n", example.content_type, pretty(&example.body));
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
            writeln!(text, "  found by its message: {template}{values}")
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

/// A retired code, as `explain` shows it.
pub(crate) fn retired(retired: &Retired) -> String {
    let mut text = format!(
        "{} is retired: it must never be used again\n  why: {}\n",
        retired.code, retired.reason
    );
    for code in &retired.leads_to {
        let _ = writeln!(text, "  see: {code}");
    }
    text
}

/// What `explain` says of a code or text that it does not know.
pub(crate) fn unknown(answer: &Answer) -> String {
    let mut text = if explain::is_guess(&answer.query) {
        format!("no code, alias or message is `{}`\n", answer.query)
    } else {
        "no code, alias or message is in the text\n".to_owned()
    };
    text.push_str(if answer.suggestions.is_empty() {
        "`cargo errcode list` shows every code\n"
    } else {
        "did you mean\n"
    });
    for suggestion in &answer.suggestions {
        let _ = writeln!(text, "  {} {}", suggestion.code, suggestion.title);
    }
    text
}

/// The catalog's own codes as a table with a line per code.
#[must_use]
pub fn table(manual: &CatalogData) -> String {
    let head = ["CODE", "STATUS", "CATEGORY", "RETRYABLE", "TITLE"].map(str::to_owned);
    let row = |entry: &Entry| {
        [
            entry.code.clone(),
            entry.status.to_string(),
            entry.category.clone(),
            entry.retryable.to_string(),
            entry.title.replace(['\n', '\r'], " "),
        ]
    };
    let rows: Vec<[String; 5]> =
        core::iter::once(head).chain(manual.errors.iter().map(row)).collect();
    let widths: [usize; 5] = core::array::from_fn(|column| {
        rows.iter().map(|row| width(&row[column])).max().unwrap_or(0)
    });
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (cell, wide) in row.iter().zip(widths) {
            line.push_str(cell);
            line.extend(core::iter::repeat_n(' ', wide.saturating_sub(width(cell)) + 2));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// How many columns a terminal shows the text in: East Asian wide letters take two (Unicode Annex 11, the blocks that matter for prose).
fn width(text: &str) -> usize {
    let is_wide = |letter: char| {
        matches!(letter, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}')
    };
    text.chars().map(|letter| if is_wide(letter) { 2 } else { 1 }).sum()
}
