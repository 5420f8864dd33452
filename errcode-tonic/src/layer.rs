//! The layer that reports every failure of a call.

use crate::{
    call::{Call, Settings, is_grpc},
    deadline::{self, InTime},
    status,
};
use bytes::Bytes;
use errcode_core::{Catalog, Failure};
use errcode_http::{
    X_REQUEST_ID,
    adapter::{Work, context_of},
};
use errcode_runtime::{
    Context,
    boundary::{Boundary, BoxError, lower_error, poll_ready},
};
use http::{HeaderName, Request, Response};
use pin_project_lite::pin_project;
use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    sync::Arc,
    task::{self, Poll},
};
use tonic::{Status, body::Body};
use tower_layer::Layer;
use tower_service::Service;

/// Answers every failure of a call with a gRPC status that has a catalogued code, and reports it once.
///
/// Put it around all services: `tonic::transport::Server::builder().layer(layer)`. See the [crate's example](crate). It
/// can also be inside the layer of errcode-axum or errcode-http, on one port with an HTTP service: then it reports the
/// calls, and the outer layer everything else.
///
/// A response to a request that is not gRPC is left alone, unless the service breaks: that is answered in the JSON
/// format.
#[derive(Clone)]
pub struct ErrorLayer {
    settings: Arc<Settings>,
}

impl ErrorLayer {
    /// Creates a layer that answers with the codes of this catalog.
    #[must_use]
    pub fn new(catalog: &'static Catalog) -> Self {
        Self {
            settings: Arc::new(Settings {
                catalog,
                request_id: X_REQUEST_ID,
                #[cfg(feature = "inject")]
                drill_key: None,
            }),
        }
    }

    /// Sets the metadata key in which the id of a request is read and written. Default: `x-request-id`.
    #[must_use]
    pub fn request_id_header(self, name: HeaderName) -> Self {
        let settings = Settings { request_id: name, ..Arc::unwrap_or_clone(self.settings) };
        Self { settings: Arc::new(settings) }
    }

    /// Obeys fault drills: a call with the metadata `errcode-inject`, signed with this key, makes the calls to a
    /// dependency fail with a code of the catalog (see [`errcode_core::drill`]), if the policies of the calls have the
    /// feature `inject` too. For staging systems: whoever has the key can make calls fail.
    ///
    /// Metadata that is malformed, unsigned, signed with another key or expired is ignored, and an event at level warn
    /// says why. So is any, without a key. Inside a layer for HTTP, that layer reads it.
    #[cfg(feature = "inject")]
    #[must_use]
    pub fn fault_drill(self, key: errcode_core::drill::DrillKey) -> Self {
        let drill_key = Some(Arc::new(key));
        let settings = Settings { drill_key, ..Arc::unwrap_or_clone(self.settings) };
        Self { settings: Arc::new(settings) }
    }
}

impl fmt::Debug for ErrorLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorLayer").field("catalog", self.settings.catalog).finish_non_exhaustive()
    }
}

impl<S> Layer<S> for ErrorLayer {
    type Service = ErrorService<S>;

    fn layer(&self, inner: S) -> ErrorService<S> {
        ErrorService { inner, layer: self.clone(), unready: None }
    }
}

/// The service of [`ErrorLayer`].
#[derive(Debug)]
pub struct ErrorService<S> {
    inner: S,
    layer: ErrorLayer,
    /// Why the inner service cannot be called.
    unready: Option<Failure>,
}

impl<S: Clone> Clone for ErrorService<S> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), layer: self.layer.clone(), unready: None }
    }
}

/// In a request's extensions: a layer around this one has the call.
#[derive(Clone, Copy)]
struct InCall;

impl<S, Q, R> Service<Request<Q>> for ErrorService<S>
where
    S: Service<Request<Q>, Response = Response<R>>,
    S::Error: Into<BoxError>,
    R: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), Infallible>> {
        let inner = &mut self.inner;
        let catalog = Some(self.layer.settings.catalog);
        self.unready = task::ready!(poll_ready(catalog, || inner.poll_ready(cx))).err();
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Q>) -> Self::Future {
        let unready = self.unready.take();
        if request.extensions().get::<InCall>().is_some() {
            let catalog = self.layer.settings.catalog;
            let state = match unready {
                None => State::Nested { future: self.inner.call(request), catalog },
                Some(failure) => State::Unready { failure: Some(failure) },
            };
            return ResponseFuture { state };
        }
        let call = open(&mut request, &self.layer.settings);
        let deadline = if call.is_grpc { deadline::of(request.headers()) } else { None };
        let inner = &mut self.inner;
        let work = match unready {
            None => Work::start(call, || InTime::new(inner.call(request), deadline)),
            Some(failure) => Work::failed(call, failure),
        };
        ResponseFuture { state: State::Working { work } }
    }
}

/// Keeps the facts that the response needs, and adds the context to the request.
fn open<Q>(request: &mut Request<Q>, settings: &Arc<Settings>) -> Call {
    let outer = request.extensions().get::<Context>().cloned();
    let is_nested = outer.is_some();
    let context = outer.unwrap_or_else(|| {
        let context = context_of(request, &settings.request_id, settings.catalog);
        #[cfg(feature = "inject")]
        let context = context.drill(errcode_http::adapter::drill_of(
            request.headers(),
            settings.drill_key.as_deref(),
        ));
        context.build()
    });
    request.extensions_mut().insert(context.clone());
    request.extensions_mut().insert(InCall);
    Call {
        boundary: Boundary::open(context),
        method: request.method().clone(),
        uri: request.uri().clone(),
        is_grpc: is_grpc(request.headers()),
        is_nested,
        settings: Arc::clone(settings),
    }
}

pin_project! {
    /// The future of [`ErrorService`].
    pub struct ResponseFuture<Fut> {
        #[pin]
        state: State<Fut>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<Fut> {
        Working { #[pin] work: Work<InTime<Fut>, Call> },
        Nested { #[pin] future: Fut, catalog: &'static Catalog },
        Unready { failure: Option<Failure> },
    }
}

impl<Fut, R, E> Future for ResponseFuture<Fut>
where
    Fut: Future<Output = Result<Response<R>, E>>,
    E: Into<BoxError>,
    R: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    type Output = Result<Response<Body>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            StateProjection::Nested { future, catalog } => {
                let answered = task::ready!(future.poll(cx));
                Poll::Ready(Ok(answered.map_or_else(
                    |error| unreported(catalog, error.into()),
                    |response| response.map(Body::new),
                )))
            }
            StateProjection::Unready { failure } => match failure.take() {
                Some(failure) => {
                    Poll::Ready(Ok(status::of(failure, Context::current()).into_http()))
                }
                None => Poll::Pending,
            },
            StateProjection::Working { work } => {
                let (call, worked) = task::ready!(work.poll(cx));
                Poll::Ready(Ok(match worked {
                    Ok(Ok(response)) => call.answer(response),
                    Ok(Err(error)) => call.fail_with(error),
                    Err(panicked) => call.fail(panicked),
                }))
            }
        }
    }
}

/// Returns the answer to an error below a layer that is inside another one, which reports it.
fn unreported(catalog: &'static Catalog, error: BoxError) -> Response<Body> {
    let status = match error.downcast::<Status>() {
        Ok(status) => *status,
        Err(error) => status::of(lower_error(Some(catalog), error), Context::current()),
    };
    status.into_http()
}

impl<Fut> fmt::Debug for ResponseFuture<Fut> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
