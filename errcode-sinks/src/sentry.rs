//! Failures as issues of Sentry.

use errcode_core::Level;
use errcode_runtime::{
    Context, Event, Observer, ServiceInfo,
    event::{FailureEvent, PanicEvent},
};
use sentry_core::protocol::{self, Exception, TraceContext};
use std::{borrow::Cow, collections::BTreeMap};

/// An observer that sends failures and panics to Sentry, through the client that `sentry::init` set up.
///
/// An event's fingerprint is the code, so that an issue is a code, whatever values the messages have. Its release is
/// `name@version` of [`ServiceInfo`], its trace that of the context. It has the texts of the log line, with the same
/// redaction, and no others: no body, no header, no fields of the error.
///
/// ```no_run
/// use errcode_runtime::{ServiceInfo, observe};
/// use errcode_sinks::SentryIssues;
///
/// ServiceInfo::new("projects").version(env!("CARGO_PKG_VERSION")).environment("production").set();
/// let _sentry = sentry::init(std::env::var("SENTRY_DSN")?);
/// observe(SentryIssues::new());
/// # Ok::<(), std::env::VarError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct SentryIssues {
    least: Level,
}

impl SentryIssues {
    /// Creates the observer of failures with the level error.
    #[must_use]
    pub fn new() -> Self {
        Self { least: Level::Error }
    }

    /// Sets the lowest level of failures that are sent.
    #[must_use]
    pub fn min_level(self, least: Level) -> Self {
        Self { least }
    }
}

impl Default for SentryIssues {
    fn default() -> Self {
        Self::new()
    }
}

impl Observer for SentryIssues {
    fn event(&self, event: &Event<'_>) {
        let event = match event {
            Event::Failure(failure) if severity(failure.level) >= severity(self.least) => {
                of_failure(failure)
            }
            Event::Panic(panic) => of_panic(panic),
            _ => return,
        };
        sentry_core::capture_event(event);
    }
}

fn severity(level: Level) -> protocol::Level {
    match level {
        Level::Debug => protocol::Level::Debug,
        Level::Info => protocol::Level::Info,
        Level::Warn => protocol::Level::Warning,
        _ => protocol::Level::Error,
    }
}

fn of_failure(failure: &FailureEvent<'_>) -> protocol::Event<'static> {
    let (spec, served) = (failure.spec, &failure.served);
    let code = spec.code().as_str();
    let mut event = event(failure.context, code, failure.message);
    event.level = severity(failure.level);
    event.fingerprint = Cow::Owned(vec![Cow::Borrowed(code)]);
    event.culprit = failure.location.map(ToString::to_string);
    event.transaction = served.route.map(|route| match served.method {
        Some(method) => format!("{method} {route}"),
        None => route.to_owned(),
    });
    event.tags.insert("code".into(), code.into());
    event.tags.insert("category".into(), spec.category().as_str().into());
    if let Some(owner) = spec.owner() {
        event.tags.insert("owner".into(), owner.into());
    }
    if let Some(status) = served.http_status {
        event.tags.insert("http.status_code".into(), status.to_string());
    }
    let texts = [
        ("uri", served.uri),
        ("cause", failure.cause),
        ("context", failure.doing),
        ("backtrace", failure.backtrace),
        ("broken", failure.broken),
    ];
    event.extra = extra(texts);
    event
}

fn of_panic(panic: &PanicEvent<'_>) -> protocol::Event<'static> {
    let mut event = event(panic.context, "panic", panic.message);
    event.level = protocol::Level::Fatal;
    // Panics have no code: an issue is a place.
    let place = panic.location.unwrap_or_default().to_owned();
    event.fingerprint = Cow::Owned(vec![Cow::Borrowed("panic"), Cow::Owned(place)]);
    event.culprit = panic.location.map(str::to_owned);
    event.extra = extra([("backtrace", panic.backtrace)]);
    event
}

fn event(context: Option<&Context>, kind: &str, message: &str) -> protocol::Event<'static> {
    let exception =
        Exception { ty: kind.to_owned(), value: Some(message.to_owned()), ..Exception::default() };
    let mut event = protocol::Event {
        logger: Some("app".into()),
        exception: vec![exception].into(),
        ..protocol::Event::default()
    };
    if let Some(service) = ServiceInfo::current() {
        let release = service.version.map(|version| format!("{}@{version}", service.name));
        event.release = release.map(Cow::Owned);
        event.environment = service.environment.map(Cow::Borrowed);
        event.server_name = service.instance.map(Cow::Borrowed);
        event.tags.insert("service".into(), service.name.into());
    }
    if let Some(context) = context {
        event.tags.insert("request_id".into(), context.request_id().as_str().into());
        if let Some(task) = context.task_text() {
            event.tags.insert("task_id".into(), task.into());
        }
        event.contexts.insert("trace".into(), trace(context).into());
    }
    event
}

fn trace(context: &Context) -> TraceContext {
    TraceContext {
        trace_id: context.trace_id().as_str().parse().unwrap_or_default(),
        span_id: context.span_id().as_str().parse().unwrap_or_default(),
        parent_span_id: context.parent_id().and_then(|parent| parent.as_str().parse().ok()),
        ..TraceContext::default()
    }
}

fn extra<const N: usize>(texts: [(&str, Option<&str>); N]) -> BTreeMap<String, protocol::Value> {
    let there = texts.into_iter().filter_map(|(name, text)| text.map(|text| (name, text)));
    there.map(|(name, text)| (name.to_owned(), text.into())).collect()
}
