//! What `explain` answers.

use crate::model::{Entry, Retired};
use serde::Serialize;
use std::collections::BTreeMap;

/// What a catalog knows of a code or a text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Answer {
    /// What was asked.
    pub query: String,
    /// The codes that were meant, the likeliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<Found>,
    /// The retired codes that were meant.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub retired: Vec<Retired>,
    /// Codes that may have been meant, where none was found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<Suggestion>,
}

/// A code that was meant.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Found {
    /// How it was found.
    pub by: By,
    /// Everything about it.
    #[serde(flatten)]
    pub entry: Entry,
}

/// How a code was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum By {
    /// It was named.
    Code,
    /// An alias of it was named.
    Alias(String),
    /// Its message was pasted.
    Message {
        /// The message's language; empty where the catalog names none.
        language: String,
        /// The message's template.
        template: String,
        /// The values in the pasted message.
        values: BTreeMap<String, String>,
    },
}

/// A code that may have been meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Suggestion {
    /// The code.
    pub code: String,
    /// Its title.
    pub title: String,
}

/// A query of more letters than this is no misspelt code and no message from memory, so nothing is near it.
const LONGEST_GUESS: usize = 300;

/// Whether the query is short enough that something may be near it.
pub(crate) fn is_guess(query: &str) -> bool {
    query.chars().nth(LONGEST_GUESS).is_none()
}

impl Answer {
    /// Whether a code was meant.
    #[must_use]
    pub fn is_found(&self) -> bool {
        !self.found.is_empty() || !self.retired.is_empty()
    }

    /// The answer as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }
}
