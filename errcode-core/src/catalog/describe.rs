//! A catalog as JSON, as `/errors` returns it.

use super::catalog::Catalog;
use crate::{
    json::{self, Object},
    spec::{
        error_spec::ErrorSpec,
        neutral,
        retry::{Retry, Retryable},
        text_kind::TextKind,
    },
};

/// What a description of the catalog has, and in which language.
///
/// ```
/// use errcode_core::{AppError, Listing};
///
/// #[derive(Debug, AppError)]
/// #[error("no project", code = "E2001", status = 404, user_msg = "there is no project")]
/// struct NotFound;
///
/// errcode_core::catalog! { static CATALOG = [NotFound]; service = "projects"; }
///
/// let mut json = Vec::new();
/// CATALOG.write_json(Listing::default(), &mut json);
/// assert!(json.starts_with(br#"{"service":"projects","#));
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Listing<'a> {
    /// The language of the messages; `None` for the catalog's default language.
    pub language: Option<&'a str>,
    /// Whether to add internal facts: file, line, type, variant, level, owner and runbook.
    pub source: bool,
}

impl<'a> Listing<'a> {
    /// Returns the listing of the public facts in this language.
    #[must_use]
    pub fn in_language(language: Option<&'a str>) -> Self {
        Self { language, source: false }
    }

    /// Returns the listing with the internal facts.
    #[must_use]
    pub fn with_source(self, source: bool) -> Self {
        Self { source, ..self }
    }
}

impl Catalog {
    /// Writes `{"service": …, "languages": […], "errors": […], "framework": […]}`, each list sorted by code. Internal
    /// codes are only included with `source`.
    pub fn write_json(&self, listing: Listing<'_>, out: &mut Vec<u8>) {
        let mut object = Object::open(out);
        object.string("service", self.service());
        write_list(&mut object, "languages", self.offered_languages().into_iter());
        for (name, specs) in [("errors", self.errors()), ("framework", self.framework())] {
            let out = object.member(name);
            out.push(b'[');
            let mut separator: &[u8] = b"";
            for spec in specs.into_iter().filter(|spec| listing.source || !spec.is_internal()) {
                out.extend_from_slice(separator);
                separator = b",";
                self.write_error_json(spec, listing, out);
            }
            out.push(b']');
        }
        object.close();
    }

    /// Writes the object of one code.
    pub fn write_error_json(&self, spec: ErrorSpec, listing: Listing<'_>, out: &mut Vec<u8>) {
        let mut object = Object::open(out);
        object.string("code", &spec.code());
        object.number("status", u64::from(self.answered_status(spec)));
        object.string("category", spec.category().as_str());
        match spec.retryable() {
            Retryable::Conditional => object.string("retryable", "conditional"),
            retryable => object.bool("retryable", retryable == Retryable::Yes),
        }
        if let Some(after) = Retry::new(true, spec.retry_after()).after_seconds() {
            object.number("retry_after", after);
        }
        let language = listing.language.or(self.default_language());
        object.string("title", title(Some(self), spec, language));
        object.string("message", &self.message_template(spec, language));
        let text = |kind| self.text(spec, kind, language);
        for (name, text) in [
            ("explanation", text(TextKind::Explanation)),
            ("help", text(TextKind::Help)),
            ("since", spec.since()),
            ("deprecated", text(TextKind::Deprecated)),
            ("replaced_by", spec.replaced_by()),
        ] {
            object.optional(name, text);
        }
        object.optional("docs", self.docs(&spec.code()).as_deref());
        write_list(&mut object, "tags", spec.tags());
        write_list(&mut object, "aliases", spec.aliases());
        if listing.source {
            write_source(&mut object, spec);
        }
        object.close();
    }

    /// Writes `{"code": …, "retired": true, "reason": …}` for a retired code, regardless of case. Returns `false` if
    /// the code is not a retired one.
    pub fn write_retired_json(&self, code: &str, out: &mut Vec<u8>) -> bool {
        let mut retired = self.tables().iter().flat_map(|table| table.retired());
        let Some(found) = retired.find(|retired| retired.code.eq_ignore_ascii_case(code)) else {
            return false;
        };
        let mut object = Object::open(out);
        object.string("code", found.code);
        object.bool("retired", true);
        object.string("reason", found.reason);
        object.close();
        true
    }

