//! The ids and facts that belong to the request or task a piece of code works for.

use crate::{Id, SpanId, TraceId, TraceParent, TraceState, attempt, header_names};
use errcode_core::{Catalog, wire::Ids};
use std::{
    borrow::Cow,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::time::Instant;

tokio::task_local! {
    static CURRENT: Context;
}

/// Whole milliseconds: between machines only a duration means the same, not a time of day.
fn time_left(deadline: Instant) -> String {
    deadline.saturating_duration_since(Instant::now()).as_millis().to_string()
}

/// The context of a request or task: its ids, the language of its answers, what was attached for the log.
///
/// It is task-local: the axum layer sets it for a request. Clones share it. Streaming bodies, `spawn` and
/// `spawn_blocking` run outside the task; take it along with [`Context::scope`] or [`Context::enter`].
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use errcode_runtime::Context;
///
/// let context = Context::new();
/// let seen = context.scope(async { Context::current().map(|now| now.request_id().to_string()) }).await;
/// assert_eq!(seen, Some(context.request_id().to_string()));
/// assert!(Context::current().is_none());
/// # });
/// ```
#[derive(Clone)]
pub struct Context {
    inner: Arc<Inner>,
    /// The facts of a task that was spawned from the request's; the request's own where there is none.
    forked: Option<Arc<Facts>>,
}

/// What is attached for the log.
#[derive(Default)]
struct Facts {
    /// Whether there are any: most contexts have none, and each log line asks.
    any: AtomicBool,
    list: Mutex<Vec<(Cow<'static, str>, String)>>,
}

struct Inner {
    request_id: Id,
    trace_id: TraceId,
    span_id: OnceLock<SpanId>,
    parent_id: Option<SpanId>,
    flags: u8,
    trace_state: Option<TraceState>,
    task_id: Option<Id>,
    correlation_id: Option<Id>,
    language: Option<&'static str>,
    non_idempotent: bool,
    deadline: Option<Instant>,
    degraded: OnceLock<&'static str>,
    catalog: Option<&'static Catalog>,
    facts: Facts,
}

/// A future that runs in a [`Context`].
pub type Scoped<F> = tokio::task::futures::TaskLocalFuture<Context, F>;

/// What a new context is made of; what is not given is made up or left out.
// The fields are open to this project's adapters: one literal moves less than nine calls.
#[derive(Debug, Default)]
pub struct ContextBuilder {
    #[doc(hidden)]
    pub request_id: Option<Id>,
    #[doc(hidden)]
    pub trace_id: Option<TraceId>,
    #[doc(hidden)]
    pub parent: Option<TraceParent>,
    #[doc(hidden)]
    pub trace_state: Option<TraceState>,
    #[doc(hidden)]
    pub task_id: Option<Id>,
    #[doc(hidden)]
    pub correlation_id: Option<Id>,
    #[doc(hidden)]
    pub language: Option<&'static str>,
    #[doc(hidden)]
    pub non_idempotent: bool,
    #[doc(hidden)]
    pub deadline: Option<Instant>,
    #[doc(hidden)]
    pub catalog: Option<&'static Catalog>,
}

impl ContextBuilder {
    /// The request's id.
    #[inline]
    #[must_use]
    pub fn request_id(self, request_id: Option<Id>) -> Self {
        Self { request_id, ..self }
    }

    /// The trace's id, where no [`trace_parent`](Self::trace_parent) gives it.
    #[inline]
    #[must_use]
    pub fn trace_id(self, trace_id: Option<TraceId>) -> Self {
        Self { trace_id, ..self }
    }

    /// The caller's span and its trace.
    #[inline]
    #[must_use]
    pub fn trace_parent(self, parent: Option<TraceParent>) -> Self {
        Self { parent, ..self }
    }

    /// What tracing systems carry along. Without a [`trace_parent`](Self::trace_parent) it is dropped (W3C Trace
    /// Context level 2, section 3.3).
    #[inline]
    #[must_use]
    pub fn trace_state(self, trace_state: Option<TraceState>) -> Self {
        Self { trace_state, ..self }
    }

    /// The id of the task behind the request.
    #[inline]
    #[must_use]
    pub fn task_id(self, task_id: Option<Id>) -> Self {
        Self { task_id, ..self }
    }

    /// An id of the caller's that is no trace id.
    #[inline]
    #[must_use]
    pub fn correlation_id(self, correlation_id: Option<Id>) -> Self {
        Self { correlation_id, ..self }
    }

    /// The language of the answer.
    #[inline]
    #[must_use]
    pub fn language(self, language: Option<&'static str>) -> Self {
        Self { language, ..self }
    }

    /// Whether doing the work twice does more than doing it once: a write without an idempotency key.
    #[inline]
    #[must_use]
    pub fn non_idempotent(self, non_idempotent: bool) -> Self {
        Self { non_idempotent, ..self }
    }

    /// When the work has to be over.
    #[inline]
    #[must_use]
    pub fn deadline(self, deadline: Option<Instant>) -> Self {
        Self { deadline, ..self }
    }

    /// The catalog whose codes answer.
    #[inline]
    #[must_use]
    pub fn catalog(self, catalog: &'static Catalog) -> Self {
        Self { catalog: Some(catalog), ..self }
    }

    /// The context.
    #[inline]
    #[must_use]
    pub fn build(self) -> Context {
        let (trace_id, flags) = match (self.parent, self.trace_id) {
            (Some(parent), _) => (parent.trace_id, parent.flags),
            // Nobody says whether an id from elsewhere is random.
            (None, Some(trace_id)) => (trace_id, 0),
            (None, None) => (TraceId::new(), TraceParent::RANDOM),
        };
        // The span that is active here knows its trace better than a header does.
        let trace_id = crate::span::active_trace().unwrap_or(trace_id);
        let inner = Arc::new(Inner {
            request_id: self.request_id.unwrap_or_else(Id::new_request),
            trace_id,
            span_id: OnceLock::new(),
            parent_id: self.parent.map(|parent| parent.parent_id),
            flags,
            trace_state: self.trace_state.filter(|_| self.parent.is_some()),
            task_id: self.task_id,
            correlation_id: self.correlation_id,
            language: self.language,
            non_idempotent: self.non_idempotent,
            deadline: self.deadline,
            degraded: OnceLock::new(),
            catalog: self.catalog,
            facts: Facts::default(),
        });
        Context { inner, forked: None }
    }
}

impl Context {
    /// A context with new ids.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A context with ids that came from elsewhere.
    #[must_use]
    pub fn builder() -> ContextBuilder {
        ContextBuilder::default()
    }

    /// The context the calling code works in.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Whether there is a current context.
    #[must_use]
    pub fn is_set() -> bool {
        CURRENT.try_with(|_| ()).is_ok()
    }

    /// The future, run in this context.
    pub fn scope<F: Future>(&self, future: F) -> Scoped<F> {
        CURRENT.scope(self.clone(), future)
    }

    /// Runs the closure in this context, for example under `spawn_blocking`.
    pub fn enter<R>(&self, run: impl FnOnce() -> R) -> R {
        CURRENT.sync_scope(self.clone(), run)
    }

    /// Adds a fact to every later log event of the current context, for example the tenant. Without a context it does
    /// nothing.
    pub fn with(key: impl Into<Cow<'static, str>>, value: impl fmt::Display) {
        if let Some(context) = Self::current() {
            context.attach(key, value);
        }
    }

    /// Adds a fact to every later log event of this context; the same key again replaces it.
    pub fn attach(&self, key: impl Into<Cow<'static, str>>, value: impl fmt::Display) {
        let (key, value) = (key.into(), value.to_string());
        let mut list = self.attachments();
        match list.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => *known = value,
            None => list.push((key, value)),
        }
        self.facts().any.store(true, Ordering::Release);
    }

    fn facts(&self) -> &Facts {
        self.forked.as_deref().unwrap_or(&self.inner.facts)
    }

    /// Returns the facts, in the order they came.
    pub fn attachments(&self) -> MutexGuard<'_, Vec<(Cow<'static, str>, String)>> {
        self.facts().list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn for_each_attachment(&self, mut each: impl FnMut(&str, &str)) {
        if self.facts().any.load(Ordering::Acquire) {
            self.attachments().iter().for_each(|(key, value)| each(key, value));
        }
    }

    /// Returns the same context with facts of its own from here on, for work that runs beside the caller's.
    #[must_use]
    pub fn fork(&self) -> Self {
        let list = self.attachments().clone();
        let facts = Facts { any: AtomicBool::new(!list.is_empty()), list: Mutex::new(list) };
        Self { inner: Arc::clone(&self.inner), forked: Some(Arc::new(facts)) }
    }

    /// The request's id.
    #[must_use]
    pub fn request_id(&self) -> &Id {
        &self.inner.request_id
    }

    /// The trace's id.
    #[must_use]
    pub fn trace_id(&self) -> &TraceId {
        &self.inner.trace_id
    }

    /// The id of this piece of work within its trace.
    #[must_use]
    pub fn span_id(&self) -> &SpanId {
        self.inner.span_id.get_or_init(SpanId::new)
    }

    /// The id of the caller's span, where a valid `traceparent` came.
    #[must_use]
    pub fn parent_id(&self) -> Option<&SpanId> {
        self.inner.parent_id.as_ref()
    }

    /// The flags of the trace, see [`TraceParent::flags`].
    #[must_use]
    pub fn trace_flags(&self) -> u8 {
        self.inner.flags
    }

    /// What tracing systems carry along.
    #[must_use]
    pub fn trace_state(&self) -> Option<&TraceState> {
        self.inner.trace_state.as_ref()
    }

    /// The headers of a call to another service, which carry the ids on. Each call has a new parent id (W3C Trace
    /// Context level 2, section 3.4), so ask once per call.
    ///
    /// ```
    /// use errcode_runtime::{Context, TraceParent};
    ///
    /// let parent = TraceParent::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    /// let context = Context::builder().trace_parent(parent).build();
    /// let headers = context.outgoing();
    /// assert_eq!(headers[0].0, "traceparent");
    /// assert!(headers[0].1.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"));
    /// assert!(headers.iter().any(|(name, id)| *name == "x-request-id" && *id == context.request_id().to_string()));
    /// ```
    #[must_use]
    pub fn outgoing(&self) -> Vec<(&'static str, String)> {
        let parent = TraceParent {
            trace_id: *self.trace_id(),
            parent_id: SpanId::new(),
            flags: self.trace_flags(),
        };
        let mut headers = vec![(header_names::TRACEPARENT, parent.to_string())];
        headers
            .extend(self.trace_state().map(|state| (header_names::TRACESTATE, state.to_string())));
        headers.push((header_names::X_REQUEST_ID, self.request_id().to_string()));
        headers.push((header_names::X_TRACE_ID, self.trace_id().to_string()));
        headers.extend(self.task_id().map(|id| (header_names::X_TASK_ID, id.to_string())));
        headers.extend(
            self.correlation_id().map(|id| (header_names::X_CORRELATION_ID, id.to_string())),
        );
        headers.extend(
            self.deadline()
                .map(|deadline| (header_names::X_REQUEST_TIMEOUT_MS, time_left(deadline))),
        );
        headers
    }

    /// The id of the task behind the request, where one came.
    #[must_use]
    pub fn task_id(&self) -> Option<&Id> {
        self.inner.task_id.as_ref()
    }

    /// The caller's own id for the trace, where it is no trace id.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&Id> {
        self.inner.correlation_id.as_ref()
    }

    /// The language of the answer.
    #[must_use]
    pub fn language(&self) -> Option<&'static str> {
        self.inner.language
    }

    /// Returns when the work has to be over: the context's own deadline, or that of the [`Attempt`](crate::Attempt)
    /// which the calling code makes if it is earlier.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let attempt = crate::Attempt::current().and_then(|attempt| attempt.deadline);
        attempt::earlier(self.inner.deadline, attempt)
    }

    pub(crate) fn own_deadline() -> Option<Instant> {
        CURRENT.try_with(|context| context.inner.deadline).ok().flatten()
    }

    /// Marks the answer of the current context as degraded: this fallback gave it, or a part of it. The first mark
    /// stays; without a context it does nothing.
    pub fn mark_degraded(fallback: &'static str) {
        let _ = CURRENT.try_with(|context| context.inner.degraded.set(fallback));
    }

    /// Returns the fallback that gave the answer, if one did.
    #[must_use]
    pub fn degraded(&self) -> Option<&'static str> {
        self.inner.degraded.get().copied()
    }

    /// Whether doing the work twice does more than doing it once.
    #[must_use]
    pub fn non_idempotent(&self) -> bool {
        self.inner.non_idempotent
    }

    /// The catalog whose codes answer.
    #[must_use]
    pub fn catalog(&self) -> Option<&'static Catalog> {
        self.inner.catalog
    }

    /// The ids that bodies carry.
    #[must_use]
    pub fn ids(&self) -> Ids<'_> {
        Ids::new(
            Some(self.request_id().as_str()),
            Some(self.trace_id().as_str()),
            self.task_id().map(Id::as_str),
        )
        .plain()
    }

    /// Whether both are the same context, not only equal ones.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }
}

