//! The ids and facts that belong to the request or task a piece of code works for.

use crate::{Id, TraceId};
use errcode_core::{Catalog, wire::Ids};
use std::{
    borrow::Cow,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

tokio::task_local! {
    static CURRENT: Context;
}

/// The context of a request or task: its ids, the language of its answers, what was attached for the log.
///
/// It is task-local: the axum layer sets it for a request. Clones share it. Streaming bodies, `spawn` and `spawn_blocking` run outside the
/// task; take it along with [`Context::scope`] or [`Context::enter`].
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
pub struct Context(Arc<Inner>);

struct Inner {
    request_id: Id,
    trace_id: TraceId,
    task_id: Option<Id>,
    correlation_id: Option<Id>,
    language: Option<&'static str>,
    once_only: bool,
    catalog: Option<&'static Catalog>,
    attachments: Mutex<Vec<(Cow<'static, str>, String)>>,
}

/// A future that runs in a [`Context`].
pub type Scoped<F> = tokio::task::futures::TaskLocalFuture<Context, F>;

/// What a new context is made of; what is not given is made up or left out.
#[derive(Debug, Default)]
pub struct ContextBuilder {
    request_id: Option<Id>,
    trace_id: Option<TraceId>,
    task_id: Option<Id>,
    correlation_id: Option<Id>,
    language: Option<&'static str>,
    once_only: bool,
    catalog: Option<&'static Catalog>,
}

impl ContextBuilder {
    /// The request's id.
    #[must_use]
    pub fn request_id(self, request_id: Option<Id>) -> Self {
        Self { request_id, ..self }
    }

    /// The trace's id.
    #[must_use]
    pub fn trace_id(self, trace_id: Option<TraceId>) -> Self {
        Self { trace_id, ..self }
    }

    /// The id of the task behind the request.
    #[must_use]
    pub fn task_id(self, task_id: Option<Id>) -> Self {
        Self { task_id, ..self }
    }

    /// An id of the caller's that is no trace id.
    #[must_use]
    pub fn correlation_id(self, correlation_id: Option<Id>) -> Self {
        Self { correlation_id, ..self }
    }

    /// The language of the answer.
    #[must_use]
    pub fn language(self, language: Option<&'static str>) -> Self {
        Self { language, ..self }
    }

    /// Whether doing the work twice does more than doing it once: a write without an idempotency key.
    #[must_use]
    pub fn once_only(self, once_only: bool) -> Self {
        Self { once_only, ..self }
    }

    /// The catalog whose codes answer.
    #[must_use]
    pub fn catalog(self, catalog: &'static Catalog) -> Self {
        Self { catalog: Some(catalog), ..self }
    }

    /// The context.
    #[must_use]
    pub fn build(self) -> Context {
        Context(Arc::new(Inner {
            request_id: self.request_id.unwrap_or_else(Id::new_request),
            trace_id: self.trace_id.unwrap_or_default(),
            task_id: self.task_id,
            correlation_id: self.correlation_id,
            language: self.language,
            once_only: self.once_only,
            catalog: self.catalog,
            attachments: Mutex::default(),
        }))
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

    /// Adds a fact to every later log event of the current context, for example the tenant. Without a context it does nothing.
    pub fn with(key: impl Into<Cow<'static, str>>, value: impl fmt::Display) {
        if let Some(context) = Self::current() {
            context.attach(key, value);
        }
    }

    /// Adds a fact to every later log event of this context; the same key again replaces it.
    pub fn attach(&self, key: impl Into<Cow<'static, str>>, value: impl fmt::Display) {
        let (key, value) = (key.into(), value.to_string());
        let mut attachments = self.attachments();
        match attachments.iter_mut().find(|(known, _)| *known == key) {
            Some((_, known)) => *known = value,
            None => attachments.push((key, value)),
        }
    }

    /// The facts, in the order they came.
    pub fn attachments(&self) -> MutexGuard<'_, Vec<(Cow<'static, str>, String)>> {
        self.0.attachments.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The request's id.
    #[must_use]
    pub fn request_id(&self) -> &Id {
        &self.0.request_id
    }

    /// The trace's id.
    #[must_use]
    pub fn trace_id(&self) -> &TraceId {
        &self.0.trace_id
    }

    /// The id of the task behind the request, where one came.
    #[must_use]
    pub fn task_id(&self) -> Option<&Id> {
        self.0.task_id.as_ref()
    }

    /// The caller's own id for the trace, where it is no trace id.
    #[must_use]
    pub fn correlation_id(&self) -> Option<&Id> {
        self.0.correlation_id.as_ref()
    }

    /// The language of the answer.
    #[must_use]
    pub fn language(&self) -> Option<&'static str> {
        self.0.language
    }

    /// Whether doing the work twice does more than doing it once.
    #[must_use]
    pub fn once_only(&self) -> bool {
        self.0.once_only
    }

    /// The catalog whose codes answer.
    #[must_use]
    pub fn catalog(&self) -> Option<&'static Catalog> {
        self.0.catalog
    }

    /// The ids that bodies carry.
    #[must_use]
    pub fn ids(&self) -> Ids<'_> {
        Ids::new(
            Some(self.request_id().as_str()),
            Some(self.trace_id().as_str()),
            self.task_id().map(Id::as_str),
        )
    }

    /// Whether both are the same context, not only equal ones.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
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
