//! Where the error path of a request or task ends: what every adapter needs, and nothing of a framework's.
//!
//! An adapter opens a [`Boundary`] for a [`Context`], runs the user's work in it, and hands the [`Failure`] that
//! comes back to [`view`] for what clients may see and to [`Boundary::report`] for the one event. Whatever of the
//! user's code runs on that way (`Display`, `source`, `Serialize`, body formats, `FaultCodes`, observers) is
//! contained: it costs its own part and is named in the event.
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

use crate::{Context, Id, Panicked, Report, Served, contain, observer};
#[cfg(feature = "serde")]
use errcode_core::wire::WireError;
use errcode_core::{Catalog, Failure, FrameworkFault, Level, Public, wire::ErrorView};
use std::{
    error::Error,
    fmt::Write as _,
    iter,
    pin::Pin,
    task::{self, Poll},
    time::{Duration, Instant},
};
use tracing::Span;

/// An error whose type is not known any more, as the layers of tower have it.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// The end of one request's or task's error path.
#[derive(Debug)]
pub struct Boundary {
    context: Context,
    span: Span,
    started: Instant,
}

impl Boundary {
    /// Opens the boundary of the work that this context belongs to.
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

    /// Runs the work in the context.
    ///
    /// # Errors
    ///
    /// [`FrameworkFault::Panic`] if it panics.
    pub fn call<R>(&self, work: impl FnOnce() -> R) -> Result<R, Failure> {
        self.within(|| contain::run(work)).map_err(Panicked::into_failure)
    }

    /// Polls a future of the work in the context's span. The future is one of [`Context::scope`], which enters the
    /// context.
    ///
    /// # Errors
    ///
    /// [`FrameworkFault::Panic`] if it panics.
    pub fn poll<F: Future>(
        &self,
        future: Pin<&mut F>,
        cx: &mut task::Context<'_>,
    ) -> Poll<Result<F::Output, Failure>> {
        let _entered = self.span.enter();
        match contain::run(|| future.poll(cx)) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Ok(output)),
            Err(panicked) => Poll::Ready(Err(panicked.into_failure())),
        }
    }

    /// Runs a part of the answer in the context. A panic in it is not caught.
    pub fn within<R>(&self, part: impl FnOnce() -> R) -> R {
        self.span.in_scope(|| self.context.enter(part))
    }

    /// Returns whether nobody listens: neither an observer nor, at level info, the log.
    #[must_use]
    pub fn is_quiet(&self) -> bool {
        !tracing::level_enabled!(tracing::Level::INFO) && !observer::any()
    }

    /// Returns the time since the boundary was opened.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Reports the failure, unless another boundary has: a failure is reported by whoever consumes it first. `broken`
    /// names what broke while the answer was made. Call it [`within`](Self::within) the boundary.
    pub fn report(&self, failure: &Failure, served: Served<'_>, broken: Option<&str>) {
        if failure.report_once() {
            Report::new(failure, served).broken(broken).emit();
        }
    }

    /// Reports a failure that has an answer of its own, which stays. Client errors are at level info: nobody made them
    /// with this service's codes.
    pub fn report_untyped(&self, failure: &Failure, served: Served<'_>) {
        let is_clients = served.http_status.is_some_and(|status| status < 500);
        let level = if is_clients { Level::Info } else { Level::Error };
        Report::new(failure, served).level(level).emit();
    }

    /// Writes the event of work whose answer nobody waits for, at level debug: worth a look for developers, and
    /// nobody's failure.
    pub fn abandoned(&self, uri: Option<&str>) {
        if !std::thread::panicking() {
            self.within(|| {
                tracing::debug!(target: "app", event = "client_gone", uri, "the client went away");
            });
        }
    }
}

/// The span that gives the ids to every event within. None is made where nobody listens: with `tracing`'s feature
/// `log`, which axum's default features switch on, making one formats the ids all the same.
fn span(context: &Context) -> Span {
    if !tracing::level_enabled!(tracing::Level::INFO) {
        return Span::none();
    }
    tracing::info_span!(
        target: "app",
        "request",
        requestId = context.request_id().as_str(),
        traceId = context.trace_id().as_str(),
        taskId = context.task_id().map(Id::as_str)
    )
}

/// Returns the failure that an error of a layer below stands for: our own error inside it, with its code; the fault of
/// tower's own layers (feature `tower`); else one that nobody expected.
#[must_use]
pub fn lower_error(catalog: Option<&'static Catalog>, error: BoxError) -> Failure {
    let recognized = contain::run(|| match catalog {
        Some(catalog) => catalog.recognize(error),
        None => Failure::from_boxed(error),
    });
    match recognized {
        Ok(Ok(failure)) => failure,
        Ok(Err(error)) => foreign(&*error),
        Err(panicked) => panicked.into_failure(),
    }
}

fn foreign(error: &(dyn Error + 'static)) -> Failure {
    let chain = iter::successors(Some(error), |&error| error.source()).take(32);
    let fault = contain::run(|| chain.into_iter().find_map(known_fault)).ok().flatten();
    let mut text = "a layer below failed: ".to_owned();
    let broken = match contain::run(|| write!(text, "{error}")) {
        Ok(Ok(())) => None,
        Ok(Err(_)) => Some("`Display` returned an error".to_owned()),
        Err(panicked) => Some(format!("`Display` {panicked}")),
    };
    let failure = Failure::fault(fault.unwrap_or(FrameworkFault::Unexpected), text);
    match broken {
        Some(broken) => failure.attach("broken", broken),
        None => failure,
    }
}

/// The errors of tower's own layers. A timeout is the service's, not the client's: 408 would ask the client to send the
/// request again (RFC 9110 section 15.5.9), while its first one may still be at work.
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

/// What was made of a failure, and what broke on the way.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Viewed<R> {
    /// The result of the closure.
    pub value: R,
    /// What panicked, and where.
    pub broken: Option<String>,
}

/// Shows what clients may see of a failure in a context to `render`. If `render` or the catalog's `FaultCodes` panic,
/// `plain` is shown the code without any value of the error, so that a client gets the code's status all the same.
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
    if context.is_some_and(Context::non_idempotent) {
        view = view.for_write();
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
    view(failure, context, |view| WireError::of(&view), |view| WireError::of(&view)).value
}

/// Returns the failure as clients may know it, after its one event: for where the answer has begun already.
#[cfg(feature = "serde")]
#[must_use]
pub fn reported(failure: &Failure, context: &Context) -> WireError {
    if failure.report_once() {
        context.enter(|| Report::new(failure, Served::default()).emit());
    }
    wire_error(failure, Some(context))
}
