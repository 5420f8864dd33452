//! The catalog data of a `Catalog`.

use super::{Audience, CatalogData, Detail, Entry, Header, Retired, Source, Translation};
use crate::bodies::Bodies;
use errcode_core::{Catalog, ErrorSpec, Retry, TextKind, wire::BodyFormat};
use std::collections::{BTreeMap, BTreeSet};

impl CatalogData {
    /// Returns the data of a catalog, with example bodies in the formats of its answers: its `format`, else the
    /// envelope, then those that clients can ask for.
    #[must_use]
    pub fn of(catalog: &Catalog, audience: Audience) -> Self {
        Self::build(catalog, audience, &Bodies::of_catalog(catalog))
    }

    /// Returns the data of a catalog whose service has a body format of its own that only its layer names. It comes
    /// first in the examples, in place of the envelope.
    #[must_use]
    pub fn with_format(catalog: &Catalog, audience: Audience, format: &dyn BodyFormat) -> Self {
        Self::build(catalog, audience, &Bodies::with_own(catalog, format))
    }

    fn build(catalog: &Catalog, audience: Audience, bodies: &Bodies<'_>) -> Self {
        let entries = |specs: Vec<ErrorSpec>| {
            let shown = specs
                .into_iter()
                .filter(|spec| audience == Audience::Internal || !spec.is_internal());
            shown.map(|spec| entry(catalog, audience, bodies, spec)).collect::<Vec<_>>()
        };
        let mut data = Self {
            service: catalog.service().to_owned(),
            audience,
            languages: catalog.offered_languages().into_iter().map(str::to_owned).collect(),
            docs: catalog.docs("{code}"),
            grammar: catalog.grammar().map(str::to_owned),
            modules: named(catalog.modules()),
            kinds: named(catalog.kinds()),
            errors: entries(catalog.errors()),
            framework: entries(catalog.framework()),
            retired: Vec::new(),
        };
        data.retired = retired(catalog, &data);
        // A fault's line has the text of what was refused.
        for source in data.framework.iter_mut().filter_map(|entry| entry.source.as_mut()) {
            source.log = None;
        }
        let stand_ins = stand_ins(catalog);
        for entry in &mut data.errors {
            entry.details_optional = stand_ins.contains(&entry.code);
        }
        data
    }
}

fn named(names: &[(u32, &str)]) -> BTreeMap<u32, String> {
    names.iter().map(|&(number, name)| (number, name.to_owned())).collect()
}

fn retired(catalog: &Catalog, data: &CatalogData) -> Vec<Retired> {
    let said = catalog.tables().iter().flat_map(|table| table.retired());
    let mut retired: Vec<Retired> = said
        .map(|retired| Retired {
            code: retired.code.to_owned(),
            reason: retired.reason.to_owned(),
            leads_to: named_codes(data, retired.reason),
        })
        .collect();
    retired.sort();
    retired.dedup_by(|a, b| a.code.eq_ignore_ascii_case(&b.code));
    retired
}

/// Returns the codes of the catalog that a text mentions.
fn named_codes(data: &CatalogData, text: &str) -> Vec<String> {
    let words = text.split(|character: char| {
        !(character.is_ascii_alphanumeric() || "_-.:".contains(character))
    });
    let words =
        words.map(|word| word.trim_end_matches(['.', ':', '-'])).filter(|word| !word.is_empty());
    let mut codes: Vec<String> = words
        .filter_map(|word| data.errors.iter().find(|entry| entry.code == word))
        .map(|entry| entry.code.clone())
        .collect();
    codes.dedup();
    codes
}

fn entry(catalog: &Catalog, audience: Audience, bodies: &Bodies<'_>, spec: ErrorSpec) -> Entry {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let text = |kind| owned(catalog.text(spec, kind, None));
    Entry {
        code: spec.code().to_string(),
        status: spec.status(),
        category: spec.category(),
        retryable: spec.retryable().into(),
        retry_after: Retry::new(true, spec.retry_after()).after_seconds(),
        title: text(TextKind::Title).unwrap_or_default(),
        message: catalog.message_template(spec, None),
        messages: messages(catalog, spec),
        translations: translations(catalog, spec),
        explanation: text(TextKind::Explanation),
        help: text(TextKind::Help),
        since: owned(spec.since()),
        deprecated: text(TextKind::Deprecated),
        replaced_by: owned(spec.replaced_by()),
        docs: catalog.docs(&spec.code()),
        tags: spec.tags().map(str::to_owned).collect(),
        aliases: spec.aliases().map(str::to_owned).collect(),
        grpc: spec.grpc(),
        details: details(spec),
        details_optional: false,
        subject: spec.subject(),
        headers: headers(spec),
        examples: bodies.of(spec),
        source: (audience == Audience::Internal).then(|| source(catalog, spec)),
    }
}

