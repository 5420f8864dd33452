//! The documentation's formats.

use crate::{
    data,
    file::{File, PutError},
    model::Manual,
    openapi,
    page::{Links, Pages},
    schema, typescript,
};
use core::{fmt, str::FromStr};
use minijinja::{AutoEscape, Environment, Value, context, syntax::SyntaxConfig, value::Serde};
use std::borrow::Cow;

/// In which form the documentation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// `errors.md`.
    Markdown,
    /// `index.html`, and a page per code below `codes`.
    Html,
    /// `catalog.json`: the [`Manual`] itself.
    Json,
    /// `openapi.json`: components with a schema per code, and a response per status.
    OpenApi,
    /// `errors.ts`: types and a decoder.
    TypeScript,
    /// `errors.schema.json`: JSON Schemas of the bodies.
    Schema,
    /// `errors.csv`.
    Csv,
    /// Each example body as a file, below `fixtures`.
    Fixtures,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 8] = [
        Self::Markdown,
        Self::Html,
        Self::Json,
        Self::OpenApi,
        Self::TypeScript,
        Self::Schema,
        Self::Csv,
        Self::Fixtures,
    ];

    /// The name, as the command line spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Json => "json",
            Self::OpenApi => "openapi",
            Self::TypeScript => "ts",
            Self::Schema => "schema",
            Self::Csv => "csv",
            Self::Fixtures => "fixtures",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.as_str() == name).ok_or_else(|| {
            let names = Self::ALL.map(|format| format!("`{format}`")).join(", ");
            format!("unknown format `{name}`; expected one of {names}")
        })
    }
}

/// Why documentation could not be made.
#[derive(Debug)]
#[non_exhaustive]
pub enum DocsError {
    /// A template of the user's is wrong.
    Template(String),
    /// A file could not be put, or is stale.
    Put(PutError),
}

impl fmt::Display for DocsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template(message) => f.write_str(message),
            Self::Put(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for DocsError {}

impl From<PutError> for DocsError {
    fn from(error: PutError) -> Self {
        Self::Put(error)
    }
}

impl From<minijinja::Error> for DocsError {
    fn from(error: minijinja::Error) -> Self {
        Self::Template(format!("{error:#}"))
    }
}

macro_rules! templates {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("templates/", $name)))),*] };
}

/// The templates that can be replaced, by name.
const TEMPLATES: &[(&str, &str)] = templates![
    "base.html",
    "code.css",
    "code.html",
    "code.md",
    "errors.md",
    "index.css",
    "index.html",
    "page.js",
    "retired.html",
    "search.js",
    "style.css",
    "ui.html",
];

/// The documentation of a manual.
///
/// ```
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # #[error("no project", code = "E2001", status = 404)]
/// # struct NotFound;
/// # errcode_core::catalog! { static CATALOG = [NotFound]; }
/// use errcode_docs::{Audience, Docs, Format, Manual};
///
/// let manual = Manual::of(&CATALOG, Audience::Public);
/// let files = Docs::new(&manual).template("style.css", "body { color: teal }").files(Format::Html).unwrap();
/// assert_eq!(files[0].path, "index.html");
/// assert_eq!(files[1].path, "codes/E2001.html");
/// ```
pub struct Docs<'a> {
    manual: &'a Manual,
    links: Links,
    replaced: Vec<(String, String)>,
}

impl fmt::Debug for Docs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Docs({}, {} codes)", self.manual.service, self.manual.errors.len())
    }
}

impl<'a> Docs<'a> {
    /// The documentation of a manual.
    #[must_use]
    pub fn new(manual: &'a Manual) -> Self {
        Self { manual, links: Links::Files, replaced: Vec::new() }
    }

    /// The same with links between routes, `errors` and `errors/{code}`, instead of files.
    #[must_use]
    pub fn served(self) -> Self {
        Self { links: Links::Routes, ..self }
    }

    /// Puts another text in place of a template: `index.html`, `code.html`, `retired.html`, `base.html`, `ui.html`, `style.css`, `index.css`, `code.css`,
    /// `page.js`, `search.js`, `errors.md` or `code.md`. The language is [MiniJinja's](https://docs.rs/minijinja); HTML templates escape by themselves.
    #[must_use]
    pub fn template(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.replaced.push((name.into(), text.into()));
        self
    }

    /// The files of a format.
    ///
    /// # Errors
    ///
    /// Where a template that was put in place of another is wrong.
    pub fn files(&self, format: Format) -> Result<Vec<File>, DocsError> {
        Ok(match format {
            Format::Markdown => vec![File::new("errors.md", self.markdown()?)],
            Format::Html => self.html()?,
            Format::Json => vec![File::new("catalog.json", data::json(self.manual))],
            Format::OpenApi => vec![File::new("openapi.json", openapi::document(self.manual))],
            Format::TypeScript => vec![File::new("errors.ts", typescript::module(self.manual))],
            Format::Schema => vec![File::new("errors.schema.json", schema::document(self.manual))],
            Format::Csv => vec![File::new("errors.csv", data::csv(self.manual))],
            Format::Fixtures => data::fixtures(self.manual),
        })
    }

