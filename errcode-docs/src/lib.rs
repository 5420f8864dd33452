#![doc = include_str!("../README.md")]

mod bodies;
pub mod diff;
mod exemptions;
mod grammar;
pub mod lint;
pub mod lock;
mod markdown_text;
mod model;
mod nearest;
pub mod next;
mod read_error;
mod report;
mod retryable;
pub mod rules;
mod shape;

pub use exemptions::{Exemption, Exemptions};
pub use model::{Audience, Detail, Entry, Example, Filter, Header, Manual, Retired, Source};
pub use read_error::ReadError;
pub use report::{Finding, Place, Report};
pub use retryable::Retryable;
