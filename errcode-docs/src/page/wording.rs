//! Words for readers, and the language of texts.

use errcode_core::shape::Shape;

/// Returns a JSON type in the syntax of TypeScript: `Record<string, (integer | null)[]>`.
pub(crate) fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Optional(inner) => format!("{} | null", self::shape(inner)),
        Shape::List(item) => match item.as_ref() {
            Shape::Optional(_) => format!("({})[]", self::shape(item)),
            _ => format!("{}[]", self::shape(item)),
        },
        Shape::Map(value) => format!("Record<string, {}>", self::shape(value)),
        simple => simple.to_string(),
    }
}

/// Guesses the language of a text by its letters, for the attribute `lang`, since titles and doc
/// comments do not name theirs. Returns a language of the catalog if one fits, and an empty string,
/// which HTML defines as unknown, if the letters do not decide.
pub(crate) fn language<'a>(text: &str, languages: &'a [String]) -> &'a str {
    let named = |wanted: &[&str]| {
        let is_wanted = |language: &&String| wanted.contains(&primary(language).as_str());
        languages.iter().find(is_wanted).map(String::as_str)
    };
    if text.contains(|letter| matches!(letter, '\u{ac00}'..='\u{d7a3}')) {
        return named(&["ko"]).unwrap_or("ko");
    }
    if text.contains(|letter| matches!(letter, '\u{3040}'..='\u{30ff}')) {
        return named(&["ja"]).unwrap_or("ja");
    }
    if text.contains(|letter| matches!(letter, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}'))
    {
        return named(&["zh", "ja"]).unwrap_or("zh");
    }
    let is_foreign = |letter: char| letter.is_alphabetic() && !letter.is_ascii();
    if text.contains(is_foreign) {
        return "";
    }
    // ASCII text is English, unless the catalog has a language with Latin letters but not English.
    let other_scripts = ["zh", "ja", "ko", "ru", "uk", "ar", "he", "el", "th", "hi"];
    let is_other = |language: &String| other_scripts.contains(&primary(language).as_str());
    named(&["en"]).unwrap_or(if languages.iter().all(is_other) { "en" } else { "" })
}

fn primary(language: &str) -> String {
    language.split('-').next().unwrap_or(language).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{language, shape};
    use errcode_core::shape::Shape;

    #[test]
    fn types_are_written_for_readers() {
        for (ty, shown) in [
            ("HashMap<String, Vec<Option<u8>>>", "Record<string, (integer | null)[]>"),
            ("Option<Vec<String>>", "string[] | null"),
            ("Vec<Vec<bool>>", "boolean[][]"),
            ("Money", "Money"),
        ] {
            assert_eq!(shape(&Shape::from_type(ty)), shown);
        }
    }

    #[test]
    fn letters_tell_the_language() {
        let languages =
            |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        for (text, catalog, found) in [
            ("The id is wrong.", &["zh"][..], "en"),
            ("The id is wrong.", &["zh", "en-GB"], "en-GB"),
            ("The id is wrong.", &[], "en"),
            ("Falsch", &["de"], ""),
            ("项目 {id} 不存在", &["zh-CN"], "zh-CN"),
            ("项目不存在", &["en"], "zh"),
            ("見つかりません", &["zh"], "ja"),
            ("größer", &["de"], ""),
        ] {
            assert_eq!(language(text, &languages(catalog)), found, "{text} of {catalog:?}");
        }
    }
}
