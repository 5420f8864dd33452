//! The documentation's formats.

use crate::{
    docs_error::DocsError, file::File, openapi, page::Links, prepared::Prepared, schema, tabular,
    typescript,
};
use core::{fmt, str::FromStr};
use errcode_catalog::CatalogData;
use std::borrow::Cow;

/// In which form the documentation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// `errors.md`.
    Markdown,
    /// `index.html`, and a page per code below `codes`.
    Html,
    /// `catalog.json`: the [`CatalogData`] itself.
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

/// The documentation of a catalog.
///
/// ```
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # #[error("no project", code = "E2001", status = 404)]
/// # struct NotFound;
/// # errcode_core::catalog! { static CATALOG = [NotFound]; }
/// use errcode_docs::{Audience, Docs, Format, CatalogData};
///
/// let data = CatalogData::of(&CATALOG, Audience::Public);
/// let files = Docs::new(&data).template("style.css", "body { color: teal }").files(Format::Html).unwrap();
/// assert_eq!(files[0].path, "index.html");
/// assert_eq!(files[1].path, "codes/E2001.html");
/// ```
pub struct Docs<'a> {
    data: Cow<'a, CatalogData>,
    links: Links,
    replaced: Vec<(String, String)>,
}

impl fmt::Debug for Docs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Docs({}, {} codes)", self.data.service, self.data.errors.len())
    }
}

impl<'a> Docs<'a> {
    /// The documentation of a catalog.
    #[must_use]
    pub fn new(data: &'a CatalogData) -> Self {
        Self { data: Cow::Borrowed(data), links: Links::Files, replaced: Vec::new() }
    }

    /// The documentation of a data, which it keeps: for a server, together with [`prepared`](Self::prepared).
    #[must_use]
    pub fn owned(data: CatalogData) -> Docs<'static> {
        Docs { data: Cow::Owned(data), links: Links::Files, replaced: Vec::new() }
    }

    /// The same with links between routes, `errors` and `errors/{code}`, instead of files.
    #[must_use]
    pub fn served(self) -> Self {
        Self { links: Links::Routes, ..self }
    }

    /// Puts another text in place of a template: `index.html`, `code.html`, `retired.html`, `base.html`, `ui.html`, `style.css`, `index.css`, `code.css`,
    /// `page.js`, `search.js`, `copy.js`, `errors.md` or `code.md`. The language is [MiniJinja's](https://docs.rs/minijinja); HTML templates escape by
    /// themselves. The [crate's page](crate#templates-of-ones-own) says what they see.
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
        let data = &*self.data;
        Ok(match format {
            Format::Markdown => vec![File::new("errors.md", self.ready()?.markdown()?)],
            Format::Html => self.ready()?.html()?,
            Format::Json => vec![File::new("catalog.json", tabular::json(data))],
            Format::OpenApi => vec![File::new("openapi.json", openapi::document(data))],
            Format::TypeScript => vec![File::new("errors.ts", typescript::module(data))],
            Format::Schema => vec![File::new("errors.schema.json", schema::document(data))],
            Format::Csv => vec![File::new("errors.csv", tabular::csv(data))],
            Format::Fixtures => tabular::fixtures(data),
        })
    }

    /// A file by a template of one's own, for a format or language that is not among these. It sees what `errors.md` sees: `catalog`, `pages`, `framework`,
    /// `retired`. A name that ends in `.html` or `.xml` escapes by itself; `.jinja` and `.j2` at its end are left out.
    ///
    /// # Errors
    ///
    /// Where the template is wrong.
    pub fn custom(&self, name: &str, template: &str) -> Result<File, DocsError> {
        let name = name.strip_suffix(".jinja").or_else(|| name.strip_suffix(".j2")).unwrap_or(name);
        Ok(File::new(name, self.ready()?.custom(name, template)?))
    }

    /// The page over all codes.
    ///
    /// # Errors
    ///
    /// Where a template that was put in place of another is wrong.
    pub fn index_page(&self) -> Result<String, DocsError> {
        self.ready()?.index_page()
    }

    /// The page of a code or alias, in any case, or of a retired code. Who asks for many keeps what [`prepared`](Self::prepared) gives.
    ///
    /// # Errors
    ///
    /// Where a template that was put in place of another is wrong.
    pub fn code_page(&self, code: &str) -> Result<Option<String>, DocsError> {
        self.ready()?.code_page(code)
    }

    /// With the templates parsed and the codes in an index: each page then costs what it shows, whatever the number of codes.
    ///
    /// # Errors
    ///
    /// Where a template that was put in place of another is wrong.
    pub fn prepared(self) -> Result<Prepared<'a>, DocsError> {
        Prepared::new(self.data, self.links, &self.replaced)
    }

    fn ready(&self) -> Result<Prepared<'_>, DocsError> {
        Prepared::new(Cow::Borrowed(&*self.data), self.links, &self.replaced)
    }
}
