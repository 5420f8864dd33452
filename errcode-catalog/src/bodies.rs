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
    /// The formats of a catalog's answers: its own, else the envelope, and those that a client can ask for.
    pub(crate) fn of_catalog(catalog: &'a Catalog) -> Self {
        match catalog.body_format() {
            Some(own) => Self::with_own(catalog, own),
            None => Self::new(catalog, ("envelope", &Envelope)),
        }
    }

    /// The formats of answers whose default is a format of the service's own.
    pub(crate) fn with_own(catalog: &'a Catalog, format: &'a dyn BodyFormat) -> Self {
        Self::new(catalog, ("own", format))
    }

    fn new(catalog: &'a Catalog, default: (&'static str, &'a dyn BodyFormat)) -> Self {
        let json_api: &'static dyn BodyFormat = Standard::JsonApi.format();
        Self { catalog, formats: vec![default, ("problem", &Problem), ("json-api", json_api)] }
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
                status: Some(format.status(&view())).filter(|status| *status != view().status()),
                bodies: others.filter(|(_, other)| *other != body).collect(),
                body,
            }
        };
        named(self.formats.iter().map(example).collect())
    }
}

/// Gives a default format that is one of the standard ones that one's name. The standard format of its type is left
/// out, because clients that name the type get the default.
fn named(mut examples: Vec<Example>) -> Vec<Example> {
    let Some((own, others)) = examples.split_first_mut() else { return examples };
    let of_its_type = |other: &Example| media_type(other).eq_ignore_ascii_case(media_type(own));
    if let Some(place) = others.iter().position(of_its_type) {
        if (&others[place].body, &others[place].content_type) == (&own.body, &own.content_type) {
            own.format = others[place].format.clone();
        }
        examples.remove(place + 1);
    }
    examples
}

fn media_type(example: &Example) -> &str {
    example.content_type.split(';').next().unwrap_or_default().trim()
}