/// Returns the messages by language, without a language that gets the text of another one.
fn messages(catalog: &Catalog, spec: ErrorSpec) -> BTreeMap<String, String> {
    let text = |language: &str| {
        let neutral = || catalog.neutral_message_in(spec, language).map(str::to_owned);
        catalog.message_in(spec, language).or_else(neutral)
    };
    let languages = catalog.offered_languages().into_iter();
    languages.filter_map(|language| Some((language.to_owned(), text(language)?))).collect()
}

/// Returns the other texts by language, without a language that has none.
fn translations(catalog: &Catalog, spec: ErrorSpec) -> BTreeMap<String, Translation> {
    let languages = catalog.offered_languages();
    if languages.len() < 2 {
        return BTreeMap::new();
    }
    let translation = |language: &str| {
        let text = |kind| catalog.text_in(spec, kind, language).map(str::to_owned);
        Translation {
            title: text(TextKind::Title),
            explanation: text(TextKind::Explanation),
            help: text(TextKind::Help),
            deprecated: text(TextKind::Deprecated),
        }
    };
    let all = languages.into_iter().map(|language| (language.to_owned(), translation(language)));
    all.filter(|(_, translation)| *translation != Translation::default()).collect()
}

fn details(spec: ErrorSpec) -> Vec<Detail> {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let detail = |detail: errcode_core::DetailSpec| Detail {
        name: detail.name().to_owned(),
        ty: detail.type_name().to_owned(),
        text: detail.is_text(),
        example: owned(detail.example()),
        docs: owned(spec.detail_docs(detail)),
    };
    spec.details().map(detail).collect()
}

/// Returns the codes that clients see instead of internal ones, without any values.
fn stand_ins(catalog: &Catalog) -> BTreeSet<String> {
    let internal = catalog.errors().into_iter().filter(|spec| spec.is_internal());
    internal
        .map(|internal| catalog.stand_in(internal))
        .filter(|public| public.failure().is_none())
        .map(|public| public.spec().code().to_string())
        .collect()
}

fn headers(spec: ErrorSpec) -> Vec<Header> {
    spec.headers()
        .map(|(name, value)| Header { name: name.to_owned(), value: value.map(str::to_owned) })
        .collect()
}

fn source(catalog: &Catalog, spec: ErrorSpec) -> Source {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Source {
        level: Some(spec.level()),
        log: log_template(spec),
        ty: spec.type_name().to_owned(),
        variant: spec.variant().to_owned(),
        is_variant: !spec.is_of_type() && spec.variant() == spec.type_name(),
        module: spec.module().to_owned(),
        file: spec.file().to_owned(),
        line: spec.line(),
        owner: owned(spec.owner()),
        runbook: spec.runbook(),
        internal: spec.is_internal(),
        public_as: owned(spec.public_as()),
        alert: spec.alert(),
        alert_over: spec.alert_over(),
        breaker: spec.breaker_counts(),
        retry_condition: owned(spec.retry_condition()),
        note: owned(spec.internal_note()),
        untranslated: untranslated(catalog, spec),
        neutral: is_neutral(catalog, spec),
        unredacted: spec.unredacted().map(str::to_owned).collect(),
        prefix: spec.table().prefix().to_owned(),
        catalog_module: spec.table().catalog_module().to_owned(),
    }
}

/// Returns the message of the log line, unless it is the default: the code and the user message.
fn log_template(spec: ErrorSpec) -> Option<String> {
    let default = format!("{}: ", spec.code());
    spec.log_template().filter(|log| !log.starts_with(&default))
}

/// Returns whether the code lacks a message of its own in all languages.
fn is_neutral(catalog: &Catalog, spec: ErrorSpec) -> bool {
    let mut languages = catalog.offered_languages().into_iter();
    spec.user_message_template(None).is_none()
        && languages.all(|language| catalog.message_in(spec, language).is_none())
}

/// Returns the languages without a message.
fn untranslated(catalog: &Catalog, spec: ErrorSpec) -> Vec<String> {
    let languages = catalog.offered_languages().into_iter();
    let missing = languages.filter(|language| catalog.message_in(spec, language).is_none());
    missing.map(str::to_owned).collect()
}
