//! The catalog as documentation: one owned model that every format, the lock file and all rules read.

mod build;
mod filter;
mod modules;
mod read;

use crate::{pretty::pretty, read_error::ReadError, retryable::Retryable};
use core::fmt;
use errcode_core::{Alert, AlertThreshold, Category, Level, SubjectKind, shape::Shape};
pub use filter::Filter;
pub use modules::Modules;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, str::FromStr};

/// Who reads the documentation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Clients: what the service says in public, without internal codes and without the source.
    #[default]
    Public,
    /// The service's own people: internal codes too, and where each code stands in the source.
    Internal,
}

impl Audience {
    /// The name, as the command line spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Audience {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "public" => Ok(Self::Public),
            "internal" => Ok(Self::Internal),
            _ => Err(format!("unknown audience `{name}`; expected `public` or `internal`")),
        }
    }
}

/// Everything that is said of a catalog's codes, as plain data: made from a [`Catalog`](errcode_core::Catalog), or read back from `catalog.json` or from
/// what a service answers to `GET /errors`.
///
/// ```
/// use errcode_core::AppError;
/// use errcode_catalog::{Audience, CatalogData};
///
/// #[derive(Debug, AppError)]
/// enum ProjectError {
///     /// No project has this id.
///     #[error("project {id} not found", code = "E2001", status = 404, user_msg = "no project {id}")]
///     NotFound { id: u64 },
/// }
/// errcode_core::catalog! { static CATALOG = [ProjectError]; }
///
/// let data = CatalogData::of(&CATALOG, Audience::Public);
/// let entry = data.find("e2001").unwrap();
/// assert_eq!((entry.status, entry.message.as_str()), (404, "no project {id}"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CatalogData {
    /// The service's name; empty where the catalog gives none.
    #[serde(default)]
    pub service: String,
    /// Whom it was made for.
    #[serde(default)]
    pub audience: Audience,
    /// The languages of the messages; the first is the default one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// The address of each code's page, with `{code}` in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
    /// The form of the codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grammar: Option<String>,
    /// The modules that stand in the codes, by number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub modules: BTreeMap<u32, String>,
    /// The kinds that stand in the codes, by number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<u32, String>,
    /// The catalog's own codes, sorted.
    pub errors: Vec<Entry>,
    /// The codes of frameworks' faults, sorted.
    #[serde(default)]
    pub framework: Vec<Entry>,
    /// The codes that must never be used again, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retired: Vec<Retired>,
}

/// One code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Entry {
    /// The code.
    pub code: String,
    /// The HTTP status.
    pub status: u16,
    /// The category.
    pub category: Category,
    /// Whether the same call may succeed later.
    #[serde(default)]
    pub retryable: Retryable,
    /// The constant wait before a retry, in whole seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// The short constant summary.
    pub title: String,
    /// The message's template in the default language.
    pub message: String,
    /// The message's template by language, as clients of that language read it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub messages: BTreeMap<String, String>,
    /// Why it happens: Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The version that brought the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Why the code should no longer be produced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
    /// The code that took this one's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
    /// The address of the code's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
    /// The tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The other names of the code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The number of the gRPC status code, where the code names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grpc: Option<u8>,
    /// The members of `details`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Detail>,
    /// Whether a body may lack `details`: an internal code is answered as this one, without any value.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub details_optional: bool,
    /// How a body names the part of the request at fault: `pointer`, `parameter`, `header`, or `violations` where there may be several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectKind>,
    /// The response headers that the code declares.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
    /// The body in each form, as the service writes it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Example>,
    /// What only the service's own people see.
    #[serde(flatten, deserialize_with = "read::source", skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// One member of `details`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Detail {
    /// The member's name.
    pub name: String,
    /// The field's Rust type, as it was written.
    #[serde(rename = "type")]
    pub ty: String,
    /// Whether the member is a string in JSON, whatever the field's type.
    #[serde(default)]
    pub text: bool,
    /// The example that the field gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
}

/// One response header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Header {
    /// The header's name.
    pub name: String,
    /// Its value, where it is constant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// The body of one form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Example {
    /// `envelope`, `problem`, `json-api`, or `own` for the service's own form.
    pub form: String,
    /// The media type.
    pub content_type: String,
    /// The body's text, byte for byte.
    pub body: String,
}

