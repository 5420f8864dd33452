//! A failure as a response.

use axum::{body::Body, response::Response};
use errcode_core::{
    Failure, Public,
    wire::{self, BodyFormat, Envelope, ErrorView},
};
use errcode_runtime::Context;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use std::sync::LazyLock;

pub(crate) const X_ERROR_CODE: HeaderName = HeaderName::from_static("x-error-code");

/// What stays with a response that tells of a failure.
#[derive(Clone)]
pub(crate) struct Marked {
    pub(crate) failure: Failure,
    /// The context whose ids the body has.
    pub(crate) context: Option<Context>,
}

/// The typed error behind a response, for access logs, metrics and tests.
///
/// ```
/// use axum::response::IntoResponse;
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # #[error("no project", code = "E2001", status = 404)]
/// # struct NotFound;
/// let response = errcode_axum::Failure::from(NotFound).into_response();
/// assert_eq!(errcode_axum::error_of(&response).unwrap().spec().code(), "E2001");
/// ```
#[must_use]
pub fn error_of<B>(response: &http::Response<B>) -> Option<&Failure> {
    response.extensions().get::<Marked>().map(|marked| &marked.failure)
}

/// How a failure's response is made.
pub(crate) struct Rendering<'a> {
    pub(crate) form: &'a dyn BodyFormat,
    pub(crate) context: Option<Context>,
    /// The request's path.
    pub(crate) instance: Option<&'a str>,
    /// The body tells what clients must not see.
    pub(crate) internals: bool,
}

/// The response in the default form and the current context: its ids, its catalog, its language. Logs nothing.
pub(crate) fn respond(failure: Failure) -> Response {
    Rendering { form: &Envelope, context: Context::current(), instance: None, internals: false }
        .respond(failure)
}

impl Rendering<'_> {
    pub(crate) fn respond(self, failure: Failure) -> Response {
        let mut response = viewed(&failure, self.context.as_ref(), |view| {
            let mut view: ErrorView<'_> = view;
            if let Some(instance) = self.instance {
                view = view.of_instance(instance);
            }
            if self.internals {
                view = view.with_internals(&failure);
            }
            render(self.form, &view)
        });
        response.extensions_mut().insert(Marked { failure, context: self.context });
        response
    }
}

/// What clients see of a failure in a context.
#[inline]
pub(crate) fn viewed<R>(
    failure: &Failure,
    context: Option<&Context>,
    then: impl FnOnce(ErrorView<'_>) -> R,
) -> R {
    let catalog = context.and_then(Context::catalog);
    let public =
        catalog.map_or_else(|| Public::without_catalog(failure), |catalog| catalog.public(failure));
    let mut view = ErrorView::new(&public, catalog, context.map(Context::ids).unwrap_or_default());
    if let Some(language) = context.and_then(Context::language) {
        view = view.in_language(language);
    }
    if context.is_some_and(Context::non_idempotent) {
        view = view.for_write();
    }
    then(view)
}

/// The headers that every answer has. To clone a map takes a third of what it takes to fill one.
static ALWAYS: LazyLock<HeaderMap> = LazyLock::new(|| {
    // A clone keeps the slots of its table: here with some for what the layer adds.
    let mut headers = HeaderMap::with_capacity(12);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(X_ERROR_CODE, HeaderValue::from_static(""));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept, Accept-Language"));
    headers
});

fn headers(form: &dyn BodyFormat, view: &ErrorView<'_>) -> HeaderMap {
    let mut headers = ALWAYS.clone();
    if form.content_type() != "application/json" {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(form.content_type()));
    }
    headers.insert(X_ERROR_CODE, HeaderValue::from_static(view.spec().code().as_str()));
    headers
}

fn render(form: &dyn BodyFormat, view: &ErrorView<'_>) -> Response {
    let mut response = Response::new(Body::from(wire::render(form, view)));
    *response.status_mut() =
        StatusCode::from_u16(form.status(view)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers(form, view);
    let headers = response.headers_mut();
    if let Some(language) =
        view.language().and_then(|language| HeaderValue::from_str(language).ok())
    {
        headers.insert(header::CONTENT_LANGUAGE, language);
    }
    if let Some(seconds) = view.retry().after_seconds() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    for (name, value) in view.headers() {
        // A value that no header may have is left out; the rest of the answer stands.
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value))
        {
            headers.append(name, value);
        }
    }
    response
}
