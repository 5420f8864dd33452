//! Example bodies, written by the body writer of errcode-core from a code's row and example values.

use crate::model::Example;
use errcode_core::{
    Catalog, ErrorSpec, Timestamp,
    wire::{self, BodyFormat, Envelope, ErrorView, Ids, Problem, Standard},
};

/// The timestamp of all examples: 2026-02-21T10:00:00Z.
const TIMESTAMP: Timestamp = Timestamp::from_unix_millis(1_771_668_000_000);
const REQUEST_ID: &str = "req_01KHZ4QG80Z4T5W6R7S8V9X0A1";
const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// The body formats of the examples.
pub(crate) struct Bodies<'a> {
    catalog: &'a Catalog,
    formats: Vec<(&'static str, &'a dyn BodyFormat)>,
}

impl<'a> Bodies<'a> {
    pub(crate) fn standard(catalog: &'a Catalog) -> Self {
        let json_api: &'static dyn BodyFormat = Standard::JsonApi.format();
        let formats: [(&str, &dyn BodyFormat); 3] =
            [("envelope", &Envelope), ("problem", &Problem), ("json-api", json_api)];
        Self { catalog, formats: formats.into() }
    }

    pub(crate) fn with_own(catalog: &'a Catalog, format: &'a dyn BodyFormat) -> Self {
        let mut bodies = Self::standard(catalog);
        bodies.formats.insert(0, ("own", format));
        bodies
    }

    /// Returns the body in each format; for an internal code, the body that clients get instead.
    pub(crate) fn of(&self, spec: ErrorSpec) -> Vec<Example> {
        let ids = Ids::default().request_id(REQUEST_ID).trace_id(TRACE_ID);
        let (values, public) = (wire::Example::new(spec), self.catalog.stand_in(spec));
        let view = || {
            let view = if spec.is_internal() {
                ErrorView::new(&public, Some(self.catalog), ids)
            } else {
                ErrorView::from_example(&values, Some(self.catalog), ids)
            };
            view.at(TIMESTAMP)
        };
        let languages = self.catalog.offered_languages();
        let example = |&(name, format): &(&str, &dyn BodyFormat)| {
            let text = |view: &ErrorView<'_>| {
                String::from_utf8_lossy(&wire::render(format, view)).into_owned()
            };
            let body = text(&view());
            let others = languages.iter().skip(1);
            let others = others
                .map(|language| ((*language).to_owned(), text(&view().in_language(language))));
            Example {
                format: name.to_owned(),
                content_type: format.content_type().to_owned(),
                bodies: others.filter(|(_, other)| *other != body).collect(),
                body,
            }
        };
        self.formats.iter().map(example).collect()
    }
}
