//! What the templates see.

use crate::{
    model::{Entry, Manual, Retired},
    pretty::pretty,
    prose,
    retryable::Retryable,
    text,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How pages name each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    /// Files: `index.html` and `codes/E2001.html`.
    Files,
    /// Routes: `errors` and `errors/E2001`.
    Routes,
}

impl Links {
    /// From a code's page to the index.
    pub(crate) fn index(self) -> &'static str {
        match self {
            Self::Files => "../index.html",
            Self::Routes => "../errors",
        }
    }

    fn in_index(self, code: &str) -> String {
        match self {
            Self::Files => format!("codes/{}.html", file_name(code)),
            Self::Routes => format!("errors/{code}"),
        }
    }

    fn in_code(self, code: &str) -> String {
        match self {
            Self::Files => format!("{}.html", file_name(code)),
            // A colon in a relative address would end its scheme (RFC 3986 section 4.2).
            Self::Routes => format!("./{code}"),
        }
    }
}

/// The code as the name of a file: a colon can't stand in one everywhere, and `~` in no code.
pub(crate) fn file_name(code: &str) -> String {
    code.replace(':', "~").chars().filter(|letter| !matches!(letter, '/' | '\\' | '\0')).collect()
}

/// Everything that a template over all codes sees.
#[derive(Serialize)]
pub(crate) struct Pages<'a> {
    manual: &'a Manual,
    pages: Vec<Page<'a>>,
    framework: Vec<Page<'a>>,
    retired: Vec<Link>,
    statuses: BTreeSet<u16>,
    categories: BTreeSet<&'a str>,
    owners: BTreeSet<&'a str>,
    #[serde(skip)]
    links: Links,
}

/// One code's page.
#[derive(Serialize)]
pub(crate) struct Page<'a> {
    pub(crate) entry: &'a Entry,
    /// From the index.
    href: String,
    anchor: String,
    status: String,
    retryable: Retry,
    messages: Vec<Message<'a>>,
    zh: Option<&'a str>,
    en: Option<&'a str>,
    /// The language of the entry's own message.
    lang: Option<&'a str>,
    /// All messages, a line each, for the search.
    templates: String,
    /// Further texts for the search.
    words: String,
    aliases: String,
    explanation: Option<String>,
    help: Option<String>,
    note: Option<String>,
    facts: Vec<Fact>,
    details: Vec<Detail<'a>>,
    examples: Vec<Example<'a>>,
    replaced_by: Option<Link>,
    owner: Option<&'a str>,
    internal: bool,
}

/// `yes`, `no` or `conditional`.
type Retry = &'static str;

#[derive(Serialize)]
struct Message<'a> {
    language: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Fact {
    en: &'static str,
    zh: &'static str,
    value: String,
    href: Option<String>,
}

#[derive(Serialize)]
struct Detail<'a> {
    name: &'a str,
    shape: String,
    example: Option<&'a str>,
}

#[derive(Serialize)]
struct Example<'a> {
    form: &'a str,
    content_type: &'a str,
    pretty: String,
}

/// A way to a code.
#[derive(Serialize)]
struct Link {
    code: String,
    href: String,
    title: String,
    reason: String,
}

/// The page of a name that is no code any more, or never was one.
#[derive(Serialize)]
pub(crate) struct Gone {
    code: String,
    reason: String,
    /// Whether it is another name of a code that is in use.
    alias_of: bool,
    leads_to: Vec<Link>,
}

impl Gone {
    pub(crate) fn path(&self) -> String {
        format!("codes/{}.html", file_name(&self.code))
    }
}

impl Page<'_> {
    pub(crate) fn path(&self) -> String {
        format!("codes/{}.html", file_name(&self.entry.code))
    }
}

impl<'a> Pages<'a> {
    pub(crate) fn new(manual: &'a Manual, links: Links) -> Self {
        let titles: BTreeMap<String, &Entry> =
            manual.entries().map(|entry| (entry.code.to_uppercase(), entry)).collect();
        let page = |entry: &'a Entry| page(manual, entry, links, &titles);
        let retired = |retired: &Retired| Link {
            code: retired.code.clone(),
            href: links.in_index(&retired.code),
            title: String::new(),
            reason: retired.reason.clone(),
        };
        let owner = |entry: &'a Entry| entry.source.as_ref().and_then(|source| source.owner.as_deref());
        Self {
            manual,
            pages: manual.errors.iter().map(page).collect(),
            framework: manual.framework.iter().map(page).collect(),
            retired: manual.retired.iter().map(retired).collect(),
            statuses: manual.entries().map(|entry| entry.status).collect(),
            categories: manual.entries().map(|entry| entry.category.as_str()).collect(),
            owners: manual.entries().filter_map(owner).collect(),
            links,
        }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Page<'a>> {
        self.pages.iter().chain(&self.framework)
    }

