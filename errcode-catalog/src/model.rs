//! The catalog as plain data: one owned model that all formats, the lock file and all rules read.

mod build;
mod filter;
mod language;
mod modules;
mod read;

use crate::{name_error::NameError, pretty::pretty, read_error::ReadError, retryable::Retryable};
use core::fmt;
use errcode_core::{Alert, AlertThreshold, Category, Level, SubjectKind, shape::Shape};
pub use filter::Filter;
pub use modules::Modules;
pub use read::InvalidCatalog;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, str::FromStr};

/// The readers of the documentation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Clients: without internal codes and without anything about the source.
    #[default]
    Public,
    /// The developers and operators of the service: with internal codes and the place of each code
    /// in the source.
    Internal,
}

impl Audience {
    /// Returns the name, as the command line spells it.
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
    type Err = NameError;

    fn from_str(name: &str) -> Result<Self, NameError> {
        match name {
            "public" => Ok(Self::Public),
            "internal" => Ok(Self::Internal),
            _ => Err(NameError::unknown("audience", name, &["public", "internal"])),
        }
    }
}

/// Everything that a catalog says about its codes, as plain data: made from a
/// [`Catalog`](errcode_core::Catalog), or read from `catalog.json` or from the response to `GET
/// /errors`.
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
    /// The name of the service; empty if the catalog has none.
    #[serde(default)]
    pub service: String,
    /// The readers that it was made for.
    #[serde(default)]
    pub audience: Audience,
    /// The languages of the messages, the default language first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<String>,
    /// The URL of a code's page, with `{code}` in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
    /// The grammar of the codes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grammar: Option<String>,
    /// The modules in the codes, by number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub modules: BTreeMap<u32, String>,
    /// The kinds in the codes, by number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<u32, String>,
    /// The codes of the catalog, sorted.
    pub errors: Vec<Entry>,
    /// The codes of framework faults, sorted.
    #[serde(default)]
    pub framework: Vec<Entry>,
    /// The retired codes, sorted.
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
    /// Whether a retry of the same request may succeed.
    #[serde(default)]
    pub retryable: Retryable,
    /// The constant delay before a retry, in whole seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// The short constant summary.
    pub title: String,
    /// The template of the user message in the default language.
    pub message: String,
    /// The template of the user message by language, as clients with that language get it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub messages: BTreeMap<String, String>,
    /// The other texts by language, if the catalog has several.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub translations: BTreeMap<String, Translation>,
    /// Why the error happens, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// What to do about the error, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The version in which the code was added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Why the code is deprecated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
    /// The code that replaces this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
    /// The URL of the code's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
    /// The tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The aliases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The number of the gRPC status code, if the code names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grpc: Option<u8>,
    /// The members of `details`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Detail>,
    /// Whether a body may lack `details`, because an internal code is shown as this one, without
    /// any values.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub details_optional: bool,
    /// How a body names the part of the request that is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectKind>,
    /// The response headers that the code declares.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<Header>,
    /// The body in each format, as the service writes it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Example>,
    /// The internal part.
    #[serde(flatten, deserialize_with = "read::source", skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
}

/// The texts of a code in one language, without its message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Translation {
    /// The short constant summary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Why the error happens, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// What to do about the error, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Why the code is deprecated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
}

/// One member of `details`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Detail {
    /// The member's name.
    pub name: String,
    /// The Rust type of the field, as written in the source.
    #[serde(rename = "type")]
    pub ty: String,
    /// Whether the member is always a string in JSON, for any type of the field.
    #[serde(default)]
    pub text: bool,
    /// The example value of the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    /// What the member is, in Markdown: the doc comment of the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub docs: Option<String>,
}

/// One response header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Header {
    /// The header's name.
    pub name: String,
    /// The value, if it is constant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// An example body in one format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Example {
    /// The name of the format: `envelope`, `problem`, `json-api`, or `own` for a format of the
    /// service's own, which is in place of the envelope.
    #[serde(alias = "form")]
    pub format: String,
    /// The media type.
    pub content_type: String,
    /// The HTTP status, if the format answers with another one than the code's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The exact text of the body, with the message in the default language.
    pub body: String,
    /// The body in each other language in which it differs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub bodies: BTreeMap<String, String>,
}

