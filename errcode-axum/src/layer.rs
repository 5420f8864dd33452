//! The layer that every failure of a request passes.

use crate::{
    body_format::PreferredFormat,
    error_of,
    extract::Rename,
    funnel::{self, Foreign},
    headers::{self, Incoming},
    respond::{Marked, Rendering, respond},
};
use axum::{
    BoxError,
    body::Body,
    extract::{MatchedPath, Request},
    response::Response,
};
use bytes::Bytes;
use errcode_core::{
    Catalog, Failure, FrameworkFault,
    wire::{BodyFormat, Envelope, Standard},
};
use errcode_runtime::{Context, Panicked, Report, Scoped, Served};
use http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use http_body::Body as _;
use pin_project_lite::pin_project;
use std::{
    any::Any,
    convert::Infallible,
    error::Error,
    fmt, iter, mem,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::Arc,
    task::{self, Poll},
    time::Instant,
};
use tower_layer::Layer;
use tower_service::Service;
use tracing::Span;

/// Answers every failure of a request in one form, with a catalogued code, and logs it once.
///
/// Put it with [`Router::layer`](axum::Router::layer) behind the last route, so that unknown routes pass it too. See the
/// [crate's example](crate).
#[derive(Clone)]
pub struct ErrorLayer(Arc<Settings>);

#[derive(Clone)]
struct Settings {
    catalog: &'static Catalog,
    request_id: HeaderName,
    form: Arc<dyn BodyFormat>,
    /// The form is the one that `into_response` renders.
    default_form: bool,
    negotiate: bool,
    foreign: Foreign,
    observe: bool,
    rename: Rename,
    internals: bool,
}

impl ErrorLayer {
    /// A layer that answers with the codes of this catalog.
    #[must_use]
    pub fn new(catalog: &'static Catalog) -> Self {
        Self(Arc::new(Settings {
            catalog,
            request_id: headers::X_REQUEST_ID,
            form: Arc::new(Envelope),
            default_form: true,
            negotiate: true,
            foreign: Foreign::default(),
            observe: false,
            rename: Rename::Keep,
            internals: false,
        }))
    }

    fn with(self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Arc::unwrap_or_clone(self.0);
        change(&mut settings);
        Self(Arc::new(settings))
    }

    /// Reads and writes the request's id in another header than `X-Request-Id`.
    #[must_use]
    pub fn request_id_header(self, name: HeaderName) -> Self {
        self.with(|settings| settings.request_id = name)
    }

    /// Answers in another form than the [`Envelope`], unless the request's `Accept` names a standard one.
    #[must_use]
    pub fn body_format(self, form: impl BodyFormat + 'static) -> Self {
        self.with(|settings| (settings.form, settings.default_form) = (Arc::new(form), false))
    }

    /// Whether `Accept` can choose a standard form by naming it. On by default.
    #[must_use]
    pub fn negotiate(self, negotiate: bool) -> Self {
        self.with(|settings| settings.negotiate = negotiate)
    }

    /// Which answers of others are rendered in the service's form.
    #[must_use]
    pub fn foreign(self, foreign: Foreign) -> Self {
        self.with(|settings| settings.foreign = foreign)
    }

    /// Changes no answer, and logs what it would answer (event `observe`): for a service on its way to this layer.
    #[must_use]
    pub fn observe(self) -> Self {
        self.with(|settings| settings.observe = true)
    }

    /// Adds what clients must not see to the bodies, as a member `debug`: the log's message, the causes, the place. For development only: pass
    /// `cfg!(debug_assertions)`, which is your crate's; where it is false the switch is refused, which an event at level error says.
    ///
    /// ```
    /// # use errcode_core::AppError;
    /// # #[derive(Debug, AppError)]
    /// # #[error("one", code = "E1", status = 404)]
    /// # struct One;
    /// # errcode_core::catalog! { static CATALOG = [One]; }
    /// let layer = errcode_axum::ErrorLayer::new(&CATALOG).debug(cfg!(debug_assertions));
    /// ```
    #[must_use]
    pub fn debug(self, debug_assertions: bool) -> Self {
        if !debug_assertions {
            tracing::error!(target: "app", "the debug switch is refused in a build without debug assertions");
        }
        self.with(|settings| settings.internals = debug_assertions)
    }