    /// Returns the user message as it is written, from the attribute or a translation file; `None` if the code has none
    /// in this language. A text without a language is in the default one.
    ///
    /// ```
    /// # use errcode_core::AppError;
    /// # #[derive(Debug, AppError)]
    /// # #[error("x", code = "E2001", status = 404, user_msg = "项目 {id} 不存在")]
    /// # struct NotFound { id: u64 }
    /// errcode_core::catalog! {
    ///     static CATALOG = [NotFound];
    ///     languages = ["zh", "en"];
    ///     translations = { "fr" = "E2001 = projet {id} introuvable" };
    /// }
    /// let spec = CATALOG.lookup("E2001").unwrap();
    /// assert_eq!(CATALOG.message_in(spec, "zh").unwrap(), "项目 {id} 不存在");
    /// assert_eq!(CATALOG.message_in(spec, "fr").unwrap(), "projet {id} introuvable");
    /// assert_eq!(CATALOG.message_in(spec, "en"), None);
    /// ```
    #[must_use]
    pub fn message_in(&self, spec: ErrorSpec, language: &str) -> Option<String> {
        let is_default =
            self.default_language().is_some_and(|known| known.eq_ignore_ascii_case(language));
        let untagged = || spec.user_message_template(Some("")).filter(|_| is_default);
        let translated =
            || self.translated(spec, language).map(|(_, template)| spec.as_written(template));
        spec.user_message_template(Some(language)).or_else(translated).or_else(untagged)
    }

    /// Returns the neutral text of the code's category, which readers of the language get if the code has no message;
    /// `None` if it has one, or if there is no neutral text in the language.
    #[must_use]
    pub fn neutral_message_in(&self, spec: ErrorSpec, language: &str) -> Option<&'static str> {
        let has_own =
            spec.user_template(None).is_some() || self.translated(spec, language).is_some();
        let is_known = neutral::is_neutral_language(language);
        (is_known && !has_own).then(|| neutral::neutral(spec, Some(language)))
    }

    /// Returns the user message as it is written: in the language, else the default one, else the category's neutral
    /// text.
    #[must_use]
    pub fn message_template(&self, spec: ErrorSpec, language: Option<&str>) -> String {
        let default = self.default_language();
        let own =
            |language: Option<&str>| language.and_then(|language| self.message_in(spec, language));
        own(language)
            .or_else(|| own(default))
            .or_else(|| spec.user_message_template(None))
            .unwrap_or_else(|| neutral::neutral(spec, language.or(default)).to_owned())
    }
}

/// Returns the title of a code in a language, else the one that the code has.
pub(crate) fn title(
    catalog: Option<&Catalog>,
    spec: ErrorSpec,
    language: Option<&str>,
) -> &'static str {
    let text = match catalog {
        Some(catalog) => catalog.text(spec, TextKind::Title, language),
        None => language.and_then(|language| spec.text_in(TextKind::Title, language)),
    };
    text.unwrap_or_else(|| spec.title())
}

/// Writes the internal facts.
fn write_source(object: &mut Object<'_>, spec: ErrorSpec) {
    object.string("level", spec.level().as_str());
    object.string("enum", spec.type_name());
    object.string("variant", spec.variant());
    object.string("module", spec.module());
    object.string("file", spec.file());
    object.number("line", u64::from(spec.line()));
    object.optional("owner", spec.owner());
    object.optional("runbook", spec.runbook().as_deref());
    object.bool("internal", spec.is_internal());
}

fn write_list<'a>(
    object: &mut Object<'_>,
    name: &'static str,
    mut texts: impl Iterator<Item = &'a str>,
) {
    let Some(first) = texts.next() else { return };
    let out = object.member(name);
    out.push(b'[');
    json::push_string(out, first);
    for text in texts {
        out.push(b',');
        json::push_string(out, text);
    }
    out.push(b']');
}
