//! A catalog in one language.

use super::{CatalogData, Entry, Example, Translation};
use std::collections::BTreeMap;

/// A text of an entry, and where its translations are.
struct Text {
    get: fn(&Entry) -> Option<String>,
    set: fn(&mut Entry, String, String),
}

const TEXTS: [Text; 5] = [
    Text {
        get: |entry| Some(entry.message.clone()),
        set: |entry, language, text| drop(entry.messages.insert(language, text)),
    },
    Text {
        get: |entry| Some(entry.title.clone()),
        set: |entry, language, text| entry.translation(language).title = Some(text),
    },
    Text {
        get: |entry| entry.explanation.clone(),
        set: |entry, language, text| entry.translation(language).explanation = Some(text),
    },
    Text {
        get: |entry| entry.help.clone(),
        set: |entry, language, text| entry.translation(language).help = Some(text),
    },
    Text {
        get: |entry| entry.deprecated.clone(),
        set: |entry, language, text| entry.translation(language).deprecated = Some(text),
    },
];

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

    /// Adds the other languages of a catalog that is in its default language: `others` are the same catalog as a
    /// service lists it for readers of each of them. A text that is the same in two languages may be a fallback, so
    /// it counts as neither.
    #[must_use]
    pub fn with_languages(mut self, others: &[(String, Self)]) -> Self {
        let Some(default) = self.default_language().map(str::to_owned) else { return self };
        let by_code = |(language, other): &'_ (String, Self)| {
            let entries = other.entries().map(|entry| (entry.code.clone(), entry.clone()));
            (language.clone(), entries.collect::<BTreeMap<String, Entry>>())
        };
        let others: Vec<_> = others.iter().map(by_code).collect();
        for entry in self.errors.iter_mut().chain(&mut self.framework) {
            let listed = others.iter().filter_map(|(language, entries)| {
                Some((language.as_str(), entries.get(&entry.code)?))
            });
            entry.add_languages(&default, &listed.collect::<Vec<_>>());
        }
        self
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
    fn translation(&mut self, language: String) -> &mut Translation {
        self.translations.entry(language).or_default()
    }

    fn add_languages(&mut self, default: &str, others: &[(&str, &Self)]) {
        for text in TEXTS {
            let Some(own) = (text.get)(self) else { continue };
            let different = others.iter().filter_map(|(language, other)| {
                let other = (text.get)(other).filter(|other| *other != own)?;
                Some(((*language).to_owned(), other))
            });
            let mut texts: Vec<(String, String)> = different.collect();
            if texts.len() == others.len() {
                texts.push((default.to_owned(), own));
            }
            for (language, translated) in texts {
                (text.set)(self, language, translated);
            }
        }
    }

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