    /// A file by a template of one's own, for a format or language that is not among these. It sees what `errors.md` sees: `manual`, `pages`, `framework`,
    /// `retired`. A name that ends in `.html` or `.xml` escapes by itself; `.jinja` and `.j2` at its end are left out.
    ///
    /// # Errors
    ///
    /// Where the template is wrong.
    pub fn custom(&self, name: &str, template: &str) -> Result<File, DocsError> {
        let name = name.strip_suffix(".jinja").or_else(|| name.strip_suffix(".j2")).unwrap_or(name);
        let mut environment = self.environment()?;
        environment.add_template_owned(name.to_owned(), template.to_owned())?;
        let text = environment.get_template(name)?.render(Serde(Pages::new(self.manual, self.links)))?;
        Ok(File::new(name, text))
    }

    /// The page over all codes.
    ///
    /// # Errors
    ///
    /// Where a template that was put in place of another is wrong.
    pub fn index_page(&self) -> Result<String, DocsError> {
        let environment = self.environment()?;
        let pages = Pages::new(self.manual, self.links);
        self.render(
            &environment,
            "index.html",
            ["style.css", "index.css"],
            &["page.js", "search.js"],
            Serde(pages).into(),
        )
    }

    /// The page of a code or alias, in any case, or of a retired code.
    ///
    /// # Errors
    ///
    /// Where a template that was put in place of another is wrong.
    pub fn code_page(&self, code: &str) -> Result<Option<String>, DocsError> {
        let pages = Pages::new(self.manual, self.links);
        let environment = self.environment()?;
        if let Some(page) = pages.page(code) {
            return self.page(&environment, "code.html", context! { page => Serde(page) }).map(Some);
        }
        pages.gone(code).map(|gone| self.page(&environment, "retired.html", Serde(gone).into())).transpose()
    }

    fn html(&self) -> Result<Vec<File>, DocsError> {
        let environment = self.environment()?;
        let mut files = vec![File::new("index.html", self.index_page()?)];
        let pages = Pages::new(self.manual, self.links);
        for page in pages.all() {
            files.push(File::new(
                page.path(),
                self.page(&environment, "code.html", context! { page => Serde(page) })?,
            ));
        }
        for gone in pages.all_gone() {
            files.push(File::new(gone.path(), self.page(&environment, "retired.html", Serde(gone).into())?));
        }
        Ok(files)
    }

    fn page(&self, environment: &Environment<'_>, name: &str, value: Value) -> Result<String, DocsError> {
        let service = self.manual.service.as_str();
        let own = context! { index => self.links.index(), manual => context! { service }, ..value };
        self.render(environment, name, ["style.css", "code.css"], &["page.js"], own)
    }

    fn markdown(&self) -> Result<String, DocsError> {
        let environment = self.environment()?;
        Ok(environment.get_template("errors.md")?.render(Serde(Pages::new(self.manual, self.links)))?)
    }

    fn environment(&self) -> Result<Environment<'_>, DocsError> {
        let mut environment = Environment::new();
        environment.set_syntax(
            SyntaxConfig::builder()
                .trim_blocks(true)
                .lstrip_blocks(true)
                .keep_trailing_newline(true)
                .build()?,
        );
        environment.set_auto_escape_callback(|name| match name.rsplit('.').next() {
            Some("html" | "xml") => AutoEscape::Html,
            _ => AutoEscape::None,
        });
        environment.add_filter("md", |text: Cow<'_, str>| crate::markdown_text::inline(&text));
        environment.add_filter("code", |text: Cow<'_, str>| crate::markdown_text::code(&text));
        environment.add_filter("prose", |text: Cow<'_, str>| crate::prose::to_markdown(&text));
        environment.add_filter("fenced", |text: Cow<'_, str>| crate::markdown_text::fenced("json", &text));
        environment.add_global("lang", page_language(self.manual));
        let replaced = self.replaced.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        for (name, text) in TEMPLATES.iter().copied().chain(replaced).filter(|(name, _)| !is_asset(name)) {
            environment.add_template(name, text)?;
        }
        Ok(environment)
    }

    /// A page with its one style and its one script in it, which its Content-Security-Policy names by their hashes.
    fn render(
        &self,
        environment: &Environment<'_>,
        name: &str,
        styles: [&str; 2],
        scripts: &[&str],
        value: Value,
    ) -> Result<String, DocsError> {
        let style: String = styles.iter().map(|name| self.asset(name)).collect();
        let script: String = scripts.iter().map(|name| self.asset(name)).collect();
        let csp = crate::csp::policy(&style, &script);
        Ok(environment.get_template(name)?.render(context! { style, script, csp, ..value })?)
    }

    /// A style or script: no template, it may hold braces of any kind.
    fn asset(&self, wanted: &str) -> &str {
        let replaced = self.replaced.iter().rev().map(|(name, text)| (name.as_str(), text.as_str()));
        replaced
            .chain(TEMPLATES.iter().copied())
            .find(|(name, _)| *name == wanted)
            .map_or("", |(_, text)| text)
    }
}

fn is_asset(name: &str) -> bool {
    name.ends_with(".css") || name.ends_with(".js")
}

/// The language that the pages open in: Chinese where the catalog's own is, else English.
fn page_language(manual: &Manual) -> &'static str {
    if manual.default_language().is_some_and(|language| language.to_ascii_lowercase().starts_with("zh")) {
        "zh"
    } else {
        "en"
    }
}
