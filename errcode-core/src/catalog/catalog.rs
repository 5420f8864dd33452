//! The catalog: its settings, its rows and their index.

use super::{
    index,
    list::{File, List, Types, merged_files},
    settings::{OwnFormat, Settings},
    translations::{Translations, TranslationsCell, Untranslated},
};
use crate::{
    accept_language,
    failure::fault_codes::FaultCodes,
    spec::{error_spec::ErrorSpec, table::Table, template::Template, text_kind::TextKind},
};
use core::fmt;

/// All codes of a service. [`catalog!`](crate::catalog!) declares it.
///
/// ```
/// use errcode_core::AppError;
///
/// #[derive(Debug, AppError)]
/// #[error("no project {id}", code = "E2001", status = 404)]
/// struct NotFound { id: u64 }
///
/// errcode_core::catalog! { static CATALOG = [NotFound]; service = "projects"; }
///
/// let spec = CATALOG.lookup("e2001").unwrap();
/// assert_eq!((spec.code().as_str(), spec.status()), ("E2001", 404));
/// assert_eq!(CATALOG.lookup("E2002"), None);
/// ```
pub struct Catalog {
    /// The catalog's own tables, then those of the framework's faults.
    tables: &'static [&'static Table],
    own: usize,
    lists: &'static [List],
    index: &'static [u32],
    settings: Settings,
    /// The translation files, which are read when a text in one of their languages is first asked for.
    translations: &'static TranslationsCell,
}

