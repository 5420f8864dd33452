//! The end of a request's or task's error path: the rules that all adapters share.
//!
//! An adapter opens a [`Boundary`] for a [`Context`] and runs the user's work in it. It passes a [`Failure`] to
//! [`view`] for what clients may see, and to [`Boundary::report`] for the one event. User code on this path
//! (`Display`, `source`, `Serialize`, body formats, `FaultCodes`, observers) may panic or fail: then only its own
//! part is missing, and the event names it.
//!
//! ```
//! use errcode_core::FrameworkFault;
//! use errcode_runtime::{Context, Served, boundary::Boundary};
//!
//! let boundary = Boundary::open(Context::new());
//! let failure = boundary.call(|| panic!("a bug")).unwrap_err();
//! boundary.report(&failure, Served::default(), None);
//! assert_eq!(failure.spec().code(), "SERVER_ERROR");
//! ```

use crate::{
    Context, Id, Panicked, Report, Served, contain,
    log::{self, Room, log_event},
    observer, panic_hook,
    texts::remove_url_secrets,
};
#[cfg(feature = "serde")]
use errcode_core::wire::WireError;
use errcode_core::{
    Catalog, ErrorSpec, Failure, FrameworkFault, Level, Public, Retry,
    wire::{ErrorView, Planned},
};
use std::{
    error::Error,
    fmt::{self, Write as _},
    iter,
    pin::Pin,
    task::{self, Poll},
    time::{Duration, Instant},
};
use tracing::Span;

pub use crate::contain::run as contained;

/// A boxed error, as tower's layers return it.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// The boundary of one request or task, at which its failures end.
///
/// A consumer of messages, with an event for each failure:
///
/// ```
/// use errcode_core::Failure;
/// use errcode_runtime::{Context, Served, boundary::Boundary};
///
/// fn consume(message: &str, handle: impl FnOnce(&str) -> Result<(), Failure>) -> bool {
///     let boundary = Boundary::open(Context::from_message(message, None));
///     let failure = match boundary.call(|| handle(message)) {
///         Ok(Ok(())) => return true,
///         Ok(Err(failure)) | Err(failure) => failure, // it returned one, or panicked
///     };
///     let mut served = Served::default();
///     served.duration = boundary.elapsed();
///     boundary.within(|| boundary.report(&failure, served, None));
///     false
/// }
///
/// assert!(consume("task: 17", |_| Ok(())));
/// assert!(!consume("task: 18", |_| panic!("a bug")));
/// ```
#[derive(Clone, Debug)]
pub struct Boundary {
    context: Context,
    span: Span,
    started: Instant,
}

impl Boundary {
    /// Opens the boundary of the work in this context.
    #[must_use]
    pub fn open(context: Context) -> Self {
        let span = span(&context);
        Self { context, span, started: Instant::now() }
    }

