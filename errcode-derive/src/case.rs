//! Names of types and variants, split into words and spelled in a case.

/// Splits a CamelCase name into words. A run of capitals is one word: `HTTPError` is `HTTP` and `Error`.
pub(crate) fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.trim_start_matches("r#").chars().collect();
    let mut words = vec![String::new()];
    for (i, &c) in chars.iter().enumerate() {
        let after = chars.get(i + 1);
        let before = i.checked_sub(1).map(|i| chars[i]);
        let starts = c.is_uppercase()
            && before.is_some_and(|before| {
                !before.is_uppercase() && before != '_'
                    || after.is_some_and(|after| after.is_lowercase())
            });
        if (c == '_' || starts) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if c != '_'
            && let Some(word) = words.last_mut()
        {
            word.push(c);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Returns "not found" for `NotFound`.
pub(crate) fn sentence(name: &str) -> String {
    words(name).join(" ").to_lowercase()
}

/// Returns `not_found` for `NotFound`.
pub(crate) fn snake(name: &str) -> String {
    words(name).join("_").to_lowercase()
}

/// How `codes = "…"` spells the name of a variant. The names are those of serde.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    pub(crate) const ALL: [(&'static str, Self); 8] = [
        ("snake_case", Self::Snake),
        ("SCREAMING_SNAKE_CASE", Self::ScreamingSnake),
        ("kebab-case", Self::Kebab),
        ("SCREAMING-KEBAB-CASE", Self::ScreamingKebab),
        ("camelCase", Self::Camel),
        ("PascalCase", Self::Pascal),
        ("lowercase", Self::Lower),
        ("UPPERCASE", Self::Upper),
    ];

    pub(crate) fn spell(self, name: &str) -> String {
        let words = words(name);
        match self {
            Self::Lower => words.concat().to_lowercase(),
            Self::Upper => words.concat().to_uppercase(),
            Self::Pascal => words.iter().map(|word| capital(word)).collect(),
            Self::Camel => {
                let rest: String = words.iter().skip(1).map(|word| capital(word)).collect();
                words.first().map_or_else(String::new, |first| first.to_lowercase()) + &rest
            }
            Self::Snake => words.join("_").to_lowercase(),
            Self::ScreamingSnake => words.join("_").to_uppercase(),
            Self::Kebab => words.join("-").to_lowercase(),
            Self::ScreamingKebab => words.join("-").to_uppercase(),
        }
    }
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + &chars.as_str().to_lowercase()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_words() {
        for (name, expected) in [
            ("NotFound", "not found"),
            ("HTTPError", "http error"),
            ("E404", "e404"),
            ("LlmUnavailable", "llm unavailable"),
            ("r#Type", "type"),
            ("Already_Snake", "already snake"),
            ("Sha256Mismatch", "sha256 mismatch"),
        ] {
            assert_eq!(sentence(name), expected, "{name}");
        }
    }

    #[test]
    fn every_case_is_spelled() {
        let spelled: Vec<_> =
            Case::ALL.iter().map(|(_, case)| case.spell("HTTPNotFound")).collect();
        assert_eq!(
            spelled,
            [
                "http_not_found",
                "HTTP_NOT_FOUND",
                "http-not-found",
                "HTTP-NOT-FOUND",
                "httpNotFound",
                "HttpNotFound",
                "httpnotfound",
                "HTTPNOTFOUND"
            ]
        );
    }
}
