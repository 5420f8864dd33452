//! The facts of a code, as every format shows them.

use crate::{
    model::{Entry, Header, Source},
    retryable::Retryable,
};
use errcode_core::Alert;

/// One fact of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fact {
    /// Its name in English.
    pub name: &'static str,
    /// Its name in Chinese.
    pub name_zh: &'static str,
    /// The value.
    pub value: String,
    /// The value in Chinese, if it consists of words.
    pub value_zh: Option<String>,
}

/// Returns the facts of a code in the order in which every format shows them.
///
/// ```
/// use errcode_catalog::{Audience, CatalogData, facts::facts};
/// use errcode_core::AppError;
///
/// #[derive(Debug, AppError)]
/// #[error("no project", code = "E2001", status = 404)]
/// struct NotFound;
/// errcode_core::catalog! { static CATALOG = [NotFound]; }
///
/// let data = CatalogData::of(&CATALOG, Audience::Public);
/// let facts = facts(data.find("E2001").unwrap());
/// assert_eq!((facts[0].name, facts[0].value.as_str()), ("status", "404 Not Found"));
/// ```
#[must_use]
pub fn facts(entry: &Entry) -> Vec<Fact> {
    let mut facts = Facts(Vec::new());
    facts.add("status", "状态码", status(entry.answered_status()));
    let category = entry.category.as_str();
    facts.add_words("category", "类别", [category, in_chinese(category)].map(str::to_owned));
    facts.add_words("retryable", "可重试", retryable(entry));
    facts.add_some("gRPC status", "gRPC 状态", entry.grpc.map(|number| number.to_string()));
    facts.add("headers", "响应头", headers(entry));
    facts.add("aliases", "别名", entry.aliases.join(", "));
    facts.add("tags", "标签", entry.tags.join(", "));
    facts.add_some("since", "引入版本", entry.since.clone());
    facts.add_some("deprecated", "已弃用", entry.deprecated.clone());
    facts.add_some("replaced by", "替代为", entry.replaced_by.clone());
    if let Some(source) = &entry.source {
        facts.of_source(source);
        facts.add("defined", "定义于", defined(source));
    }
    facts.0
}

struct Facts(Vec<Fact>);

impl Facts {
    /// Adds a fact unless its value is empty.
    fn add(&mut self, name: &'static str, name_zh: &'static str, value: String) {
        if !value.is_empty() {
            self.0.push(Fact { name, name_zh, value, value_zh: None });
        }
    }

    fn add_some(&mut self, name: &'static str, name_zh: &'static str, value: Option<String>) {
        self.add(name, name_zh, value.unwrap_or_default());
    }

    fn add_words(&mut self, name: &'static str, name_zh: &'static str, [en, zh]: [String; 2]) {
        self.0.push(Fact { name, name_zh, value: en, value_zh: Some(zh) });
    }

    fn of_source(&mut self, source: &Source) {
        if source.internal {
            self.add_words("visibility", "可见性", visibility(source.public_as.as_deref()));
        }
        self.add_some("level", "日志级别", source.level.map(|level| level.to_string()));
        self.add_words("alert", "告警", alert(source));
        let breaker = if source.breaker { ["count", "计入"] } else { ["ignore", "不计入"] };
        self.add_words("breaker", "熔断", breaker.map(str::to_owned));
        self.add_some("retry condition", "重试条件", source.retry_condition.clone());
        self.add_some("owner", "负责人", source.owner.clone());
        self.add_some("runbook", "处置手册", source.runbook.clone());
    }
}

fn visibility(public_as: Option<&str>) -> [String; 2] {
    match public_as {
        Some(code) => [format!("internal, shown as {code}"), format!("内部，对外显示为 {code}")],
        None => ["internal", "内部"].map(str::to_owned),
    }
}

fn alert(source: &Source) -> [String; 2] {
    let zh = match source.alert {
        Alert::None => "无",
        Alert::Notice => "通知",
        Alert::Page => "呼叫值班",
        other => other.as_str(),
    };
    match source.alert_over {
        Some(over) => [format!("{} over {over}", source.alert), format!("{zh}，超过 {over}")],
        None => [source.alert.to_string(), zh.to_owned()],
    }
}

/// Returns a status with its reason phrase, such as `404 Not Found`.
#[must_use]
pub fn status(status: u16) -> String {
    match reason(status) {
        "" => status.to_string(),
        reason => format!("{status} {reason}"),
    }
}

/// Returns the reason phrase from RFC 9110 section 15 or the IANA registry of status codes.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
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

fn retryable(entry: &Entry) -> [String; 2] {
    let en = entry.retryable.as_str();
    let zh = in_chinese(en);
    match (entry.retryable, entry.retry_after) {
        (Retryable::No, _) | (_, None) => [en, zh].map(str::to_owned),
        (_, Some(seconds)) => [format!("{en}, after {seconds} s"), format!("{zh}，{seconds} 秒后")],
    }
}

/// Returns the Chinese word for a category, `yes`, `no` or `conditional`, else the name itself.
#[must_use]
pub fn in_chinese(name: &str) -> &str {
    match name {
        "business" => "业务",
        "external" => "外部系统",
        "internal" => "内部系统",
        "specialized" => "专用服务",
        "unknown" => "未知",
        "yes" => "是",
        "no" => "否",
        "conditional" => "视情况而定",
        _ => name,
    }
}

fn headers(entry: &Entry) -> String {
    let header = |header: &Header| match &header.value {
        Some(value) => format!("{}: {value}", header.name),
        None => header.name.clone(),
    };
    entry.headers.iter().map(header).collect::<Vec<_>>().join(", ")
}

/// Returns for example `project::ProjectError::NotFound, src/errors/project.rs:12`.
fn defined(source: &Source) -> String {
    let path = if source.module.is_empty() {
        source.path()
    } else {
        format!("{}::{}", source.module, source.path())
    };
    if source.file.is_empty() { path } else { format!("{path}, {}:{}", source.file, source.line) }
}
