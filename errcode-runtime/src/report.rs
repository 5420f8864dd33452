//! Reports a failure: one event for the log, the metrics and the observers.

use crate::{
    Context, Event, conflict, contain,
    event::{FailureEvent, RequestEvent},
    log::{self, Listener, log_event},
    observer,
    texts::{self, Texts},
};
use errcode_core::{Catalog, ErrorSpec, Failure, FaultError, Level};
use std::{error::Error, panic::Location, time::Duration};
use tracing::{Dispatch, dispatcher};

/// The facts about work that ended at a boundary.
///
/// ```
/// use errcode_runtime::Served;
/// use std::time::Instant;
///
/// let started = Instant::now();
/// // … the request is answered …
/// let mut served = Served::default();
/// (served.method, served.uri, served.http_status) = (Some("GET"), Some("/projects/17"), Some(200));
/// served.duration = started.elapsed();
/// served.emit_access(); // the event `request`
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Served<'a> {
    /// The request's method.
    pub method: Option<&'a str>,
    /// The request's path.
    pub uri: Option<&'a str>,
    /// The pattern of the route that matched, for example `/projects/{id}`.
    pub route: Option<&'a str>,
    /// The status of the answer.
    pub http_status: Option<u16>,
    /// How long the work took.
    pub duration: Duration,
    /// The part of the work that failed, if it was a part, for example `body`.
    pub phase: Option<&'static str>,
    /// How the work ended, if neither with success nor with failure, for example `aborted`.
    pub outcome: Option<&'static str>,
    /// How many bytes of the answer's body were sent before it failed.
    pub bytes_sent: Option<u64>,
}

impl Served<'_> {
    /// Returns the duration in whole milliseconds.
    #[must_use]
    pub fn millis(&self) -> u64 {
        u64::try_from(self.duration.as_millis()).unwrap_or(u64::MAX)
    }

    /// Writes the access event of work that did not fail, and passes it to the observers. Of a request one part of
    /// which failed ([`phase`](Self::phase)), they got the end with that failure.
    pub fn emit_access(&self) {
        self.write_access(self.outcome.unwrap_or("success"), None);
        if self.phase.is_none() {
            self.observed(None);
        }
    }

    fn write_access(&self, outcome: &str, code: Option<&str>) {
        // A subscriber's layer may panic, which must not cost the answer.
        let _ = contain::run(|| self.log_access(outcome, code));
    }

    fn log_access(&self, outcome: &str, code: Option<&str>) {
        if code.is_none() && log::write_request(self, outcome) {
            return;
        }
        log_event!(
            Access INFO "request",
            {
                code: code,
                http_status: self.http_status.map(u64::from),
                uri: self.uri,
                method: self.method,
                outcome: outcome,
                duration_ms: self.millis(),
                bytes_sent: self.bytes_sent,
            },
            "{} {}", method.unwrap_or_default(), uri.unwrap_or_default()
        );
    }

    /// Passes the end of the request to the observers.
    fn observed(&self, spec: Option<ErrorSpec>) {
        if observer::any() {
            let context = Context::current();
            let event = RequestEvent { served: *self, spec, context: context.as_ref() };
            observer::tell(&Event::Request(&event));
        }
    }
}

/// A failure that is about to be logged and observed. A [`Boundary`](crate::boundary::Boundary) makes one per failure;
/// nothing else logs failures.
///
/// ```
/// use errcode_core::{Failure, FrameworkFault, Level};
/// use errcode_runtime::{Report, Served};
///
/// let failure = Failure::fault(FrameworkFault::Unexpected, "the cache is cold");
/// Report::new(&failure, Served::default()).level(Level::Info).emit();
/// ```
#[derive(Debug)]
pub struct Report<'a> {
    failure: &'a Failure,
    catalog: Option<&'static Catalog>,
    served: Served<'a>,
    broken: Option<&'a str>,
    level: Option<Level>,
    row: Option<ErrorSpec>,
}

impl<'a> Report<'a> {
    /// Creates the report of a failure, whose code is looked up in the catalog of the current context.
    #[must_use]
    pub fn new(failure: &'a Failure, served: Served<'a>) -> Self {
        Self { failure, catalog: None, served, broken: None, level: None, row: None }
    }

