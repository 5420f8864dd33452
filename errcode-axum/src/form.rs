//! A body form of its own for some of the routes.

use axum::response::Response;
use errcode_core::wire::BodyForm;
use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};
use tower_layer::Layer;
use tower_service::Service;

/// Answers the failures of the routes it stands on in this form; the [`ErrorLayer`](crate::ErrorLayer) around them does the rest. Of several the innermost wins.
///
/// ```
/// use errcode_core::wire::{BodyForm, ErrorView};
///
/// struct LegacyV1;
///
/// impl BodyForm for LegacyV1 {
///     fn content_type(&self) -> &'static str {
///         "application/json"
///     }
///     fn write(&self, error: &ErrorView<'_>, out: &mut Vec<u8>) {
///         out.extend_from_slice(format!("{{\"err\":\"{}\"}}", error.spec().code()).as_bytes());
///     }
/// }
///
/// let v1: axum::Router = axum::Router::new().layer(errcode_axum::form(LegacyV1));
/// ```
#[must_use]
pub fn form(form: impl BodyForm + 'static) -> FormLayer {
    FormLayer(PreferredForm(Arc::new(form)))
}

/// What a response of such a route carries to the error layer.
#[derive(Clone)]
pub(crate) struct PreferredForm(pub(crate) Arc<dyn BodyForm>);

/// The layer of [`form`].
#[derive(Clone)]
pub struct FormLayer(PreferredForm);

impl<S> Layer<S> for FormLayer {
    type Service = FormService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        FormService { inner, form: self.0.clone() }
    }
}

/// The service of [`form`].
#[derive(Clone)]
pub struct FormService<S> {
    inner: S,
    form: PreferredForm,
}

impl<S, R, B> Service<R> for FormService<S>
where
    S: Service<R, Response = Response<B>>,
{
    type Response = Response<B>;
    type Error = S::Error;
    type Future = FormFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> Self::Future {
        FormFuture { future: self.inner.call(request), form: Some(self.form.clone()) }
    }
}

pin_project_lite::pin_project! {
    /// The future of [`FormService`].
    pub struct FormFuture<F> {
        #[pin]
        future: F,
        form: Option<PreferredForm>,
    }
}

impl<F, B, E> Future for FormFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = ready!(this.future.poll(cx)?);
        if response.status().as_u16() >= 400
            && response.extensions().get::<PreferredForm>().is_none()
            && let Some(form) = this.form.take()
        {
            response.extensions_mut().insert(form);
        }
        Poll::Ready(Ok(response))
    }
}

impl fmt::Debug for FormLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FormLayer").field(&self.0.0.content_type()).finish()
    }
}

impl<S: fmt::Debug> fmt::Debug for FormService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FormService")
            .field("inner", &self.inner)
            .field("form", &self.form.0.content_type())
            .finish()
    }
}
