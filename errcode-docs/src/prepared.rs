//! Documentation with parsed templates and indexed codes.

use crate::{
    assets::Assets,
    docs_error::DocsError,
    file::File,
    markdown,
    operations::Operations,
    page::{self, Links, Page, Pages, both, wording},
    printable::printable,
};
use core::fmt;
use errcode_catalog::{CatalogData, Entry, Modules, facts, markdown_text};
use minijinja::{
    AutoEscape, Environment, Output, State, Value, context, escape_formatter, syntax::SyntaxConfig,
    value::Serde,
};
use std::{
    borrow::{Borrow, Cow},
    collections::HashMap,
};

macro_rules! templates {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("templates/", $name)))),*] };
}

/// The templates that can be replaced, by name.
const TEMPLATES: &[(&str, &str)] = templates![
    "base.html",
    "code.css",
    "code.html",
    "code.md",
    "copy.js",
    "errors.md",
    "icon.svg",
    "index.css",
    "index.html",
    "page.js",
    "parts.html",
    "retired.html",
    "search.js",
    "style.css",
    "ui.html",
    "unknown.html",
];

/// [`Docs`](crate::Docs) with parsed templates, for a server.
///
/// ```
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # #[error("no project", code = "E2001", status = 404)]
/// # struct NotFound;
/// # errcode_core::catalog! { static CATALOG = [NotFound]; }
/// use errcode_docs::{Audience, Docs, CatalogData, Prepared};
///
/// let data = CatalogData::of(&CATALOG, Audience::Public);
/// let pages: Prepared<'static> = Docs::owned(data).served().prepared().unwrap();
/// assert!(pages.code_page("e2001").unwrap().unwrap().contains("404 Not Found"));
/// assert!(pages.code_page("E9999").unwrap().is_none());
/// ```
pub struct Prepared<'a> {
    data: Cow<'a, CatalogData>,
    links: Links,
    environment: Environment<'static>,
    /// Codes, aliases and retired codes, in upper case.
    places: HashMap<String, Place>,
    operations: Operations,
    index: Assets,
    code: Assets,
}

/// The page that a name leads to.
#[derive(Clone, Copy)]
enum Place {
    /// An entry, by its index among all.
    Entry(usize),
    Retired(usize),
}

impl fmt::Debug for Prepared<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prepared({}, {} codes)", self.data.service, self.data.errors.len())
    }
}

impl<'a> Prepared<'a> {
    pub(crate) fn new(
        data: Cow<'a, CatalogData>,
        links: Links,
        operations: Operations,
        replaced: &[(String, String)],
        words: &'static str,
    ) -> Result<Self, DocsError> {
        let mut environment = environment(&data, replaced)?;
        environment.add_global("words", words);
        let places = places(&data);
        // A `base.html` of the user's has style and script inside.
        let own_base = replaced.iter().any(|(name, _)| name == "base.html");
        let pages = if own_base { Links::Routes } else { links };
        let join = |names: [&str; 2]| names.map(|name| asset(replaced, name)).concat();
        let icon = asset(replaced, "icon.svg");
        let assets =
            |kind, styles, scripts| Assets::new(kind, join(styles), join(scripts), icon, pages);
        let index = assets("index", ["style.css", "index.css"], ["page.js", "search.js"]);
        let code = assets("code", ["style.css", "code.css"], ["page.js", "copy.js"]);
        Ok(Self { data, links, environment, places, operations, index, code })
    }

    /// Renders the page with all codes, in the catalog's default language.
    ///
    /// # Errors
    ///
    /// Returns an error if a replaced template is invalid.
    pub fn index_page(&self) -> Result<String, DocsError> {
        self.index_page_in(self.data.default_language())
    }

    /// Renders the page with all codes for a reader of a language.
    ///
    /// # Errors
    ///
    /// Returns an error if a replaced template is invalid.
    pub fn index_page_in(&self, language: Option<&str>) -> Result<String, DocsError> {
        let lang = page_language(language);
        let pages = Value::from(Serde(self.pages()));
        self.index(context! { lang, ..pages })
    }

    /// Renders the page of a code or alias, in any case, or of a retired code, in the catalog's default language.
    ///
    /// # Errors
    ///
    /// Returns an error if a replaced template is invalid.
    pub fn code_page(&self, code: &str) -> Result<Option<String>, DocsError> {
        self.code_page_in(code, self.data.default_language())
    }

