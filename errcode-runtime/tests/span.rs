//! A context begun inside an OpenTelemetry span.

use errcode_runtime::{Context, TraceId, TraceParent};
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::layer::SubscriberExt as _;

#[test]
fn the_active_span_s_trace_comes_first() {
    let provider = SdkTracerProvider::builder().build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
        let span = tracing::info_span!("work");
        let _entered = span.enter();
        let expected = span.context().span().span_context().trace_id().to_string();
        let header = TraceParent::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        let context = Context::builder().trace_parent(header).build();
        assert_eq!(context.trace_id().as_str(), expected);
        assert_eq!(context.trace_flags() & 1, 1, "the caller's flags stay");
    });
}

#[test]
fn without_a_span_the_header_s_trace_counts() {
    let named = TraceId::parse("4bf92f3577b34da6a3ce929d0e0e4736");
    assert_eq!(Some(*Context::builder().trace_id(named).build().trace_id()), named);
}
