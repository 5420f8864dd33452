#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod answers;
mod beside_success;
mod codes;
mod components;
pub mod faults;
mod list;
mod renamed;
mod responses;

pub use answers::{Answer, DocumentedAnswers};
pub use codes::Codes;
pub use components::{CatalogPaths, DocumentPaths, ErrorSchemas};
pub use responses::ERROR_CODES;

/// What `codes!` expands to. No part of the public interface: anything here may change with any release.
#[doc(hidden)]
pub mod __private {
    pub use crate::{
        codes::responses_of,
        list::{Entry, List},
    };
    pub use errcode_core::{__private::variant, Catalogued};
    pub use utoipa::IntoResponses;

    pub type Responses =
        std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>>;
}