    /// Renders the page of a code for a reader of a language, whose message comes first.
    ///
    /// # Errors
    ///
    /// Returns an error if a replaced template is invalid.
    pub fn code_page_in(
        &self,
        code: &str,
        language: Option<&str>,
    ) -> Result<Option<String>, DocsError> {
        let lang = page_language(language);
        let Some(place) = self.places.get(&code.to_ascii_uppercase()) else { return Ok(None) };
        match *place {
            Place::Entry(number) => {
                let Some(entry) = self.entry(number) else { return Ok(None) };
                let find = |code: &str| self.find(code);
                let page =
                    page::page(&self.data, entry, self.links, &Modules::of(&self.data), &find)
                        .for_reader(language);
                self.code_html(page, context! { lang }).map(Some)
            }
            Place::Retired(number) => {
                let gone = page::gone(&self.data, &self.data.retired[number], self.links);
                let gone = Value::from(Serde(gone));
                self.page("retired.html", context! { lang, ..gone }).map(Some)
            }
        }
    }

    /// Renders the page that says that the catalog has no such code, for a reader of a language.
    ///
    /// # Errors
    ///
    /// Returns an error if a replaced template is invalid.
    pub fn unknown_page_in(&self, code: &str, language: Option<&str>) -> Result<String, DocsError> {
        self.page("unknown.html", context! { lang => page_language(language), code })
    }

    pub(crate) fn html(&self) -> Result<Vec<File>, DocsError> {
        let pages = self.pages();
        let mut files = Vec::with_capacity(self.places.len() + 1);
        for page in pages.all() {
            files.push(File::new(page.path(), self.code_html(page, context! {})?));
        }
        for gone in pages.all_gone() {
            files.push(File::new(gone.path(), self.page("retired.html", Serde(gone).into())?));
        }
        let index = self.index(Serde(pages).into())?;
        files.insert(0, File::new("index.html", index));
        files.extend(self.index.files().chain(self.code.files()).chain(self.index.icon()));
        Ok(files)
    }

    pub(crate) fn markdown(&self) -> Result<String, DocsError> {
        let text = self.environment.get_template("errors.md")?.render(Serde(self.pages()))?;
        Ok(printable(text))
    }

    pub(crate) fn custom(mut self, name: &str, template: &str) -> Result<String, DocsError> {
        self.environment.add_template_owned(name.to_owned(), template.to_owned())?;
        Ok(self.environment.get_template(name)?.render(Serde(self.pages()))?)
    }

    fn pages(&self) -> Pages<'_> {
        Pages::new(&self.data, self.links)
    }

    fn entry(&self, number: usize) -> Option<&Entry> {
        let own = &self.data.errors;
        own.get(number).or_else(|| self.data.framework.get(number - own.len()))
    }

    fn find(&self, code: &str) -> Option<&Entry> {
        match self.places.get(&code.to_ascii_uppercase())? {
            Place::Entry(number) => self.entry(*number),
            Place::Retired(_) => None,
        }
    }

    fn code_html<'p>(
        &self,
        page: impl Borrow<Page<'p>>,
        value: Value,
    ) -> Result<String, DocsError> {
        let page = page.borrow();
        let operations = Serde(self.operations.of(&page.entry.code));
        self.page("code.html", context! { page => Serde(page), operations, ..value })
    }

    fn index(&self, value: Value) -> Result<String, DocsError> {
        let api = self.api("");
        self.render("index.html", self.index.for_page(""), context! { api, ..value })
    }

    /// Renders a page other than the index.
    fn page(&self, name: &str, value: Value) -> Result<String, DocsError> {
        let service = self.data.service.as_str();
        let value = context! {
            index => self.links.index(),
            api => self.api("../"),
            catalog => context! { service },
            ..value
        };
        self.render(name, self.code.for_page("../"), value)
    }

    /// Returns the URL of the page about the operations, if the service has one.
    fn api(&self, root: &str) -> Option<String> {
        let is_served = self.links == Links::Routes && self.operations.has_page;
        is_served.then(|| format!("{root}docs"))
    }

    fn render(&self, name: &str, assets: Value, value: Value) -> Result<String, DocsError> {
        let html = self.environment.get_template(name)?.render(context! { ..assets, ..value })?;
        Ok(printable(html))
    }
}

