//! How a context is built from what a caller sent.

use super::{Context, HAS_DEADLINES, Inner, facts::Facts};
use crate::{Id, TraceId, TraceParent, TraceState, baggage};
#[cfg(feature = "inject")]
use errcode_core::drill::Drill;
use errcode_core::{Catalog, wire::MAX_VIOLATIONS};
use std::sync::{Arc, OnceLock, atomic::Ordering};
use tokio::time::Instant;

/// Values that few callers send.
#[derive(Debug, Default)]
pub struct Carried {
    pub(super) trace_state: Option<TraceState>,
    pub(super) task_id: Option<Id>,
    /// The task's id as it was given, if it is not valid in a header.
    pub(super) task_text: Option<Box<str>>,
    pub(super) baggage: Option<Box<str>>,
    pub(super) correlation_id: Option<Id>,
    #[cfg(feature = "inject")]
    pub(super) drill: Option<Arc<Drill>>,
}

impl Carried {
    /// Copies the values that are not set from those of the parent work.
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
///
/// The setters of what a caller may have sent take an `Option`, as parsing it returns one:
///
/// ```
/// use errcode_runtime::{Context, Id, TraceParent, TraceState};
///
/// /// Continues the work of the message's sender.
/// fn context_of(header: impl Fn(&str) -> Option<String>) -> Context {
///     Context::builder()
///         .trace_parent(header("traceparent").and_then(|value| TraceParent::parse(&value)))
///         .trace_state(header("tracestate").and_then(|value| TraceState::parse([value.as_str()])))
///         .request_id(header("x-request-id").and_then(|value| Id::parse(&value)))
///         .build()
/// }
///
/// let context = context_of(|name| (name == "x-request-id").then(|| "order-17".to_owned()));
/// assert_eq!(context.request_id().as_str(), "order-17");
/// assert_eq!(context.parent_id(), None);
/// ```
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
    /// Sets one of the values that few callers send.
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

    pub(super) fn has_task(&self) -> bool {
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

    /// Sets the language of the answer, one of the catalog's. Default: the catalog's default language.
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

    /// Sets when the work must have ended. Outgoing calls under a policy are told what is left of it, and
    /// [`guarded`](crate::guarded) ends the work then.
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
    /// language. The part has a request id of its own.
    ///
    /// ```
    /// use errcode_runtime::Context;
    ///
    /// let task = Context::task("nightly report");
    /// let page = Context::builder().child_of(&task).build();
    /// assert_eq!(page.trace_id(), task.trace_id());
    /// assert_eq!(page.task_text(), Some("nightly report"));
    /// assert_ne!(page.request_id(), task.request_id());
    /// ```
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

    /// Sets the catalog whose codes clients get. Without one they get the default codes, such as `SERVER_ERROR`.
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
