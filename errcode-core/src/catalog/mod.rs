//! All codes of a service: proven unique while the program compiles, looked up while it runs.

mod describe;
mod grammar;
mod index;
mod recognize;
mod settings;
mod translations;
mod variant;

use crate::template::Template;
use crate::{
    Catalogued, DefaultFaults, ErrorSpec, Failure, FaultError, FieldViolation, FrameworkFault,
    Table,
};
use core::{fmt, time::Duration};
use translations::Translations;

pub use describe::Listing;
#[doc(hidden)]
pub use grammar::check;
#[doc(hidden)]
pub use index::{build as build_index, capacity, concat, total};
#[doc(hidden)]
pub use recognize::recognizer;
#[doc(hidden)]
pub use settings::{List, Settings, Types};
#[doc(hidden)]
pub use translations::TranslationsCell;
pub use translations::Untranslated;
#[doc(hidden)]
pub use variant::variant;

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
        crate::language::negotiate(header, &offered)
    }

    /// The message of a code from a translation file.
    pub(crate) fn translated(&self, spec: ErrorSpec, language: &str) -> Option<Template> {
        if self.settings.translations.is_empty() {
            return None;
        }
        self.translations.0.get_or_init(|| Translations::read(self)).find(spec, language)
    }

    /// What is wrong with the translation files: codes that a file has no text for, codes that the catalog does not have, placeholders that clients must not
    /// see, lines that are none. For a test of the crate that declares the catalog.
    ///
    /// # Errors
    ///
    /// Everything found, in the order of the files and their lines.
    pub fn check_translations(&self) -> Result<(), Untranslated> {
        Translations::read(self).complaints(self)
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

    /// The error value that clients get for a framework's fault.
    #[must_use]
    #[track_caller]
    pub fn fault(&self, fault: &FrameworkFault) -> Failure {
        self.settings
            .faults
            .failure(fault)
            .unwrap_or_else(|| DefaultFaults::from_status(fault.status()).into())
    }

    /// The row under which a failure is logged: its own, or that of the fault it stands for. Internal codes stay what they are.
    #[must_use]
    pub fn logged(&self, failure: &Failure) -> ErrorSpec {
        failure
            .downcast_ref::<FaultError>()
            .map_or_else(|| failure.spec(), |error| self.fault(error.fault()).spec())
    }

    /// What clients see of a failure: its own code, the code of the fault it stands for, or the public code of an internal one.
    #[must_use]
    pub fn public(&self, failure: &Failure) -> Public {
        let Some(error) = failure.downcast_ref::<FaultError>() else {
            return self.unmasked(failure.clone());
        };
        let travels = !error.violations().is_empty() || error.retry_after().is_some();
        let refused = travels.then(|| failure.clone());
        Public { refused, ..self.unmasked(self.fault(error.fault())) }
    }

    /// The failure itself, or what stands in an internal one's place.
    fn unmasked(&self, failure: Failure) -> Public {
        let spec = failure.spec();
        if !spec.is_internal() {
            return Public { spec, failure: Some(failure), refused: None };
        }
        self.stand_in(spec)
    }

    /// What clients see in an internal code's place: the code that it names (`public_as`) without any value, else the one of an unforeseen fault.
    #[must_use]
    pub fn stand_in(&self, internal: ErrorSpec) -> Public {
        match internal
            .public_as()
            .and_then(|code| self.lookup(code))
            .filter(|spec| !spec.is_internal())
        {
            Some(spec) => Public { spec, failure: None, refused: None },
            None => Public::of_unknown(self.fault(&FrameworkFault::Unexpected)),
        }
    }
}

/// What clients see of a failure.
#[derive(Clone, Debug)]
pub struct Public {
    spec: ErrorSpec,
    /// The value whose fields may be shown; `None` where an internal error stands behind a public code.
    failure: Option<Failure>,
    /// The framework's fault that lies in known parts of the request, or knows how long to wait.
    refused: Option<Failure>,
}

impl Public {
    /// Without a catalog a failure shows its own code, and an internal one that of an unforeseen fault.
    #[must_use]
    pub fn without_catalog(failure: &Failure) -> Self {
        let spec = failure.spec();
        let refused = failure.downcast_ref::<FaultError>().map(|_| failure.clone());
        if spec.is_internal() {
            return Self { refused, ..Self::of(DefaultFaults::Unexpected.into()) };
        }
        Self { spec, failure: Some(failure.clone()), refused }
    }

    /// A code without any value, for when the error's own code broke while it was shown.
    #[must_use]
    pub fn without_values(spec: ErrorSpec) -> Self {
        Self { spec, failure: None, refused: None }
    }

