//! Failures as log records of OpenTelemetry.

use errcode_core::Level;
use errcode_runtime::{
    Context, Event, Id, Observer,
    event::{FailureEvent, PanicEvent},
};
use opentelemetry::{
    InstrumentationScope, SpanId, TraceFlags, TraceId,
    logs::{AnyValue, LogRecord, Logger, LoggerProvider, Severity},
};
use std::{panic::Location, time::SystemTime};

/// An observer that emits failures and panics as log records of OpenTelemetry, for a provider that sends them by OTLP.
///
/// A record has the texts of the log line, with the same redaction and the names of
/// [`Dialect::Otel`](errcode_runtime::Dialect::Otel), and the trace and span of the context. Name, version and
/// environment of the service are those of the provider's resource. Failures of every level are emitted.
///
/// ```
/// use errcode_runtime::observe;
/// use errcode_sinks::OtelLogs;
/// use opentelemetry_sdk::logs::SdkLoggerProvider;
///
/// // .with_batch_exporter(opentelemetry_otlp::LogExporter::builder().with_http().build()?)
/// let provider = SdkLoggerProvider::builder().build();
/// observe(OtelLogs::new(&provider));
/// // At the end of `main`: provider.shutdown()
/// ```
#[derive(Clone, Debug)]
pub struct OtelLogs<L> {
    logger: L,
}

impl<L: Logger> OtelLogs<L> {
    /// Creates the observer with a logger of this provider.
    pub fn new(provider: &impl LoggerProvider<Logger = L>) -> Self {
        let scope = InstrumentationScope::builder("errcode");
        let scope = scope.with_version(env!("CARGO_PKG_VERSION")).build();
        Self { logger: provider.logger_with_scope(scope) }
    }

    fn record(
        &self,
        name: &'static str,
        level: Level,
        message: &str,
        context: Option<&Context>,
    ) -> L::LogRecord {
        let (severity, text) = severity(level);
        let mut record = self.logger.create_log_record();
        record.set_event_name(name);
        record.set_timestamp(SystemTime::now());
        record.set_severity_number(severity);
        record.set_severity_text(text);
        record.set_body(text_of(message));
        if let Some(context) = context {
            put_context(&mut record, context);
        }
        record
    }

    fn failure(&self, failure: &FailureEvent<'_>) {
        let FailureEvent { spec, served, .. } = failure;
        let mut record = self.record("failure", failure.level, failure.message, failure.context);
        record.add_attribute("error.type", spec.code().as_str());
        if let Some(status) = served.http_status {
            record.add_attribute("http.response.status_code", i64::from(status));
        }
        if served.method.is_some() {
            record.add_attribute("http.server.request.duration", served.duration.as_secs_f64());
        }
        let texts = [
            ("exception.message", Some(failure.message)),
            ("exception.stacktrace", failure.backtrace),
            ("url.path", served.uri),
            ("http.request.method", served.method),
            ("errcode.category", Some(spec.category().as_str())),
            ("errcode.cause", failure.cause),
            ("errcode.owner", spec.owner()),
            ("errcode.context", failure.doing),
            ("errcode.broken", failure.broken),
            ("errcode.phase", served.phase),
        ];
        put_texts(&mut record, texts);
        if let Some(location) = failure.location {
            put_location(&mut record, location);
        }
        self.logger.emit(record);
    }

    fn panic(&self, panic: &PanicEvent<'_>) {
        let mut record = self.record("panic", Level::Error, panic.message, panic.context);
        let texts = [
            ("exception.type", Some("panic")),
            ("exception.message", Some(panic.message)),
            ("exception.stacktrace", panic.backtrace),
            ("code.file.path", panic.location),
        ];
        put_texts(&mut record, texts);
        self.logger.emit(record);
    }
}

impl<L: Logger + Send + Sync> Observer for OtelLogs<L> {
    fn event(&self, event: &Event<'_>) {
        match event {
            Event::Failure(failure) => self.failure(failure),
            Event::Panic(panic) => self.panic(panic),
            _ => {}
        }
    }
}

fn severity(level: Level) -> (Severity, &'static str) {
    match level {
        Level::Debug => (Severity::Debug, "DEBUG"),
        Level::Info => (Severity::Info, "INFO"),
        Level::Warn => (Severity::Warn, "WARN"),
        _ => (Severity::Error, "ERROR"),
    }
}

fn text_of(text: &str) -> AnyValue {
    AnyValue::String(text.to_owned().into())
}

fn put_context(record: &mut impl LogRecord, context: &Context) {
    let trace = TraceId::from_hex(context.trace_id().as_str());
    let span = SpanId::from_hex(context.span_id().as_str());
    if let (Ok(trace), Ok(span)) = (trace, span) {
        let flags = TraceFlags::new(context.trace_flags());
        record.set_trace_context(trace, span, Some(flags));
    }
    let texts = [
        ("errcode.request.id", Some(context.request_id().as_str())),
        ("errcode.task.id", context.task_text()),
        ("errcode.correlation.id", context.correlation_id().map(Id::as_str)),
    ];
    put_texts(record, texts);
}

fn put_texts<const N: usize>(
    record: &mut impl LogRecord,
    texts: [(&'static str, Option<&str>); N],
) {
    for (name, text) in texts {
        if let Some(text) = text {
            record.add_attribute(name, text_of(text));
        }
    }
}

fn put_location(record: &mut impl LogRecord, location: &Location<'_>) {
    record.add_attribute("code.file.path", text_of(location.file()));
    record.add_attribute("code.line.number", i64::from(location.line()));
}
