//! What a variant needs to know of the type around it.

use super::types::Params;
use crate::{
    errors::Errors,
    parse::{documentation::Documentation, item::Item, key::Keys, value::Extend},
};
use syn::{Attribute, DeriveInput};

pub(crate) struct Context<'m> {
    pub(crate) input: &'m DeriveInput,
    pub(crate) params: &'m Params,
    pub(crate) extend: Option<Extend>,
    /// The enum's attributes; those of a struct are its only variant's.
    pub(crate) container: Option<&'m Item>,
    /// Whether doc comments are title and explanation.
    pub(crate) docs: bool,
    pub(crate) errors: &'m Errors,
}

impl Context<'_> {
    /// Returns the enum's keys, which are its variants' defaults.
    pub(crate) fn defaults(&self) -> Option<&Keys> {
        self.container.map(|item| &item.keys)
    }

    /// Reads the doc comment of a variant or of the type, where doc comments count.
    pub(crate) fn documentation(&self, attributes: &[Attribute]) -> Documentation {
        if self.docs { Documentation::read(attributes) } else { Documentation::default() }
    }
}
