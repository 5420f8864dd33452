//! A body format for some of the routes.

use crate::render::error_of;
use errcode_core::wire::BodyFormat;
use http::Response;
use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};
use tower_layer::Layer;
use tower_service::Service;

/// Returns a layer that selects the format in which failures of the routes below it are answered.
///
/// The [`ErrorLayer`](crate::ErrorLayer) around them renders the answers. Of several such layers the innermost wins.
///
/// ```
/// use errcode_core::wire::{BodyFormat, ErrorView};
///
/// struct LegacyV1;
///
/// impl BodyFormat for LegacyV1 {
///     fn content_type(&self) -> &'static str {
///         "application/json"
///     }
///     fn write(&self, error: &ErrorView<'_>, out: &mut Vec<u8>) {
///         out.extend_from_slice(format!("{{\"err\":\"{}\"}}", error.spec().code()).as_bytes());
///     }
/// }
///
/// let layer = errcode_http::body_format(LegacyV1);
/// ```
#[must_use]
pub fn body_format(format: impl BodyFormat + 'static) -> BodyFormatLayer {
    BodyFormatLayer(PreferredFormat(Arc::new(format)))
}

/// The format that a response of such a route carries to the error layer.
#[derive(Clone)]
pub(crate) struct PreferredFormat(pub(crate) Arc<dyn BodyFormat>);

/// The layer of [`body_format`].
#[derive(Clone)]
pub struct BodyFormatLayer(PreferredFormat);

impl<S> Layer<S> for BodyFormatLayer {
    type Service = BodyFormatService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        BodyFormatService { inner, format: self.0.clone() }
    }
}

/// The service of [`body_format`].
#[derive(Clone)]
pub struct BodyFormatService<S> {
    inner: S,
    format: PreferredFormat,
}

impl<S, R, B> Service<R> for BodyFormatService<S>
where
    S: Service<R, Response = Response<B>>,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = BodyFormatFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        BodyFormatFuture { future: self.inner.call(request), format: Some(self.format.clone()) }
    }
}

pin_project_lite::pin_project! {
    /// The future of [`BodyFormatService`].
    pub struct BodyFormatFuture<F> {
        #[pin]
        future: F,
        format: Option<PreferredFormat>,
    }
}

impl<F, B, E> Future for BodyFormatFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = ready!(this.future.poll(cx)?);
        // A format may answer with the status of a success.
        let is_failure = response.status().as_u16() >= 400 || error_of(&response).is_some();
        if is_failure
            && response.extensions().get::<PreferredFormat>().is_none()
            && let Some(format) = this.format.take()
        {
            response.extensions_mut().insert(format);
        }
        Poll::Ready(Ok(response))
    }
}

impl fmt::Debug for BodyFormatLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BodyFormatLayer").field(&self.0.0.content_type()).finish()
    }
}

impl<S: fmt::Debug> fmt::Debug for BodyFormatService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BodyFormatService")
            .field("inner", &self.inner)
            .field("format", &self.format.0.content_type())
            .finish()
    }
}
