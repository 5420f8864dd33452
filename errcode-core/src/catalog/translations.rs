//! Translation files: one line `CODE = text` per code; `#` begins a comment.

use crate::spec::{
    error_spec::ErrorSpec,
    template::{Literals, Template},
};
use core::fmt;
use errcode_format as format;
use std::{collections::HashMap, sync::OnceLock};

/// The texts of all translation files.
#[derive(Default)]
pub(super) struct Translations {
    /// The texts by the keys of their codes, for each language in the order of the files.
    files: Vec<(&'static str, HashMap<u64, Template>)>,
    mistakes: Vec<String>,
}

/// The translation files, once they are read.
///
/// It is a static next to that of the catalog, because a constant, such as the list of a catalog that merges this one,
/// can only read a static without interior mutability.
#[doc(hidden)]
#[derive(Default)]
pub struct TranslationsCell(pub(super) OnceLock<Translations>);

impl fmt::Debug for TranslationsCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TranslationsCell").field("is_read", &self.0.get().is_some()).finish()
    }
}

impl TranslationsCell {
    /// Returns a cell of which nothing is read yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }
}

impl Translations {
    /// Reads the files, each with its language. `lookup` finds the row of a code.
    pub(super) fn read(
        files: &[(&'static str, &'static str)],
        lookup: impl Fn(&str) -> Option<ErrorSpec>,
    ) -> Self {
        let mut all = Self::default();
        for (language, text) in files {
            let mut texts = HashMap::new();
            for (number, line) in text.lines().enumerate() {
                let mut complain =
                    |what: String| all.mistakes.push(format!("{language}:{}: {what}", number + 1));
                match entry(line, &lookup) {
                    Ok(None) => {}
                    Ok(Some((key, template))) => {
                        if texts.insert(key, template).is_some() {
                            complain("duplicate text of the code".to_owned());
                        }
                    }
                    Err(what) => complain(what),
                }
            }
            all.files.push((language, texts));
        }
        all
    }

    pub(super) fn find(&self, spec: ErrorSpec, language: &str) -> Option<Template> {
        let (_, texts) =
            self.files.iter().find(|(known, _)| known.eq_ignore_ascii_case(language))?;
        texts.get(&format::key(&spec.code())).copied()
    }

    /// Returns the mistakes, and the public codes with a message that a file does not translate.
    pub(super) fn complaints(mut self, codes: &[ErrorSpec]) -> Result<(), Untranslated> {
        for (language, texts) in &self.files {
            for spec in codes {
                let own = spec.user_template(Some(language)).is_some();
                let wanted = spec.user_template(None).is_some() && !spec.is_internal() && !own;
                if wanted && !texts.contains_key(&format::key(&spec.code())) {
                    self.mistakes.push(format!("{language}: no text for `{}`", spec.code()));
                }
            }
        }
        if self.mistakes.is_empty() { Ok(()) } else { Err(Untranslated(self.mistakes)) }
    }
}

/// Parses a line into the key of the code and its text; `None` for an empty line or a comment.
fn entry(
    line: &'static str,
    lookup: impl Fn(&str) -> Option<ErrorSpec>,
) -> Result<Option<(u64, Template)>, String> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let (code, text) = line.split_once('=').ok_or("expected `CODE = text`")?;
    let (code, text) = (code.trim(), text.trim());
    let spec = lookup(code).ok_or_else(|| format!("the catalog has no code `{code}`"))?;
    let template = compile(spec, text)?;
    Ok(Some((format::key(&spec.code()), template)))
}

/// Turns a text with bare `{field}` placeholders into a template. Its memory is never freed, since a catalog is static.
fn compile(spec: ErrorSpec, text: &str) -> Result<Template, String> {
    if text.len() > usize::from(u16::MAX) {
        return Err("the text is longer than 65535 bytes".to_owned());
    }
    let mut literals = Literals::default();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        literals.push(&rest[..at]);
        let (brace, behind) = rest[at..].split_at(1);
        if let Some(behind) = behind.strip_prefix(brace) {
            literals.push(brace);
            rest = behind;
            continue;
        }
        let (name, behind) = behind
            .split_once('}')
            .filter(|_| brace == "{")
            .ok_or("unmatched brace; write a brace as `{{` or `}}`")?;
        let argument = spec.shown_argument(name).ok_or_else(|| {
            format!("`{{{name}}}` is not a field of `{}` that clients may see", spec.code())
        })?;
        literals.argument(argument);
        rest = behind;
    }
    literals.push(rest);
    Ok(literals.leak())
}

/// The mistakes in the translation files of a catalog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untranslated(Vec<String>);

impl Untranslated {
    /// Returns one line per mistake.
    #[must_use]
    pub fn mistakes(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for Untranslated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl core::error::Error for Untranslated {}