impl Catalog {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        lists: &'static [List],
        tables: &'static [&'static Table],
        index: &'static [u32],
        settings: Settings,
        translations: &'static TranslationsCell,
    ) -> Self {
        let own = tables.len() - Self::FRAMEWORK.len();
        Self { tables, own, lists, index, settings, translations }
    }

    /// Creates a catalog from tables that were read from an artifact, and returns each pair of rows that share
    /// a code, which `catalog!` would refuse. Its memory is never freed. Returns `None` if there are more
    /// tables or rows than an index can hold.
    #[doc(hidden)]
    #[must_use]
    pub fn from_tables(
        own: &[&'static Table],
        framework: &[&'static Table],
        settings: Settings,
    ) -> Option<(Self, Vec<(ErrorSpec, ErrorSpec)>)> {
        let mut tables = own.to_vec();
        tables.extend_from_slice(framework);
        let tables: &'static [_] = tables.leak();
        let translations = Box::leak(Box::new(TranslationsCell::new()));
        let (index, shared) = index::fits(tables).then(|| index::collect(tables))?;
        Some((
            Self {
                tables,
                own: own.len(),
                lists: &[],
                index: index.leak(),
                settings,
                translations,
            },
            shared,
        ))
    }

    /// Returns what the catalog lists.
    pub(super) const fn lists(&self) -> &'static [List] {
        self.lists
    }

    /// Returns the translation files of this catalog, without those of merged catalogs.
    const fn own_files(&self) -> &'static [File] {
        self.settings.translations
    }

    pub(super) fn faults(&self) -> &'static dyn FaultCodes {
        self.settings.faults
    }

    /// The tables that every catalog has.
    #[doc(hidden)]
    pub const FRAMEWORK: &'static [&'static Table] = List::FRAMEWORK.tables;

    /// Returns the tables of the catalog's own types, in the order of the list.
    #[must_use]
    pub const fn tables(&self) -> &'static [&'static Table] {
        self.tables.split_at(self.own).0
    }

    /// Returns a number that no other catalog of the process has, and that is never 0: an address of its own data.
    pub(crate) fn id(&self) -> usize {
        core::ptr::from_ref(self.translations).addr()
    }

    /// Returns whether messages can be in the language: one of the catalog's languages, or that of a translation file.
    pub(crate) fn speaks(&self, language: &str) -> bool {
        self.languages().contains(&language) || self.translations().has(language)
    }

    /// Returns the name of the service; empty if the catalog gives none.
    #[must_use]
    pub const fn service(&self) -> &'static str {
        self.settings.service
    }

    /// Returns the languages of the user messages. The first is the default language, and that of untagged texts.
    #[must_use]
    pub const fn languages(&self) -> &'static [&'static str] {
        self.settings.languages
    }

    /// Returns the languages of the user messages, then those that only translation files have.
    ///
    /// The files of a merged catalog have texts, but choose no language: a client that asks for a language of the
    /// library only, and accepts one of the service's too, should get the latter. If the catalog itself has no
    /// language, it offers those of the files of the catalogs that it merges.
    #[must_use]
    pub fn offered_languages(&self) -> Vec<&'static str> {
        let mut offered = self.settings.languages.to_vec();
        let is_silent = offered.is_empty() && self.own_files().is_empty();
        let merged = if is_silent { merged_files(self.lists) } else { Vec::new() };
        for (language, _) in self.own_files().iter().chain(&merged) {
            if !offered.iter().any(|known| known.eq_ignore_ascii_case(language)) {
                offered.push(language);
            }
        }
        offered
    }

    /// Returns the language that an `Accept-Language` header asks for, among those of the catalog and its translation
    /// files.
    #[must_use]
    pub fn negotiate_language(&self, header: &str) -> Option<&'static str> {
        accept_language::negotiate(header, &self.offered_languages())
    }

    /// Returns the message of a code from a translation file, with the file's language.
    pub(crate) fn translated(
        &self,
        spec: ErrorSpec,
        language: &str,
    ) -> Option<(&'static str, Template)> {
        self.translations().find(spec, language)
    }

    /// Returns a text of a code in the language; `None` if the code has none in it. A text without a language is in the
    /// default one.
    ///
    /// ```
    /// use errcode_core::TextKind;
    /// # use errcode_core::AppError;
    /// # #[derive(Debug, AppError)]
    /// # #[error("x", code = "E2001", status = 404, title(zh = "项目不存在", en = "Not found"))]
    /// # struct NotFound;
    /// errcode_core::catalog! {
    ///     static CATALOG = [NotFound];
    ///     languages = ["zh", "en"];
    ///     translations = { "fr" = "E2001.title = Projet introuvable" };
    /// }
    /// let spec = CATALOG.lookup("E2001").unwrap();
    /// assert_eq!(CATALOG.text_in(spec, TextKind::Title, "en"), Some("Not found"));
    /// assert_eq!(CATALOG.text_in(spec, TextKind::Title, "fr"), Some("Projet introuvable"));
    /// assert_eq!(CATALOG.text_in(spec, TextKind::Help, "en"), None);
    /// ```
    #[must_use]
    pub fn text_in(&self, spec: ErrorSpec, kind: TextKind, language: &str) -> Option<&'static str> {
        let translated = || self.translations().text(spec, kind, language);
        let is_default =
            self.default_language().is_some_and(|known| known.eq_ignore_ascii_case(language));
        let untagged = || spec.text_in(kind, "").filter(|_| is_default);
        spec.text_in(kind, language).or_else(translated).or_else(untagged)
    }

    /// Returns a text of a code: in the language, else in the default language, else in any.
    #[must_use]
    pub fn text(
        &self,
        spec: ErrorSpec,
        kind: TextKind,
        language: Option<&str>,
    ) -> Option<&'static str> {
        let wanted = [language, self.default_language()];
        let known = wanted.into_iter().flatten();
        known
            .into_iter()
            .find_map(|language| self.text_in(spec, kind, language))
            .or_else(|| spec.any_text(kind))
    }

    fn translations(&self) -> &Translations {
        self.translations.0.get_or_init(|| self.read_translations())
    }

    /// Reads the catalog's own files, then those of merged catalogs, whose mistakes concern their own tests.
    fn read_translations(&self) -> Translations {
        let lookup = |code: &str| self.lookup(code);
        let own = Translations::read(self.own_files(), lookup);
        own.before(Translations::read(&merged_files(self.lists), lookup))
    }

    /// Checks the translation files: for codes without a text, codes that the catalog does not have, placeholders that
    /// clients must not see, and malformed lines. For a test of the crate that declares the catalog.
    ///
    /// # Errors
    ///
    /// Returns all mistakes, in the order of the files and their lines.
    pub fn check_translations(&self) -> Result<(), Untranslated> {
        self.read_translations().complaints(&self.errors())
    }

    /// Returns the lines of the translation files that cannot be read, each with its language and number.
    #[must_use]
    pub fn translation_mistakes(&self) -> Vec<String> {
        self.read_translations().mistakes()
    }

    /// Returns the default language.
    #[must_use]
    pub fn default_language(&self) -> Option<&'static str> {
        self.settings.languages.first().copied()
    }

    pub(crate) const fn own_format(&self) -> Option<&'static dyn OwnFormat> {
        self.settings.format
    }

    /// Returns the name of the service's own body format as the source has it, also for a catalog that was read from
    /// an artifact, which does not have the format itself.
    #[doc(hidden)]
    #[must_use]
    pub const fn body_format_name(&self) -> Option<&'static str> {
        if self.settings.format_name.is_empty() { None } else { Some(self.settings.format_name) }
    }

    /// Returns the HTTP status of a code's answers: that of the service's own body format, else the code's.
    #[must_use]
    pub fn answered_status(&self, spec: ErrorSpec) -> u16 {
        self.own_format().map_or(spec.status(), |format| format.status(self, spec))
    }

    /// Returns the address of the code's page, if the catalog has `docs`.
    #[must_use]
    pub fn docs(&self, code: &str) -> Option<String> {
        self.settings.docs.map(|address| address.replace("{code}", code))
    }

    /// Returns the grammar of the codes, such as `E{module:1}{kind:1}{serial:2}`, if the catalog has one.
    #[must_use]
    pub const fn grammar(&self) -> Option<&'static str> {
        self.settings.grammar
    }

    /// Returns the number and the name of each module in the codes.
    #[must_use]
    pub const fn modules(&self) -> &'static [(u32, &'static str)] {
        self.settings.modules
    }

    /// Returns the number and the name of each kind in the codes.
    #[must_use]
    pub const fn kinds(&self) -> &'static [(u32, &'static str)] {
        self.settings.kinds
    }

    /// Returns the row of a code or alias, regardless of case, in constant time.
    #[must_use]
    pub fn lookup(&self, code: &str) -> Option<ErrorSpec> {
        index::lookup(self.tables, self.index, code, || self.lookup_by_text(code))
    }

    /// It is a function of its own, so that looking up a usual code needs few registers.
    #[inline(never)]
    fn lookup_by_text(&self, code: &str) -> Option<ErrorSpec> {
        index::lookup_by_text(self.tables, self.index, code)
    }

    /// Returns whether the catalog has this very row under its key.
    #[inline]
    pub(super) fn lists_key(&self, spec: ErrorSpec) -> bool {
        index::has(self.tables, self.index, spec)
    }

    /// Returns the catalog's own codes, sorted.
    #[must_use]
    pub fn errors(&self) -> Vec<ErrorSpec> {
        sorted(self.tables())
    }

    /// Returns the codes of the framework's faults, sorted.
    #[must_use]
    pub fn framework(&self) -> Vec<ErrorSpec> {
        sorted(self.tables.split_at(self.own).1)
    }

    /// Returns the types in `transparent` variants of listed types, at any depth, that are not listed themselves.
    #[must_use]
    pub fn unlisted(&self) -> Vec<String> {
        let same = |a: &Table, b: &Table| a.name == b.name && a.module == b.module;
        let mut seen: Vec<&'static Table> = self.tables.to_vec();
        let mut missing = Vec::new();
        let mut next = 0;
        while let Some(table) = seen.get(next).copied() {
            next += 1;
            for child in table.children() {
                if !seen.iter().any(|known| same(known, child)) {
                    seen.push(child);
                    missing.push(format!("{}::{}", child.module, child.name));
                }
            }
        }
        missing
    }
}

impl List {
    /// Returns the item of a catalog to merge.
    #[must_use]
    pub const fn of_catalog(catalog: &'static Catalog) -> Self {
        Self {
            tables: catalog.tables(),
            types: Types::Of(catalog.lists),
            own: false,
            translations: catalog.own_files(),
        }
    }
}

fn sorted(tables: &[&'static Table]) -> Vec<ErrorSpec> {
    let mut specs = Vec::new();
    for table in tables {
        specs.extend(table.rows());
    }
    specs.sort_by_key(|spec| spec.code());
    specs
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalog")
            .field("service", &self.service())
            .field("tables", &self.tables())
            .finish_non_exhaustive()
    }
}
