//! The facts of a row that bodies need.

use crate::{
    accept_language,
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
    /// The user message: in the requested language, else in the default language, else the first.
    pub(super) message: Option<Template>,
    /// The language of the message; `None` for the catalog's default language.
    pub(super) language: Option<&'static str>,
    /// How well the message suits the reader.
    fit: Fit,
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

/// How well a message suits a reader.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    #[default]
    None,
    Any,
    /// It is in the catalog's default language.
    Default,
    /// It is in a language that includes the one that is asked for.
    Wider,
    /// It is in the language that is asked for.
    Wanted,
}

impl Facts {
    /// Returns whether a body has more than a message and details: a subject or violations.
    pub(super) fn depends_on_more(&self) -> bool {
        self.subject.is_some() || self.violations.is_some()
    }

    pub(super) fn new(spec: ErrorSpec, language: Option<&str>, catalog: Option<&Catalog>) -> Self {
        let mut facts = Self::default();
        let (mut display, default) = (None, catalog.and_then(Catalog::default_language));
        let mut rest = spec.entries();
        while let Some((entry, behind)) = rest.split() {
            match entry.tag {
                tag::DISPLAY => display = Some(entry),
                tag::USER => facts.offer_message(entry, display, [language, default]),
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
        for (language, fit) in [(language, Fit::Wanted), (default, Fit::Default)] {
            if let (Some(language), Some(catalog)) = (language, catalog)
                && facts.fit < fit
                && let Some((language, template)) = catalog.translated(spec, language)
            {
                (facts.message, facts.language, facts.fit) = (Some(template), Some(language), fit);
            }
        }
        facts
    }

    /// Takes the message if it suits the reader better than the one so far.
    fn offer_message(
        &mut self,
        user: Entry,
        display: Option<Entry>,
        [wanted, default]: [Option<&str>; 2],
    ) {
        let (tag, own) = Template::tagged(user);
        let is = |language: Option<&str>| match language {
            Some(language) => tag.eq_ignore_ascii_case(language),
            None => false,
        };
        let fit = if is(wanted) {
            Fit::Wanted
        } else if wanted.is_some_and(|wanted| accept_language::is_within(wanted, tag)) {
            Fit::Wider
        } else if tag.is_empty() || is(default) {
            Fit::Default
        } else {
            Fit::Any
        };
        if fit > self.fit {
            let shown = if own.is_display() {
                display.map(|display| Template::new(display.text(), display.data))
            } else {
                None
            };
            self.message = Some(shown.unwrap_or(own));
            (self.language, self.fit) = (Some(tag).filter(|tag| !tag.is_empty()), fit);
        }
    }
}
