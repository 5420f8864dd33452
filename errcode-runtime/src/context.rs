//! The context of a request or task: its ids, and facts for the log.

mod message;

use crate::{Id, SpanId, TraceId, TraceParent, TraceState, attempt, baggage, header_names};
#[cfg(feature = "inject")]
use errcode_core::drill::Drill;
use errcode_core::{
    Catalog,
    wire::{Ids, MAX_VIOLATIONS},
};
use std::{
    borrow::Cow,
    fmt::{self, Write as _},
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::time::Instant;

tokio::task_local! {
    static CURRENT: Context;
}

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

/// Facts for the log.
#[derive(Default)]
struct Facts {
    /// Whether the list has any: most lists are empty, and every log line checks.
    any: AtomicBool,
    /// `None` without facts, so that a context without any allocates nothing for them.
    list: Mutex<Option<Arc<Vec<Fact>>>>,
}

/// The key and the text of a fact.
type Fact = (Cow<'static, str>, String);

impl Facts {
    fn list(&self) -> MutexGuard<'_, Option<Arc<Vec<Fact>>>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
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

/// A future that runs in a [`Context`].
pub type Scoped<F> = tokio::task::futures::TaskLocalFuture<Context, F>;

/// What few callers send along.
#[derive(Debug, Default)]
pub struct Carried {
    trace_state: Option<TraceState>,
    task_id: Option<Id>,
    /// The task's id as it was given, if it is not valid in a header.
    task_text: Option<Box<str>>,
    baggage: Option<Box<str>>,
    correlation_id: Option<Id>,
    #[cfg(feature = "inject")]
    drill: Option<Arc<Drill>>,
}

impl Carried {
    /// Takes what is not set yet from the parent work.
    fn inherit(&mut self, of: &Self) {
        if self.task_id.is_none() {
            (self.task_id, self.task_text) = (of.task_id.clone(), of.task_text.clone());
        }
        if self.baggage.is_none() {
            self.baggage.clone_from(&of.baggage);
        }
        #[cfg(feature = "inject")]
        if self.drill.is_none() {
            self.drill.clone_from(&of.drill);
        }
    }
}

/// Builds a [`Context`]. Ids that are not set are new; the rest is absent unless set.
// The fields are open to this project's adapters: one literal moves less memory than ten calls.
#[derive(Debug, Default)]
pub struct ContextBuilder {
    #[doc(hidden)]
    pub request_id: Option<Id>,
    #[doc(hidden)]
    pub trace_id: Option<TraceId>,
    #[doc(hidden)]
    pub parent: Option<TraceParent>,
    #[doc(hidden)]
    pub language: Option<&'static str>,
    #[doc(hidden)]
    pub non_idempotent: bool,
    #[doc(hidden)]
    pub deadline: Option<Instant>,
    #[doc(hidden)]
    pub catalog: Option<&'static Catalog>,
    #[doc(hidden)]
    pub max_violations: Option<usize>,
    #[doc(hidden)]
    pub carried: Option<Box<Carried>>,
}

impl ContextBuilder {
    /// Sets a value of those that few have.
    fn carry<T>(
        mut self,
        value: Option<T>,
        field: impl FnOnce(&mut Carried) -> &mut Option<T>,
    ) -> Self {
        if value.is_some() || self.carried.is_some() {
            *field(self.carried.get_or_insert_default()) = value;
        }
        self
    }

    fn has_task(&self) -> bool {
        self.carried.as_ref().is_some_and(|carried| carried.task_id.is_some())
    }

    /// Sets the request's id.
    #[inline]
    #[must_use]
    pub fn request_id(self, request_id: Option<Id>) -> Self {
        Self { request_id, ..self }
    }

    /// Sets the trace's id, which counts unless a [`trace_parent`](Self::trace_parent) is set.
    #[inline]
    #[must_use]
    pub fn trace_id(self, trace_id: Option<TraceId>) -> Self {
        Self { trace_id, ..self }
    }

    /// Sets the caller's span and its trace.
    #[inline]
    #[must_use]
    pub fn trace_parent(self, parent: Option<TraceParent>) -> Self {
        Self { parent, ..self }
    }

    /// Sets the `tracestate`. Without a [`trace_parent`](Self::trace_parent) it is dropped (W3C Trace Context level 2,
    /// section 3.3).
    #[must_use]
    pub fn trace_state(self, trace_state: Option<TraceState>) -> Self {
        self.carry(trace_state, |carried| &mut carried.trace_state)
    }

    /// Sets the id of the task that the request belongs to.
    #[must_use]
    pub fn task_id(self, task_id: Option<Id>) -> Self {
        self.carry(task_id, |carried| &mut carried.task_id)
    }

    /// Sets the task, with any text as its id, as [`Context::task`] does.
    #[must_use]
    pub fn task(self, id: &str) -> Self {
        let task_id = Id::from_any(id);
        let task_text = (task_id.as_str() != id).then(|| id.into());
        self.task_id(Some(task_id)).carry(task_text, |carried| &mut carried.task_text)
    }

    /// Sets the caller's own id for the trace, which is not a trace id.
    #[must_use]
    pub fn correlation_id(self, correlation_id: Option<Id>) -> Self {
        self.carry(correlation_id, |carried| &mut carried.correlation_id)
    }

    /// Sets the language of the answer.
    #[inline]
    #[must_use]
    pub fn language(self, language: Option<&'static str>) -> Self {
        Self { language, ..self }
    }

    /// Sets whether the work is not idempotent: a write without an idempotency key.
    #[inline]
    #[must_use]
    pub fn non_idempotent(self, non_idempotent: bool) -> Self {
        Self { non_idempotent, ..self }
    }

    /// Sets when the work must have ended.
    #[inline]
    #[must_use]
    pub fn deadline(self, deadline: Option<Instant>) -> Self {
        Self { deadline, ..self }
    }

    /// Sets the `baggage` of the caller, which is passed on. Members that are not valid are dropped, as are those
    /// beyond 8,192 bytes (W3C Baggage, section 3.3).
    #[must_use]
    pub fn baggage(self, baggage: &str) -> Self {
        self.carry(baggage::valid(baggage), |carried| &mut carried.baggage)
    }

    /// Sets the fault drill of the work, which travels on with its calls.
    #[cfg(feature = "inject")]
    #[must_use]
    pub fn drill(self, drill: Option<Drill>) -> Self {
        self.carry(drill.map(Arc::new), |carried| &mut carried.drill)
    }

    /// Takes what is not set yet from the context of the parent work: trace, task, baggage, deadline and
    /// language.
    #[must_use]
    pub fn child_of(mut self, parent: &Context) -> Self {
        let of = &parent.inner;
        if self.parent.is_none() && self.trace_id.is_none() {
            self.trace_id = Some(of.trace_id);
        }
        if let Some(of) = &of.carried {
            self.carried.get_or_insert_default().inherit(of);
        }
        self.deadline = self.deadline.or(of.deadline);
        self.language = self.language.or(of.language);
        self
    }

    /// Sets the largest number of violations that an answer lists, at least 1. Default:
    /// [`MAX_VIOLATIONS`](errcode_core::wire::MAX_VIOLATIONS).
    #[inline]
    #[must_use]
    pub fn max_violations(self, max_violations: usize) -> Self {
        Self { max_violations: Some(max_violations), ..self }
    }

    /// Sets the catalog whose codes clients get.
    #[inline]
    #[must_use]
    pub fn catalog(self, catalog: &'static Catalog) -> Self {
        Self { catalog: Some(catalog), ..self }
    }

    /// Builds the context.
    #[inline]
    #[must_use]
    pub fn build(mut self) -> Context {
        if self.deadline.is_some() {
            HAS_DEADLINES.store(true, Ordering::Relaxed);
        }
        let (trace_id, flags) = match (self.parent, self.trace_id) {
            (Some(parent), _) => (parent.trace_id, parent.flags),
            // A received id may not be random.
            (None, Some(trace_id)) => (trace_id, 0),
            (None, None) => (TraceId::new(), TraceParent::RANDOM),
        };
        if let (None, Some(carried)) = (self.parent, &mut self.carried) {
            carried.trace_state = None;
        }
        // The active OpenTelemetry span takes precedence over a header.
        let trace_id = crate::span::active_trace().unwrap_or(trace_id);
        let request_id = self.request_id.unwrap_or_else(Id::new_request);
        let inner = Arc::new(Inner {
            request_id,
            trace_id,
            span_id: OnceLock::new(),
            parent_id: self.parent.map(|parent| parent.parent_id),
            flags,
            language: self.language,
            non_idempotent: self.non_idempotent,
            deadline: self.deadline,
            degraded: OnceLock::new(),
            catalog: self.catalog,
            max_violations: self.max_violations.unwrap_or(MAX_VIOLATIONS).max(1),
            facts: Facts::default(),
            carried: self.carried,
        });
        Context { inner, forked: None }
    }
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

    /// Returns a builder, for a context with ids from elsewhere.
    #[must_use]
    pub fn builder() -> ContextBuilder {
        ContextBuilder::default()
    }

    /// Returns the context that the calling code runs in.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    pub(crate) fn current_catalog() -> Option<&'static Catalog> {
        CURRENT.try_with(Self::catalog).ok().flatten()
    }

    /// Returns whether there is a current context.
    #[must_use]
    pub fn is_set() -> bool {
        CURRENT.try_with(|_| ()).is_ok()
    }

    /// Runs the future in this context.
    pub fn scope<F: Future>(&self, future: F) -> Scoped<F> {
        CURRENT.scope(self.clone(), future)
    }

    /// Runs the closure in this context, for example under `spawn_blocking`.
    pub fn enter<R>(&self, run: impl FnOnce() -> R) -> R {
        CURRENT.sync_scope(self.clone(), run)
    }

    /// Adds a fact, for example the tenant, to every later log event of the current context, and to the alerts that
    /// one of its failures raises. Does nothing without a context.
    pub fn with(key: impl Into<Cow<'static, str>>, value: impl fmt::Display) {
        if let Some(context) = Self::current() {
            context.attach(key, value);
        }
    }

    /// Adds a fact to every later log event of this context, as [`with`](Self::with) does. A fact with the same key is
    /// replaced.
    pub fn attach(&self, key: impl Into<Cow<'static, str>>, value: impl fmt::Display) {
        let (key, mut text) = (key.into(), String::new());
        // What a `Display` wrote before it returned an error is kept.
        let _ = write!(text, "{value}");
        let mut list = self.facts().list();
        let list = Arc::make_mut(list.get_or_insert_default());
        match list.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => *known = text,
            None => list.push((key, text)),
        }
        self.facts().any.store(true, Ordering::Release);
    }

    fn carried(&self) -> Option<&Carried> {
        self.inner.carried.as_deref()
    }

    fn facts(&self) -> &Facts {
        self.forked.as_deref().unwrap_or(&self.inner.facts)
    }

    /// Returns the facts there are now, in the order in which they were added.
    #[must_use]
    pub fn attachments(&self) -> Arc<Vec<(Cow<'static, str>, String)>> {
        self.facts().list().clone().unwrap_or_default()
    }

    #[inline]
    pub(crate) fn for_each_attachment(&self, mut each: impl FnMut(&str, &str)) {
        if self.facts().any.load(Ordering::Acquire) {
            self.attachments().iter().for_each(|(key, value)| each(key, value));
        }
    }

    /// Returns the same context with its own copy of the facts, for work that runs concurrently with the caller's.
    #[must_use]
    pub fn fork(&self) -> Self {
        let list = self.facts().list().clone();
        let facts = Facts { any: AtomicBool::new(list.is_some()), list: Mutex::new(list) };
        Self { inner: Arc::clone(&self.inner), forked: Some(Arc::new(facts)) }
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

    /// Returns the `tracestate`.
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

    /// Returns the language of the answer.
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
        CURRENT.try_with(|context| context.inner.deadline).ok().flatten()
    }

    /// Marks the answer of the current context as degraded: this fallback gave it, or a part of it. The first mark
    /// counts. Does nothing without a context.
    pub fn mark_degraded(fallback: &'static str) {
        let _ = CURRENT.try_with(|context| context.inner.degraded.set(fallback));
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

    /// Returns whether the work is not idempotent.
    #[must_use]
    pub fn non_idempotent(&self) -> bool {
        self.inner.non_idempotent
    }

    /// Returns the largest number of violations that an answer lists.
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

    /// Returns whether both are the same context: clones, not contexts with equal ids.
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
