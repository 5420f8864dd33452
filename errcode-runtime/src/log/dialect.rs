//! The dialects: the names of a line's members, and their order.

use super::known::Known;

/// How the members of a JSON line are named and ordered.
///
/// ```
/// use errcode_runtime::{Dialect, Logging};
///
/// let _guard = Logging::new().dialect(Dialect::Ecs).install(); // {"@timestamp":"…","log.level":"info",…}
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dialect {
    /// `ts lvl logger service event msg traceId taskId requestId code httpStatus uri method status durationMs`: short
    /// names, the ones a person looks for first.
    #[default]
    Plain,
    /// The Elastic Common Schema, as its specification of logging wants it: `@timestamp log.level message ecs.version`
    /// first, `error.code`, `event.duration` in nanoseconds, and what has no field of its own in the object `labels`.
    Ecs,
    /// The semantic conventions of OpenTelemetry as names of members: `timestamp severity_text body`, `error.type` for
    /// the code, `exception.*`, and durations in seconds.
    Otel,
}

impl Dialect {
    /// Returns the members of a line, the labels, and where the other fields go.
    pub(super) fn members(self) -> (Names, Names, Others) {
        match self {
            Self::Plain => (PLAIN, &[], Others::Root),
            Self::Ecs => (ECS, ECS_LABELS, Others::Labels),
            Self::Otel => (OTEL, &[], Others::Flat),
        }
    }
}

/// A standard member of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Member {
    Time,
    Level,
    /// The level as a number (OpenTelemetry's log data model, field `SeverityNumber`).
    LevelNumber,
    EcsVersion,
    Logger,
    Service,
    Namespace,
    Version,
    Environment,
    Instance,
    TraceId,
    SpanId,
    TraceFlags,
    TaskId,
    RequestId,
    CorrelationId,
    Known(Known),
    /// The message again, on a line of a failure.
    ErrorMessage,
    Nanoseconds,
    Seconds,
    /// Seconds of a call to another system.
    ClientSeconds,
    File,
    Line,
    /// The history of the call as a text: labels have no objects.
    JourneyText,
}

/// Where the fields go that have no standard name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Others {
    /// To the line itself; the attached facts are an object.
    Root,
    /// To the line itself, also the attached facts.
    Flat,
    /// To the object `labels`.
    Labels,
}

/// Members with their names, in their order.
pub(super) type Names = &'static [(&'static str, Member)];

/// The version of the Elastic Common Schema whose names the dialect `ecs` has.
pub(super) const ECS_VERSION: &str = "8.11.0";

use Member::{
    ClientSeconds, CorrelationId, EcsVersion, Environment, ErrorMessage, File, Instance,
    JourneyText, LevelNumber, Line, Logger, Namespace, Nanoseconds, RequestId, Seconds, Service,
    SpanId, TaskId, Time, TraceFlags, TraceId, Version,
};

const PLAIN: Names = &[
    ("ts", Time),
    ("lvl", Member::Level),
    ("logger", Logger),
    ("service", Service),
    ("event", Member::Known(Known::Event)),
    ("msg", Member::Known(Known::Message)),
    ("traceId", TraceId),
    ("taskId", TaskId),
    ("requestId", RequestId),
    ("correlationId", CorrelationId),
    ("code", Member::Known(Known::Code)),
    ("httpStatus", Member::Known(Known::HttpStatus)),
    ("uri", Member::Known(Known::Uri)),
    ("method", Member::Known(Known::Method)),
    ("status", Member::Known(Known::Outcome)),
    ("durationMs", Member::Known(Known::DurationMs)),
    ("retryCount", Member::Known(Known::RetryCount)),
    ("category", Member::Known(Known::Category)),
    ("location", Member::Known(Known::Location)),
    ("cause", Member::Known(Known::Cause)),
    ("owner", Member::Known(Known::Owner)),
    ("context", Member::Known(Known::Context)),
    ("broken", Member::Known(Known::Broken)),
    ("phase", Member::Known(Known::Phase)),
    ("journey", Member::Known(Known::Journey)),
    ("backtrace", Member::Known(Known::Backtrace)),
];

