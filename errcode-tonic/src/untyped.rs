//! What a status stands for that carries no failure.

use crate::code;
use errcode_core::{Failure, FrameworkFault};
use tonic::Code;

/// Refusals that tonic itself makes, by the beginning of their message. tonic marks none of them.
const REFUSALS: [(Code, &str, FrameworkFault); 7] = [
    (Code::OutOfRange, "Error, decoded message length too large", FrameworkFault::PayloadTooLarge),
    (Code::OutOfRange, "Error, encoded message length too large", FrameworkFault::Unexpected),
    (Code::Internal, "failed to decode Protobuf message", FrameworkFault::BadRequest),
    (Code::Internal, "Missing request message", FrameworkFault::BadRequest),
    (Code::Internal, "protocol error: received message with", FrameworkFault::BadRequest),
    (Code::Unimplemented, "Content is compressed with", FrameworkFault::UnsupportedMediaType),
    (Code::DeadlineExceeded, "Timeout expired", FrameworkFault::DeadlineExceeded),
];

/// Returns the failure that a refusal of tonic's stands for; `None` for a status of the service's own.
pub(crate) fn refusal(code: Code, message: &str) -> Option<Failure> {
    // The router and the generated services say nothing more; a service's own status does.
    if code == Code::Unimplemented && message.is_empty() {
        return Some(Failure::fault(FrameworkFault::UnknownRoute, "no such service or method"));
    }
    let (_, beginning, fault) =
        REFUSALS.iter().find(|(of, beginning, _)| *of == code && message.starts_with(beginning))?;
    // What follows the beginning may repeat what the client sent.
    Some(Failure::fault(fault.clone(), *beginning))
}

/// Returns the failure of a status that stays as it is, for its event. Its message may repeat what the client sent, so
/// that of a refusal is left out.
pub(crate) fn left(code: Code, message: &str) -> Failure {
    let status = code::to_http(code);
    let text = match message {
        message if status >= 500 && !message.is_empty() => {
            format!(
                "the service answered {code:?} itself: {}",
                errcode_http::adapter::redact(message)
            )
        }
        _ => format!("the service answered {code:?} itself"),
    };
    Failure::fault(FrameworkFault::from_status(status), text)
}