/// What only the service's own people see of a code.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Source {
    /// The level of the log event; absent where a lock does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The type that declares the code.
    #[serde(rename = "enum")]
    pub ty: String,
    /// The variant's name, or the type's where there is none.
    pub variant: String,
    /// The type's module, with its crate first.
    pub module: String,
    /// The source file, relative to the package.
    pub file: String,
    /// The line in that file.
    pub line: u32,
    /// Who owns the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The runbook's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbook: Option<String>,
    /// Whether clients never see the code.
    #[serde(default)]
    pub internal: bool,
    /// The code that clients see in an internal one's place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_as: Option<String>,
    /// The alert that the code raises.
    #[serde(default)]
    pub alert: Alert,
    /// The alert's threshold, in JSON `20/1m`; without one the first failure raises the alert.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_over: Option<AlertThreshold>,
    /// Whether the code counts against a circuit breaker.
    #[serde(default)]
    pub breaker: bool,
    /// The condition of `retryable(when = …)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_condition: Option<String>,
    /// The doc comment from `# Internal` on: Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The languages of the catalog in which the code has no message of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub untranslated: Vec<String>,
    /// Whether the messages are the category's neutral text, the code having none of its own.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub neutral: bool,
    /// The prefix that the type asks of its codes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefix: String,
    /// The module of the catalog that the type says its codes belong to.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub catalog_module: String,
}

/// A code that must never be used again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Retired {
    /// The code.
    pub code: String,
    /// Why it went, or what to use instead.
    pub reason: String,
    /// The codes of the catalog that the reason names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leads_to: Vec<String>,
}

impl CatalogData {
    /// Reads what the format `json` writes, or what a service answers to `GET /errors`. `name` is the file's, for the message.
    ///
    /// # Errors
    ///
    /// Where the text is no such JSON, with the line.
    pub fn read(name: &str, json: &str) -> Result<Self, ReadError> {
        serde_json::from_str(json).map_err(|error| ReadError::of_json(name, &error))
    }

    /// The part of it that clients may see: without internal codes, and without the source.
    #[must_use]
    pub fn into_public(self) -> Self {
        let public = |entries: Vec<Entry>| {
            let entries = entries.into_iter().filter(|entry| !entry.is_internal());
            entries.map(|entry| Entry { source: None, ..entry }).collect()
        };
        let mut data = Self {
            audience: Audience::Public,
            errors: public(self.errors),
            framework: public(self.framework),
            ..self
        };
        let shown: Vec<String> = data.errors.iter().map(|entry| entry.code.clone()).collect();
        for retired in &mut data.retired {
            retired.leads_to.retain(|code| shown.contains(code));
        }
        data
    }

    /// The entry of a code or alias, in any case; the framework's codes too.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<&Entry> {
        self.entries().find(|entry| entry.is_called(code))
    }

    /// The retired code of this name, in any case.
    #[must_use]
    pub fn find_retired(&self, code: &str) -> Option<&Retired> {
        self.retired.iter().find(|retired| retired.code.eq_ignore_ascii_case(code))
    }

    /// The catalog's own codes, then the framework's.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.errors.iter().chain(&self.framework)
    }

    /// Every code that is or was in use, and the aliases.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        let names =
            self.entries().flat_map(|entry| core::iter::once(&entry.code).chain(&entry.aliases));
        names.chain(self.retired.iter().map(|retired| &retired.code)).map(String::as_str)
    }

    /// The default language.
    #[must_use]
    pub fn default_language(&self) -> Option<&str> {
        self.languages.first().map(String::as_str)
    }
}

impl Entry {
    /// Whether this is the code or an alias of it, in any case.
    #[must_use]
    pub fn is_called(&self, code: &str) -> bool {
        self.code.eq_ignore_ascii_case(code)
            || self.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(code))
    }

    /// Whether every body has `details`.
    #[must_use]
    pub fn has_details(&self) -> bool {
        !self.details.is_empty() && !self.details_optional
    }

    /// Whether clients never see the code.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.source.as_ref().is_some_and(|source| source.internal)
    }

    /// Each message with its language; one with an empty language where the catalog names none.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let alone = self.messages.is_empty().then_some(("", self.message.as_str()));
        self.messages.iter().map(|(language, text)| (language.as_str(), text.as_str())).chain(alone)
    }
}

impl Detail {
    /// What the member looks like in JSON.
    #[must_use]
    pub fn shape(&self) -> Shape {
        if self.text { Shape::Text } else { Shape::of_type(&self.ty) }
    }
}

impl Example {
    /// Returns the body with a member per line where it is JSON, else the body.
    #[must_use]
    pub fn pretty(&self) -> String {
        pretty(&self.body)
    }
}

impl Source {
    /// `ProjectError::NotFound`, or the type alone where the code has no variant of its own.
    #[must_use]
    pub fn path(&self) -> String {
        if self.ty == self.variant {
            self.ty.clone()
        } else {
            format!("{}::{}", self.ty, self.variant)
        }
    }
}
