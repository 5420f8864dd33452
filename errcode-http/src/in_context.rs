//! Bodies that run in a context.

use errcode_runtime::Context;
use http_body::{Body, Frame, SizeHint};
use std::{
    pin::Pin,
    task::{self, Poll},
};
use tracing::Span;

/// Returns a body that runs in the context and span of the caller.
///
/// The server polls a streaming body after the handler has returned, outside its context, so what the body logs would
/// have no ids. Without a context the body runs as it is. Under the [`ErrorLayer`](crate::ErrorLayer) a streaming
/// body runs in its request's context anyway.
///
/// ```
/// let body = errcode_http::in_context(http_body_util::Full::new(bytes::Bytes::from("a report")));
/// ```
pub fn in_context<B>(body: B) -> InContext<B> {
    let scope = Context::current().map(|context| (context, Span::current()));
    InContext { body, scope }
}

/// The body of [`in_context`].
#[derive(Debug)]
pub struct InContext<B> {
    body: B,
    scope: Option<(Context, Span)>,
}

impl<B: Body + Unpin> Body for InContext<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let Self { body, scope } = &mut *self;
        let body = Pin::new(body);
        match scope {
            Some((context, span)) => span.in_scope(|| context.enter(|| body.poll_frame(cx))),
            None => body.poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
