//! The data that templates see.

pub(crate) mod both;
mod example;
pub(crate) mod wording;

use crate::markdown;
use both::Both;
use errcode_catalog::{
    CatalogData, Entry, Modules, Retired, Retryable, Translation,
    facts::{self, status},
};
use example::{Response, Said, responses};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How pages link to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    /// Files: `index.html` and `codes/E2001.html`.
    Files,
    /// Routes: `errors` and `errors/E2001`.
    Routes,
}

impl Links {
    /// Returns the link from the page of a code to the index.
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
            // Without `./` the part before a colon would be a scheme (RFC 3986 section 4.2).
            Self::Routes => format!("./{code}"),
        }
    }
}

/// Returns the file name for a code. Windows does not allow colons, and no code contains `~`.
pub(crate) fn file_name(code: &str) -> String {
    code.replace(':', "~").chars().filter(|letter| !matches!(letter, '/' | '\\' | '\0')).collect()
}

/// The data of a template for all codes.
#[derive(Serialize)]
pub(crate) struct Pages<'a> {
    #[serde(rename = "catalog")]
    data: &'a CatalogData,
    pages: Vec<Page<'a>>,
    framework: Vec<Page<'a>>,
    /// The codes of the catalog by module, with one unnamed group for codes without a module.
    groups: Vec<Group<'a>>,
    modules: BTreeSet<&'a str>,
    /// A code and its rendered message: an example for the search field.
    sample: Option<Sample>,
    /// Whether a code is too long for the narrow column of the index.
    long_codes: bool,
    retired: Vec<Link>,
    statuses: BTreeSet<u16>,
    categories: BTreeSet<&'a str>,
    owners: BTreeSet<&'a str>,
    #[serde(skip)]
    links: Links,
}

/// The codes of a module, as indexes into the list of pages.
#[derive(Serialize)]
struct Group<'a> {
    module: Option<&'a str>,
    pages: Vec<usize>,
}

#[derive(Serialize)]
struct Sample {
    code: String,
    message: String,
    /// The hint in Chinese and English.
    zh: String,
    en: String,
}

/// The page of a code.
#[derive(Serialize)]
pub(crate) struct Page<'a> {
    pub(crate) entry: &'a Entry,
    /// The link from the index.
    href: String,
    anchor: String,
    status: String,
    status_code: u16,
    retryable: Retry,
    messages: Vec<Message<'a>>,
    zh: Option<&'a str>,
    en: Option<&'a str>,
    /// The language of the default message.
    lang: Option<&'a str>,
    /// The messages that the index does not show, one per line, for the search.
    templates: String,
    /// More texts for the search.
    words: String,
    aliases: String,
    title: Both,
    explanation: Option<Both>,
    help: Option<Both>,
    deprecated: Option<Both>,
    note: Option<String>,
    facts: Vec<Fact>,
    /// The facts that an HTML page does not show at its top.
    further: Vec<Fact>,
    /// The module in the code.
    module: Option<&'a str>,
    details: Vec<Detail<'a>>,
    details_have_docs: bool,
    /// The message of the log line.
    log: Option<&'a str>,
    examples: Vec<Response<'a>>,
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
    /// `zh` or `en` if the code has both: a page shows the one in its own language, and all others.
    only: Option<&'static str>,
}

#[derive(Clone, Serialize)]
struct Fact {
    en: &'static str,
    zh: &'static str,
    value: String,
    /// The value in Chinese, if it consists of words.
    value_zh: Option<String>,
    href: Option<String>,
}

#[derive(Serialize)]
struct Detail<'a> {
    name: &'a str,
    shape: String,
    /// The value in the example body as JSON, else the example of the field.
    example: Option<String>,
    /// What the member is, as Markdown, as sanitized HTML, and the language of the text.
    text: Option<&'a str>,
    docs: Option<String>,
    docs_language: &'a str,
}

