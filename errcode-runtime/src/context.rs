//! The context of a request or task: its ids, and facts for the log.

mod builder;
mod current;
mod facts;
mod message;

pub use builder::ContextBuilder;
pub use current::Scoped;

use crate::{Id, SpanId, TraceId, TraceParent, TraceState, attempt, header_names};
use builder::Carried;
#[cfg(feature = "inject")]
use errcode_core::drill::Drill;
use errcode_core::{
    Catalog,
    wire::{Ids, PlainIds},
};
use facts::Facts;
use std::{
    borrow::Cow,
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::time::Instant;

/// Whether any context of this process has had a deadline.
static HAS_DEADLINES: AtomicBool = AtomicBool::new(false);

/// Returns the time left in whole milliseconds: clocks of machines differ, so a deadline travels as a duration.
fn time_left(deadline: Instant) -> String {
    deadline.saturating_duration_since(Instant::now()).as_millis().to_string()
}

/// The context of a request or task: its ids, the language of its answers, and facts for the log.
///
/// It is task-local, and an adapter's layer sets it for a request. Clones share it. Code in `tokio::spawn` and threads
/// runs outside the task: use [`spawn`](crate::spawn) and [`spawn_blocking`](crate::spawn_blocking), or pass it on with
/// [`Context::scope`] and [`Context::enter`].
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
    /// The facts of a task that was spawned from the request's. `None` in the request itself.
    forked: Option<Arc<Facts>>,
}

struct Inner {
    request_id: Id,
    trace_id: TraceId,
    span_id: OnceLock<SpanId>,
    parent_id: Option<SpanId>,
    flags: u8,
    language: Option<&'static str>,
    non_idempotent: bool,
    deadline: Option<Instant>,
    degraded: OnceLock<&'static str>,
    catalog: Option<&'static Catalog>,
    max_violations: usize,
    facts: Facts,
    /// Boxed, since each request writes its context, and few carry any of these.
    carried: Option<Box<Carried>>,
}

impl Context {
    /// Creates a context with new ids.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Creates the context of a task, with any text as its id: the log has the text as it is, headers have an
    /// id derived from it.
    ///
    /// ```
    /// use errcode_runtime::Context;
    ///
    /// let context = Context::task("nightly report");
    /// assert_eq!(context.task_text(), Some("nightly report"));
    /// assert_eq!(context.task_id().unwrap().as_str(), "nightly_20report");
    /// ```
    #[must_use]
    pub fn task(id: &str) -> Self {
        Self::builder().task(id).build()
    }

    /// Returns a builder, for a context with ids from elsewhere. What is not set is as of [`Context::new`].
    ///
    /// ```
    /// use errcode_runtime::{Context, Id, TraceParent};
    ///
    /// let parent = TraceParent::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    /// let context = Context::builder().trace_parent(parent).request_id(Id::parse("order-17")).build();
    /// assert_eq!(context.trace_id().as_str(), "4bf92f3577b34da6a3ce929d0e0e4736");
    /// assert_eq!(context.request_id().as_str(), "order-17");
    /// ```
    #[must_use]
    pub fn builder() -> ContextBuilder {
        ContextBuilder::default()
    }

    /// Returns the context that the calling code runs in. `None` outside a request and a task, for example at startup.
    ///
    /// ```
    /// use errcode_runtime::Context;
    ///
    /// /// The id that a customer can give to support.
    /// fn reference() -> String {
    ///     Context::current().map_or("-".to_owned(), |context| context.request_id().to_string())
    /// }
    ///
    /// assert_eq!(reference(), "-");
    /// assert_eq!(&Context::new().enter(reference)[..4], "req_");
    /// ```
    #[must_use]
    pub fn current() -> Option<Self> {
        current::with(Clone::clone)
    }

