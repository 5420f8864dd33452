//! The name of a new crate.

use std::str::FromStr;

/// Names that cargo refuses, or that a crate below the new one has.
const TAKEN: [&str; 20] = [
    "alloc",
    "axum",
    "build",
    "core",
    "deps",
    "errcode-axum",
    "errcode-core",
    "errcode-runtime",
    "examples",
    "incremental",
    "metrics",
    "metrics-exporter-prometheus",
    "proc-macro",
    "serde",
    "serde-json",
    "sqlx",
    "std",
    "test",
    "tokio",
    "tower",
];

/// The name of a crate, which is also the name of its directory and, with underscores, of its library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CrateName(String);

impl CrateName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the name of the library.
    pub(crate) fn library(&self) -> String {
        self.0.replace('-', "_")
    }
}

impl FromStr for CrateName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_part = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
        let is_name = text.starts_with(|letter: char| letter.is_ascii_lowercase())
            && text.ends_with(is_part)
            && text.chars().all(|letter| is_part(letter) || ['-', '_'].contains(&letter));
        if !is_name {
            return Err(
                "write lowercase letters, digits and hyphens, beginning with a letter, as in \
                 `project-notes`"
                    .to_owned(),
            );
        }
        if text.len() > 64 {
            return Err("write at most 64 letters".to_owned());
        }
        let name = Self(text.to_owned());
        // Reserved since edition 2024, which syn does not know.
        let is_reserved = text == "gen" || syn::parse_str::<syn::Ident>(&name.library()).is_err();
        if is_reserved {
            return Err(format!("a keyword of Rust; write for example `{text}-service`"));
        }
        if TAKEN.contains(&&*text.replace('_', "-")) {
            return Err(format!(
                "the name is taken by Rust, cargo or a dependency; write for example `my-{text}`"
            ));
        }
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::CrateName;

    #[test]
    fn only_names_that_compile_are_taken() {
        for good in ["notes", "project-notes", "a", "n2", "under_score"] {
            assert!(good.parse::<CrateName>().is_ok(), "{good}");
        }
        for bad in [
            "", "Notes", "2notes", "-notes", "notes-", "a/b", "..", "no tes", "笔记", "_", "match",
            "gen",
        ] {
            assert!(bad.parse::<CrateName>().is_err(), "{bad}");
        }
        for taken in ["tokio", "serde_json", "std", "deps"] {
            let told = taken.parse::<CrateName>().unwrap_err();
            assert!(told.ends_with(&format!("`my-{taken}`")), "{told}");
        }
        assert!("x".repeat(65).parse::<CrateName>().is_err());
    }
}
