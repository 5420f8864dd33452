//! The rules that a catalog should follow.

use crate::{
    exemptions::Exemptions,
    grammar::{Field, Grammar, is_code},
    headings,
    model::{CatalogData, Entry, Source, Translation},
    name_error::NameError,
    report::{Finding, Report, SourcePlace},
    rules::{self, Class},
};
use core::{fmt, str::FromStr};
use errcode_core::Alert;
use std::collections::{BTreeMap, BTreeSet};

/// Options for [`lint`] in addition to the rules that always apply.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The facts that each code must have.
    pub require: Vec<Requirement>,
    /// Suffixes of internal host names, such as `corp.example.com`, in addition to the known ones
    /// (`localhost`, `.local`, `.internal`, private addresses, …).
    pub internal_hosts: Vec<String>,
    /// Whether the catalog has no explanations because it was read from a lock, so that none is
    /// reported as missing.
    pub without_explanations: bool,
}

impl Options {
    /// Adds a requirement.
    #[must_use]
    pub fn require(mut self, requirement: Requirement) -> Self {
        self.require.push(requirement);
        self
    }

    /// Treats hosts with this suffix as internal.
    #[must_use]
    pub fn internal_host(mut self, end: impl Into<String>) -> Self {
        self.internal_hosts.push(end.into());
        self
    }
}

/// A fact that codes can be required to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Requirement {
    /// Each code has an owner.
    Owner,
    /// Each code that raises an alert has a runbook.
    Runbook,
    /// Each code says in which version it was added.
    Since,
    /// Each code has a tag.
    Tags,
}

impl Requirement {
    /// All requirements.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Runbook, Self::Since, Self::Tags];

    /// Returns the name, as the command line spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Runbook => "runbook",
            Self::Since => "since",
            Self::Tags => "tags",
        }
    }

    fn rule(self) -> &'static str {
        match self {
            Self::Owner => "require-owner",
            Self::Runbook => "require-runbook",
            Self::Since => "require-since",
            Self::Tags => "require-tags",
        }
    }

    fn is_met(self, entry: &Entry) -> bool {
        let source = entry.source.as_ref();
        match self {
            Self::Owner => source.is_some_and(|source| source.owner.is_some()),
            Self::Runbook => {
                source.is_some_and(|source| source.runbook.is_some() || source.alert == Alert::None)
            }
            Self::Since => entry.since.is_some(),
            Self::Tags => !entry.tags.is_empty(),
        }
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Requirement {
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        let named = Self::ALL.into_iter().find(|requirement| requirement.as_str() == name);
        let unknown = || NameError::unknown("requirement", name, &Self::ALL.map(Self::as_str));
        named.ok_or_else(unknown)
    }
}

/// Checks a catalog made for [`Audience::Internal`](crate::Audience::Internal) by the
/// [rules](crate::rules::RULES) of the class LINT.
///
/// ```
/// # use errcode_core::AppError;
/// # use errcode_catalog::{Audience, Exemptions, CatalogData, lint::{Options, lint}};
/// #[derive(Debug, AppError)]
/// #[error("TODO", code = "E1", status = 404, public)]
/// struct NotFound;
/// errcode_core::catalog! { static CATALOG = [NotFound]; }
///
/// let report = lint(&CatalogData::of(&CATALOG, Audience::Internal), &Options::default(), &Exemptions::none());
/// assert!(report.failed());
/// assert_eq!(report.findings[0].rule, "text-todo");
/// ```
#[must_use]
pub fn lint(data: &CatalogData, options: &Options, exemptions: &Exemptions) -> Report {
    let mut lint = Lint { data, options, findings: Vec::new() };
    lint.duplicates();
    let grammar = data.grammar.as_deref().and_then(Grammar::parse);
    for entry in &data.errors {
        lint.code(entry, grammar.as_ref());
        lint.references(entry);
        if !entry.is_internal() {
            lint.texts(entry);
        }
        for field in entry.source.iter().flat_map(|source| &source.unredacted) {
            lint.found("field-unredacted", entry, field);
        }
        for requirement in options.require.iter().filter(|requirement| !requirement.is_met(entry)) {
            lint.found(requirement.rule(), entry, "");
        }
    }
    Report::new(&data.service, lint.findings, exemptions, |class| class == Class::Lint)
}

struct Lint<'a> {
    data: &'a CatalogData,
    options: &'a Options,
    findings: Vec<Finding>,
}

