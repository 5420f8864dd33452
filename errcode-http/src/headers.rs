//! Ids that come in and go out as headers.

use crate::negotiation;
use bytes::Bytes;
use errcode_core::{Catalog, wire::Standard};
use errcode_runtime::{
    Context, ContextBuilder, Id, TraceId, TraceParent, TraceState, deadline_in_grpc_timeout,
    deadline_in_millis, earlier, header_names,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header};

/// The name of the header with the code of the error.
pub const X_ERROR_CODE: HeaderName = HeaderName::from_static(header_names::X_ERROR_CODE);
/// The name of the header with the id of the request.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static(header_names::X_REQUEST_ID);
/// The name of the header with the id of the trace.
pub const X_TRACE_ID: HeaderName = HeaderName::from_static(header_names::X_TRACE_ID);
/// The name of the header with the id of the task.
pub const X_TASK_ID: HeaderName = HeaderName::from_static(header_names::X_TASK_ID);
/// The name of the header with the fallback of a degraded answer.
pub const X_DEGRADED: HeaderName = HeaderName::from_static(header_names::X_DEGRADED);
/// The name of the header that says that callers should not retry.
pub const X_RETRIES_EXHAUSTED: HeaderName =
    HeaderName::from_static(header_names::X_RETRIES_EXHAUSTED);

const BAGGAGE: HeaderName = HeaderName::from_static(header_names::BAGGAGE);

/// The headers that scripts of other origins need: a CORS layer around this one has to expose them.
pub const EXPOSED_HEADERS: [HeaderName; 3] = [X_ERROR_CODE, X_REQUEST_ID, header::RETRY_AFTER];

/// The request headers that this crate reads, found in one pass: a lookup of each would hash every name on every
/// request.
#[derive(Default)]
pub(crate) struct Incoming<'r> {
    request_id: Once<'r>,
    task_id: Once<'r>,
    trace_id: Once<'r>,
    correlation_id: Once<'r>,
    traceparent: Once<'r>,
    timeout: Once<'r>,
    grpc_timeout: Once<'r>,
    has_tracestate: bool,
    has_baggage: bool,
    has_accept: bool,
    has_accept_language: bool,
}

impl<'r> Incoming<'r> {
    pub(crate) fn new(headers: &'r HeaderMap, request_id: &HeaderName) -> Self {
        let mut incoming = Self::default();
        for (name, value) in headers {
            match name.as_str() {
                header_names::X_TRACE_ID => incoming.trace_id.see(value),
                header_names::X_TASK_ID => incoming.task_id.see(value),
                header_names::X_CORRELATION_ID => incoming.correlation_id.see(value),
                header_names::TRACEPARENT => incoming.traceparent.see(value),
                header_names::TRACESTATE => incoming.has_tracestate = true,
                header_names::BAGGAGE => incoming.has_baggage = true,
                header_names::X_REQUEST_TIMEOUT_MS => incoming.timeout.see(value),
                header_names::GRPC_TIMEOUT => incoming.grpc_timeout.see(value),
                "accept" => incoming.has_accept = true,
                "accept-language" => incoming.has_accept_language = true,
                _ => {}
            }
            if name == request_id {
                incoming.request_id.see(value);
            }
        }
        incoming
    }

    /// Returns the context of a request with these headers. A header that is invalid, or that occurs twice, counts as
    /// absent.
    #[inline]
    pub(crate) fn context<B>(
        &self,
        request: &Request<B>,
        catalog: &'static Catalog,
        max_violations: Option<usize>,
    ) -> ContextBuilder {
        let headers = request.headers();
        let given = self.trace_id.bytes();
        let parent = self.traceparent.text().and_then(TraceParent::parse);
        let named = given.and_then(|given| {
            TraceId::parse_bytes(given).or_else(|| TraceId::parse_uuid(str::from_utf8(given).ok()?))
        });
        let is_write = matches!(*request.method(), Method::POST | Method::PATCH);
        let mut builder = ContextBuilder {
            catalog: Some(catalog),
            request_id: self.request_id.bytes().and_then(Id::parse_bytes),
            trace_id: named,
            parent,
            language: if self.has_accept_language {
                negotiation::language(headers, catalog)
            } else {
                None
            },
            // The header of a key is not enough: only an idempotency layer makes a write repeatable.
            non_idempotent: is_write,
            deadline: earlier(
                self.timeout.text().and_then(deadline_in_millis),
                self.grpc_timeout.text().and_then(deadline_in_grpc_timeout),
            ),
            max_violations,
            ..ContextBuilder::default()
        };
        if self.carries() || given.is_some() != named.is_some() || Context::is_set() {
            builder = self.complete(builder, headers);
        }
        builder
    }

    /// Returns whether there is a header that few requests have.
    fn carries(&self) -> bool {
        let absent = matches!((self.task_id, self.correlation_id), (Once::Absent, Once::Absent));
        !absent || self.has_tracestate || self.has_baggage
    }