impl Default for Context {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("request_id", self.request_id())
            .field("trace_id", self.trace_id())
            .field("task_id", &self.task_id())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Context;
    use crate::{Id, TraceId, TraceParent, TraceState};
    use std::collections::HashSet;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn parent(flags: &str) -> Option<TraceParent> {
        TraceParent::parse(&format!("00-{TRACE}-00f067aa0ba902b7-{flags}"))
    }

    /// The outgoing `traceparent`, read again.
    fn outgoing(context: &Context) -> TraceParent {
        let headers = context.outgoing();
        TraceParent::parse(&headers[0].1).expect("a valid header")
    }

    #[test]
    fn a_call_continues_the_trace_with_a_new_parent() {
        let context = Context::builder().trace_parent(parent("01")).build();
        let calls = [outgoing(&context), outgoing(&context), outgoing(&context)];
        assert!(calls.iter().all(|call| call.trace_id.as_str() == TRACE && call.flags == 1));
        let parents: HashSet<_> = calls.iter().map(|call| call.parent_id).collect();
        assert_eq!(parents.len(), 3);
        assert_eq!(
            context.parent_id().map(ToString::to_string).as_deref(),
            Some("00f067aa0ba902b7")
        );
    }

    #[test]
    fn the_random_flag_is_kept_with_its_id_and_set_for_our_own() {
        assert_eq!(outgoing(&Context::builder().trace_parent(parent("03")).build()).flags, 3);
        assert_eq!(outgoing(&Context::builder().trace_parent(parent("00")).build()).flags, 0);
        assert_eq!(outgoing(&Context::new()).flags, TraceParent::RANDOM);
        assert_eq!(outgoing(&Context::builder().trace_id(TraceId::parse(TRACE)).build()).flags, 0);
    }

    #[test]
    fn the_state_needs_a_parent() {
        let state = || TraceState::parse(["a=1"]);
        let names = |context: &Context| {
            context.outgoing().iter().map(|(name, _)| *name).collect::<Vec<_>>()
        };
        let with = Context::builder().trace_parent(parent("01")).trace_state(state()).build();
        assert_eq!(with.outgoing()[1], ("tracestate", "a=1".to_owned()));
        let without = Context::builder()
            .trace_state(state())
            .task_id(Id::parse("t-1"))
            .correlation_id(Id::parse("c"));
        assert_eq!(
            names(&without.build()),
            ["traceparent", "x-request-id", "x-trace-id", "x-task-id", "x-correlation-id"]
        );
    }
}
