//! The answer of `explain`.

use crate::model::{Entry, Retired};
use serde::Serialize;
use std::collections::BTreeMap;

/// What a catalog knows about a code or a text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Answer {
    /// The query.
    pub query: String,
    /// The codes that match, the best match first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<Found>,
    /// The retired codes that match.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub retired: Vec<Retired>,
    /// Similar codes, where none matches.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suggestions: Vec<Suggestion>,
}

/// A code that matches.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Found {
    /// How the code was found.
    pub by: By,
    /// The code's entry in the catalog.
    #[serde(flatten)]
    pub entry: Entry,
}

/// How a code was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum By {
    /// By its name.
    Code,
    /// By an alias.
    Alias(String),
    /// By a message that was rendered from its template.
    Message {
        /// The language of the message; empty if the catalog names none.
        language: String,
        /// The template of the message.
        template: String,
        /// The values in the message, by placeholder.
        values: BTreeMap<String, String>,
    },
}

/// A code that is similar to the query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Suggestion {
    /// The code.
    pub code: String,
    /// Its title.
    pub title: String,
}

/// Longer queries are neither misspelled codes nor messages from memory, so nothing is suggested
/// for them.
const LONGEST_GUESS: usize = 300;

/// Returns whether the query is short enough for suggestions.
pub(crate) fn is_guess(query: &str) -> bool {
    query.chars().nth(LONGEST_GUESS).is_none()
}

impl Answer {
    /// Returns whether a code was found.
    #[must_use]
    pub fn is_found(&self) -> bool {
        !self.found.is_empty() || !self.retired.is_empty()
    }

    /// Returns the answer with the texts of each code in one language of the catalog. The message by which a code was
    /// found stays what it is.
    #[must_use]
    pub fn in_language(self, language: &str) -> Self {
        let found = self.found.into_iter();
        let found =
            found.map(|Found { by, entry }| Found { by, entry: entry.in_language(language) });
        Self { found: found.collect(), ..self }
    }

    /// Returns the answer as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }
}
