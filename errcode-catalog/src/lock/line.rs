//! The lines of a lock.

use super::LockedAlert;
use crate::{model::Entry, retryable::Retryable};
use errcode_core::{Category, Level, SubjectKind};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use std::collections::BTreeMap;

/// The first line: the version of the format, and the settings of the catalog.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    pub(crate) errcode_lock: u32,
    pub(crate) service: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) languages: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) docs: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) grammar: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) modules: BTreeMap<u32, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) kinds: BTreeMap<u32, String>,
}

/// The line of a code in use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Line {
    /// The code.
    pub code: String,
    /// The HTTP status.
    pub status: u16,
    /// The category.
    pub category: Category,
    /// Whether a retry of the same request may succeed.
    #[serde(default)]
    pub retryable: Retryable,
    /// The constant delay before a retry, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// The variant, such as `ProjectError::NotFound`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub variant: String,
    /// Whether the code is internal: clients never see it.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub internal: bool,
    /// The code that clients see instead of an internal one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_as: Option<String>,
    /// The members of `details` and their JSON types.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
    /// How a body names the part of the request that is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectKind>,
    /// The names of the response headers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<String>,
    /// The aliases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// The number of the gRPC status, if the code names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grpc: Option<u8>,
    /// The level of the log event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The alert, with its threshold.
    #[serde(default)]
    pub alert: LockedAlert,
    /// Whether the code counts as a failure for a circuit breaker.
    #[serde(default)]
    pub breaker: bool,
    /// The owner of the code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The URL of the runbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runbook: Option<String>,
    /// The title.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The template of the user message by language; the language is empty if the catalog names
    /// none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub messages: BTreeMap<String, String>,
    /// What to do about the error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Why the code is deprecated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
    /// The code that replaces this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
}

impl Line {
    /// Returns the code and its aliases.
    pub(crate) fn names(&self) -> impl Iterator<Item = &String> {
        core::iter::once(&self.code).chain(&self.aliases)
    }

    pub(super) fn of(entry: &Entry) -> Self {
        let source = entry.source.clone().unwrap_or_default();
        let details =
            entry.details.iter().map(|detail| (detail.name.clone(), detail.shape().to_string()));
        Self {
            code: entry.code.clone(),
            status: entry.status,
            category: entry.category,
            retryable: entry.retryable,
            retry_after: entry.retry_after,
            variant: source.path(),
            internal: source.internal,
            public_as: source.public_as,
            details: details.collect(),
            subject: entry.subject,
            headers: entry.headers.iter().map(|header| header.name.clone()).collect(),
            aliases: entry.aliases.clone(),
            grpc: entry.grpc,
            level: source.level,
            alert: LockedAlert { severity: source.alert, over: source.alert_over },
            breaker: source.breaker,
            owner: source.owner,
            runbook: source.runbook,
            title: entry.title.clone(),
            messages: own_messages(entry),
            help: entry.help.clone(),
            deprecated: entry.deprecated.clone(),
            replaced_by: entry.replaced_by.clone(),
        }
    }
}

/// Returns the messages that the code itself has, without fallbacks in other languages.
fn own_messages(entry: &Entry) -> BTreeMap<String, String> {
    let is_own = |language: &str| {
        entry.source.as_ref().is_none_or(|source| {
            !source.neutral
                && !source.untranslated.iter().any(|untranslated| untranslated == language)
        })
    };
    let own = entry.texts().filter(|(language, _)| is_own(language));
    own.map(|(language, text)| (language.to_owned(), text.to_owned())).collect()
}

/// A line after the first.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Row {
    Retired { code: String, retired: String },
    Code(Box<Line>),
}

impl Row {
    /// Returns the names that no other line may have.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        let (code, aliases): (_, &[String]) = match self {
            Self::Retired { code, .. } => (code, &[]),
            Self::Code(line) => (&line.code, &line.aliases),
        };
        core::iter::once(code).chain(aliases)
    }
}

/// Written by hand, since serde's untagged enums only report that no variant matched.
impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Retired {
            code: String,
            retired: String,
        }
        let object = serde_json::Map::deserialize(deserializer)?;
        if object.contains_key("retired") {
            let retired: Retired =
                serde_json::from_value(object.into()).map_err(D::Error::custom)?;
            return Ok(Self::Retired { code: retired.code, retired: retired.retired });
        }
        serde_json::from_value(object.into())
            .map(|line| Self::Code(Box::new(line)))
            .map_err(D::Error::custom)
    }
}
