//! The service that every failure of a request passes, and its future.

use crate::{
    Framework, Plain, Rename,
    adapter::Reported,
    beginning::{Beginning, begin, is_sent, unread},
    error_layer::{ErrorLayerFor, Settings},
    exchange::{Exchange, is_failure},
    headers::Incoming,
    render::respond,
    request_path::RequestPath,
    watched::Watched,
    work::Work,
};
use bytes::Bytes;
use errcode_core::{Catalog, Failure};
use errcode_runtime::{
    Context,
    boundary::{Boundary, BoxError, lower_error, poll_ready},
};
use http::{Method, Request, Response, header};
use http_body::Body;
use pin_project_lite::pin_project;
use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{self, Poll},
};
use tower_layer::Layer;
use tower_service::Service;

impl<S, F> Layer<S> for ErrorLayerFor<F> {
    type Service = ErrorService<S, F>;

    fn layer(&self, inner: S) -> Self::Service {
        ErrorService { inner, layer: self.clone(), unready: None }
    }
}

/// The service of [`ErrorLayerFor`].
pub struct ErrorService<S, F = Plain> {
    inner: S,
    layer: ErrorLayerFor<F>,
    /// Why the inner service cannot be called.
    unready: Option<Failure>,
}

impl<S: Clone, F> Clone for ErrorService<S, F> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), layer: self.layer.clone(), unready: None }
    }
}

impl<S, F, Q, R> Service<Request<Q>> for ErrorService<S, F>
where
    S: Service<Request<Q>, Response = Response<R>>,
    S::Error: Into<BoxError>,
    F: Framework<Q, R>,
    R: Body<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    type Response = Response<F::Body>;
    type Error = Infallible;
    type Future = ResponseFuture<S::Future, F, Q, R>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), Infallible>> {
        let inner = &mut self.inner;
        let catalog = Some(self.layer.settings.catalog);
        self.unready = task::ready!(poll_ready(catalog, || inner.poll_ready(cx))).err();
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Q>) -> Self::Future {
        let unready = self.unready.take();
        // In a layer within another one, the outer one has the ids and the log. The current context does not tell: it
        // may belong to other work, for example to a worker that calls this service.
        if request.extensions().get::<Context>().is_some() {
            let catalog = self.layer.settings.catalog;
            let state = match unready {
                None => State::Nested { future: self.inner.call(request), catalog },
                Some(failure) => State::Unready { failure: Some(failure) },
            };
            return ResponseFuture { state };
        }
        let exchange = open::<F, Q, R>(&mut request, &self.layer.settings);
        let mut future =
            ResponseFuture { state: State::Working { work: Work::new(exchange, unready) } };
        if let State::Working { work } = &mut future.state {
            work.call(&mut Some(request), |request| self.inner.call(request));
        }
        future
    }
}

/// Keeps what the response needs of the request, and adds the context to the request.
#[inline]
fn open<F, Q, R>(request: &mut Request<Q>, settings: &Arc<Settings>) -> Exchange<F::Route>
where
    F: Framework<Q, R>,
{
    let incoming = Incoming::new(request.headers(), &settings.request_id);
    let most = Some(settings.max_violations);
    let context = incoming.context(request, settings.catalog, most);
    #[cfg(feature = "inject")]
    let context =
        context.drill(crate::inject::drill_of(request.headers(), settings.drill_key.as_deref()));
    let context = context.build();
    let format = settings.format.content_type();
    let standard =
        if settings.negotiate { incoming.standard_format(request.headers(), format) } else { None };
    request.extensions_mut().insert(context.clone());
    if !matches!(settings.rename, Rename::Keep) {
        request.extensions_mut().insert(settings.rename);
    }
    Exchange {
        method: request.method().clone(),
        path: RequestPath::new(F::uri(request)),
        matched: F::matched(request),
        standard,
        settings: Arc::clone(settings),
        boundary: Boundary::open(context),
    }
}

