//! Statuses that carry no failure: tonic's refusals, and the service's own statuses.

use crate::code;
use errcode_core::{Failure, FrameworkFault};
use tonic::Code;

/// The refusals that tonic itself makes, by the beginning of their messages. tonic marks none of them.
const REFUSALS: [(Code, &str, FrameworkFault); 7] = [
    (Code::OutOfRange, "Error, decoded message length too large", FrameworkFault::PayloadTooLarge),
    (Code::OutOfRange, "Error, encoded message length too large", FrameworkFault::Unexpected),
    (Code::Internal, "failed to decode Protobuf message", FrameworkFault::BadRequest),
    (Code::Internal, "Missing request message", FrameworkFault::BadRequest),
    (Code::Internal, "protocol error: received message with", FrameworkFault::BadRequest),
    (Code::Unimplemented, "Content is compressed with", FrameworkFault::UnsupportedMediaType),
    (Code::DeadlineExceeded, "Timeout expired", FrameworkFault::DeadlineExceeded),
];

/// Returns the failure of a refusal that tonic made, or of an error that says it is a success; `None` for a status of
/// the service's own.
pub(crate) fn refusal(code: Code, message: &str) -> Option<Failure> {
    // The router and the generated services say nothing more; a service's own status does.
    if code == Code::Unimplemented && message.is_empty() {
        return Some(Failure::fault(FrameworkFault::UnknownRoute, "no such service or method"));
    }
    // A client would take an error with this code for a success.
    if code == Code::Ok {
        return Some(Failure::fault(
            FrameworkFault::Unexpected,
            "the service failed with the code `OK`",
        ));
    }
    let (_, beginning, fault) =
        REFUSALS.iter().find(|(of, beginning, _)| *of == code && message.starts_with(beginning))?;
    // What follows the beginning may repeat what the client sent.
    Some(Failure::fault(fault.clone(), *beginning))
}

/// Returns the failure of a status that is left as it is, for its event. Its message may repeat what the client sent,
/// in any form, so it is not logged.
pub(crate) fn left(code: Code) -> Failure {
    let fault = FrameworkFault::from_status(code::to_http(code));
    Failure::fault(fault, format!("the service answered {code:?} itself"))
}
