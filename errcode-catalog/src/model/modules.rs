//! The modules in the codes of a catalog.

use super::CatalogData;
use crate::grammar::Grammar;
use std::collections::BTreeMap;

/// Finds the module of a code; parses the grammar of the catalog only once.
#[derive(Clone, Debug)]
pub struct Modules<'a> {
    names: &'a BTreeMap<u32, String>,
    grammar: Option<Grammar>,
}

impl<'a> Modules<'a> {
    /// Creates the lookup for a catalog.
    #[must_use]
    pub fn of(data: &'a CatalogData) -> Self {
        Self { names: &data.modules, grammar: data.grammar.as_deref().and_then(Grammar::parse) }
    }

    /// Returns the name of the module in a code.
    #[must_use]
    pub fn name(&self, code: &str) -> Option<&'a str> {
        let number = self.grammar.as_ref()?.read(code)?.module?;
        self.names.get(&number).map(String::as_str)
    }
}
