//! Example bodies: written by core's own writer, from the row and example values.

use crate::model::Example;
use errcode_core::{
    Catalog, ErrorSpec, Timestamp,
    wire::{self, BodyFormat, Envelope, ErrorView, Ids, Problem, Standard},
};

/// The moment of every example: 2026-02-21T10:00:00Z.
const TIMESTAMP: Timestamp = Timestamp::from_unix_millis(1_771_668_000_000);
const REQUEST_ID: &str = "req_01KHZ4QG80Z4T5W6R7S8V9X0A1";
const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The forms in which a catalog shows bodies.
pub(crate) struct Bodies<'a> {
    catalog: &'a Catalog,
    forms: Vec<(&'static str, &'a dyn BodyFormat)>,
}

impl<'a> Bodies<'a> {
    pub(crate) fn standard(catalog: &'a Catalog) -> Self {
        let json_api: &'static dyn BodyFormat = Standard::JsonApi.format();
        let forms: [(&str, &dyn BodyFormat); 3] =
            [("envelope", &Envelope), ("problem", &Problem), ("json-api", json_api)];
        Self { catalog, forms: forms.into() }
    }

    pub(crate) fn with_own(catalog: &'a Catalog, form: &'a dyn BodyFormat) -> Self {
        let mut bodies = Self::standard(catalog);
        bodies.forms.insert(0, ("own", form));
        bodies
    }

    /// The body in each form; of an internal code, what clients get in its place.
    pub(crate) fn of(&self, spec: ErrorSpec) -> Vec<Example> {
        let ids = Ids::default().request_id(REQUEST_ID).trace_id(TRACE_ID);
        let (values, public) = (wire::Example::new(spec), self.catalog.stand_in(spec));
        let view = if spec.is_internal() {
            ErrorView::new(&public, Some(self.catalog), ids)
        } else {
            ErrorView::of_example(&values, Some(self.catalog), ids)
        };
        let view = view.at(TIMESTAMP);
        let example = |&(name, form): &(&str, &dyn BodyFormat)| Example {
            form: name.to_owned(),
            content_type: form.content_type().to_owned(),
            body: String::from_utf8_lossy(&wire::render(form, &view)).into_owned(),
        };
        self.forms.iter().map(example).collect()
    }
}