pin_project! {
    /// The future of [`ErrorService`].
    pub struct ResponseFuture<Fut, F, Q, R>
    where
        F: Framework<Q, R>,
    {
        #[pin]
        state: State<Fut, F::Route>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<Fut, Route> {
        Working { #[pin] work: Work<Fut, Exchange<Route>> },
        Nested { #[pin] future: Fut, catalog: &'static Catalog },
        Unready { failure: Option<Failure> },
    }
}

impl<Fut, F, Q, R, E> Future for ResponseFuture<Fut, F, Q, R>
where
    Fut: Future<Output = Result<Response<R>, E>>,
    E: Into<BoxError>,
    F: Framework<Q, R>,
    R: Body<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    type Output = Result<Response<F::Body>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let response = match self.project().state.project() {
            StateProjection::Nested { future, catalog } => task::ready!(future.poll(cx))
                .map_or_else(
                    |error| respond(lower_error(Some(catalog), error.into())),
                    |response| response.map(F::body),
                ),
            StateProjection::Unready { failure } => match failure.take() {
                Some(failure) => respond(failure),
                None => return Poll::Pending,
            },
            StateProjection::Working { mut work } => {
                let mut output = None;
                let polled = work.as_mut().poll_output(cx, &mut output, |answered| {
                    if let Ok(response) = answered {
                        ask(response.body());
                    }
                });
                let panicked = task::ready!(polled);
                let request = work.request();
                let Some(exchange) = request else { return Poll::Pending };
                let failure = match (panicked, output) {
                    (Some(failure), _) => failure,
                    (None, Some(Ok(response))) => {
                        let response = finish::<F, Q, R>(exchange, response, cx);
                        *request = None;
                        return Poll::Ready(Ok(response));
                    }
                    (None, Some(Err(error))) => {
                        lower_error(Some(exchange.settings.catalog), error.into())
                    }
                    (None, None) => return Poll::Pending,
                };
                let response = exchange.boundary.within(|| exchange.fail(failure));
                *request = None;
                response
            }
        };
        Poll::Ready(Ok(response))
    }
}

/// Asks a body what a server will ask it after the layer, where a panic ends the connection without an answer.
fn ask(body: &impl Body) {
    let _ = (body.is_end_stream(), body.size_hint());
}

/// Returns the response without its body, whose destructor is the service's code. An answer to HEAD has the length of
/// the one to GET (RFC 9110 section 9.3.2).
fn without_body<R: Body, B: From<Bytes>>(method: &Method, response: Response<R>) -> Response<B> {
    let (mut head, body) = response.into_parts();
    if let (&Method::HEAD, Some(length)) = (method, body.size_hint().exact()) {
        head.headers.entry(header::CONTENT_LENGTH).or_insert(length.into());
    }
    drop(body);
    Response::from_parts(head, B::from(Bytes::new()))
}

/// Returns the answer to a response of the service: the response with the ids, or the rendered failure.
fn finish<F, Q, R>(
    exchange: &Exchange<F::Route>,
    mut response: Response<R>,
    cx: &mut task::Context<'_>,
) -> Response<F::Body>
where
    F: Framework<Q, R>,
    R: Body<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    let boundary = &exchange.boundary;
    if is_failure(&response) {
        return boundary.within(|| exchange.answer(response.map(F::body)));
    }
    exchange.write_ids(&mut response);
    if boundary.is_quiet() {
        return in_context::<F, Q, R>(exchange, response);
    }
    // An adapter of another protocol below has the access event.
    if response.extensions().get::<Reported>().is_some() {
        return response.map(F::body);
    }
    pass_on::<F, Q, R>(exchange, response, cx)
        .unwrap_or_else(|failure| boundary.within(|| exchange.fail(failure)))
}

/// Returns the service's answer if nobody listens. A body of known length is not code that asks for the context.
fn in_context<F, Q, R>(exchange: &Exchange<F::Route>, response: Response<R>) -> Response<F::Body>
where
    F: Framework<Q, R>,
    R: Body<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    let status = response.status();
    let is_stream = response.body().size_hint().exact().is_none();
    if is_stream && is_sent(&exchange.method, status) && !response.body().is_end_stream() {
        let part = unread(&response);
        let watched = |body| F::streaming(Watched::new(body, part, exchange.body_end(status)));
        return response.map(watched);
    }
    response.map(F::body)
}

/// Returns the service's answer, which is reported now, or once its body has ended.
///
/// # Errors
///
/// Returns what a short body failed with, before anything was sent of it.
fn pass_on<F, Q, R>(
    exchange: &Exchange<F::Route>,
    mut response: Response<R>,
    cx: &mut task::Context<'_>,
) -> Result<Response<F::Body>, Failure>
where
    F: Framework<Q, R>,
    R: Body<Data = Bytes, Error: Into<BoxError>> + Unpin,
{
    let (boundary, status) = (&exchange.boundary, response.status());
    if !is_sent(&exchange.method, status) {
        let response = boundary.call(|| without_body(&exchange.method, response))?;
        boundary.within(|| exchange.emit_access(status));
        return Ok(response);
    }
    let begun = boundary.call(|| begin(&mut response, !exchange.settings.observe, cx));
    let response = match begun {
        Ok(Beginning::Empty) => response.map(F::body),
        Ok(Beginning::Whole(bytes)) => {
            let (head, body) = response.into_parts();
            // A destructor is the service's code too.
            boundary.call(|| drop(body))?;
            Response::from_parts(head, F::Body::from(bytes))
        }
        Ok(Beginning::Part(part)) => {
            let watched = |body| F::streaming(Watched::new(body, part, exchange.body_end(status)));
            return Ok(response.map(watched));
        }
        Ok(Beginning::Failed(error)) => {
            let failure = lower_error(Some(exchange.settings.catalog), error);
            let _ = boundary.call(|| drop(response));
            return Err(failure);
        }
        Err(panicked) => {
            let _ = boundary.call(|| drop(response));
            return Err(panicked);
        }
    };
    boundary.within(|| exchange.emit_access(status));
    Ok(response)
}

impl<S: fmt::Debug, F> fmt::Debug for ErrorService<S, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorService")
            .field("inner", &self.inner)
            .field("layer", &self.layer)
            .finish()
    }
}

impl<Fut, F: Framework<Q, R>, Q, R> fmt::Debug for ResponseFuture<Fut, F, Q, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