    /// Returns the context.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Runs the work in the context and span.
    ///
    /// ```
    /// use errcode_runtime::{Context, boundary::Boundary};
    ///
    /// let boundary = Boundary::open(Context::task("APEX-17"));
    /// assert_eq!(boundary.call(|| 1 + 2).unwrap(), 3);
    /// let failure = boundary.call(|| [1, 2].into_iter().nth(2).unwrap()).unwrap_err();
    /// assert_eq!(failure.spec().status(), 500);
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`FrameworkFault::Panic`] if it panics.
    pub fn call<R>(&self, work: impl FnOnce() -> R) -> Result<R, Failure> {
        // A subscriber's layer may panic when the span is entered.
        contain::run(|| self.within(work)).map_err(Panicked::into_failure)
    }

    /// Polls a future of the work in the span. The future must be one of [`Context::scope`], which enters the context.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use errcode_runtime::{Context, boundary::Boundary};
    /// use std::{future::poll_fn, pin::pin};
    ///
    /// let boundary = Boundary::open(Context::new());
    /// let mut work = pin!(boundary.context().scope(async { panic!("a bug") }));
    /// let ended = poll_fn(|cx| boundary.poll(work.as_mut(), cx)).await;
    /// assert_eq!(ended.unwrap_err().spec().code(), "SERVER_ERROR");
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`FrameworkFault::Panic`] if it panics.
    pub fn poll<F: Future>(
        &self,
        future: Pin<&mut F>,
        cx: &mut task::Context<'_>,
    ) -> Poll<Result<F::Output, Failure>> {
        let polled = contain::run(|| {
            let _entered = self.span.enter();
            future.poll(cx)
        });
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(panicked) => Poll::Ready(Err(panicked.into_failure())),
        }
    }

    /// Runs a part of the answer in the context and span. A panic in it is not caught, unlike in [`call`](Self::call).
    pub fn within<R>(&self, part: impl FnOnce() -> R) -> R {
        // Without a listener there is no span, but entering that takes as much as entering the context.
        let _entered = (!self.span.is_none()).then(|| self.span.enter());
        self.context.enter(part)
    }

    /// Returns whether there is no listener: neither an observer nor, at any level, the log.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        !tracing::level_enabled!(tracing::Level::ERROR) && !observer::any()
    }

    /// Returns the time since the boundary was opened.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Reports the failure, unless another boundary has done so: the first one that consumes a failure reports
    /// it. A request that ends with a failure which was reported before has an access event with its code.
    /// `broken` names what broke while the answer was rendered. Call this [`within`](Self::within) the boundary.
    pub fn report(&self, failure: &Failure, served: Served<'_>, broken: Option<&str>) {
        self.report_first(failure, served, broken);
    }

    /// Returns whether this boundary is the first one that reports the failure.
    pub(crate) fn report_first(
        &self,
        failure: &Failure,
        served: Served<'_>,
        broken: Option<&str>,
    ) -> bool {
        let first = failure.report_once();
        let report = Report::new(failure, served).broken(broken);
        if first {
            report.emit();
        } else {
            report.emit_access();
        }
        first
    }

    /// Reports a failure whose answer is left as the service made it. Client errors are logged at level info, since no
    /// code of the catalog sets their level.
    ///
    /// ```
    /// use errcode_core::{Failure, FrameworkFault};
    /// use errcode_runtime::{Context, Served, boundary::Boundary};
    ///
    /// let boundary = Boundary::open(Context::new());
    /// let mut served = Served::default();
    /// (served.method, served.uri, served.http_status) = (Some("GET"), Some("/logo.png"), Some(404));
    /// let failure = Failure::fault(FrameworkFault::from_status(404), "no such file");
    /// boundary.within(|| boundary.report_untyped(&failure, served));
    /// ```
    pub fn report_untyped(&self, failure: &Failure, served: Served<'_>) {
        let is_clients = served.http_status.is_some_and(|status| status < 500);
        let level = if is_clients { Level::Info } else { Level::Error };
        Report::new(failure, served).level(level).emit();
    }

    /// Reports a failure of which only the row of its code is known, for example by the answer's `X-Error-Code`.
    ///
    /// ```
    /// # use errcode_core::AppError;
    /// # #[derive(Debug, AppError)]
    /// # #[error("no project", code = "E2001", status = 404)]
    /// # struct NotFound;
    /// # errcode_core::catalog! { static CATALOG = [NotFound]; }
    /// use errcode_core::{Failure, FrameworkFault};
    /// use errcode_runtime::{Context, Served, boundary::Boundary};
    ///
    /// let boundary = Boundary::open(Context::new());
    /// let row = CATALOG.lookup("E2001").unwrap();
    /// let failure = Failure::fault(FrameworkFault::from_status(404), "a proxy has copied the answer");
    /// boundary.within(|| boundary.report_row(row, &failure, Served::default()));
    /// ```
    pub fn report_row(&self, row: ErrorSpec, failure: &Failure, served: Served<'_>) {
        Report::new(failure, served).row(row).emit();
    }

    /// Writes the event of work that was dropped before it had an answer: the client disconnected, or a layer around it
    /// gave up, which look the same from within. It is not a failure, so its level is debug.
    pub fn abandoned(&self, uri: Option<&str>) {
        if !std::thread::panicking() {
            // In the destructor of a thread-local value there may be no context to enter.
            let _ = contain::run(|| {
                self.within(|| {
                    log_event!(
                        App DEBUG "client_gone",
                        { uri: uri },
                        "the client went away, or a layer around gave up, before the answer"
                    );
                });
            });
        }
    }
}

