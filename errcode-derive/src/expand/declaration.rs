//! Where the type is declared, for its table and its record in the link section.

use crate::{location, model::Model};
use syn::ext::IdentExt;

/// The name of the type, and where it is declared.
pub(crate) struct Declaration {
    pub(crate) name: String,
    pub(crate) package: String,
    /// Empty where it is unknown.
    pub(crate) file: String,
    pub(crate) line: u32,
}

impl Declaration {
    pub(crate) fn new(model: &Model<'_>) -> Self {
        let span = model.input.ident.span();
        Self {
            name: model.input.ident.unraw().to_string(),
            package: std::env::var("CARGO_PKG_NAME").unwrap_or_default(),
            file: location::file(span).unwrap_or_default(),
            line: location::line(span).unwrap_or(0),
        }
    }
}