    fn of(failure: Failure) -> Self {
        Self { spec: failure.spec(), failure: Some(failure), refused: None }
    }

    fn of_unknown(unknown: Failure) -> Self {
        Self::of(if unknown.spec().is_internal() {
            DefaultFaults::Unexpected.into()
        } else {
            unknown
        })
    }

    /// The public code's row.
    #[must_use]
    pub fn spec(&self) -> ErrorSpec {
        self.spec
    }

    /// The value behind it, where its fields may be shown.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// The parts of the request that a framework's fault lies in.
    #[must_use]
    pub fn violations(&self) -> &[FieldViolation] {
        self.fault().map_or(&[], FaultError::violations)
    }

    /// Returns the wait that the framework's fault knows: it comes before that of the code which the fault has.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.fault().and_then(FaultError::retry_after)
    }

    fn fault(&self) -> Option<&FaultError> {
        self.refused.as_ref().and_then(|refused| refused.downcast_ref())
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

/// Declares the catalog of a service: a `static` [`Catalog`] over the listed error types.
///
/// A code that two variants of the listed types share does not compile, and the message names both. The list takes types, further catalogs to
/// merge (`..billing::CATALOG`), and `#[cfg(…)]` on each.
///
/// ```
/// use errcode_core::AppError;
///
/// #[derive(Debug, AppError)]
/// enum ProjectError {
///     #[error("project {id} not found", code = "E2001", status = 404)]
///     NotFound { id: u64 },
/// }
///
/// errcode_core::catalog! {
///     /// Every code of the service.
///     pub static CATALOG = [ProjectError];
///     service   = "projects";
///     docs      = "https://errors.example.com/{code}";
///     languages = ["zh", "en"];
/// }
/// assert_eq!(CATALOG.lookup("e2001").unwrap().status(), 404);
/// assert_eq!(CATALOG.docs("E2001").unwrap(), "https://errors.example.com/E2001");
/// ```
///
/// ```compile_fail
/// # use errcode_core::AppError;
/// #[derive(Debug, AppError)]
/// #[error("one", code = "E1", status = 404)]
/// struct One;
///
/// #[derive(Debug, AppError)]
/// #[error("other", code = "E1", status = 404)]
/// struct Other;
///
/// errcode_core::catalog! { static CATALOG = [One, Other]; }
/// ```
///
/// | setting | meaning | default |
/// | --- | --- | --- |
/// | `service` | the service's name | empty |
/// | `docs` | the address of a code's page; `{code}` is replaced | bodies carry no address |
/// | `languages` | languages of the user messages; the first is the default | English |
/// | `grammar` | the form of the listed types' codes, of text and `{module:N}`, `{kind:N}`, `{serial:N}` (N digits) | any form |
/// | `modules`, `kinds` | `{ 1 = "common", … }`: the numbers that may stand there, with their names | any number |
/// | `translations` | `{ "fr" = include_str!("../i18n/fr.txt") }`: files of lines `E2001 = projet {id} introuvable`, which may add languages; [`Catalog::check_translations`] checks them | none |
/// | `faults` | a [`FaultCodes`](crate::FaultCodes): which code a framework's fault gets | [`DefaultFaults`](crate::DefaultFaults) |
#[macro_export]
macro_rules! catalog {
    (
        $(#[$attribute:meta])*
        $visibility:vis static $name:ident = [$($(#[$condition:meta])* $(.. $($never:lifetime)?)? $entry:path),* $(,)?] $(; $($settings:tt)*)?
    ) => {
        $(#[$attribute])*
        // For the section's `cfg(errcode_no_section)`.
        #[allow(unexpected_cfgs)]
        $visibility static $name: $crate::Catalog = {
            const LISTS: &[$crate::__private::List] = &[
                $($(#[$condition])* $crate::__catalog_entry!([$(.. $($never)?)?] $entry),)*
                $crate::__private::List {
                    tables: $crate::Catalog::FRAMEWORK,
                    types: $crate::__private::Types::Own(&[$crate::__private::recognizer::<$crate::DefaultFaults>()]),
                    own: false,
                },
            ];
            const SETTINGS: $crate::__private::Settings = $crate::__catalog_settings!($crate::__private::Settings::NEW; $($($settings)*)?);
            const TABLES: [&$crate::Table; $crate::__private::total(LISTS)] = $crate::__private::concat(LISTS);
            const INDEX: [u32; $crate::__private::capacity(&TABLES)] = $crate::__private::build_index(&TABLES);
            $crate::__private::check(LISTS, &TABLES, &INDEX, &SETTINGS);
            #[cfg(not(errcode_no_section))]
            const AT: [&str; 3] = [
                ::core::stringify!($name),
                ::core::module_path!(),
                match ::core::option_env!("CARGO_PKG_NAME") {
                    $crate::__private::Some(package) => package,
                    $crate::__private::None => "",
                },
            ];
            // The platforms are those of the derive's `expand/section.rs`.
            #[cfg(not(errcode_no_section))]
            #[allow(dead_code)]
            #[cfg_attr(not(any(target_vendor = "apple", target_family = "wasm")), used, unsafe(link_section = ".errcode"))]
            #[cfg_attr(target_vendor = "apple", used, unsafe(link_section = "__DATA,__errcode"))]
            static SECTION: $crate::__private::Section<{ $crate::__private::Head::<0>::of_catalog(AT, LISTS, &SETTINGS).len }, 0, 0, 0> =
                $crate::__private::Section::of_catalog($crate::__private::Head::of_catalog(AT, LISTS, &SETTINGS));
            static TRANSLATIONS: $crate::__private::TranslationsCell = $crate::__private::TranslationsCell::new();
            $crate::Catalog::new(LISTS, &TABLES, &INDEX, SETTINGS, &TRANSLATIONS)
        };
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __catalog_entry {
    ([] $type:path) => {
        $crate::__private::List {
            tables: &[<$type as $crate::__private::Catalogued>::TABLE],
            types: $crate::__private::Types::Own(&[$crate::__private::recognizer::<$type>()]),
            own: true,
        }
    };
    ([..] $catalog:path) => {
        $crate::__private::List {
            tables: $catalog.tables(),
            types: $crate::__private::Types::Of(&$catalog),
            own: false,
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __catalog_settings {
    ($built:expr;) => { $built };
    ($built:expr; service = $value:expr; $($rest:tt)*) => { $crate::__catalog_settings!($built.service($value); $($rest)*) };
    ($built:expr; docs = $value:expr; $($rest:tt)*) => { $crate::__catalog_settings!($built.docs($value); $($rest)*) };
    ($built:expr; languages = [$($value:expr),* $(,)?]; $($rest:tt)*) => {
        $crate::__catalog_settings!($built.languages(&[$($value),*]); $($rest)*)
    };
    ($built:expr; grammar = $value:expr; $($rest:tt)*) => { $crate::__catalog_settings!($built.grammar($value); $($rest)*) };
    ($built:expr; modules = {$($number:literal = $name:expr),* $(,)?}; $($rest:tt)*) => {
        $crate::__catalog_settings!($built.modules(&[$(($number, $name)),*]); $($rest)*)
    };
    ($built:expr; kinds = {$($number:literal = $name:expr),* $(,)?}; $($rest:tt)*) => {
        $crate::__catalog_settings!($built.kinds(&[$(($number, $name)),*]); $($rest)*)
    };
    ($built:expr; translations = {$($language:literal = $text:expr),* $(,)?}; $($rest:tt)*) => {
        $crate::__catalog_settings!($built.translations(&[$(($language, $text)),*]); $($rest)*)
    };
    ($built:expr; faults = $value:expr; $($rest:tt)*) => { $crate::__catalog_settings!($built.faults(&$value); $($rest)*) };
    ($built:expr; $key:ident = $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "unknown setting `", ::core::stringify!($key), "` of `catalog!`, or a value of the wrong form; ",
            "expected `service = \"…\";`, `docs = \"https://…/{code}\";`, `languages = [\"zh\", \"en\"];`, `grammar = \"E{module:1}{serial:3}\";`, ",
            "`modules = { 1 = \"common\" };`, `kinds = { 0 = \"general\" };`, ",
            "`translations = { \"fr\" = include_str!(\"fr.txt\") };` or `faults = MyFaults;`"
        ))
    };
}

/// Fails where a type that a `transparent` variant holds, at any depth, is listed in no catalog: its codes would be unknown to clients and
/// their uniqueness unproven. For a test of the crate that declares the catalog.
///
/// ```
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # #[error("one", code = "E1", status = 404)]
/// # struct One;
/// errcode_core::catalog! { static CATALOG = [One]; }
/// errcode_core::assert_complete!(CATALOG);
/// ```
#[macro_export]
macro_rules! assert_complete {
    ($catalog:expr $(,)?) => {{
        let unlisted = $catalog.unlisted();
        ::core::assert!(
            unlisted.is_empty(),
            "`{}` holds types that it does not list: {}",
            ::core::stringify!($catalog),
            unlisted.join(", ")
        );
    }};
}
