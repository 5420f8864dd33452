//! The facts of a row that bodies need.

use crate::{
    catalog::Catalog,
    spec::{
        error_spec::ErrorSpec,
        retry::AfterSource,
        table::{Entries, Entry},
        template::Template,
    },
};
use errcode_format::tag;

/// The facts of a row that bodies need, found in one pass over its entries.
#[derive(Clone, Copy, Default)]
pub(super) struct Facts {
    /// The user message: in the requested language, else the untagged one, else the first.
    pub(super) message: Option<Template>,
    /// Whether the message is in the requested language.
    pub(super) in_language: bool,
    pub(super) after: AfterSource,
    pub(super) subject: Option<Entry>,
    /// The argument with the violations.
    pub(super) violations: Option<usize>,
    /// The entries from the first detail on.
    pub(super) details: Option<Entries>,
    /// The number of details among them.
    pub(super) detail_count: usize,
    pub(super) has_headers: bool,
}

impl Facts {
    /// Returns whether a body has more than a message and details: a subject or violations.
    pub(super) fn depends_on_more(&self) -> bool {
        self.subject.is_some() || self.violations.is_some()
    }

    pub(super) fn new(spec: ErrorSpec, language: Option<&str>, catalog: Option<&Catalog>) -> Self {
        let mut facts = Self::default();
        let mut display = None;
        let mut rest = spec.entries();
        while let Some((entry, behind)) = rest.split() {
            match entry.tag {
                tag::DISPLAY => display = Some(entry),
                tag::USER => facts.offer_message(entry, display, language),
                tag::AFTER => facts.after = AfterSource::Constant(entry.u64()),
                tag::AFTER_ARG => facts.after = AfterSource::Argument(entry.byte()),
                tag::SUBJECT => facts.subject = Some(entry),
                tag::VIOLATIONS => facts.violations = Some(usize::from(entry.byte())),
                tag::DETAIL => {
                    if facts.detail_count == 0 {
                        facts.details = Some(rest);
                    }
                    facts.detail_count += 1;
                }
                tag::HEADER => facts.has_headers = true,
                _ => {}
            }
            rest = behind;
        }
        if let (false, Some(language), Some(catalog)) = (facts.in_language, language, catalog)
            && let Some(template) = catalog.translated(spec, language)
        {
            (facts.message, facts.in_language) = (Some(template), true);
        }
        facts
    }

    /// Takes the message if it suits the reader better than the one so far.
    fn offer_message(&mut self, user: Entry, display: Option<Entry>, language: Option<&str>) {
        let (tag, own) = Template::tagged(user);
        let wanted =
            !tag.is_empty() && language.is_some_and(|language| tag.eq_ignore_ascii_case(language));
        let better = wanted || (!self.in_language && (tag.is_empty() || self.message.is_none()));
        if better {
            let shown = if own.is_display() {
                display.map(|display| Template::new(display.text(), display.data))
            } else {
                None
            };
            (self.message, self.in_language) = (Some(shown.unwrap_or(own)), wanted);
        }
    }
}