/// Returns a style, a script or the icon. These are not templates, since they may contain any braces.
fn asset<'r>(replaced: &'r [(String, String)], wanted: &str) -> &'r str {
    let own = replaced.iter().rev().map(|(name, text)| (name.as_str(), text.as_str()));
    own.chain(TEMPLATES.iter().copied())
        .find(|(name, _)| *name == wanted)
        .map_or("", |(_, text)| text)
}

fn is_asset(name: &str) -> bool {
    [".css", ".js", ".svg"].iter().any(|ending| name.ends_with(ending))
}

/// A code takes precedence over an alias, and both over a retired code.
fn places(data: &CatalogData) -> HashMap<String, Place> {
    let entries = || data.entries().enumerate();
    let codes = entries().map(|(number, entry)| (&entry.code, Place::Entry(number)));
    let aliases = entries().flat_map(|(number, entry)| {
        entry.aliases.iter().map(move |alias| (alias, Place::Entry(number)))
    });
    let retired = data
        .retired
        .iter()
        .enumerate()
        .map(|(number, retired)| (&retired.code, Place::Retired(number)));
    let mut places = HashMap::new();
    for (name, place) in codes.chain(aliases).chain(retired) {
        places.entry(name.to_ascii_uppercase()).or_insert(place);
    }
    places
}

fn environment(
    data: &CatalogData,
    replaced: &[(String, String)],
) -> Result<Environment<'static>, minijinja::Error> {
    let mut environment = Environment::new();
    // Keeps the line of an error; `template_error` prints only that line.
    environment.set_debug(true);
    environment.set_fuel(Some(fuel(data)));
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .keep_trailing_newline(true)
            .build()?,
    );
    environment.set_formatter(format_value);
    environment.set_auto_escape_callback(|name| match name.rsplit('.').next() {
        Some("html" | "xml") => AutoEscape::Html,
        _ => AutoEscape::None,
    });
    environment.add_filter("md", |text: Cow<'_, str>| markdown_text::inline(&text));
    environment.add_filter("code", |text: Cow<'_, str>| markdown_text::code(&text));
    environment.add_filter("prose", |text: Cow<'_, str>| markdown::to_markdown(&text));
    environment.add_filter("fenced", |text: Cow<'_, str>| markdown_text::fenced("json", &text));
    environment.add_filter("text", |text: Cow<'_, str>| Value::from_safe_string(escaped(&text)));
    environment.add_filter("zh", |name: Cow<'_, str>| facts::in_chinese(&name).to_owned());
    let languages = data.languages.clone();
    let language = move |text: Cow<'_, str>| wording::language(&text, &languages).to_owned();
    environment.add_filter("language", language);
    environment.add_global("lang", page_language(data.default_language()));
    environment.add_global("has_both", both::are_in(&data.languages));
    for (name, text) in TEMPLATES.iter().copied().filter(|(name, _)| !is_asset(name)) {
        environment.add_template(name, text)?;
    }
    for (name, text) in replaced.iter().filter(|(name, _)| !is_asset(name)) {
        environment.add_template_owned(name.clone(), text.clone())?;
    }
    Ok(environment)
}

/// Writes a value of a template. In HTML a text is escaped as `MiniJinja` does, but a slash, of which paths and media
/// types have many, stays.
fn format_value(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), minijinja::Error> {
    let is_plain = value.is_safe() || *state.auto_escape() != AutoEscape::Html;
    let Some(mut text) = value.as_str().filter(|_| !is_plain) else {
        return escape_formatter(out, state, value);
    };
    while let Some(at) = text.find(['&', '<', '>', '"', '\'']) {
        out.write_str(&text[..at])?;
        out.write_str(match text.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        })?;
        text = &text[at + 1..];
    }
    Ok(out.write_str(text)?)
}

/// Escapes a text between tags, in which quotes may stay: a body has many.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Returns the steps that one template may take, so that a template with nested loops ends. The built-in ones take a
/// small part of it.
fn fuel(data: &CatalogData) -> u64 {
    const BASE: u64 = 5_000_000;
    const PER_CODE: u64 = 20_000;
    BASE + PER_CODE * data.entries().count() as u64
}

/// Returns the language of the pages for a reader of a language: Chinese for `zh`, else English.
#[must_use]
pub fn page_language(language: Option<&str>) -> &'static str {
    let primary = language.and_then(|language| language.split('-').next());
    if primary.is_some_and(|primary| primary.eq_ignore_ascii_case("zh")) { "zh" } else { "en" }
}