/// A link to a code.
#[derive(Serialize)]
struct Link {
    code: String,
    href: String,
    title: Both,
    reason: String,
}

/// The page of a retired code or an alias.
#[derive(Serialize)]
pub(crate) struct Gone {
    code: String,
    reason: String,
    /// Whether it is an alias of a code in use.
    alias_of: bool,
    leads_to: Vec<Link>,
}

impl Gone {
    pub(crate) fn path(&self) -> String {
        format!("codes/{}.html", file_name(&self.code))
    }
}

impl Page<'_> {
    /// Shows the message in this language first.
    pub(crate) fn for_reader(mut self, language: Option<&str>) -> Self {
        let is = |message: &Message<'_>| {
            language.is_some_and(|language| message.language.eq_ignore_ascii_case(language))
        };
        self.messages.sort_by_key(|message| !is(message));
        self
    }

    pub(crate) fn path(&self) -> String {
        format!("codes/{}.html", file_name(&self.entry.code))
    }
}

impl<'a> Pages<'a> {
    pub(crate) fn new(data: &'a CatalogData, links: Links) -> Self {
        let by_code: BTreeMap<String, &Entry> =
            data.entries().map(|entry| (entry.code.to_uppercase(), entry)).collect();
        let find = |code: &str| by_code.get(&code.to_uppercase()).copied();
        let modules = Modules::of(data);
        let page = |entry: &'a Entry| page(data, entry, links, &modules, &find);
        let pages: Vec<Page<'a>> = data.errors.iter().map(page).collect();
        let retired = |retired: &Retired| Link {
            code: retired.code.clone(),
            href: links.in_index(&retired.code),
            title: Both::default(),
            reason: retired.reason.clone(),
        };
        let owner =
            |entry: &'a Entry| entry.source.as_ref().and_then(|source| source.owner.as_deref());
        Self {
            data,
            groups: groups(&pages),
            modules: pages.iter().filter_map(|page| page.module).collect(),
            sample: sample(data),
            long_codes: data.errors.iter().any(|entry| entry.code.len() > NARROW),
            pages,
            framework: data.framework.iter().map(page).collect(),
            retired: data.retired.iter().map(retired).collect(),
            statuses: data.entries().map(Entry::answered_status).collect(),
            categories: data.entries().map(|entry| entry.category.as_str()).collect(),
            owners: data.entries().filter_map(owner).collect(),
            links,
        }
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Page<'a>> {
        self.pages.iter().chain(&self.framework)
    }

    /// Returns the retired codes and the aliases, so that old URLs keep working.
    pub(crate) fn all_gone(&self) -> impl Iterator<Item = Gone> {
        let aliases = self
            .data
            .entries()
            .flat_map(|entry| entry.aliases.iter().map(move |alias| (alias, entry)));
        let aliases = aliases.map(|(alias, entry)| Gone {
            code: alias.clone(),
            reason: String::new(),
            alias_of: true,
            leads_to: vec![link(entry, self.links)],
        });
        self.data.retired.iter().map(|retired| gone(self.data, retired, self.links)).chain(aliases)
    }
}

/// Returns the page of a retired code.
pub(crate) fn gone(data: &CatalogData, retired: &Retired, links: Links) -> Gone {
    let leads_to = retired.leads_to.iter().filter_map(|code| data.find(code));
    Gone {
        code: retired.code.clone(),
        reason: retired.reason.clone(),
        alias_of: false,
        leads_to: leads_to.map(|entry| link(entry, links)).collect(),
    }
}

/// The number of letters that fit into the narrow column of the index.
const NARROW: usize = 12;

/// Groups pages by module, in the order of the first code of each, codes without a module last.
fn groups<'a>(pages: &[Page<'a>]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for (at, page) in pages.iter().enumerate() {
        match groups.iter_mut().find(|group| group.module == page.module) {
            Some(group) => group.pages.push(at),
            None => groups.push(Group { module: page.module, pages: vec![at] }),
        }
    }
    groups.sort_by_key(|group| group.module.is_none());
    groups
}

