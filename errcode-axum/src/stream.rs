//! Failures where the response has begun already: in a stream of events, over a WebSocket. The layer is long done then, so these log the failure themselves.

use crate::Failure;
use errcode_core::wire::WireError;
#[cfg(feature = "ws")]
use errcode_runtime::boundary::view;
use errcode_runtime::{Context, boundary::reported};

/// A failure as the event `error` of a stream of server-sent events, its data a [`WireError`] in JSON. Logs it.
///
/// The request's context is the extension `Context`, since a stream runs outside the handler:
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
    axum::response::sse::Event::default()
        .event("error")
        .data(json(&reported(failure.into().inner(), context)))
}

/// A failure as a WebSocket's text message, a [`WireError`] in JSON, after which the connection goes on. Logs it.
#[cfg(feature = "ws")]
#[track_caller]
pub fn message(failure: impl Into<Failure>, context: &Context) -> axum::extract::ws::Message {
    axum::extract::ws::Message::Text(json(&reported(failure.into().inner(), context)).into())
}

/// A failure as the end of a WebSocket connection. Logs it.
///
/// The close code (RFC 6455 section 7.4) is 1013 "try again later" where that may help, 1008 "policy violation" for other codes with a 4xx status, else 1011
/// "internal error"; the reason is the code and its message, as far as the 123 bytes of a control frame reach (section 5.5).
#[cfg(feature = "ws")]
#[track_caller]
pub fn close(failure: impl Into<Failure>, context: &Context) -> axum::extract::ws::Message {
    use axum::extract::ws::{CloseFrame, Message, close_code};
    let failure = failure.into();
    let failure = failure.inner();
    let status = view(failure, Some(context), |view| view.status(), |view| view.status()).value;
    let error = reported(failure, context);
    let code = match status {
        _ if error.retryable => close_code::AGAIN,
        400..=499 => close_code::POLICY,
        _ => close_code::ERROR,
    };
    Message::Close(Some(CloseFrame { code, reason: short(error.to_string()).into() }))
}

#[cfg(feature = "ws")]
fn short(mut reason: String) -> String {
    const MOST: usize = 123;
    let end = (0..=MOST.min(reason.len())).rev().find(|&end| reason.is_char_boundary(end));
    reason.truncate(end.unwrap_or(0));
    reason
}

/// A line of JSON; a `WireError` always has one.
fn json(error: &WireError) -> String {
    serde_json::to_string(error).unwrap_or_default()
}
