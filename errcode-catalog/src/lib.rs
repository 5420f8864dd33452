#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "explain")]
mod answer;
#[cfg(feature = "write")]
mod atomic_write;
mod bodies;
#[cfg(feature = "diff")]
pub mod diff;
#[cfg(any(feature = "diff", feature = "lint"))]
mod exemptions;
#[cfg(feature = "explain")]
pub mod explain;
#[cfg(feature = "explain")]
mod explain_text;
pub mod facts;
mod grammar;
#[cfg(feature = "lint")]
mod headings;
#[cfg(feature = "lint")]
pub mod lint;
#[cfg(feature = "lint")]
mod lint_levels;
#[cfg(feature = "lock")]
pub mod lock;
pub mod markdown_text;
#[cfg(feature = "explain")]
mod message_match;
mod model;
mod name_error;
#[cfg(any(feature = "diff", feature = "explain", feature = "lint"))]
mod nearest;
#[cfg(feature = "next")]
pub mod next;
mod pretty;
mod read_error;
#[cfg(any(feature = "diff", feature = "lint"))]
mod report;
mod retryable;
#[cfg(any(feature = "diff", feature = "lint"))]
pub mod rules;
#[cfg(feature = "section")]
pub mod section;

#[cfg(feature = "write")]
pub use atomic_write::atomic_write;
#[cfg(any(feature = "diff", feature = "lint"))]
pub use exemptions::{Exemption, Exemptions};
#[cfg(feature = "lint")]
pub use lint_levels::{LintLevel, LintLevels};
pub use model::{
    Audience, CatalogData, Detail, Entry, Example, Filter, Header, InvalidCatalog, Modules,
    Retired, Source, Translation,
};
pub use name_error::NameError;
pub use read_error::ReadError;
#[cfg(any(feature = "diff", feature = "lint"))]
pub use report::{Finding, Report, SourcePlace};
pub use retryable::Retryable;
