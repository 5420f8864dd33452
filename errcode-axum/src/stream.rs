//! Failures after the response has begun: in a stream of events, over a WebSocket. The layer has finished by then, so
//! these functions log the failure themselves.

use crate::Failure;
use errcode_http::stream;
use errcode_runtime::Context;

/// Returns a failure as the event `error` of a stream of server-sent events, its data a
/// [`WireError`](errcode_core::wire::WireError) in JSON. Logs it.
///
/// A stream runs outside the handler, so take the request's context from its extension:
///
/// ```
/// use axum::{Extension, response::sse};
/// use errcode_runtime::Context;
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # #[error("the tracker went away", code = "E1", status = 502)]
/// # struct Gone;
///
/// async fn last(Extension(context): Extension<Context>) -> sse::Event {
///     errcode_axum::event(Gone, &context)
/// }
/// ```
#[cfg(feature = "sse")]
#[track_caller]
pub fn event(failure: impl Into<Failure>, context: &Context) -> axum::response::sse::Event {
    let json = stream::json(&failure.into().into_inner(), context);
    axum::response::sse::Event::default().event("error").data(json)
}

/// Returns a failure as a WebSocket's text message, a [`WireError`](errcode_core::wire::WireError) in JSON; the
/// connection stays open. Logs it.
#[cfg(feature = "ws")]
#[track_caller]
pub fn message(failure: impl Into<Failure>, context: &Context) -> axum::extract::ws::Message {
    axum::extract::ws::Message::Text(stream::json(&failure.into().into_inner(), context).into())
}

/// Returns a failure as the end of a WebSocket connection, with the code and reason of [`stream::close`]. Logs it.
#[cfg(feature = "ws")]
#[track_caller]
pub fn close(failure: impl Into<Failure>, context: &Context) -> axum::extract::ws::Message {
    use axum::extract::ws::{CloseFrame, Message};
    let stream::CloseReason { code, reason, .. } =
        stream::close(&failure.into().into_inner(), context);
    Message::Close(Some(CloseFrame { code, reason: reason.into() }))
}
