//! Failures as responses.

use crate::{headers::X_ERROR_CODE, instance::instance};
use bytes::Bytes;
use errcode_core::{
    Catalog, Failure,
    wire::{self, BodyFormat, Envelope, ErrorView, Planned},
};
use errcode_runtime::{Context, boundary};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header, response::Parts};
use std::{borrow::Cow, time::Duration};

/// The extension of a response that reports a failure.
#[derive(Clone)]
pub(crate) struct Marked {
    /// `None` while it is dropped.
    pub(crate) failure: Option<Failure>,
    /// The context whose ids are in the body.
    pub(crate) context: Option<Context>,
    /// The status it was rendered with.
    pub(crate) status: StatusCode,
    /// The `Retry-After` it was rendered with.
    pub(crate) retry_after: Option<u64>,
    /// What broke while it was rendered.
    pub(crate) broken: Option<String>,
    /// The headers that its code's answers always have, and the number that it was rendered with. `None` if
    /// they are not known.
    pub(crate) headers: Option<(&'static Constant, usize)>,
}

/// A server drops the response, where a panic of the error's destructor would end the connection.
impl Drop for Marked {
    fn drop(&mut self) {
        if let Some(failure) = self.failure.take() {
            boundary::discard(failure, self.context.as_ref());
        }
    }
}

/// What the body depends on (RFC 9110 section 12.5.5).
pub(crate) const VARY: HeaderValue = HeaderValue::from_static("Accept, Accept-Language");

/// Returns the typed error that a response reports, for access logs, metrics and tests.
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
    response.extensions().get::<Marked>().and_then(|marked| marked.failure.as_ref())
}

/// How a failure is rendered.
pub(crate) struct Rendering<'a> {
    pub(crate) format: &'a dyn BodyFormat,
    pub(crate) context: Option<Context>,
    /// The request's path.
    pub(crate) instance: Option<&'a str>,
    /// The body shows what clients must not see.
    pub(crate) internals: bool,
    /// The delay before a retry, if it is not the failure's.
    pub(crate) delay: Option<Duration>,
}

/// Returns the response in the default format and the current context: its ids, its catalog, its language. Logs
/// nothing.
///
/// Adapters return it from their `into_response`. The layer renders it again only if the request asks for something
/// else.
#[must_use]
pub fn respond<B: From<Bytes>>(failure: Failure) -> Response<B> {
    let context = Context::current();
    let catalog = context.as_ref().and_then(Context::catalog);
    let own = catalog.and_then(Catalog::body_format);
    let language = context.as_ref().and_then(Context::language);
    if own.is_none()
        && let Some(planned) = Planned::new(&failure, catalog, language)
        && let Some(constant) = planned.kept::<Constant>().filter(|constant| !constant.has_more)
        && let Some(body) = boundary::planned_body(&planned, context.as_ref())
    {
        // The head is made last, so that it is moved only once.
        let body = B::from(Bytes::from(body));
        let retry_after = planned.retry().after_seconds();
        let mut head = constant.head.clone();
        push_retry_after(retry_after, &mut head.headers);
        mark(&mut head, (failure, context), (Some(constant), retry_after), None);
        return Response::from_parts(head, body);
    }
    let format = own.unwrap_or(&Envelope);
    Rendering { format, context, instance: None, internals: false, delay: None }.respond(failure)
}

impl Rendering<'_> {
    pub(crate) fn respond<B: From<Bytes>>(self, failure: Failure) -> Response<B> {
        let path = self.instance.map(instance);
        let full = |view: ErrorView<'_>| {
            // The annotation shortens the view's lifetime to that of what is added to it.
            let mut view: ErrorView<'_> = view;
            if let Some(path) = &path {
                view = view.with_instance(path);
            }
            if self.internals {
                view = view.with_internals(&failure);
            }
            if let Some(delay) = self.delay {
                view = view.retry_after(delay);
            }
            render(self.format, &view)
        };
        let plain = |view: ErrorView<'_>| render(&Envelope, &view);
        let viewed = boundary::view(&failure, self.context.as_ref(), full, plain);
        let (mut head, constant, retry_after, body) = viewed.value;
        mark(&mut head, (failure, self.context), (constant, retry_after), viewed.broken);
        Response::from_parts(head, B::from(body))
    }
}