/// The order of the first three is that of the specification of ECS logging.
const ECS: Names = &[
    ("@timestamp", Time),
    ("log.level", Member::Level),
    ("message", Member::Known(Known::Message)),
    ("ecs.version", EcsVersion),
    ("log.logger", Logger),
    ("service.name", Service),
    ("service.version", Version),
    ("service.environment", Environment),
    ("service.node.name", Instance),
    ("event.dataset", Service),
    ("event.action", Member::Known(Known::Event)),
    ("trace.id", TraceId),
    ("transaction.id", SpanId),
    ("http.request.id", RequestId),
    ("error.code", Member::Known(Known::Code)),
    ("error.type", Member::Known(Known::ErrorType)),
    ("error.message", ErrorMessage),
    ("error.stack_trace", Member::Known(Known::Backtrace)),
    ("http.response.status_code", Member::Known(Known::HttpStatus)),
    ("url.path", Member::Known(Known::Uri)),
    ("http.request.method", Member::Known(Known::Method)),
    ("event.outcome", Member::Known(Known::Outcome)),
    ("event.duration", Nanoseconds),
    ("log.origin.file.name", File),
    ("log.origin.file.line", Line),
];

/// What ECS has no field for.
const ECS_LABELS: Names = &[
    ("service_namespace", Namespace),
    ("task_id", TaskId),
    ("correlation_id", CorrelationId),
    ("retry_count", Member::Known(Known::RetryCount)),
    ("category", Member::Known(Known::Category)),
    ("cause", Member::Known(Known::Cause)),
    ("owner", Member::Known(Known::Owner)),
    ("context", Member::Known(Known::Context)),
    ("broken", Member::Known(Known::Broken)),
    ("phase", Member::Known(Known::Phase)),
    ("journey", JourneyText),
];

/// Names of the semantic conventions 1.37 where there is one; `errcode.` else.
const OTEL: Names = &[
    ("timestamp", Time),
    ("severity_text", Member::Level),
    ("severity_number", LevelNumber),
    ("body", Member::Known(Known::Message)),
    ("event.name", Member::Known(Known::Event)),
    ("otel.scope.name", Logger),
    ("service.name", Service),
    ("service.namespace", Namespace),
    ("service.version", Version),
    ("deployment.environment.name", Environment),
    ("service.instance.id", Instance),
    ("trace_id", TraceId),
    ("span_id", SpanId),
    ("trace_flags", TraceFlags),
    ("errcode.request.id", RequestId),
    ("errcode.task.id", TaskId),
    ("errcode.correlation.id", CorrelationId),
    ("error.type", Member::Known(Known::Code)),
    ("exception.type", Member::Known(Known::ErrorType)),
    ("exception.message", ErrorMessage),
    ("exception.stacktrace", Member::Known(Known::Backtrace)),
    ("http.response.status_code", Member::Known(Known::HttpStatus)),
    ("url.path", Member::Known(Known::Uri)),
    ("http.request.method", Member::Known(Known::Method)),
    ("errcode.outcome", Member::Known(Known::Outcome)),
    ("http.server.request.duration", Seconds),
    ("http.client.request.duration", ClientSeconds),
    ("http.request.resend_count", Member::Known(Known::RetryCount)),
    ("errcode.category", Member::Known(Known::Category)),
    ("code.file.path", File),
    ("code.line.number", Line),
    ("errcode.cause", Member::Known(Known::Cause)),
    ("errcode.owner", Member::Known(Known::Owner)),
    ("errcode.context", Member::Known(Known::Context)),
    ("errcode.broken", Member::Known(Known::Broken)),
    ("errcode.phase", Member::Known(Known::Phase)),
    ("errcode.journey", Member::Known(Known::Journey)),
];
