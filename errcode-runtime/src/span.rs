//! The trace of the active OpenTelemetry span.

use crate::TraceId;

/// Returns the trace of the current `tracing` span, if a layer of `tracing-opentelemetry` has set one.
#[cfg(feature = "opentelemetry")]
pub(crate) fn active_trace() -> Option<TraceId> {
    use opentelemetry::trace::TraceContextExt as _;
    use tracing_opentelemetry::OpenTelemetrySpanExt as _;

    let context = tracing::Span::current().context();
    let trace = context.span().span_context().trace_id();
    TraceId::parse(&trace.to_string())
}

/// Returns `None` without the feature.
#[cfg(not(feature = "opentelemetry"))]
pub(crate) const fn active_trace() -> Option<TraceId> {
    None
}
