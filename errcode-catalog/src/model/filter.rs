//! Filters for the codes of a catalog.

use super::{CatalogData, Entry, Source};
use crate::{grammar::Grammar, retryable::Retryable};
use errcode_core::Category;

/// The codes to keep; a field that is `None` keeps all.
///
/// ```
/// use errcode_catalog::{Audience, CatalogData, Filter};
/// use errcode_core::AppError;
///
/// #[derive(Debug, AppError)]
/// enum ProjectError {
///     #[error("no project", code = "E2001", status = 404)]
///     NotFound,
///     #[error("number taken", code = "E2002", status = 409)]
///     NumberTaken,
/// }
/// errcode_core::catalog! { static CATALOG = [ProjectError]; }
///
/// let mut filter = Filter::default();
/// filter.status = Some(409);
/// let mut data = CatalogData::of(&CATALOG, Audience::Public);
/// data.retain(&filter);
/// assert_eq!(data.errors.len(), 1);
///
/// let mut filter = Filter::default();
/// filter.status_class = Some(5);
/// data.retain(&filter);
/// assert_eq!(data.errors.len(), 0);
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Filter {
    /// The module: its name or number in the grammar of the catalog, or a segment of the path of
    /// the Rust type.
    pub module: Option<String>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The class of the HTTP status, its first digit: 4 keeps those of the client's errors, 5 those of the server's.
    pub status_class: Option<u16>,
    /// The category.
    pub category: Option<Category>,
    /// The owner of the code.
    pub owner: Option<String>,
    /// Whether the code is retryable, at least conditionally.
    pub retryable: Option<bool>,
}

impl CatalogData {
    /// Removes the codes that do not match the filter.
    pub fn retain(&mut self, filter: &Filter) {
        let grammar = self.grammar.as_deref().and_then(Grammar::parse);
        let by_name = |wanted: &String| {
            let found = self.modules.iter().find(|(_, name)| name.eq_ignore_ascii_case(wanted));
            found.map(|(number, _)| *number)
        };
        let number = filter
            .module
            .as_ref()
            .and_then(|wanted| by_name(wanted).or_else(|| wanted.parse().ok()));
        let in_grammar = |entry: &Entry| {
            let read = grammar.as_ref().and_then(|grammar| grammar.read(&entry.code));
            number.is_some() && read.and_then(|numbers| numbers.module) == number
        };
        let keeps = |entry: &Entry| filter.keeps(entry, in_grammar(entry));
        self.errors.retain(keeps);
        self.framework.retain(keeps);
    }
}

impl Filter {
    fn keeps(&self, entry: &Entry, in_module: bool) -> bool {
        let source = entry.source.as_ref();
        let owner =
            |wanted: &String| source.and_then(|source| source.owner.as_ref()) == Some(wanted);
        self.module
            .as_ref()
            .is_none_or(|module| in_module || source.is_some_and(|source| declares(source, module)))
            && self.status.is_none_or(|status| status == entry.status)
            && self.status_class.is_none_or(|class| class == entry.status / 100)
            && self.category.is_none_or(|category| category == entry.category)
            && self.owner.as_ref().is_none_or(owner)
            && self.retryable.is_none_or(|wanted| wanted == (entry.retryable != Retryable::No))
    }
}

/// Returns whether the type, a module around it, or the module that it declares for its codes has
/// this name.
fn declares(source: &Source, module: &str) -> bool {
    format!("{}::{}", source.module, source.ty).split("::").any(|part| part == module)
        || source.module == module
        || source.catalog_module == module
}
