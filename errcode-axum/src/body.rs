//! Bodies that are made while they are sent.

use axum::body::Body;
use bytes::Bytes;
use errcode_runtime::Context;
use http_body::{Frame, SizeHint};
use std::{
    pin::Pin,
    task::{self, Poll},
};
use tracing::Span;

/// The body, made in the context and span of the caller. The server asks for the parts of a streaming body when the handler is long done, outside its context;
/// what they log would have no ids. Without a context it is the body itself.
///
/// ```
/// use axum::{body::Body, response::Response};
/// # use futures_util::stream;
/// async fn report() -> Response {
///     let rows = stream::iter(["a\n", "b\n"].map(Ok::<_, std::io::Error>));
///     Response::new(errcode_axum::in_context(Body::from_stream(rows)))
/// }
/// ```
pub fn in_context(body: Body) -> Body {
    match Context::current() {
        Some(context) => Body::new(InContext { body, context, span: Span::current() }),
        None => body,
    }
}

struct InContext {
    body: Body,
    context: Context,
    span: Span,
}

impl http_body::Body for InContext {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let Self { body, context, span } = &mut *self;
        span.in_scope(|| context.enter(|| Pin::new(body).poll_frame(cx)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
