//! The formats of the documentation.

use crate::{
    docs_error::DocsError,
    file::File,
    openapi,
    operations::Operations,
    page::Links,
    prepared::{Prepared, page_language},
    schema, tabular, typescript,
};
use core::{fmt, str::FromStr};
use errcode_catalog::{CatalogData, NameError};
use std::borrow::Cow;

/// A format of the documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// `errors.md`.
    Markdown,
    /// `index.html`, and a page for each code in `codes`.
    Html,
    /// `catalog.json`: the [`CatalogData`] itself.
    Json,
    /// `openapi.json`: components with a schema for each code and a response for each status.
    OpenApi,
    /// `errors.ts`: types and a decoder.
    TypeScript,
    /// `errors.schema.json`: JSON Schemas of the bodies.
    Schema,
    /// `errors.csv`.
    Csv,
    /// Each example body as a file in `fixtures`.
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

    /// Returns the name, as the command line spells it.
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
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        let named = Self::ALL.into_iter().find(|format| format.as_str() == name);
        named.ok_or_else(|| NameError::unknown("format", name, &Self::ALL.map(Self::as_str)))
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
    operations: Operations,
    replaced: Vec<(String, String)>,
    /// The language of the words around the texts in Markdown: `zh` or `en`.
    words: &'static str,
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
        Self::of(Cow::Borrowed(data))
    }

    /// Creates the documentation of a catalog that it owns: for a server, together with
    /// [`prepared`](Self::prepared).
    #[must_use]
    pub fn owned(data: CatalogData) -> Docs<'static> {
        Docs::of(Cow::Owned(data))
    }

    fn of(data: Cow<'a, CatalogData>) -> Self {
        Self {
            data,
            links: Links::Files,
            operations: Operations::default(),
            replaced: Vec::new(),
            words: "en",
        }
    }

    /// Shows the texts in one language of the catalog. In Markdown the words around them are Chinese for `zh`, else
    /// English, as they are by default.
    #[must_use]
    pub fn in_language(self, language: &str) -> Self {
        let data = Cow::Owned(self.data.into_owned().in_language(language));
        Self { data, words: page_language(Some(language)), ..self }
    }

    /// Links pages by the routes `errors` and `errors/{code}` instead of by files.
    #[must_use]
    pub fn served(self) -> Self {
        Self { links: Links::Routes, ..self }
    }

    /// Adds the operations of an OpenAPI document: the page of a code names those that answer with it. They are known
    /// by the extension `x-error-codes` of a response, which `codes!` of errcode-utoipa writes.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not JSON.
    pub fn openapi(self, document: &str) -> Result<Self, DocsError> {
        Ok(Self { operations: Operations::read(document)?, ..self })
    }

    /// Returns whether an operation of the OpenAPI document answers with a code of the catalog. If not, it is another
    /// service's document, or one without the extension.
    #[must_use]
    pub fn has_operations(&self) -> bool {
        self.operations.has_any(self.data.entries().map(|entry| entry.code.as_str()))
    }

    /// Replaces a template: `index.html`, `code.html`, `retired.html`, `unknown.html`, `base.html`, `parts.html`,
    /// `ui.html`, `style.css`, `index.css`, `code.css`, `page.js`, `search.js`, `copy.js`, `icon.svg`, `errors.md`
    /// or `code.md`. The language is [MiniJinja's](https://docs.rs/minijinja); HTML templates escape
    /// automatically. The [crate's documentation](crate#templates) lists what they see.
    #[must_use]
    pub fn template(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.replaced.push((name.into(), text.into()));
        self
    }

    /// Returns the files of a format.
    ///
    /// # Errors
    ///
    /// Returns an error if a replaced template is invalid.
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

    /// Renders a template of your own, for a format or language that is not built in. It sees what
    /// `errors.md` sees: `catalog`, `pages`, `framework`, `retired`. Names that end in `.html` or
    /// `.xml` escape automatically; the endings `.jinja` and `.j2` are removed from the file name.
    ///
    /// # Errors
    ///
    /// Returns an error if the template is invalid.
    pub fn custom(&self, name: &str, template: &str) -> Result<File, DocsError> {
        let name = name.strip_suffix(".jinja").or_else(|| name.strip_suffix(".j2")).unwrap_or(name);
        Ok(File::new(name, self.ready()?.custom(name, template)?))
    }

    /// Renders the page with all codes.
    ///
    /// # Errors
    ///
    /// Returns an error if a replaced template is invalid.
    pub fn index_page(&self) -> Result<String, DocsError> {
        self.ready()?.index_page()
    }

    /// Renders the page of a code or alias, in any case, or of a retired code. To render many
    /// pages, use [`prepared`](Self::prepared).
    ///
    /// # Errors
    ///
    /// Returns an error if a replaced template is invalid.
    pub fn code_page(&self, code: &str) -> Result<Option<String>, DocsError> {
        self.ready()?.code_page(code)
    }

    /// Parses the templates and indexes the codes. The cost of a page then does not depend on the
    /// number of codes.
    ///
    /// # Errors
    ///
    /// Returns an error if a replaced template is invalid.
    pub fn prepared(self) -> Result<Prepared<'a>, DocsError> {
        Prepared::new(self.data, self.links, self.operations, &self.replaced, self.words)
    }

    fn ready(&self) -> Result<Prepared<'_>, DocsError> {
        let data = Cow::Borrowed(&*self.data);
        Prepared::new(data, self.links, self.operations.clone(), &self.replaced, self.words)
    }
}
