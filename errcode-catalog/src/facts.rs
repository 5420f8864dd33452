//! The facts of a code, as every format shows them.

use crate::{
    model::{Entry, Header},
    retryable::Retryable,
};

/// The facts of a code, each with its name in English and Chinese: what every format shows, in this order.
#[must_use]
pub fn facts(entry: &Entry) -> Vec<(&'static str, &'static str, String)> {
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
#[must_use]
pub fn status(status: u16) -> String {
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
    let header = |header: &Header| match &header.value {
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