/// Returns the span that gives the ids to every event within it, or none if there is no listener: with
/// `tracing`'s feature `log`, which axum's default features enable, a span formats its fields even then.
///
/// Our own lines have the ids anyway. If there is no other listener, the surrounding span is enough.
fn span(context: &Context) -> Span {
    if !tracing::level_enabled!(tracing::Level::INFO) {
        return Span::none();
    }
    if log::is_only_listener() {
        return Span::current();
    }
    let span = contain::run(|| {
        tracing::info_span!(
            target: "app",
            "request",
            requestId = context.request_id().as_str(),
            traceId = context.trace_id().as_str(),
            taskId = context.task_id().map(Id::as_str)
        )
    });
    span.unwrap_or_else(|_| Span::none())
}

/// Polls the readiness of a service below, which fails before there is a request to answer. The adapter answers the
/// next one with the failure, instead of calling the service.
///
/// ```
/// use errcode_runtime::boundary::{BoxError, poll_ready};
/// use std::task::Poll;
///
/// let ready = poll_ready(None, || Poll::Ready(Err(BoxError::from("the pool is closed"))));
/// let Poll::Ready(Err(failure)) = ready else { panic!() };
/// assert_eq!(failure.spec().code(), "SERVER_ERROR");
/// ```
///
/// # Errors
///
/// Returns the [`lower_error`] of the service, or [`FrameworkFault::Panic`] if it panics.
pub fn poll_ready<E: Into<BoxError>>(
    catalog: Option<&'static Catalog>,
    poll: impl FnOnce() -> Poll<Result<(), E>>,
) -> Poll<Result<(), Failure>> {
    match contain::run(poll) {
        Ok(polled) => polled.map_err(|error| lower_error(catalog, error.into())),
        Err(panicked) => Poll::Ready(Err(panicked.into_failure())),
    }
}

/// Returns the failure for an error of a layer below.
///
/// It is an errcode error inside it, with its code; the fault for an error of tower's own layers (feature `tower`);
/// otherwise [`FrameworkFault::Unexpected`].
///
/// ```
/// use errcode_core::AppError;
/// use errcode_runtime::boundary::{BoxError, lower_error};
///
/// #[derive(Debug, AppError)]
/// #[error("no token", code = "E1003", status = 401)]
/// struct NoToken;
///
/// errcode_core::catalog! { static CATALOG = [NoToken]; }
///
/// let boxed: BoxError = Box::new(NoToken); // as a layer returns it
/// assert_eq!(lower_error(Some(&CATALOG), boxed).spec().code(), "E1003");
/// assert_eq!(lower_error(Some(&CATALOG), "disk full".into()).spec().code(), "SERVER_ERROR");
/// ```
#[must_use]
pub fn lower_error(catalog: Option<&'static Catalog>, error: BoxError) -> Failure {
    let recognized = contain::run(|| match catalog {
        Some(catalog) => catalog.recognize(error),
        None => Failure::from_boxed(error),
    });
    match recognized {
        Ok(Ok(failure)) => failure,
        Ok(Err(error)) => {
            let failure = foreign(&*error);
            match contain::run(|| drop(error)) {
                Ok(()) => failure,
                Err(panicked) => {
                    failure.attach("broken", format!("the error's destructor {panicked}"))
                }
            }
        }
        Err(panicked) => panicked.into_failure(),
    }
}

/// Returns whether callers should not retry, because the retries of a call that failed are exhausted, or its time is
/// over. A call that a policy refused was not attempted, so its delay says when to try again.
///
/// ```
/// use errcode_core::{Failure, FrameworkFault, Journey};
/// use errcode_runtime::boundary::is_exhausted;
///
/// let mut journey = Journey::default();
/// (journey.attempts, journey.exhausted) = (3, true);
/// let failure = Failure::fault(FrameworkFault::Upstream, "the tracker answered 503");
/// assert!(!is_exhausted(&failure));
/// assert!(is_exhausted(&failure.with_journey(journey))); // the header `X-Retries-Exhausted: true`
/// ```
#[must_use]
pub fn is_exhausted(failure: &Failure) -> bool {
    // It asks the sources of the error, which are the user's.
    contain::run(|| failure.is_exhausted()).unwrap_or(false)
}