    pub(crate) fn current_catalog() -> Option<&'static Catalog> {
        current::with(Self::catalog).flatten()
    }

    /// Returns whether there is a current context. It is cheaper than [`current`](Self::current).
    #[must_use]
    pub fn is_set() -> bool {
        current::with(|_| ()).is_some()
    }

    /// Runs the future in this context.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use errcode_runtime::Context;
    ///
    /// let job = tokio::spawn(Context::task("APEX-17").scope(async {
    ///     Context::current().and_then(|context| context.task_text().map(str::to_owned))
    /// }));
    /// assert_eq!(job.await.unwrap().as_deref(), Some("APEX-17"));
    /// # });
    /// ```
    pub fn scope<F: Future>(&self, future: F) -> Scoped<F> {
        Scoped::new(self.clone(), future)
    }

    /// Runs the closure in this context, for example on a thread of your own.
    ///
    /// ```
    /// use errcode_runtime::Context;
    ///
    /// let context = Context::task("nightly report");
    /// let seen = std::thread::spawn(move || context.enter(|| Context::current().is_some())).join().unwrap();
    /// assert!(seen);
    /// ```
    pub fn enter<R>(&self, run: impl FnOnce() -> R) -> R {
        current::enter(self.clone(), run)
    }

    /// Adds a fact, for example the tenant, to every later log event of the current context, and to the alerts that
    /// one of its failures raises. Does nothing without a context. [`attach`](Self::attach) adds to a context at hand.
    ///
    /// ```
    /// use errcode_runtime::Context;
    ///
    /// /// Every line of the request has the tenant from here on.
    /// fn authenticated(tenant: &str) {
    ///     Context::with("tenant", tenant);
    /// }
    ///
    /// let context = Context::new();
    /// context.enter(|| authenticated("acme"));
    /// assert_eq!(context.attachments()[0], ("tenant".into(), "acme".to_owned()));
    /// ```
    pub fn with(key: impl Into<Cow<'static, str>>, value: impl fmt::Display) {
        if let Some(context) = Self::current() {
            context.attach(key, value);
        }
    }

    /// Adds a fact to every later log event of this context, as [`with`](Self::with) does. A fact with the same key is
    /// replaced. A text of more than 16 KiB is cut, as the log would.
    ///
    /// ```
    /// use errcode_runtime::Context;
    ///
    /// let context = Context::task("APEX-17");
    /// context.attach("tenant", "acme");
    /// context.attach("tenant", "initech");
    /// assert_eq!(context.attachments().len(), 1);
    /// assert_eq!(context.attachments()[0].1, "initech");
    /// ```
    pub fn attach(&self, key: impl Into<Cow<'static, str>>, value: impl fmt::Display) {
        self.facts().set(key.into(), value);
    }

    fn carried(&self) -> Option<&Carried> {
        self.inner.carried.as_deref()
    }

    fn facts(&self) -> &Facts {
        self.forked.as_deref().unwrap_or(&self.inner.facts)
    }

    /// Returns the keys and texts of the facts so far, in the order in which they were added.
    #[must_use]
    pub fn attachments(&self) -> Arc<Vec<(Cow<'static, str>, String)>> {
        self.facts().now()
    }

    #[inline]
    pub(crate) fn for_each_attachment(&self, mut each: impl FnMut(&str, &str)) {
        if self.facts().any() {
            self.attachments().iter().for_each(|(key, value)| each(key, value));
        }
    }

    /// Returns the same context with its own copy of the facts, for work that runs concurrently with the caller's.
    /// [`spawn`](crate::spawn) does so itself.
    ///
    /// ```
    /// use errcode_runtime::Context;
    ///
    /// let request = Context::new();
    /// let page = request.fork();
    /// page.attach("page", 2);
    /// assert_eq!(page.request_id(), request.request_id());
    /// assert!(request.attachments().is_empty());
    /// ```
    #[must_use]
    pub fn fork(&self) -> Self {
        let facts = Arc::new(self.facts().fork());
        Self { inner: Arc::clone(&self.inner), forked: Some(facts) }
    }

    /// Returns the request's id.
    #[must_use]
    pub fn request_id(&self) -> &Id {
        &self.inner.request_id
    }

    /// Returns the trace's id.
    #[must_use]
    pub fn trace_id(&self) -> &TraceId {
        &self.inner.trace_id
    }

    /// Returns the id of this work's span in the trace.
    #[must_use]
    pub fn span_id(&self) -> &SpanId {
        self.inner.span_id.get_or_init(SpanId::new)
    }

    /// Returns the id of the caller's span, if a valid `traceparent` was received.
    #[must_use]
    pub fn parent_id(&self) -> Option<&SpanId> {
        self.inner.parent_id.as_ref()
    }

    /// Returns the flags of the trace, see [`TraceParent::flags`].
    #[must_use]
    pub fn trace_flags(&self) -> u8 {
        self.inner.flags
    }

    /// Returns the `tracestate`, if a valid one came with a valid `traceparent`.
    #[must_use]
    pub fn trace_state(&self) -> Option<&TraceState> {
        self.carried()?.trace_state.as_ref()
    }

    /// Returns the task's id as it was given, for the log.
    #[must_use]
    pub fn task_text(&self) -> Option<&str> {
        let carried = self.carried()?;
        carried.task_text.as_deref().or_else(|| carried.task_id.as_ref().map(Id::as_str))
    }

    /// Returns the baggage that is passed on.
    #[must_use]
    pub fn baggage(&self) -> Option<&str> {
        self.carried()?.baggage.as_deref()
    }

    /// Returns the headers for a call to another service, which pass the ids on. Each call has a new parent id (W3C
    /// Trace Context level 2, section 3.4), so call this once per call.
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
        headers.extend(self.baggage().map(|baggage| (header_names::BAGGAGE, baggage.to_owned())));
        #[cfg(feature = "inject")]
        headers.extend(
            self.drill().map(|drill| (errcode_core::drill::HEADER, drill.as_str().to_owned())),
        );
        headers
    }

    /// Returns the fault drill of the work, if it has one.
    #[cfg(feature = "inject")]
    #[must_use]
    pub fn drill(&self) -> Option<&Drill> {
        self.carried()?.drill.as_deref()
    }

    /// Returns the id of the task that the request belongs to, if one was received.
    #[must_use]
    pub fn task_id(&self) -> Option<&Id> {
        self.carried()?.task_id.as_ref()
    }

    /// Returns the caller's own id for the trace, if it is not a trace id.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&Id> {
        self.carried()?.correlation_id.as_ref()
    }

    /// Returns the language of the answer: one of the catalog's, or `None` for its default one.
    #[must_use]
    pub fn language(&self) -> Option<&'static str> {
        self.inner.language
    }

    /// Returns when the work must have ended: the earlier of the context's own deadline and that of the current
    /// [`Attempt`](crate::Attempt).
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        let attempt = crate::Attempt::deadline_of_current();
        attempt::earlier(self.inner.deadline, attempt)
    }

    #[inline]
    pub(crate) fn own_deadline() -> Option<Instant> {
        // Most processes never have one, and each call under a policy asks.
        if !HAS_DEADLINES.load(Ordering::Relaxed) {
            return None;
        }
        current::with(|context| context.inner.deadline).flatten()
    }

    /// Marks the answer of the current context as degraded: this fallback gave it, or a part of it. The first mark
    /// counts. Does nothing without a context. `errcode_resilience::with_fallback` does so itself.
    ///
    /// ```
    /// use errcode_runtime::Context;
    ///
    /// let context = Context::new();
    /// context.enter(|| Context::mark_degraded("yesterday's prices"));
    /// assert_eq!(context.degraded(), Some("yesterday's prices")); // the header `X-Degraded` of the answer
    /// ```
    pub fn mark_degraded(fallback: &'static str) {
        let _ = current::with(|context| context.inner.degraded.set(fallback));
    }

    /// Returns the fallback that gave the answer, if one did.
    #[must_use]
    pub fn degraded(&self) -> Option<&'static str> {
        self.inner.degraded.get().copied()
    }

    /// Returns the context with a deadline, unless it has an earlier one.
    pub(crate) fn until(mut self, deadline: Instant) -> Self {
        if self.inner.deadline.is_some_and(|own| own <= deadline) {
            return self;
        }
        HAS_DEADLINES.store(true, Ordering::Relaxed);
        match Arc::get_mut(&mut self.inner) {
            Some(inner) => inner.deadline = Some(deadline),
            // Other clones must not see it.
            None => {
                let forked = self.fork().forked;
                let id = Some(self.request_id().clone());
                let copy = Self::builder().request_id(id).deadline(Some(deadline));
                self = Self { forked, ..copy.child_of(&self).build() };
            }
        }
        self
    }

    /// Returns whether the work is not idempotent: a write without an idempotency key. Clients are then not told to
    /// retry by the category of a code alone.
    #[must_use]
    pub fn non_idempotent(&self) -> bool {
        self.inner.non_idempotent
    }

    /// Returns the largest number of violations that an answer lists, 1 or more.
    #[must_use]
    pub fn max_violations(&self) -> usize {
        self.inner.max_violations
    }

    /// Returns the catalog whose codes clients get.
    #[must_use]
    pub fn catalog(&self) -> Option<&'static Catalog> {
        self.inner.catalog
    }

    /// Returns the ids that bodies contain.
    #[must_use]
    pub fn ids(&self) -> Ids<'_> {
        let ids = Ids::default()
            .request_id(self.request_id().as_str())
            .trace_id(self.trace_id().as_str());
        match self.task_id() {
            Some(task) => ids.task_id(task.as_str()),
            None => ids,
        }
        .plain()
    }

    /// Returns the same as [`ids`](Self::ids), as bytes.
    pub(crate) fn plain_ids(&self) -> PlainIds<'_> {
        PlainIds {
            request_id: Some(self.request_id().as_bytes()),
            trace_id: Some(self.trace_id().as_bytes()),
            task_id: self.task_id().map(Id::as_bytes),
        }
    }

    /// Returns whether both are the same context: clones and [forks](Self::fork), not contexts with equal ids.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
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

    /// Parses the outgoing `traceparent`.
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
    fn a_part_of_other_work_continues_its_trace_and_task() {
        let worker = Context::builder().trace_parent(parent("01")).baggage("tier=gold").build();
        let task = Context::builder().child_of(&Context::task("any text")).build();
        assert_eq!(
            (task.task_text(), task.task_id().unwrap().as_str()),
            (Some("any text"), "any_20text")
        );
        let part = Context::builder().child_of(&worker).build();
        assert_eq!(part.trace_id(), worker.trace_id());
        assert_ne!(part.request_id(), worker.request_id());
        assert!(part.outgoing().contains(&("baggage", "tier=gold".to_owned())));
        let other = TraceId::new();
        let own = Context::builder().trace_id(Some(other)).child_of(&worker).build();
        assert_eq!(*own.trace_id(), other);
    }

    #[test]
    fn any_text_is_a_task() {
        let long = ["a".repeat(4000), "a".repeat(4001)].map(|text| Context::task(&text));
        assert_ne!(long[0].task_id(), long[1].task_id());
        for text in ["", " ", "_", "é\n\0", "项目 17"] {
            let context = Context::task(text);
            let id = context.task_id().unwrap().as_str();
            assert!(Id::parse(id).is_some(), "{text:?} {id}");
            assert_eq!(context.task_text(), Some(text));
        }
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