    /// Sets what few requests have.
    #[cold]
    fn complete(&self, mut builder: ContextBuilder, headers: &HeaderMap) -> ContextBuilder {
        // An `X-Trace-Id` in a syntax of the caller's own is kept in addition to the trace id.
        let given = self.trace_id.bytes().filter(|_| builder.trace_id.is_none());
        let correlation = given
            .and_then(Id::parse_bytes)
            .or_else(|| self.correlation_id.bytes().and_then(Id::parse_bytes));
        builder = builder
            .task_id(self.task_id.bytes().and_then(Id::parse_bytes))
            .correlation_id(correlation);
        if self.has_tracestate && builder.parent.is_some() {
            builder = builder.trace_state(trace_state(headers));
        }
        if self.has_baggage
            && let Some(baggage) = negotiation::list(headers, &BAGGAGE)
        {
            builder = builder.baggage(&baggage);
        }
        // An application that is called by other work, for example by a worker, is a part of it.
        if let Some(parent) = Context::current() {
            builder = builder.child_of(&parent);
        }
        builder
    }

    /// Returns the standard format that the request names.
    pub(crate) fn standard_format(&self, headers: &HeaderMap, default: &str) -> Option<Standard> {
        if self.has_accept { negotiation::standard_format(headers, default) } else { None }
    }
}

/// A header that counts only if it occurs exactly once.
#[derive(Clone, Copy, Default)]
enum Once<'r> {
    #[default]
    Absent,
    Here(&'r HeaderValue),
    Twice,
}

impl<'r> Once<'r> {
    fn see(&mut self, value: &'r HeaderValue) {
        *self = if matches!(self, Self::Absent) { Self::Here(value) } else { Self::Twice };
    }

    fn text(self) -> Option<&'r str> {
        match self {
            Self::Here(value) => value.to_str().ok(),
            Self::Absent | Self::Twice => None,
        }
    }

    fn bytes(self) -> Option<&'r [u8]> {
        match self {
            Self::Here(value) => Some(value.as_bytes()),
            Self::Absent | Self::Twice => None,
        }
    }
}

/// Returns `None` also if a line is not text: such a header is invalid as a whole.
fn trace_state(headers: &HeaderMap) -> Option<TraceState> {
    let lines: Result<Vec<_>, _> =
        headers.get_all(header_names::TRACESTATE).iter().map(HeaderValue::to_str).collect();
    TraceState::parse(lines.ok()?)
}

/// Returns the context of a request, with the ids, the language and the deadline that its headers give. `request_id`
/// names the header of the request's id.
#[must_use]
pub fn context_of<B>(
    request: &Request<B>,
    request_id: &HeaderName,
    catalog: &'static Catalog,
) -> ContextBuilder {
    Incoming::new(request.headers(), request_id).context(request, catalog, None)
}

/// Sets the ids of the context on a response, and the fallback that gave it, if one did.
pub fn write_ids(context: &Context, request_id: &HeaderName, headers: &mut HeaderMap) {
    let (trace, request) = (context.trace_id().as_bytes(), context.request_id().as_bytes());
    let (trace, request) = match Together::new(trace, request) {
        Some(both) => {
            let mut request = Bytes::from_owner(both);
            (request.split_to(trace.len()), request)
        }
        None => (Bytes::copy_from_slice(trace), Bytes::copy_from_slice(request)),
    };
    put(headers, request_id.clone(), request);
    put(headers, X_TRACE_ID, trace);
    if let Some(task) = context.task_id() {
        put(headers, X_TASK_ID, Bytes::copy_from_slice(task.as_bytes()));
    }
    if let Some(fallback) = context.degraded() {
        // A name that no header can carry still says that the answer is degraded.
        let value = HeaderValue::from_str(fallback);
        headers.insert(X_DEGRADED, value.unwrap_or(HeaderValue::from_static("true")));
    }
}

#[inline]
fn put(headers: &mut HeaderMap, name: HeaderName, id: Bytes) {
    // Ids consist of characters that are valid in a header.
    if let Ok(value) = HeaderValue::from_maybe_shared(id) {
        headers.insert(name, value);
    }
}

/// The ids of the trace and the request, whose header values share one allocation.
struct Together {
    text: [u8; Self::LONGEST],
    length: u8,
}

impl Together {
    /// Enough for a request's id that was generated, or is a UUID.
    const LONGEST: usize = 32 + 40;

    /// Returns `None` if the request's id is unusually long.
    #[inline]
    fn new(trace: &[u8; 32], request: &[u8]) -> Option<Self> {
        let mut text = [0; Self::LONGEST];
        let (traced, rest) = text.split_at_mut(trace.len());
        traced.copy_from_slice(trace);
        rest.get_mut(..request.len())?.copy_from_slice(request);
        Some(Self { text, length: (trace.len() + request.len()) as u8 })
    }
}

impl AsRef<[u8]> for Together {
    fn as_ref(&self) -> &[u8] {
        self.text.get(..self.length.into()).unwrap_or_default()
    }
}