/// Drops a failure after its boundary, for example with the response that carries it. The destructor of an error is
/// the user's code: a panic in it is one event `panic`, with the ids of this context.
///
/// ```
/// use errcode_core::{Failure, FrameworkFault};
/// use errcode_runtime::{Context, boundary::discard};
///
/// let failure = Failure::fault(FrameworkFault::Unexpected, "the cursor is gone");
/// discard(failure, Some(&Context::new()));
/// ```
pub fn discard(failure: Failure, context: Option<&Context>) {
    // Contained once, here: dropped as usual, the failure would contain the panic itself, without a report.
    let dropped = contain::run(|| match context {
        Some(context) => context.enter(|| failure.drop_uncontained()),
        None => failure.drop_uncontained(),
    });
    if let Err(panicked) = dropped {
        report_panic(&panicked, context);
    }
}

#[cold]
fn report_panic(panicked: &Panicked, context: Option<&Context>) {
    // Without the hook of `init`, that of the process has printed the panic.
    if panicked.location.is_none() {
        return;
    }
    let current = if context.is_none() { Context::current() } else { None };
    panic_hook::emit(panicked, context.or(current.as_ref()));
}

/// Returns what a value's `Display` writes, up to 16 KiB. If it breaks, the text ends with how.
///
/// ```
/// use errcode_runtime::boundary::displayed;
/// use std::fmt;
///
/// struct Broken;
///
/// impl fmt::Display for Broken {
///     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
///         f.write_str("half a text, ")?;
///         Err(fmt::Error)
///     }
/// }
///
/// assert_eq!(displayed(&17), "17");
/// assert_eq!(displayed(&Broken), "half a text, `Display` returned an error");
/// ```
#[must_use]
pub fn displayed(value: &dyn fmt::Display) -> String {
    let mut text = String::new();
    if let Some(broken) = display(value, &mut text) {
        text.push_str(&broken);
    }
    text
}

/// Appends what a value's `Display` writes. Returns how it broke, if it did.
fn display(value: &dyn fmt::Display, text: &mut String) -> Option<String> {
    match contain::nested(|| write!(Room::new(text), "{value}")) {
        Ok(Ok(())) => None,
        Ok(Err(_)) if Room::is_full(text) => None,
        Ok(Err(_)) => Some("`Display` returned an error".to_owned()),
        Err(panicked) => Some(format!("`Display` {panicked}")),
    }
}

