//! Conversions between gRPC codes and HTTP statuses.

use errcode_core::{ErrorSpec, Failure, FaultError, FrameworkFault};
use tonic::Code;

/// Returns the gRPC code of a failure that is shown with this row.
pub(crate) fn of(failure: &Failure, spec: ErrorSpec) -> Code {
    let fault = failure.downcast_ref::<FaultError>().map(FaultError::fault);
    match (spec.grpc(), fault) {
        (Some(number), _) => Code::from(i32::from(number)),
        // By this code clients recognize that the service lacks the method, for example for reflection.
        (None, Some(FrameworkFault::UnknownRoute | FrameworkFault::MethodNotAllowed)) => {
            Code::Unimplemented
        }
        (None, _) => from_http(spec.status()),
    }
}

/// Returns the code of an HTTP status: the inverse of the mapping in google/rpc/code.proto, which gives 400 and 409
/// several codes. As there, an unlisted 4xx is a failed precondition and an unlisted 5xx an internal error.
const fn from_http(status: u16) -> Code {
    match status {
        400 | 422 => Code::InvalidArgument,
        401 => Code::Unauthenticated,
        403 => Code::PermissionDenied,
        404 => Code::NotFound,
        408 | 504 => Code::DeadlineExceeded,
        409 => Code::Aborted,
        413 | 429 => Code::ResourceExhausted,
        416 => Code::OutOfRange,
        499 => Code::Cancelled,
        501 => Code::Unimplemented,
        502 | 503 => Code::Unavailable,
        400..=498 => Code::FailedPrecondition,
        _ => Code::Internal,
    }
}

/// Returns the HTTP status of a code (google/rpc/code.proto).
pub(crate) const fn to_http(code: Code) -> u16 {
    match code {
        Code::Ok => 200,
        Code::Cancelled => 499,
        Code::InvalidArgument | Code::FailedPrecondition | Code::OutOfRange => 400,
        Code::DeadlineExceeded => 504,
        Code::NotFound => 404,
        Code::AlreadyExists | Code::Aborted => 409,
        Code::PermissionDenied => 403,
        Code::ResourceExhausted => 429,
        Code::Unimplemented => 501,
        Code::Unavailable => 503,
        Code::Unauthenticated => 401,
        Code::Unknown | Code::Internal | Code::DataLoss => 500,
    }
}

#[cfg(test)]
mod tests {
    use super::{from_http, to_http};
    use tonic::Code;

    #[test]
    fn codes_with_a_status_of_their_own_survive_both_ways() {
        for status in [401, 403, 404, 409, 429, 499, 501, 503, 504] {
            assert_eq!(to_http(from_http(status)), status);
        }
        assert_eq!(from_http(418), Code::FailedPrecondition);
        assert_eq!(from_http(599), Code::Internal);
    }
}
