//! A catalog in one language.

use super::{CatalogData, Entry, Example};

impl CatalogData {
    /// Returns the language of the catalog that a name means, in any case, or that includes it: `zh` for `zh-CN`.
    #[must_use]
    pub fn language(&self, name: &str) -> Option<&str> {
        let known = |wanted: &str| {
            let mut languages = self.languages.iter();
            languages.find(|known| known.eq_ignore_ascii_case(wanted)).map(String::as_str)
        };
        known(name).or_else(|| name.rmatch_indices('-').find_map(|(end, _)| known(&name[..end])))
    }

    /// Returns the catalog with its texts in one language, which becomes its only one. A text that is not translated
    /// stays in the default language.
    #[must_use]
    pub fn in_language(self, language: &str) -> Self {
        let entries = |entries: Vec<Entry>| {
            entries.into_iter().map(|entry| entry.in_language(language)).collect()
        };
        Self {
            languages: vec![language.to_owned()],
            errors: entries(self.errors),
            framework: entries(self.framework),
            ..self
        }
    }
}

impl Entry {
    /// Returns the entry with its texts in one language; a text that is not translated stays as it is.
    #[must_use]
    pub fn in_language(mut self, language: &str) -> Self {
        let translation = self.translations.remove(language).unwrap_or_default();
        let message = self.messages.remove(language);
        let messages = message.iter().map(|text| (language.to_owned(), text.clone())).collect();
        let example = |mut example: Example| Example {
            body: example.bodies.remove(language).unwrap_or(example.body),
            bodies: Default::default(),
            ..example
        };
        Self {
            title: translation.title.unwrap_or(self.title),
            explanation: translation.explanation.or(self.explanation),
            help: translation.help.or(self.help),
            deprecated: translation.deprecated.or(self.deprecated),
            message: message.unwrap_or(self.message),
            messages,
            translations: Default::default(),
            examples: self.examples.into_iter().map(example).collect(),
            ..self
        }
    }
}
