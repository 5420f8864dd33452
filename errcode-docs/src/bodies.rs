//! Example bodies: written by core's own writer, from the row and example values.

use crate::model::Example;
use errcode_core::{
    Catalog, ErrorSpec,
    wire::{BodyForm, Envelope, JsonApi, Problem},
};

/// The forms in which a manual shows bodies.
pub(crate) struct Bodies<'a> {
    catalog: &'a Catalog,
    forms: Vec<(&'static str, &'a dyn BodyForm)>,
}

impl<'a> Bodies<'a> {
    pub(crate) fn standard(catalog: &'a Catalog) -> Self {
        let forms: [(&str, &dyn BodyForm); 3] =
            [("envelope", &Envelope), ("problem", &Problem), ("json-api", &JsonApi { numeric_status: false })];
        Self { catalog, forms: forms.into() }
    }

    pub(crate) fn with_own(catalog: &'a Catalog, form: &'a dyn BodyForm) -> Self {
        let mut bodies = Self::standard(catalog);
        bodies.forms.insert(0, ("own", form));
        bodies
    }

    pub(crate) fn of(&self, _spec: ErrorSpec) -> Vec<Example> {
        let _ = (self.catalog, &self.forms);
        Vec::new()
    }
}
