//! Every code of the service, one enum per module, and the catalog of all.

#![expect(missing_docs, reason = "the name of a field and the text of its variant describe it")]

mod common;
mod document;
mod evaluation;
mod project;
mod rag;

pub use common::CommonError;
pub use document::DocumentError;
pub use evaluation::EvaluationError;
pub use project::ProjectError;
pub use rag::RagError;

use crate::config::MAX_BODY_BYTES;
use errcode_core::{DatabaseFault, Failure, FaultCodes, FrameworkFault};

errcode_core::catalog! {
    /// Every code of the evaluation service.
    pub static CATALOG = [CommonError, ProjectError, DocumentError, EvaluationError, RagError];
    service   = "evaluation-service";
    languages = ["zh", "en"];
    grammar   = "E{module:1}{kind:1}{serial:2}";
    modules   = { 1 = "common", 2 = "project", 3 = "document", 4 = "evaluation", 5 = "rag" };
    kinds     = { 0 = "general", 1 = "parameter", 2 = "business", 3 = "system" };
    faults    = Faults;
}

/// The service's codes for refusals of the framework. A wrong method (405), a wrong content type (415) and a database
/// that is unavailable for a while (503, 504) keep errcode's codes, because the service has none for them.
#[derive(Debug)]
pub struct Faults;

impl FaultCodes for Faults {
    fn failure(&self, fault: &FrameworkFault) -> Option<Failure> {
        Some(match fault {
            FrameworkFault::UnknownRoute => CommonError::NotFound.into(),
            FrameworkFault::BadRequest => CommonError::InvalidRequest.into(),
            FrameworkFault::Unprocessable | FrameworkFault::Validation => {
                CommonError::wrong_shape().into()
            }
            FrameworkFault::CircuitOpen { dependency: "vector-store", .. } => {
                RagError::VectorStoreUnavailable { after: None, cause: None }.into()
            }
            // Of either language model. The fault has the delay, which the answer gets.
            FrameworkFault::CircuitOpen { .. } => {
                RagError::LlmUnavailable { after: None, cause: None }.into()
            }
            FrameworkFault::GatewayTimeout | FrameworkFault::DeadlineExceeded => {
                RagError::QueryTimeout.into()
            }
            FrameworkFault::PayloadTooLarge => DocumentError::too_large(MAX_BODY_BYTES).into(),
            FrameworkFault::Database(fault) => return of_database(*fault),
            other if other.status() == 500 => CommonError::Unknown.into(),
            _ => return None,
        })
    }
}

/// Returns the service's code for what the database refuses and no statement expects, as others do with
/// [`on_unique`](errcode_sqlx::DatabaseResult::on_unique).
fn of_database(fault: DatabaseFault) -> Option<Failure> {
    match fault.status() {
        409 => Some(CommonError::conflict("record", "(unnamed)").into()),
        404 => Some(CommonError::NotFound.into()),
        500 => Some(CommonError::Unknown.into()),
        // Another attempt may succeed, which errcode's codes say.
        _ => None,
    }
}