/// A message with values shows best that rendered messages can be pasted.
fn sample(data: &CatalogData) -> Option<Sample> {
    const MOST: usize = 32;
    let with_values = data.errors.iter().find(|entry| entry.message.contains('{'));
    let entry = with_values.or(data.errors.first())?;
    let said = Said::by(entry);
    let cut = |message: &str| -> String {
        message.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MOST).collect()
    };
    let message = cut(said.message.as_deref().unwrap_or(&entry.message));
    let hint = |language| {
        let own = in_language(entry, language).map(|template| cut(&said.fill(template)));
        format!("{} · {}", entry.code, own.as_ref().unwrap_or(&message))
    };
    let (zh, en) = (hint("zh"), hint("en"));
    Some(Sample { code: entry.code.clone(), message, zh, en })
}

fn link(entry: &Entry, links: Links) -> Link {
    Link {
        code: entry.code.clone(),
        href: links.in_code(&entry.code),
        title: title(entry),
        reason: String::new(),
    }
}

fn title(entry: &Entry) -> Both {
    Both::of(entry, &entry.title, |translation| translation.title.as_deref())
}

/// Returns a text of the code as HTML.
fn html(
    entry: &Entry,
    markdown: Option<&String>,
    translated: fn(&Translation) -> Option<&str>,
) -> Option<Both> {
    markdown.map(|markdown| Both::of(entry, markdown, translated).map(markdown::to_html))
}

/// Returns the page of a code; `find` looks up other codes.
pub(crate) fn page<'a>(
    data: &'a CatalogData,
    entry: &'a Entry,
    links: Links,
    modules: &Modules<'a>,
    find: &dyn Fn(&str) -> Option<&'a Entry>,
) -> Page<'a> {
    let [zh, en] = both::LANGUAGES.map(|wanted| in_language(entry, wanted));
    let source = entry.source.as_ref();
    let said = Said::by(entry);
    // Clients see another code instead of an internal one.
    let answered = said.code.as_deref().and_then(find).unwrap_or(entry);
    let replaced_by = entry.replaced_by.as_deref().and_then(find).map(|entry| link(entry, links));
    let facts = facts(entry);
    Page {
        entry,
        href: links.in_index(&entry.code),
        anchor: entry.code.to_lowercase(),
        status: status(entry.answered_status()),
        status_code: entry.answered_status(),
        retryable: Retryable::as_str(entry.retryable),
        messages: messages(data, entry),
        zh,
        en,
        lang: language_of_message(data, entry),
        templates: one_a_line(entry, zh, en),
        words: words(entry),
        aliases: entry.aliases.join(" "),
        title: title(entry),
        explanation: html(entry, entry.explanation.as_ref(), |texts| texts.explanation.as_deref()),
        help: html(entry, entry.help.as_ref(), |texts| texts.help.as_deref()),
        deprecated: entry
            .deprecated
            .as_ref()
            .map(|text| Both::of(entry, text, |texts| texts.deprecated.as_deref())),
        note: source.and_then(|source| source.note.as_deref()).map(markdown::to_html),
        further: further(&facts, replaced_by.is_some()),
        facts,
        module: modules.name(&entry.code),
        details: entry.details.iter().map(|detail| self::detail(data, detail, &said)).collect(),
        details_have_docs: entry.details.iter().any(|detail| detail.docs.is_some()),
        log: source.and_then(|source| source.log.as_deref()),
        examples: responses(entry, answered, &said, data.default_language()),
        replaced_by,
        owner: source.and_then(|source| source.owner.as_deref()),
        internal: entry.is_internal(),
    }
}

/// Returns the language of the message that readers get by default: another one if the code has no message in the
/// default language.
fn language_of_message<'a>(data: &'a CatalogData, entry: &'a Entry) -> Option<&'a str> {
    let is_it = |language: &&str| entry.messages.get(*language) == Some(&entry.message);
    let others = entry.messages.keys().map(String::as_str);
    data.default_language().into_iter().chain(others).find(is_it)
}

