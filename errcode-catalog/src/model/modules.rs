//! The modules that a catalog's grammar puts into its codes.

use super::CatalogData;
use crate::grammar::Grammar;
use std::collections::BTreeMap;

/// The modules of a catalog, by code: the grammar is parsed once.
#[derive(Clone, Debug)]
pub struct Modules<'a> {
    names: &'a BTreeMap<u32, String>,
    grammar: Option<Grammar>,
}

impl<'a> Modules<'a> {
    /// Returns the modules of a catalog.
    #[must_use]
    pub fn of(data: &'a CatalogData) -> Self {
        Self { names: &data.modules, grammar: data.grammar.as_deref().and_then(Grammar::parse) }
    }

    /// Returns the name of the module that a code belongs to by the grammar.
    #[must_use]
    pub fn name(&self, code: &str) -> Option<&'a str> {
        let number = self.grammar.as_ref()?.read(code)?.module?;
        self.names.get(&number).map(String::as_str)
    }
}