    /// [`debug`](Self::debug) in every build: whoever reads a body then reads SQL and file names too.
    #[must_use]
    pub fn debug_even_in_release(self) -> Self {
        self.with(|settings| settings.internals = true)
    }

    /// The names of fields that clients know, for validators that only know Rust's.
    #[must_use]
    pub fn rename(self, rename: Rename) -> Self {
        self.with(|settings| settings.rename = rename)
    }
}

impl<S> Layer<S> for ErrorLayer {
    type Service = ErrorService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ErrorService { inner, layer: self.clone() }
    }
}

/// The service of [`ErrorLayer`].
#[derive(Clone)]
pub struct ErrorService<S> {
    inner: S,
    layer: ErrorLayer,
}

impl<S, B> Service<Request> for ErrorService<S>
where
    S: Service<Request, Response = Response<B>>,
    S::Error: Into<BoxError>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), Infallible>> {
        // A service that is not ready for good says so again when it is called, and then there is a request to answer.
        match self.inner.poll_ready(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(_) => Poll::Ready(Ok(())),
        }
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        if Context::is_set() {
            return ResponseFuture { work: Work::Nested { future: self.inner.call(request) } };
        }
        let settings = &self.layer.0;
        let incoming = Incoming::of(request.headers(), &settings.request_id);
        let context = incoming.context(&request, settings.catalog);
        let form = settings.form.content_type();
        let standard =
            if settings.negotiate { incoming.standard_form(request.headers(), form) } else { None };
        let boundary = Boundary {
            method: request.method().clone(),
            path: RequestPath::of(request.uri()),
            route_matched: request.extensions().get::<MatchedPath>().is_some(),
            span: span(&context),
            started: Instant::now(),
            standard,
            settings: Arc::clone(settings),
            context: context.clone(),
            answered: false,
        };
        request.extensions_mut().insert(context.clone());
        if !matches!(settings.rename, Rename::Keep) {
            request.extensions_mut().insert(settings.rename);
        }
        let (inner, mut future) = (&mut self.inner, None);
        // The future does not come back through the scopes: it can be large, and each of them would move it.
        let call = AssertUnwindSafe(|| future = Some(inner.call(request)));
        let called = boundary.span.in_scope(|| context.enter(|| catch_unwind(call)));
        let work = match future {
            Some(future) => Work::Running { future: context.scope(future), boundary },
            None => Work::Panicked { payload: called.err(), boundary },
        };
        ResponseFuture { work }
    }
}

/// The span that gives the ids to every event within.
fn span(context: &Context) -> Span {
    tracing::info_span!(
        target: "app",
        "request",
        requestId = context.request_id().as_str(),
        traceId = context.trace_id().as_str(),
        taskId = context.task_id().map(errcode_runtime::Id::as_str)
    )
}

/// What a request leaves for its answer.
struct Boundary {
    method: Method,
    path: RequestPath,
    route_matched: bool,
    span: Span,
    started: Instant,
    /// The form that the request names.
    standard: Option<Standard>,
    settings: Arc<Settings>,
    context: Context,
    answered: bool,
}

/// The path of a request's address. A short one is copied: the first clone of an address may allocate, to share its buffer.
enum RequestPath {
    Short(u8, [u8; RequestPath::SHORT]),
    Long(Uri),
}

impl RequestPath {
    const SHORT: usize = 62;

    #[inline]
    fn of(uri: &Uri) -> Self {
        let (text, mut short) = (uri.path().as_bytes(), [0; Self::SHORT]);
        match short.get_mut(..text.len()) {
            Some(start) => {
                start.copy_from_slice(text);
                Self::Short(text.len() as u8, short)
            }
            None => Self::Long(uri.clone()),
        }
    }