impl Lint<'_> {
    fn found(&mut self, rule: &'static str, entry: &Entry, detail: &str) {
        let Some(rule) = rules::find(rule) else { return };
        let message = if detail.is_empty() {
            rule.title.to_owned()
        } else {
            format!("{}: {detail}", rule.title)
        };
        let at = SourcePlace::of(entry);
        self.findings.push(Finding { at, ..Finding::new(rule, &entry.code, message) });
    }

    /// Codes and aliases share one namespace, including those of the framework.
    fn duplicates(&mut self) {
        let mut seen: BTreeMap<String, &Entry> = BTreeMap::new();
        let data = self.data;
        for entry in data.framework.iter().chain(&data.errors) {
            for name in core::iter::once(&entry.code).chain(&entry.aliases) {
                if let Some(other) = seen.insert(name.to_uppercase(), entry) {
                    self.found(
                        "code-duplicate",
                        entry,
                        &format!("`{name}` is already used by {}", path(other)),
                    );
                }
            }
        }
    }

    fn code(&mut self, entry: &Entry, grammar: Option<&Grammar>) {
        if !is_code(&entry.code) {
            self.found("code-form", entry, "");
        }
        if let Some(retired) = self.data.find_retired(&entry.code) {
            self.found("code-retired", entry, &retired.reason.clone());
        }
        let Some(source) = &entry.source else { return };
        if !entry.code.starts_with(&source.prefix) {
            self.found("code-prefix", entry, &source.prefix);
        }
        if let Some(grammar) = grammar {
            self.numbers(entry, source, grammar);
        }
    }

    fn numbers(&mut self, entry: &Entry, source: &Source, grammar: &Grammar) {
        let Some(numbers) = grammar.read(&entry.code) else {
            return self.found("code-grammar", entry, &grammar.to_string());
        };
        let data = self.data;
        for (field, names) in [(Field::Module, &data.modules), (Field::Kind, &data.kinds)] {
            let Some(number) = numbers.get(field) else { continue };
            let name = names.get(&number);
            if name.is_none() && !names.is_empty() {
                self.found("code-module", entry, &format!("{} {number}", field.name()));
            }
            let other = name.filter(|name| {
                !source.catalog_module.is_empty() && **name != source.catalog_module
            });
            if let Some(name) = other.filter(|_| field == Field::Module) {
                self.found(
                    "code-module",
                    entry,
                    &format!("{name}, but the type declares {}", source.catalog_module),
                );
            }
        }
    }

    fn references(&mut self, entry: &Entry) {
        let public_as = entry.source.as_ref().and_then(|source| source.public_as.as_ref());
        for (key, code) in [("replaced_by", entry.replaced_by.as_ref()), ("public_as", public_as)] {
            let Some(code) = code else { continue };
            let named = self.data.find(code).filter(|named| !named.is_internal());
            match named {
                None => self.found("code-reference", entry, &format!("{key} = {code}")),
                Some(named) if key == "public_as" && !named.details.is_empty() => {
                    self.found("code-stand-in", entry, code);
                }
                Some(_) => {}
            }
        }
    }

    /// Returns the texts that are missing in each language.
    fn untranslated(&self, entry: &Entry) -> Vec<(String, Vec<&'static str>)> {
        let data = self.data;
        let mut missing: BTreeMap<String, Vec<&'static str>> = BTreeMap::new();
        for language in entry.source.iter().flat_map(|source| &source.untranslated) {
            missing.entry(language.clone()).or_default().push("message");
        }
        // A lock has no translations, and a catalog in one language needs none.
        let known = data.languages.len() > 1 && !self.options.without_explanations;
        let languages = data.languages.iter().filter(|_| known);
        let nothing = Translation::default();
        for language in languages {
            let translation = entry.translations.get(language).unwrap_or(&nothing);
            let texts = [
                ("title", !is_untitled(entry), &translation.title),
                ("explanation", entry.explanation.is_some(), &translation.explanation),
                ("remedy", entry.help.is_some(), &translation.help),
                ("deprecation", entry.deprecated.is_some(), &translation.deprecated),
            ];
            for (name, wanted, text) in texts {
                if wanted && text.is_none() {
                    missing.entry(language.clone()).or_default().push(name);
                }
            }
        }
        missing.into_iter().collect()
    }

    fn texts(&mut self, entry: &Entry) {
        if is_untitled(entry) {
            self.found("text-title", entry, &entry.title);
        }
        if !self.options.without_explanations && is_blank(entry.explanation.as_deref()) {
            self.found("text-explanation", entry, "");
        }
        if is_blank(entry.help.as_deref()) {
            self.found("text-help", entry, "");
        }
        for (language, texts) in self.untranslated(entry) {
            self.found("text-untranslated", entry, &format!("{} in {language}", texts.join(", ")));
        }
        for (place, text) in public_texts(entry) {
            if let Some(word) = note_to_oneself(text) {
                self.found("text-todo", entry, &format!("{word} in the {place}"));
            }
            if let Some(heading) = headings::like_internal(text) {
                self.found("text-internal", entry, &format!("`{heading}` in the {place}"));
            }
            if let Some(host) = internal_host(text, &self.options.internal_hosts) {
                self.found("text-host", entry, &format!("{host} in the {place}"));
            }
        }
    }
}

