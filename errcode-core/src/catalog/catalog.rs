//! The catalog itself: its settings, its rows and the index over them.

use super::{
    index,
    list::List,
    settings::Settings,
    translations::{Translations, TranslationsCell, Untranslated},
};
use crate::{
    accept_language,
    failure::{default_faults::DefaultFaults, fault_codes::FaultCodes},
    spec::{coded::Catalogued, error_spec::ErrorSpec, table::Table, template::Template},
};
use core::fmt;

/// All codes of a service. [`catalog!`](crate::catalog!) declares one.
pub struct Catalog {
    /// The catalog's own tables, then the framework's.
    tables: &'static [&'static Table],
    own: usize,
    lists: &'static [List],
    index: &'static [u32],
    settings: Settings,
    /// The translation files, read when the first text in one of their languages is asked for.
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

    /// A catalog over tables that were read from an artifact, and each pair of rows that share a code, which `catalog!` would refuse. Its memory is
    /// never given back. `None` where there are more tables or rows than an index can hold.
    #[doc(hidden)]
    #[must_use]
    pub fn from_tables(
        own: &[&'static Table],
        framework: &[&'static Table],
        settings: Settings,
    ) -> Option<(Self, Vec<(ErrorSpec, ErrorSpec)>)> {
        let tables: &'static [_] = [own, framework].concat().leak();
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

    /// The lists, for a catalog that merges this one.
    #[doc(hidden)]
    #[must_use]
    pub const fn lists(&self) -> &'static [List] {
        self.lists
    }

    pub(super) fn faults(&self) -> &'static dyn FaultCodes {
        self.settings.faults
    }

    /// The tables that every catalog has.
    #[doc(hidden)]
    pub const FRAMEWORK: &'static [&'static Table] = &[<DefaultFaults as Catalogued>::TABLE];

    /// The tables of the catalog's own types, in the order of the list.
    #[must_use]
    pub const fn tables(&self) -> &'static [&'static Table] {
        self.tables.split_at(self.own).0
    }

    /// A number that no other catalog of the process has, and never 0: the place of what only it has.
    pub(crate) fn id(&self) -> usize {
        core::ptr::from_ref(self.translations).addr()
    }

    /// Whether messages can be in the language: one of the catalog's own, or of a translation file.
    pub(crate) fn speaks(&self, language: &str) -> bool {
        self.languages().contains(&language)
            || self.settings.translations.iter().any(|(known, _)| *known == language)
    }

    /// The service's name; empty where the catalog gives none.
    #[must_use]
    pub const fn service(&self) -> &'static str {
        self.settings.service
    }

    /// The languages of the user messages; the first is the default one, in which untagged texts are.
    #[must_use]
    pub const fn languages(&self) -> &'static [&'static str] {
        self.settings.languages
    }

    /// The language of the catalog, of its attributes or its translation files, that an `Accept-Language` header asks for.
    #[must_use]
    pub fn negotiate_language(&self, header: &str) -> Option<&'static str> {
        let files = self.settings.translations.iter().map(|(language, _)| *language);
        let offered: Vec<_> = self.settings.languages.iter().copied().chain(files).collect();
        accept_language::negotiate(header, &offered)
    }

    /// The message of a code from a translation file.
    pub(crate) fn translated(&self, spec: ErrorSpec, language: &str) -> Option<Template> {
        if self.settings.translations.is_empty() {
            return None;
        }
        self.translations.0.get_or_init(|| self.read_translations()).find(spec, language)
    }

    fn read_translations(&self) -> Translations {
        Translations::read(self.settings.translations, |code| self.lookup(code))
    }

    /// What is wrong with the translation files: codes that a file has no text for, codes that the catalog does not have, placeholders that clients must not
    /// see, lines that are none. For a test of the crate that declares the catalog.
    ///
    /// # Errors
    ///
    /// Everything found, in the order of the files and their lines.
    pub fn check_translations(&self) -> Result<(), Untranslated> {
        self.read_translations().complaints(&self.errors())
    }

    /// The default language.
    #[must_use]
    pub fn default_language(&self) -> Option<&'static str> {
        self.settings.languages.first().copied()
    }

    /// The address of the code's page, where the catalog has `docs`.
    #[must_use]
    pub fn docs(&self, code: &str) -> Option<String> {
        self.settings.docs.map(|address| address.replace("{code}", code))
    }

    /// The form of the codes, as `E{module:1}{kind:1}{serial:2}`, where the catalog gives one.
    #[must_use]
    pub const fn grammar(&self) -> Option<&'static str> {
        self.settings.grammar
    }

    /// The number and the name of each module that stands in the codes.
    #[must_use]
    pub const fn modules(&self) -> &'static [(u32, &'static str)] {
        self.settings.modules
    }

    /// The number and the name of each kind that stands in the codes.
    #[must_use]
    pub const fn kinds(&self) -> &'static [(u32, &'static str)] {
        self.settings.kinds
    }

    /// The row of a code or alias, in any case. Constant time.
    #[must_use]
    pub fn lookup(&self, code: &str) -> Option<ErrorSpec> {
        index::lookup(self.tables, self.index, code)
    }

    /// The catalog's own codes, sorted.
    #[must_use]
    pub fn errors(&self) -> Vec<ErrorSpec> {
        sorted(self.tables())
    }

    /// The codes of frameworks' faults, sorted.
    #[must_use]
    pub fn framework(&self) -> Vec<ErrorSpec> {
        sorted(self.tables.split_at(self.own).1)
    }

    /// The names of the types that a `transparent` variant of a listed type holds, at any depth, and that no list names.
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

fn sorted(tables: &[&'static Table]) -> Vec<ErrorSpec> {
    let mut specs: Vec<_> = tables.iter().flat_map(|table| table.rows()).collect();
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
