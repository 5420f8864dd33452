//! A failure as a response.

use crate::{headers::X_ERROR_CODE, instance::instance};
use bytes::Bytes;
use errcode_core::{
    Failure,
    wire::{self, BodyFormat, Envelope, ErrorView},
};
use errcode_runtime::{Context, boundary};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use std::sync::LazyLock;

/// What stays with a response that tells of a failure.
#[derive(Clone)]
pub(crate) struct Marked {
    pub(crate) failure: Failure,
    /// The context whose ids the body has.
    pub(crate) context: Option<Context>,
    /// The status it was rendered with.
    pub(crate) status: StatusCode,
    /// What broke while it was rendered.
    pub(crate) broken: Option<String>,
}

/// The typed error behind a response, for access logs, metrics and tests.
///
/// ```
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # #[error("no project", code = "E2001", status = 404)]
/// # struct NotFound;
/// let response: http::Response<bytes::Bytes> = errcode_http::respond(NotFound.into());
/// assert_eq!(errcode_http::error_of(&response).unwrap().spec().code(), "E2001");
/// ```
#[must_use]
pub fn error_of<B>(response: &Response<B>) -> Option<&Failure> {
    response.extensions().get::<Marked>().map(|marked| &marked.failure)
}

/// How a failure's response is made.
pub(crate) struct Rendering<'a> {
    pub(crate) format: &'a dyn BodyFormat,
    pub(crate) context: Option<Context>,
    /// The request's path.
    pub(crate) instance: Option<&'a str>,
    /// The body tells what clients must not see.
    pub(crate) internals: bool,
}

/// Returns the response in the default format and the current context: its ids, its catalog, its language. Logs nothing.
///
/// It is what an adapter's `into_response` gives; the layer renders it again only where the request asks for more.
#[must_use]
pub fn respond<B: From<Bytes>>(failure: Failure) -> Response<B> {
    Rendering { format: &Envelope, context: Context::current(), instance: None, internals: false }
        .respond(failure)
}

impl Rendering<'_> {
    pub(crate) fn respond<B: From<Bytes>>(self, failure: Failure) -> Response<B> {
        let path = self.instance.map(instance);
        let full = |view: ErrorView<'_>| {
            // The view lives no longer than what is added to it.
            let mut view: ErrorView<'_> = view;
            if let Some(path) = &path {
                view = view.of_instance(path);
            }
            if self.internals {
                view = view.with_internals(&failure);
            }
            render(self.format, &view)
        };
        let plain = |view: ErrorView<'_>| render(&Envelope, &view);
        let viewed = boundary::view(&failure, self.context.as_ref(), full, plain);
        let (head, body) = viewed.value;
        let mut response = Response::new(B::from(body));
        (*response.status_mut(), *response.headers_mut()) = (head.status, head.headers);
        let (status, broken) = (head.status, viewed.broken);
        let marked = Marked { failure, context: self.context, status, broken };
        response.extensions_mut().insert(marked);
        response
    }
}

struct Head {
    status: StatusCode,
    headers: HeaderMap,
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

fn headers(format: &dyn BodyFormat, view: &ErrorView<'_>) -> HeaderMap {
    let mut headers = ALWAYS.clone();
    let content_type = format.content_type();
    if content_type != "application/json"
        && let Ok(content_type) = HeaderValue::from_str(content_type)
    {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    headers.insert(X_ERROR_CODE, HeaderValue::from_static(view.spec().code().as_str()));
    headers
}

fn render(format: &dyn BodyFormat, view: &ErrorView<'_>) -> (Head, Bytes) {
    let body = Bytes::from(wire::render(format, view));
    let status =
        StatusCode::from_u16(format.status(view)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut headers = headers(format, view);
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
    (Head { status, headers }, body)
}
