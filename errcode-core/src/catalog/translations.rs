//! Flat translation files: one line `CODE = text` per code, `#` begins a comment.

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
    /// By language, in the order of the files, then by the code's key.
    files: Vec<(&'static str, HashMap<u64, Template>)>,
    mistakes: Vec<String>,
}

/// The files once they are read. It stands beside its catalog: a constant of another crate, such as the list of a catalog that merges this one,
/// may read a static only where nothing in it changes.
#[doc(hidden)]
#[derive(Default)]
pub struct TranslationsCell(pub(super) OnceLock<Translations>);

impl TranslationsCell {
    /// Nothing is read yet.
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
                            complain("the code has a text already".to_owned());
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

    /// The mistakes, and the public codes that a file leaves out although they have a message of their own.
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

/// The code's key and its text; nothing for an empty line or a comment.
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

/// A text with bare `{field}` in it as a template. Its memory stays: a catalog lives as long as its process.
fn compile(spec: ErrorSpec, text: &str) -> Result<Template, String> {
    if text.len() > usize::from(u16::MAX) {
        return Err("a text has at most 65535 bytes".to_owned());
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
            .ok_or("a brace has no partner; a brace itself is written `{{` or `}}`")?;
        let argument = spec.shown_argument(name).ok_or_else(|| {
            format!("`{{{name}}}` is no field that clients may see of `{}`", spec.code())
        })?;
        literals.argument(argument);
        rest = behind;
    }
    literals.push(rest);
    Ok(literals.leak())
}

/// Everything that is wrong with a catalog's translation files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untranslated(Vec<String>);

impl Untranslated {
    /// One line per mistake.
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