fn path(entry: &Entry) -> String {
    match &entry.source {
        Some(source) => format!("`{}::{}`", source.module, source.path()),
        None => format!("`{}`", entry.code),
    }
}

fn is_blank(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

/// Returns whether the code has no title of its own.
fn is_untitled(entry: &Entry) -> bool {
    let is_named = |source: &Source| same_words(&entry.title, &source.variant);
    entry.title.trim().is_empty() || entry.source.as_ref().is_some_and(is_named)
}

/// Returns whether a title only repeats the name of the variant.
fn same_words(title: &str, variant: &str) -> bool {
    let letters = |text: &str| {
        text.chars()
            .filter(|letter| letter.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    letters(title) == letters(variant)
}

fn public_texts(entry: &Entry) -> BTreeSet<(&'static str, &str)> {
    let own = [
        ("title", Some(&entry.title)),
        ("explanation", entry.explanation.as_ref()),
        ("remedy", entry.help.as_ref()),
        ("deprecation", entry.deprecated.as_ref()),
    ];
    let translated = entry.translations.values().flat_map(|translation| {
        [
            ("title", translation.title.as_ref()),
            ("explanation", translation.explanation.as_ref()),
            ("remedy", translation.help.as_ref()),
            ("deprecation", translation.deprecated.as_ref()),
        ]
    });
    let messages = entry.texts().map(|(_, text)| ("message", text));
    let texts = own.into_iter().chain(translated);
    texts.filter_map(|(place, text)| Some((place, text?.as_str()))).chain(messages).collect()
}

/// Finds `TODO` and similar notes, as whole words.
fn note_to_oneself(text: &str) -> Option<&'static str> {
    let words = || text.split(|letter: char| !letter.is_alphanumeric());
    let upper = ["TODO", "FIXME", "XXX", "TBD", "WIP"]
        .into_iter()
        .find(|note| words().any(|word| word == *note));
    upper.or_else(|| ["待办", "待补充", "待定"].into_iter().find(|note| text.contains(note)))
}

/// Returns the first host in a text that clients cannot reach: by its name, or as an IPv4 address
/// of a private network (RFC 1918).
fn internal_host<'t>(text: &'t str, own: &[String]) -> Option<&'t str> {
    let is_host = |letter: char| letter.is_ascii_alphanumeric() || letter == '.' || letter == '-';
    text.split(|letter: char| !is_host(letter))
        .map(|word| word.trim_matches(['.', '-']))
        .find(|word| is_internal(word) || own.iter().any(|end| has_end(word, end)))
}

fn is_internal(host: &str) -> bool {
    const ENDS: [&str; 9] = [
        ".local",
        ".internal",
        ".intranet",
        ".corp",
        ".lan",
        ".localdomain",
        ".home.arpa",
        ".svc",
        ".cluster.local",
    ];
    let lower = host.to_ascii_lowercase();
    lower == "localhost"
        || ENDS.iter().any(|end| lower.ends_with(end))
        || host.parse().is_ok_and(is_private)
}

fn is_private(address: std::net::Ipv4Addr) -> bool {
    address.is_private() || address.is_loopback() || address.is_link_local()
}

fn has_end(host: &str, end: &str) -> bool {
    let (host, end) = (host.to_ascii_lowercase(), end.trim_start_matches('.').to_ascii_lowercase());
    host == end || host.strip_suffix(&end).is_some_and(|before| before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::{internal_host, note_to_oneself};

    #[test]
    fn hosts() {
        let own = ["corp.example.com".to_owned()];
        for (text, host) in [
            ("see http://localhost:8080/x", Some("localhost")),
            ("at db1.prod.internal.", Some("db1.prod.internal")),
            ("from 10.0.0.7, again", Some("10.0.0.7")),
            ("ask wiki.corp.example.com", Some("wiki.corp.example.com")),
            ("ask example.com, version 10.0.0", None),
            ("1.2.3.4 and local and the internal state", None),
        ] {
            assert_eq!(internal_host(text, &own), host, "{text}");
        }
    }

    #[test]
    fn notes() {
        assert_eq!(note_to_oneself("TODO: say more"), Some("TODO"));
        assert_eq!(note_to_oneself("the TODOs of a user, a todo"), None);
        assert_eq!(note_to_oneself("待补充"), Some("待补充"));
    }
}
