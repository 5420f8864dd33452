//! Translation files: one line `CODE = text` for the message of each code, and `CODE.title`, `CODE.explanation`,
//! `CODE.help` and `CODE.deprecated` for its other texts; `#` begins a comment.

use crate::spec::{
    error_spec::ErrorSpec,
    template::{Literals, Template},
    text_kind::TextKind,
};
use core::fmt;
use errcode_format as format;
use std::{collections::HashMap, sync::OnceLock};

/// The texts of all translation files.
#[derive(Default)]
pub(super) struct Translations {
    /// The texts of each language, in the order of the files.
    files: Vec<(&'static str, Texts)>,
    /// The number of files that are the catalog's own.
    own: usize,
    mistakes: Vec<String>,
}

/// The texts of a file, by the keys of their codes.
#[derive(Default)]
struct Texts {
    messages: HashMap<u64, Template>,
    others: HashMap<(u64, TextKind), &'static str>,
}

/// A line of a file.
enum Line {
    Message(u64, Template),
    Other((u64, TextKind), &'static str),
}

impl Texts {
    /// Adds a line, unless there is a text already. Returns whether it did.
    fn add(&mut self, line: Line) -> bool {
        let known = self.messages.len() + self.others.len();
        match line {
            Line::Message(key, template) => drop(self.messages.entry(key).or_insert(template)),
            Line::Other(key, text) => drop(self.others.entry(key).or_insert(text)),
        }
        self.messages.len() + self.others.len() > known
    }
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
            let mut texts = Texts::default();
            // Editors on Windows write a byte order mark.
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            for (number, line) in text.lines().enumerate() {
                let mut complain =
                    |what: String| all.mistakes.push(format!("{language}:{}: {what}", number + 1));
                match entry(line, &lookup) {
                    Ok(None) => {}
                    Ok(Some(line)) => {
                        if !texts.add(line) {
                            complain("duplicate text of the code".to_owned());
                        }
                    }
                    Err(what) => complain(what),
                }
            }
            all.files.push((language, texts));
        }
        all.own = all.files.len();
        all
    }

    /// Adds the texts of merged catalogs, without their mistakes.
    pub(super) fn before(mut self, merged: Self) -> Self {
        self.files.extend(merged.files);
        self
    }

    /// Returns whether there is a file in the language.
    pub(super) fn has(&self, language: &str) -> bool {
        self.files.iter().any(|(known, _)| *known == language)
    }

    pub(super) fn find(&self, spec: ErrorSpec, language: &str) -> Option<(&'static str, Template)> {
        let key = format::key(&spec.code());
        self.of(language)
            .find_map(|(language, texts)| Some((*language, *texts.messages.get(&key)?)))
    }

    pub(super) fn text(
        &self,
        spec: ErrorSpec,
        kind: TextKind,
        language: &str,
    ) -> Option<&'static str> {
        let key = (format::key(&spec.code()), kind);
        self.of(language).find_map(|(_, texts)| texts.others.get(&key)).copied()
    }

    /// Returns the files in a language.
    fn of(&self, language: &str) -> impl Iterator<Item = &(&'static str, Texts)> {
        self.files.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(language))
    }

    /// Returns the mistakes.
    pub(super) fn mistakes(self) -> Vec<String> {
        self.mistakes
    }

    /// Returns the mistakes, and the public codes with a message that no file in an own language translates.
    pub(super) fn complaints(mut self, codes: &[ErrorSpec]) -> Result<(), Untranslated> {
        let mut languages: Vec<&str> = Vec::new();
        for (language, _) in &self.files[..self.own] {
            if !languages.contains(language) {
                languages.push(language);
            }
        }
        for language in languages {
            for spec in codes {
                let own = spec.user_template(Some(language)).is_some();
                let wanted = spec.user_template(None).is_some() && !spec.is_internal() && !own;
                if wanted && self.find(*spec, language).is_none() {
                    self.mistakes.push(format!("{language}: no text for `{}`", spec.code()));
                }
            }
        }
        if self.mistakes.is_empty() { Ok(()) } else { Err(Untranslated(self.mistakes)) }
    }
}

/// Parses a line; `None` for an empty line or a comment.
fn entry(
    line: &'static str,
    lookup: impl Fn(&str) -> Option<ErrorSpec>,
) -> Result<Option<Line>, String> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let (name, text) = line.split_once('=').ok_or("expected `CODE = text`")?;
    let (name, text) = (name.trim(), text.trim());
    if text.is_empty() {
        return Err(format!("`{name}` has no text"));
    }
    // A code may have a dot too, so the whole name is looked up first.
    if let Some(spec) = lookup(name) {
        return Ok(Some(Line::Message(format::key(&spec.code()), compile(spec, text)?)));
    }
    let part = name
        .rsplit_once('.')
        .and_then(|(code, part)| Some((lookup(code)?, TextKind::named(part)?)));
    let (spec, part) = part.ok_or_else(|| {
        let code = name.rsplit_once('.').map_or(name, |(code, _)| code);
        match lookup(code) {
            Some(_) => format!(
                "`{name}` is not a text; write `title`, `explanation`, `help` or `deprecated`"
            ),
            None => format!("the catalog has no code `{name}`"),
        }
    })?;
    Ok(Some(Line::Other((format::key(&spec.code()), part), text)))
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
///
/// ```
/// use errcode_core::AppError;
///
/// #[derive(Debug, AppError)]
/// #[error("no project {id}", code = "E2001", status = 404, user_msg = "there is no project {id}")]
/// struct NotFound { id: u64 }
///
/// errcode_core::catalog! {
///     static CATALOG = [NotFound];
///     translations = { "fr" = "E2001 = il n'y a pas de projet {number}" };
/// }
///
/// let untranslated = CATALOG.check_translations().unwrap_err();
/// assert!(untranslated.mistakes()[0].contains("number"), "{untranslated}");
/// ```
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
        for (number, mistake) in self.0.iter().enumerate() {
            f.write_str(if number == 0 { "" } else { "\n" })?;
            f.write_str(mistake)?;
        }
        Ok(())
    }
}

impl core::error::Error for Untranslated {}