    /// Sets the catalog.
    #[must_use]
    pub fn catalog(self, catalog: &'static Catalog) -> Self {
        Self { catalog: Some(catalog), ..self }
    }

    /// Sets what broke on the error path before the report, for example the `Serialize` of a detail.
    #[must_use]
    pub fn broken(self, broken: Option<&'a str>) -> Self {
        Self { broken, ..self }
    }

    /// Sets the level. Default: that of the code.
    #[must_use]
    pub fn level(self, level: Level) -> Self {
        Self { level: Some(level), ..self }
    }

    /// Sets the row, if it is not that of the failure's error.
    #[must_use]
    pub(crate) fn row(self, row: ErrorSpec) -> Self {
        Self { row: Some(row), ..self }
    }

    /// Writes the event at its level, counts the failure (feature `metrics`) and passes the event to the observers.
    ///
    /// A panic in user code on the way is caught, and the event names what panicked.
    pub fn emit(&self) {
        let observed = observer::any();
        // The code is not needed without a listener at any level and without a counter.
        if !observed
            && !cfg!(feature = "metrics")
            && !tracing::level_enabled!(tracing::Level::ERROR)
        {
            return;
        }
        let context = Context::current();
        let spec = self.spec_in(context.as_ref().and_then(Context::catalog));
        #[cfg(feature = "metrics")]
        let _ = contain::run(|| crate::metrics::count(spec));
        let level = self.level.unwrap_or(spec.level());
        let dispatch = dispatcher::get_default(Dispatch::clone);
        let listener = Listener::of(&dispatch, level);
        if !observed && listener.is_none() {
            return;
        }
        texts::with(|texts, buffers| {
            let as_text = observed || listener.is_some_and(Listener::needs_text);
            let place = texts.read(self.failure, context.as_ref(), level == Level::Error, as_text);
            texts.broke(self.broken);
            let event = self.event((spec, level), place, context.as_ref(), texts);
            if let Some(listener) = listener {
                log::write_failure(&event, listener, buffers);
            }
            if observed {
                observer::tell(&Event::Failure(&event));
            }
        });
        if observed {
            self.served.observed(Some(spec));
        }
    }

    /// Writes the access event of a request whose failure has been reported, for example by a task that the request
    /// waited for: the request has a line of its own, and the failure is not counted twice.
    pub(crate) fn emit_access(&self) {
        if self.served.method.is_none() {
            return;
        }
        let spec = self.spec();
        if self.served.phase.is_none() {
            self.served.write_access("failure", Some(spec.code().as_str()));
        }
        self.served.observed(Some(spec));
    }

    /// Returns the row it is logged under.
    pub(crate) fn spec(&self) -> ErrorSpec {
        self.spec_in(Context::current_catalog())
    }

    /// Does the same with the catalog of the current context. The catalog's `FaultCodes` are user code, which may
    /// panic.
    fn spec_in(&self, current: Option<&'static Catalog>) -> ErrorSpec {
        if let Some(row) = self.row {
            return row;
        }
        let catalog = self.catalog.or(current);
        if !self.failure.is_fault() {
            let spec = self.failure.spec();
            let owner = catalog.and_then(|catalog| catalog.conflict(spec));
            return owner.inspect(|owner| conflict::warn(spec, *owner)).unwrap_or(spec);
        }
        let logged = |catalog: &'static Catalog| contain::run(|| catalog.logged(self.failure)).ok();
        catalog.and_then(logged).unwrap_or_else(|| self.failure.spec())
    }

    fn event<'t>(
        &'t self,
        (spec, level): (ErrorSpec, Level),
        place: Option<&'static Location<'static>>,
        context: Option<&'t Context>,
        texts: &'t Texts,
    ) -> FailureEvent<'t> {
        // A framework's fault became a failure within this library.
        let fault = self.failure.downcast_ref::<FaultError>();
        let made_here = fault.is_some_and(|error| error.source().is_none());
        FailureEvent {
            failure: self.failure,
            spec,
            level,
            served: self.served,
            message: &texts.message,
            simple: &texts.simple,
            cause: written(&texts.cause),
            doing: written(&texts.doing),
            location: place.filter(|_| !made_here),
            backtrace: written(&texts.backtrace),
            journey: written(&texts.journey),
            context,
            broken: written(&texts.broken),
        }
    }
}

fn written(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