    pub(crate) fn page(&self, code: &str) -> Option<&Page<'a>> {
        self.all().find(|page| page.entry.is_called(code))
    }

    pub(crate) fn gone(&self, code: &str) -> Option<Gone> {
        self.manual.find_retired(code).map(|retired| self.of_retired(retired))
    }

    /// The retired codes and the aliases: old addresses keep answering.
    pub(crate) fn all_gone(&self) -> impl Iterator<Item = Gone> {
        let aliases =
            self.manual.entries().flat_map(|entry| entry.aliases.iter().map(move |alias| (alias, entry)));
        let aliases = aliases.map(|(alias, entry)| Gone {
            code: alias.clone(),
            reason: String::new(),
            alias_of: true,
            leads_to: vec![self.link(entry)],
        });
        self.manual.retired.iter().map(|retired| self.of_retired(retired)).chain(aliases)
    }

    fn of_retired(&self, retired: &Retired) -> Gone {
        let links =
            retired.leads_to.iter().filter_map(|code| self.manual.find(code)).map(|entry| self.link(entry));
        Gone {
            code: retired.code.clone(),
            reason: retired.reason.clone(),
            alias_of: false,
            leads_to: links.collect(),
        }
    }

    fn link(&self, entry: &Entry) -> Link {
        link(entry, self.links)
    }
}

fn link(entry: &Entry, links: Links) -> Link {
    Link {
        code: entry.code.clone(),
        href: links.in_code(&entry.code),
        title: entry.title.clone(),
        reason: String::new(),
    }
}

fn page<'a>(
    manual: &'a Manual,
    entry: &'a Entry,
    links: Links,
    by_code: &BTreeMap<String, &Entry>,
) -> Page<'a> {
    let html = |markdown: Option<&String>| markdown.map(|markdown| prose::to_html(markdown));
    let in_language = |wanted: &str| {
        let primary = |language: &str| {
            language.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case(wanted))
        };
        entry.texts().find(|(language, _)| primary(language)).map(|(_, text)| text)
    };
    let source = entry.source.as_ref();
    Page {
        entry,
        href: links.in_index(&entry.code),
        anchor: entry.code.to_lowercase(),
        status: text::status(entry.status),
        retryable: Retryable::as_str(entry.retryable),
        messages: messages(manual, entry),
        zh: in_language("zh"),
        en: in_language("en"),
        lang: manual.default_language(),
        templates: one_a_line(entry),
        words: words(entry),
        aliases: entry.aliases.join(" "),
        explanation: html(entry.explanation.as_ref()),
        help: html(entry.help.as_ref()),
        note: html(source.and_then(|source| source.note.as_ref())),
        facts: facts(entry),
        details: entry.details.iter().map(detail).collect(),
        examples: entry.examples.iter().map(example).collect(),
        replaced_by: entry
            .replaced_by
            .as_ref()
            .and_then(|code| by_code.get(&code.to_uppercase()))
            .map(|entry| link(entry, links)),
        owner: source.and_then(|source| source.owner.as_deref()),
        internal: entry.is_internal(),
    }
}

/// The default language's first.
fn messages<'a>(manual: &Manual, entry: &'a Entry) -> Vec<Message<'a>> {
    let mut messages: Vec<Message<'a>> =
        entry.texts().map(|(language, text)| Message { language, text }).collect();
    let place =
        |message: &Message<'_>| manual.languages.iter().position(|language| language == message.language);
    messages.sort_by_key(|message| place(message).unwrap_or(usize::MAX));
    messages
}

fn one_a_line(entry: &Entry) -> String {
    let messages: BTreeSet<String> = entry.texts().map(|(_, text)| text.replace(['\n', '\r'], " ")).collect();
    messages.into_iter().collect::<Vec<_>>().join("\n")
}

fn words(entry: &Entry) -> String {
    let source = entry.source.as_ref();
    let texts = [
        entry.explanation.as_deref(),
        entry.help.as_deref(),
        entry.deprecated.as_deref(),
        source.map(|source| source.variant.as_str()),
        source.and_then(|source| source.owner.as_deref()),
    ];
    let texts = texts.into_iter().flatten().chain(entry.tags.iter().map(String::as_str));
    texts.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

fn facts(entry: &Entry) -> Vec<Fact> {
    let fact = |(en, zh, value): (&'static str, &'static str, String)| Fact {
        href: (en == "runbook" && prose::is_harmless(&value)).then(|| value.clone()),
        en,
        zh,
        value,
    };
    text::facts(entry).into_iter().map(fact).collect()
}

fn detail(detail: &crate::Detail) -> Detail<'_> {
    Detail { name: &detail.name, shape: detail.shape().to_string(), example: detail.example.as_deref() }
}

fn example(example: &crate::Example) -> Example<'_> {
    Example { form: &example.form, content_type: &example.content_type, pretty: pretty(&example.body) }
}
