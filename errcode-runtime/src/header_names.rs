//! The names of the headers that carry ids, lower case as in HTTP/2.

/// The code of the error that a response reports.
pub const X_ERROR_CODE: &str = "x-error-code";
/// The id of the request.
pub const X_REQUEST_ID: &str = "x-request-id";
/// The id of the trace: 32 lower-case hexadecimal digits or a UUID.
pub const X_TRACE_ID: &str = "x-trace-id";
/// The id of the task that the request belongs to.
pub const X_TASK_ID: &str = "x-task-id";
/// The caller's own id for the trace.
pub const X_CORRELATION_ID: &str = "x-correlation-id";
/// How many milliseconds the caller waits for the answer.
pub const X_REQUEST_TIMEOUT_MS: &str = "x-request-timeout-ms";
/// The fallback that gave a degraded answer, or a part of it.
pub const X_DEGRADED: &str = "x-degraded";
/// `true` on an answer for which the service's own retries are exhausted: a caller that retries would multiply the
/// attempts.
pub const X_RETRIES_EXHAUSTED: &str = "x-retries-exhausted";
/// How long the caller of a gRPC method waits for the answer.
pub const GRPC_TIMEOUT: &str = "grpc-timeout";
/// The caller's span and its trace (W3C Trace Context level 2, section 3.2).
pub const TRACEPARENT: &str = "traceparent";
/// Data of tracing systems, which is passed on (W3C Trace Context level 2, section 3.3).
pub const TRACESTATE: &str = "tracestate";
/// The caller's own properties, which are passed on (W3C Baggage, section 3.3).
pub const BAGGAGE: &str = "baggage";