/// Returns the message in Chinese or English.
fn in_language<'a>(entry: &'a Entry, wanted: &str) -> Option<&'a str> {
    let is_it = |language: &str| both::has_primary(language, wanted);
    entry.texts().find(|(language, _)| is_it(language)).map(|(_, text)| text)
}

/// Returns the messages, the default language first.
fn messages<'a>(data: &CatalogData, entry: &'a Entry) -> Vec<Message<'a>> {
    let of = |language: &str| {
        both::LANGUAGES.into_iter().find(|wanted| both::has_primary(language, wanted))
    };
    let has_both = both::LANGUAGES
        .into_iter()
        .all(|wanted| entry.texts().any(|(language, _)| of(language) == Some(wanted)));
    let message =
        |(language, text)| Message { language, text, only: of(language).filter(|_| has_both) };
    let mut messages: Vec<Message<'a>> = entry.texts().map(message).collect();
    let place = |message: &Message<'_>| {
        data.languages.iter().position(|language| language == message.language)
    };
    messages.sort_by_key(|message| place(message).unwrap_or(usize::MAX));
    messages
}

/// Returns the messages that the row of the index does not show. It shows `zh` and `en` if there
/// are both, else the default message.
fn one_a_line(entry: &Entry, zh: Option<&str>, en: Option<&str>) -> String {
    let shown =
        if zh.is_some() && en.is_some() { [zh, en] } else { [Some(entry.message.as_str()), None] };
    // A line of the log leads to its code too.
    let log = entry.source.as_ref().and_then(|source| source.log.as_deref());
    let texts = entry.texts().map(|(_, text)| text).chain(log);
    let others = texts.filter(|text| !shown.contains(&Some(*text)));
    let messages: BTreeSet<String> = others.map(|text| text.replace(['\n', '\r'], " ")).collect();
    messages.into_iter().collect::<Vec<_>>().join("\n")
}

fn words(entry: &Entry) -> String {
    let source = entry.source.as_ref();
    let own = [&entry.explanation, &entry.help, &entry.deprecated];
    let translated = entry
        .translations
        .values()
        .flat_map(|texts| [&texts.title, &texts.explanation, &texts.help, &texts.deprecated]);
    let texts: BTreeSet<&str> =
        own.into_iter().chain(translated).flatten().map(String::as_str).collect();
    let names = [
        source.map(|source| source.variant.as_str()),
        source.and_then(|source| source.owner.as_deref()),
    ];
    let texts = texts.into_iter().chain(names.into_iter().flatten());
    texts.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

fn facts(entry: &Entry) -> Vec<Fact> {
    let fact = |facts::Fact { name, name_zh, value, value_zh, .. }| Fact {
        href: (name == "runbook" && markdown::is_harmless(&value)).then(|| value.clone()),
        value_zh,
        en: name,
        zh: name_zh,
        value,
    };
    facts::facts(entry).into_iter().map(fact).collect()
}

/// Status, category, retry and replacement are at the top of an HTML page.
fn further(facts: &[Fact], has_successor: bool) -> Vec<Fact> {
    let is_at_the_top = |fact: &&Fact| match fact.en {
        "status" | "category" | "retryable" | "deprecated" => true,
        "replaced by" => has_successor,
        _ => false,
    };
    facts.iter().filter(|fact| !is_at_the_top(fact)).cloned().collect()
}

fn detail<'a>(
    data: &'a CatalogData,
    detail: &'a errcode_catalog::Detail,
    said: &Said,
) -> Detail<'a> {
    let text = detail.docs.as_deref();
    Detail {
        text,
        docs: text.map(markdown::to_html),
        docs_language: text.map_or("", |text| wording::language(text, &data.languages)),
        name: &detail.name,
        shape: wording::shape(&detail.shape()),
        example: said.value(detail),
    }
}
