#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod assets;
#[cfg(feature = "files")]
mod catalog_ext;
mod docs;
mod docs_error;
mod file;
mod lines;
mod markdown;
mod openapi;
mod operations;
mod page;
mod prepared;
mod printable;
#[cfg(feature = "files")]
mod put;
mod schema;
mod tabular;
mod template_error;
mod typescript;

#[cfg(feature = "files")]
pub use catalog_ext::CatalogExt;
pub use docs::{Docs, Format};
pub use docs_error::DocsError;
pub use errcode_catalog::{Audience, CatalogData, NameError};
pub use file::File;
pub use prepared::{Prepared, page_language};
#[cfg(feature = "files")]
pub use put::{Mode, Outcome, PutError, Stale, Why, put};