fn foreign(error: &(dyn Error + 'static)) -> Failure {
    let chain = iter::successors(Some(error), |&error| error.source()).take(32);
    let fault = contain::run(|| chain.into_iter().find_map(known_fault)).ok().flatten();
    let mut text = "a layer below failed: ".to_owned();
    let broken = display(error, &mut text);
    remove_url_secrets(&mut text);
    let failure = Failure::fault(fault.unwrap_or(FrameworkFault::Unexpected), text);
    match broken {
        Some(broken) => failure.attach("broken", broken),
        None => failure,
    }
}

/// Returns the fault for an error of tower's own layers. A timeout is the service's, not the client's: 408 would invite
/// the client to send the request again (RFC 9110 section 15.5.9), while the first one may still run.
#[cfg(feature = "tower")]
fn known_fault(error: &(dyn Error + 'static)) -> Option<FrameworkFault> {
    if error.is::<tower::load_shed::error::Overloaded>() {
        return Some(FrameworkFault::Overloaded);
    }
    error.is::<tower::timeout::error::Elapsed>().then_some(FrameworkFault::GatewayTimeout)
}

#[cfg(not(feature = "tower"))]
fn known_fault(_: &(dyn Error + 'static)) -> Option<FrameworkFault> {
    None
}

/// The result of [`view`], and what broke while it was made.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Viewed<R> {
    /// The result of the closure.
    pub value: R,
    /// What panicked and where, if anything did.
    pub broken: Option<String>,
}

/// Calls `render` with what clients may see of a failure in a context.
///
/// If `render` or the catalog's `FaultCodes` panic, `plain` is called with the code and no value of the error, so
/// that a client gets the code's status even then.
///
/// ```
/// use errcode_core::{AppError, wire};
/// use errcode_runtime::{Context, boundary};
///
/// #[derive(Debug, AppError)]
/// #[error("no project {id}", code = "E2001", status = 404, user_msg = "there is no project {id}")]
/// struct NotFound { id: u64 }
///
/// let (failure, context) = (NotFound { id: 17 }.into(), Context::new());
/// let viewed = boundary::view(
///     &failure,
///     Some(&context),
///     |view| (view.status(), view.message()),
///     |view| (view.status(), String::new()),
/// );
/// assert_eq!(viewed.value, (404, "there is no project 17".to_owned()));
/// assert_eq!(viewed.broken, None);
/// ```
#[inline]
pub fn view<R>(
    failure: &Failure,
    context: Option<&Context>,
    render: impl FnOnce(ErrorView<'_>) -> R,
    plain: impl FnOnce(ErrorView<'_>) -> R,
) -> Viewed<R> {
    let catalog = context.and_then(Context::catalog);
    let rendered = contain::run(|| {
        let public = match catalog {
            Some(catalog) => catalog.public(failure),
            None => Public::without_catalog(failure),
        };
        render(in_context(&public, catalog, context))
    });
    match rendered {
        Ok(value) => Viewed { value, broken: None },
        Err(panicked) => {
            let public = contain::run(|| catalog.map(|catalog| catalog.public(failure)));
            let public = public.ok().flatten().unwrap_or_else(|| Public::without_catalog(failure));
            let public = Public::without_values(public.spec());
            let broken = Some(format!("the body {panicked}"));
            Viewed { value: plain(in_context(&public, catalog, context)), broken }
        }
    }
}

/// Returns the body of a planned failure in its context. `None` if it needs a view, or if the error's own code panics:
/// then [`view`] says what broke.
#[doc(hidden)]
#[inline]
pub fn planned_body(planned: &Planned<'_>, context: Option<&Context>) -> Option<Vec<u8>> {
    // A write may have another retry hint than its code.
    if context.is_some_and(Context::non_idempotent) && planned.retry() != Retry::default() {
        return None;
    }
    let ids = context.map(Context::plain_ids).unwrap_or_default();
    contain::run(|| planned.body_with_plain(ids)).ok().flatten()
}

#[inline]
fn in_context<'a>(
    public: &'a Public,
    catalog: Option<&'static Catalog>,
    context: Option<&'a Context>,
) -> ErrorView<'a> {
    let mut view = ErrorView::new(public, catalog, context.map(Context::ids).unwrap_or_default());
    if let Some(language) = context.and_then(Context::language) {
        view = view.in_language(language);
    }
    if let Some(context) = context {
        view = view.max_violations(context.max_violations());
        if context.non_idempotent() {
            view = view.for_write();
        }
    }
    view
}

/// Returns what clients may know of a failure, for an item of a batch or the row of a job. Logs nothing.
///
/// ```
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # #[error("no item", code = "E1", status = 404)]
/// # struct Missing;
/// use errcode_runtime::{Context, boundary::wire_error};
///
/// let error = wire_error(&Missing.into(), Context::current().as_ref());
/// assert_eq!(error.code, "E1");
/// ```
#[cfg(feature = "serde")]
#[must_use]
pub fn wire_error(failure: &Failure, context: Option<&Context>) -> WireError {
    view(failure, context, |view| WireError::from_view(&view), |view| WireError::from_view(&view))
        .value
}

/// Reports the failure and returns what clients may know of it, for failures after the response has begun.
///
/// ```
/// use errcode_core::{Failure, FrameworkFault};
/// use errcode_runtime::{Context, boundary::reported};
///
/// let context = Context::new(); // that of the request, which the stream has kept
/// let failure = Failure::fault(FrameworkFault::Unexpected, "the cursor is gone");
/// let error = reported(&failure, &context);
/// assert_eq!(error.request_id.as_deref(), Some(context.request_id().as_str()));
/// ```
#[cfg(feature = "serde")]
#[must_use]
pub fn reported(failure: &Failure, context: &Context) -> WireError {
    if failure.report_once() {
        context.enter(|| Report::new(failure, Served::default()).emit());
    }
    wire_error(failure, Some(context))
}
