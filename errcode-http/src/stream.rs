//! Failures after the response has begun: in a stream of events, over a WebSocket. The layer has finished by then, so
//! these functions log the failure themselves.

use errcode_core::{Failure, wire::WireError};
use errcode_runtime::{Context, boundary};

/// Logs the failure in its context and returns it as a [`WireError`] in JSON, without a newline.
///
/// ```
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # #[error("no item", code = "E1", status = 404)]
/// # struct Missing;
/// use errcode_runtime::Context;
///
/// let json = errcode_http::stream::json(&Missing.into(), &Context::new());
/// assert!(json.starts_with(r#"{"code":"E1","#));
/// ```
#[must_use]
pub fn json(failure: &Failure, context: &Context) -> String {
    // Every `WireError` can be written as JSON.
    serde_json::to_string::<WireError>(&boundary::reported(failure, context)).unwrap_or_default()
}

/// The close frame of a WebSocket connection that ends with a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CloseReason {
    /// The status code of RFC 6455 section 7.4: 1013 "try again later" if that may help, 1008 "policy violation" for
    /// other codes with a 4xx status, else 1011 "internal error".
    pub code: u16,
    /// The error's code and message, cut to the 123 bytes that a control frame has for them (RFC 6455 section 5.5).
    pub reason: String,
}

/// Logs the failure in its context and returns the close frame that ends a WebSocket connection for it.
#[must_use]
pub fn close(failure: &Failure, context: &Context) -> CloseReason {
    const TRY_AGAIN_LATER: u16 = 1013;
    const POLICY_VIOLATION: u16 = 1008;
    const INTERNAL_ERROR: u16 = 1011;
    let status =
        boundary::view(failure, Some(context), |view| view.status(), |view| view.status()).value;
    let error = boundary::reported(failure, context);
    let code = match status {
        _ if error.retryable => TRY_AGAIN_LATER,
        400..=499 => POLICY_VIOLATION,
        _ => INTERNAL_ERROR,
    };
    CloseReason { code, reason: shortened(error.to_string()) }
}

fn shortened(mut reason: String) -> String {
    const MOST: usize = 123;
    let end = (0..=MOST.min(reason.len())).rev().find(|&end| reason.is_char_boundary(end));
    reason.truncate(end.unwrap_or(0));
    reason
}