    fn as_str(&self) -> &str {
        match self {
            Self::Short(length, text) => text
                .get(..usize::from(*length))
                .and_then(|text| str::from_utf8(text).ok())
                .unwrap_or_default(),
            Self::Long(uri) => uri.path(),
        }
    }
}

pin_project! {
    /// The future of [`ErrorService`].
    pub struct ResponseFuture<F> {
        #[pin]
        work: Work<F>,
    }
}

pin_project! {
    #[project = WorkProjection]
    enum Work<F> {
        Running { #[pin] future: Scoped<F>, boundary: Boundary },
        Panicked { payload: Option<Box<dyn Any + Send>>, boundary: Boundary },
        // A layer inside a layer: the outer one has the ids and the log.
        Nested { #[pin] future: F },
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    E: Into<BoxError>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let (outcome, boundary) = match self.project().work.project() {
            WorkProjection::Nested { future } => {
                let outcome = task::ready!(future.poll(cx));
                return Poll::Ready(Ok(outcome.map_or_else(
                    |error| respond(lower_error(error.into())),
                    |response| response.map(Body::new),
                )));
            }
            WorkProjection::Panicked { payload, boundary } => {
                let payload = payload.take().unwrap_or_else(|| Box::new("polled after completion"));
                (Err(panicked(&*payload)), boundary)
            }
            WorkProjection::Running { future, boundary } => {
                let polled =
                    boundary.span.in_scope(|| catch_unwind(AssertUnwindSafe(|| future.poll(cx))));
                let outcome = match polled {
                    Ok(Poll::Pending) => return Poll::Pending,
                    Ok(Poll::Ready(Ok(response))) => Ok(response.map(Body::new)),
                    Ok(Poll::Ready(Err(error))) => Err(lower_error(error.into())),
                    Err(payload) => Err(panicked(&*payload)),
                };
                (outcome, boundary)
            }
        };
        boundary.answered = true;
        let _entered = boundary.span.enter();
        Poll::Ready(Ok(match outcome {
            Ok(response) => boundary.finish(response),
            Err(failure) => boundary.context.enter(|| boundary.fail(failure)),
        }))
    }
}

fn panicked(payload: &(dyn Any + Send)) -> Failure {
    let panic = Panicked::from_payload(payload);
    let failure = Failure::fault(FrameworkFault::Panic, format!("panicked: {}", panic.message));
    match panic.location {
        Some(location) => failure.attach("panickedAt", location),
        None => failure,
    }
}

/// An error of a tower layer below, which has no answer of its own.
fn lower_error(error: BoxError) -> Failure {
    let outermost: &(dyn Error + 'static) = &*error;
    let fault = iter::successors(Some(outermost), |&error| error.source()).find_map(known_fault);
    Failure::fault(
        fault.unwrap_or(FrameworkFault::Unexpected),
        format!("a layer below failed: {error}"),
    )
}

/// The errors of tower's own layers. A timeout is the service's, not the client's: 408 would ask the client to send the request again (RFC 9110 section
/// 15.5.9), while its first one may still be at work.
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

/// A client that went away takes the future with it: worth a look for developers, and nobody's failure.
impl Drop for Boundary {
    fn drop(&mut self) {
        if !self.answered && !std::thread::panicking() {
            self.context.enter(|| tracing::debug!(target: "app", event = "client_gone", uri = self.path.as_str(), "the client went away"));
        }
    }
}

impl Boundary {
    /// The answer to a failure that has none yet.
    fn fail(&self, failure: Failure) -> Response {
        let mut response = self.render(failure, None);
        self.seal(&mut response);
        response
    }

    /// The handler's response, rendered for this request where it tells of a failure.
    fn finish(&self, mut response: Response) -> Response {
        if self.is_quiet(&response) {
            self.seal(&mut response);
            return response;
        }
        self.context.enter(|| {
            if self.settings.observe {
                self.observe(&response);
            } else {
                self.answer(&mut response);
            }
            self.seal(&mut response);
        });
        response
    }

    /// Whether the response only needs the ids: nothing of the user's will run that could ask for the context.
    fn is_quiet(&self, response: &Response) -> bool {
        let status = response.status();
        let failed =
            status.is_client_error() || status.is_server_error() || error_of(response).is_some();
        !failed && !tracing::level_enabled!(tracing::Level::INFO)
    }

    /// Logs the response and puts the ids on it.
    fn seal(&self, response: &mut Response) {
        match response.extensions().get::<Marked>() {
            Some(marked) => Report::new(&marked.failure, self.outcome(response.status())).emit(),
            None if tracing::level_enabled!(tracing::Level::INFO) => {
                self.outcome(response.status()).emit_access();
            }
            None => {}
        }
        if self.method == Method::HEAD && error_of(response).is_some() {
            strip_body(response);
        }
        headers::write(&self.context, &self.settings.request_id, response.headers_mut());
    }

    /// Makes the response what clients shall get: rendered for this request, or as the handler made it.
    fn answer(&self, response: &mut Response) {
        let preferred =
            response.extensions().get::<PreferredFormat>().map(|form| Arc::clone(&form.0));
        let failure = match response.extensions().get::<Marked>() {
            Some(marked) if preferred.is_none() && self.is_rendered_well(marked) => return,
            Some(marked) => marked.failure.clone(),
            None => match funnel::failure_of(response, self.route_matched, self.settings.foreign) {
                Some(failure) => failure,
                None => return,
            },
        };
        let mut rendered = self.render(failure, preferred.as_deref());
        funnel::keep_headers(mem::take(response.headers_mut()), rendered.headers_mut());
        *response = rendered;
    }

    /// Whether `into_response` already did what this layer would do again.
    fn is_rendered_well(&self, marked: &Marked) -> bool {
        let same_context = marked.context.as_ref().is_some_and(|context| context.is(&self.context));
        same_context
            && self.standard.is_none()
            && self.settings.default_form
            && !self.settings.internals
    }

    fn render(&self, failure: Failure, preferred: Option<&dyn BodyFormat>) -> Response {
        let form = match self.standard {
            Some(standard) => standard.form(),
            None => preferred.unwrap_or(&*self.settings.form),
        };
        Rendering {
            form,
            context: Some(self.context.clone()),
            instance: Some(self.path.as_str()),
            internals: self.settings.internals,
        }
        .respond(failure)
    }

    /// Logs what would be made of the response.
    fn observe(&self, response: &Response) {
        let fault = funnel::fault_of(response, self.route_matched, self.settings.foreign);
        if let Some(fault) = fault.filter(|_| error_of(response).is_none()) {
            let (code, status) =
                (self.settings.catalog.fault(&fault).spec().code(), response.status().as_u16());
            tracing::info!(target: "app", event = "observe", http_status = status, uri = self.path.as_str(), "would answer {code}");
        }
    }

    fn outcome(&self, status: StatusCode) -> Served<'_> {
        let mut outcome = Served::default();
        outcome.method = Some(self.method.as_str());
        outcome.uri = Some(self.path.as_str());
        outcome.http_status = Some(status.as_u16());
        outcome.duration = self.started.elapsed();
        outcome
    }
}

/// An answer to HEAD has the headers of the one to GET (RFC 9110 section 9.3.2), and no body.
fn strip_body(response: &mut Response) {
    if let Some(length) = response.body().size_hint().exact() {
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    *response.body_mut() = Body::empty();
}

impl fmt::Debug for ErrorLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorLayer").field("catalog", self.0.catalog).finish_non_exhaustive()
    }
}

impl<S: fmt::Debug> fmt::Debug for ErrorService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorService")
            .field("inner", &self.inner)
            .field("layer", &self.layer)
            .finish()
    }
}