/// Makes the response carry the failure to the layer.
#[inline]
fn mark(
    head: &mut Parts,
    (failure, context): (Failure, Option<Context>),
    (constant, retry_after): (Option<&'static Constant>, Option<u64>),
    broken: Option<String>,
) {
    let status = head.status;
    let headers = constant.map(|constant| (constant, head.headers.len()));
    let failure = Some(failure);
    let marked = Marked { failure, context, status, retry_after, broken, headers };
    head.extensions.insert(marked);
}

/// The code's status, and the headers of its answers that do not depend on the value. Cloning a map takes a third of
/// the instructions of filling one.
pub(crate) struct Constant {
    head: Parts,
    /// Its headers as a list, which takes half as long to walk.
    pub(crate) list: Box<[(HeaderName, HeaderValue)]>,
    /// The code declares headers whose values are fields.
    has_more: bool,
}

impl Constant {
    fn of(view: &ErrorView<'_>) -> Self {
        let (mut head, ()) = Response::new(()).into_parts();
        head.status = status(view.status());
        // A clone keeps the table of hashes, which has room for the headers that the layer adds.
        let mut headers = HeaderMap::with_capacity(12);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let code = view.spec().code().as_str();
        headers.insert(X_ERROR_CODE, HeaderValue::from_static(code));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::VARY, VARY);
        let language = view.language().and_then(|language| HeaderValue::from_str(language).ok());
        headers.extend(language.map(|language| (header::CONTENT_LANGUAGE, language)));
        for (name, value) in view.spec().headers() {
            if let Some(value) = value {
                append(&mut headers, name, value);
            }
        }
        let list = headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        head.headers = headers;
        let has_more = view.spec().headers().any(|(_, value)| value.is_none());
        Self { head, list, has_more }
    }

    /// Returns the headers.
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }
}

/// Appends a header that a code declares. An invalid value is left out; the rest of the answer is kept.
fn append(headers: &mut HeaderMap, name: &str, value: &str) {
    let name = HeaderName::from_bytes(name.as_bytes());
    if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
        headers.append(name, value);
    }
}

/// Returns the status. One that no answer can have, such as an interim one, which lets the client wait for the answer,
/// is replaced by 500.
fn status(status: u16) -> StatusCode {
    let status = StatusCode::from_u16(status).ok().filter(|status| !status.is_informational());
    status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

#[inline]
fn push_retry_after(seconds: Option<u64>, headers: &mut HeaderMap) {
    if let Some(seconds) = seconds {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
}

/// An answer's head, the constant headers in it if they are kept, its `Retry-After`, and the body.
type Rendered = (Parts, Option<&'static Constant>, Option<u64>, Bytes);

fn render(format: &dyn BodyFormat, view: &ErrorView<'_>) -> Rendered {
    let body = Bytes::from(wire::render(format, view));
    let kept = view.keep(Constant::of);
    let mut own = None;
    let constant = match kept {
        Some(constant) => constant,
        None => own.insert(Constant::of(view)),
    };
    let mut head = constant.head.clone();
    head.status = status(format.status(view));
    let content_type = format.content_type();
    if content_type != "application/json"
        && let Ok(content_type) =
            HeaderValue::from_maybe_shared(Bytes::from_static(content_type.as_bytes()))
    {
        head.headers.insert(header::CONTENT_TYPE, content_type);
    }
    let retry_after = view.retry().after_seconds();
    push_retry_after(retry_after, &mut head.headers);
    if constant.has_more {
        for (name, value) in view.headers() {
            if let Cow::Owned(value) = value {
                append(&mut head.headers, name, &value);
            }
        }
    }
    (head, kept, retry_after, body)
}
