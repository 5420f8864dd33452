//! A part of a manual.

use super::{Entry, Manual};
use crate::retryable::Retryable;

/// Which codes to keep; what is `None` keeps all.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Filter {
    /// The Rust module or the type, or a part of their path.
    pub module: Option<String>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The category's name.
    pub category: Option<String>,
    /// Who owns the code.
    pub owner: Option<String>,
    /// Whether the code says that a retry can help, if only at times.
    pub retryable: Option<bool>,
}

impl Filter {
    /// Whether the code is to be kept.
    #[must_use]
    pub fn keeps(&self, entry: &Entry) -> bool {
        let source = entry.source.as_ref();
        let module = |wanted: &String| {
            source.is_some_and(|source| {
                format!("{}::{}", source.module, source.ty).split("::").any(|part| part == wanted)
                    || source.module == *wanted
                    || source.catalog_module == *wanted
            })
        };
        let owner = |wanted: &String| source.and_then(|source| source.owner.as_ref()) == Some(wanted);
        self.module.as_ref().is_none_or(module)
            && self.status.is_none_or(|status| status == entry.status)
            && self.category.as_ref().is_none_or(|category| *category == entry.category)
            && self.owner.as_ref().is_none_or(owner)
            && self.retryable.is_none_or(|wanted| wanted == (entry.retryable != Retryable::No))
    }
}

impl Manual {
    /// Drops the codes that the filter does not keep.
    pub fn retain(&mut self, filter: &Filter) {
        self.errors.retain(|entry| filter.keeps(entry));
        self.framework.retain(|entry| filter.keeps(entry));
    }
}
