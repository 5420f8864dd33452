//! Texts of a page in Chinese and English, of which the style shows one.

use errcode_catalog::{Entry, Example, Translation};
use serde::Serialize;

/// The languages that a page can switch between.
pub(super) const LANGUAGES: [&str; 2] = ["zh", "en"];

/// Returns whether a catalog in these languages can be read in each of them.
pub(crate) fn are_in(languages: &[String]) -> bool {
    LANGUAGES.iter().all(|wanted| languages.iter().any(|language| has_primary(language, wanted)))
}

/// A text in Chinese and English, if it is in both, else only in the language that it has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Both {
    /// The text in the catalog's default language.
    any: String,
    zh: Option<String>,
    en: Option<String>,
}

impl Both {
    /// Returns a text of the code; `translated` is the text in a translation.
    pub(super) fn of(
        entry: &Entry,
        any: &str,
        translated: impl Fn(&Translation) -> Option<&str>,
    ) -> Self {
        let texts = entry.translations.iter();
        let [zh, en] =
            in_both(texts.filter_map(|(language, texts)| Some((language, translated(texts)?))));
        Self::new(any, zh, en)
    }

    fn new(any: &str, zh: Option<&str>, en: Option<&str>) -> Self {
        let both = zh.zip(en).filter(|(zh, en)| zh != en);
        let (zh, en) = both.map(|(zh, en)| (zh.to_owned(), en.to_owned())).unzip();
        Self { any: any.to_owned(), zh, en }
    }

    /// Returns the lines of the text; those that are the same in both languages are there once. Texts with different
    /// numbers of lines are one line.
    pub(super) fn lines(&self) -> Vec<Self> {
        let Some((zh, en)) = self.zh.as_deref().zip(self.en.as_deref()) else {
            return vec![self.clone()];
        };
        if zh.lines().count() != en.lines().count() {
            return vec![self.clone()];
        }
        let line = |(zh, en)| Self::new(zh, Some(zh), Some(en));
        zh.lines().zip(en.lines()).map(line).collect()
    }

    /// Returns what a function makes of each text.
    pub(super) fn map(self, make: impl Fn(&str) -> String) -> Self {
        let some = |text: Option<String>| text.map(|text| make(&text));
        Self { any: make(&self.any), zh: some(self.zh), en: some(self.en) }
    }
}

/// Returns the body of an example, indented; `default` is the catalog's default language.
pub(super) fn body(example: &Example, default: Option<&str>) -> Both {
    let own = default.map(|language| (language, example.pretty()));
    let others =
        example.bodies.keys().map(|language| (language.as_str(), example.pretty_in(language)));
    let bodies: Vec<(&str, String)> = own.into_iter().chain(others).collect();
    let [zh, en] = in_both(bodies.iter().map(|(language, body)| (language, body.as_str())));
    Both::new(&example.pretty(), zh, en)
}

/// Returns the Chinese and the English one of texts with their languages.
fn in_both<'t, L: AsRef<str>>(texts: impl Iterator<Item = (L, &'t str)>) -> [Option<&'t str>; 2] {
    let mut found = [None, None];
    for (language, text) in texts {
        for (at, wanted) in LANGUAGES.into_iter().enumerate() {
            if has_primary(language.as_ref(), wanted) {
                found[at].get_or_insert(text);
            }
        }
    }
    found
}

pub(super) fn has_primary(language: &str, wanted: &str) -> bool {
    language.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::{Both, body};
    use errcode_catalog::Example;

    fn example(body: &str, en: &str) -> Example {
        let json = serde_json::json!({
            "format": "envelope", "content_type": "application/json", "body": body, "bodies": { "en": en }
        });
        serde_json::from_value(json).expect("an example")
    }

    #[test]
    fn a_body_is_in_both_languages_if_it_differs() {
        let both = body(&example(r#"{"a":"一"}"#, r#"{"a":"one"}"#), Some("zh-CN"));
        let (zh, en) = ("{\n  \"a\": \"一\"\n}", "{\n  \"a\": \"one\"\n}");
        assert_eq!(both, Both::new(zh, Some(zh), Some(en)));
        let one = |text: &str| Both { any: text.to_owned(), ..Both::default() };
        assert_eq!(body(&example("eins", "one"), Some("de")), one("eins"));
        assert_eq!(body(&example("one", "one"), Some("zh")), one("one"));
        assert_eq!(body(&example("one", "two"), None), one("one"));
    }
}