/// The internal part of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Source {
    /// The level of the log event; absent if a lock does not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The message of the log line as it is written, with its placeholders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<String>,
    /// The type that declares the code.
    #[serde(rename = "enum")]
    pub ty: String,
    /// The name of the variant, or of the type if it is a struct.
    pub variant: String,
    /// Whether the code is that of a variant which is named like its enum, so that it is not taken for a struct's.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub(crate) is_variant: bool,
    /// The module path of the type, beginning with its crate.
    pub module: String,
    /// The source file, relative to its package.
    pub file: String,
    /// The line in the source file.
    pub line: u32,
    /// The owner of the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The URL of the runbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbook: Option<String>,
    /// Whether the code is internal: clients never see it.
    #[serde(default)]
    pub internal: bool,
    /// The code that clients see instead of an internal one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_as: Option<String>,
    /// The alert that the code raises.
    #[serde(default)]
    pub alert: Alert,
    /// The threshold of the alert, `20/1m` in JSON; without one the first failure raises the alert.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert_over: Option<AlertThreshold>,
    /// Whether the code counts as a failure for a circuit breaker.
    #[serde(default)]
    pub breaker: bool,
    /// The condition of `retryable(when = …)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_condition: Option<String>,
    /// The part of the doc comment from `# Internal` on, in Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The languages of the catalog in which the code lacks a message of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub untranslated: Vec<String>,
    /// Whether the messages are the neutral text of the category, because the code has none of its
    /// own.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub neutral: bool,
    /// The sensitive fields that a `Display` written by hand may show.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unredacted: Vec<String>,
    /// The prefix that the type requires of its codes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub prefix: String,
    /// The module of the catalog that the type declares for its codes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub catalog_module: String,
}

/// A retired code, which must never be used again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Retired {
    /// The code.
    pub code: String,
    /// Why the code was retired, or what to use instead.
    pub reason: String,
    /// The codes of the catalog that the reason mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leads_to: Vec<String>,
}

impl CatalogData {
    /// Parses the output of the format `json`, or the response of a service to `GET /errors`.
    /// Errors name the file by `name`.
    ///
    /// # Errors
    ///
    /// Returns an error with the line if the text is not such JSON.
    pub fn read(name: &str, json: &str) -> Result<Self, ReadError> {
        serde_json::from_str(json).map_err(|error| ReadError::of_json(name, &error))
    }

    /// Returns the public part: without internal codes and without anything about the source.
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

    /// Returns the entry of a code or alias, in any case, including the codes of the framework.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<&Entry> {
        self.entries().find(|entry| entry.is_called(code))
    }

    /// Returns the retired code with this name, in any case.
    #[must_use]
    pub fn find_retired(&self, code: &str) -> Option<&Retired> {
        self.retired.iter().find(|retired| retired.code.eq_ignore_ascii_case(code))
    }

    /// Returns the entries of the catalog, then those of the framework.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.errors.iter().chain(&self.framework)
    }

    /// Returns all codes, including aliases and retired codes.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        let names =
            self.entries().flat_map(|entry| core::iter::once(&entry.code).chain(&entry.aliases));
        names.chain(self.retired.iter().map(|retired| &retired.code)).map(String::as_str)
    }

    /// Returns the default language.
    #[must_use]
    pub fn default_language(&self) -> Option<&str> {
        self.languages.first().map(String::as_str)
    }
}

impl Entry {
    /// Returns whether `code` is this code or one of its aliases, in any case.
    #[must_use]
    pub fn is_called(&self, code: &str) -> bool {
        self.code.eq_ignore_ascii_case(code)
            || self.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(code))
    }

    /// Returns whether every body has `details`.
    #[must_use]
    pub fn has_details(&self) -> bool {
        !self.details.is_empty() && !self.details_optional
    }

    /// Returns the HTTP status of an answer in the service's default format, the first of the examples.
    #[must_use]
    pub fn answered_status(&self) -> u16 {
        self.examples.first().and_then(|example| example.status).unwrap_or(self.status)
    }

    /// Whether the code is internal: clients never see it.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.source.as_ref().is_some_and(|source| source.internal)
    }

    /// Returns each message with its language, which is empty if the catalog names none.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let alone = self.messages.is_empty().then_some(("", self.message.as_str()));
        self.messages.iter().map(|(language, text)| (language.as_str(), text.as_str())).chain(alone)
    }
}

impl Detail {
    /// Returns the JSON type of the member.
    #[must_use]
    pub fn shape(&self) -> Shape {
        if self.text { Shape::Text } else { Shape::from_type(&self.ty) }
    }
}

impl Example {
    /// Returns the body with one member per line if it is JSON, else the body as it is.
    #[must_use]
    pub fn pretty(&self) -> String {
        pretty(&self.body)
    }

    /// Returns the body in another language likewise.
    #[must_use]
    pub fn pretty_in(&self, language: &str) -> String {
        pretty(self.bodies.get(language).unwrap_or(&self.body))
    }
}

impl Source {
    /// Returns for example `ProjectError::NotFound`, or only the type if it is a struct.
    #[must_use]
    pub fn path(&self) -> String {
        if self.ty == self.variant && !self.is_variant {
            self.ty.clone()
        } else {
            format!("{}::{}", self.ty, self.variant)
        }
    }
}
