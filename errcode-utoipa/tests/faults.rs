//! A catalog may give each fault a code of its own, and an operation documents the one that its extractor answers with.

#![allow(missing_docs)]

use errcode_core::{AppError, DatabaseFault, Failure, FaultCodes, FrameworkFault};
use utoipa::IntoResponses as _;

#[derive(Debug, AppError)]
enum RequestError {
    #[error("malformed", code = "E1001", status = 400)]
    Malformed,
    #[error("another type", code = "E1002", status = 422)]
    Type,
    #[error("a broken rule", code = "E1003", status = 422)]
    Rule,
    #[error("deadlock", code = "E1004", status = 503)]
    Deadlock,
}

struct Faults;

impl FaultCodes for Faults {
    fn failure(&self, fault: &FrameworkFault) -> Option<Failure> {
        match fault {
            FrameworkFault::BadRequest => Some(RequestError::Malformed.into()),
            FrameworkFault::Unprocessable => Some(RequestError::Type.into()),
            FrameworkFault::Validation => Some(RequestError::Rule.into()),
            FrameworkFault::Database(DatabaseFault::Deadlock) => {
                Some(RequestError::Deadlock.into())
            }
            _ => None,
        }
    }
}

errcode_core::catalog! { static CATALOG = [RequestError]; faults = Faults; }

#[test]
fn a_value_that_breaks_a_rule_has_the_code_of_a_validation() {
    errcode_utoipa::codes!(Errors = [faults::valid]);
    let responses = serde_json::to_value(Errors::responses()).unwrap();
    assert_eq!(responses["422"]["x-error-codes"], serde_json::json!(["E1003"]));
}

#[test]
fn a_body_of_another_shape_has_its_own() {
    errcode_utoipa::codes!(Errors = [faults::json]);
    let responses = serde_json::to_value(Errors::responses()).unwrap();
    assert_eq!(responses["422"]["x-error-codes"], serde_json::json!(["E1002"]));
}

#[test]
fn a_database_has_the_codes_of_all_its_kinds() {
    errcode_utoipa::codes!(Errors = [faults::database]);
    let responses = serde_json::to_value(Errors::responses()).unwrap();
    assert_eq!(responses["503"]["x-error-codes"], serde_json::json!(["E1004", "HTTP_503"]));
}
