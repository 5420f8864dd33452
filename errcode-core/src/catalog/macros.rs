//! `catalog!` and `assert_complete!`.

/// Declares the catalog of a service: a `static` [`Catalog`](crate::Catalog) over the listed error types.
///
/// A code that two variants share does not compile, and the error names both. The list takes types and catalogs to
/// merge (`..billing::CATALOG`), each with `#[cfg(…)]` if needed.
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
/// | `docs` | the address of a code's page, with `{code}` where the code goes | bodies have no address |
/// | `languages` | languages of the user messages; the first is the default | English |
/// | `grammar` | the grammar of the codes: text and `{module:N}`, `{kind:N}`, `{serial:N}` (N digits) | any code |
/// | `modules`, `kinds` | `{ 1 = "common", … }`: the allowed numbers, with their names | any number |
/// | `translations` | `{ "fr" = include_str!("../i18n/fr.txt") }`: a file per language, also of further ones | none |
/// | `faults` | a [`FaultCodes`], which maps a framework's faults to codes | [`DefaultFaults`] |
///
/// A translation file has lines such as `E2001 = projet {id} introuvable`. [`Catalog::check_translations`] checks the
/// files in a test. The grammar applies to the listed types, not to merged catalogs.
///
/// [`Catalog::check_translations`]: crate::Catalog::check_translations
/// [`DefaultFaults`]: crate::DefaultFaults
/// [`FaultCodes`]: crate::FaultCodes
#[macro_export]
macro_rules! catalog {
    (
        $(#[$attribute:meta])*
        $visibility:vis static $name:ident = [
            $($(#[$condition:meta])* $(.. $($never:lifetime)?)? $entry:path),* $(,)?
        ] $(; $($settings:tt)*)?
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
            const SETTINGS: $crate::__private::Settings =
                $crate::__catalog_settings!($crate::__private::Settings::NEW; $($($settings)*)?);
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
            // Keep the platforms in step with the derive's `expand/section.rs`.
            #[cfg(not(errcode_no_section))]
            #[allow(dead_code)]
            #[cfg_attr(
                not(any(target_vendor = "apple", target_family = "wasm")),
                used,
                unsafe(link_section = ".errcode")
            )]
            #[cfg_attr(target_vendor = "apple", used, unsafe(link_section = "__DATA,__errcode"))]
            static SECTION: $crate::__private::Section<
                { $crate::__private::Head::<0>::of_catalog(AT, LISTS, &SETTINGS).len },
                0,
                0,
                0,
            > = $crate::__private::Section::of_catalog($crate::__private::Head::of_catalog(AT, LISTS, &SETTINGS));
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
            types: $crate::__private::Types::Of($catalog.lists()),
            own: false,
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __catalog_settings {
    ($built:expr;) => { $built };
    ($built:expr; service = $value:expr; $($rest:tt)*) => {
        $crate::__catalog_settings!($built.service($value); $($rest)*)
    };
    ($built:expr; docs = $value:expr; $($rest:tt)*) => {
        $crate::__catalog_settings!($built.docs($value); $($rest)*)
    };
    ($built:expr; languages = [$($value:expr),* $(,)?]; $($rest:tt)*) => {
        $crate::__catalog_settings!($built.languages(&[$($value),*]); $($rest)*)
    };
    ($built:expr; grammar = $value:expr; $($rest:tt)*) => {
        $crate::__catalog_settings!($built.grammar($value); $($rest)*)
    };
    ($built:expr; modules = {$($number:literal = $name:expr),* $(,)?}; $($rest:tt)*) => {
        $crate::__catalog_settings!($built.modules(&[$(($number, $name)),*]); $($rest)*)
    };
    ($built:expr; kinds = {$($number:literal = $name:expr),* $(,)?}; $($rest:tt)*) => {
        $crate::__catalog_settings!($built.kinds(&[$(($number, $name)),*]); $($rest)*)
    };
    ($built:expr; translations = {$($language:literal = $text:expr),* $(,)?}; $($rest:tt)*) => {
        $crate::__catalog_settings!($built.translations(&[$(($language, $text)),*]); $($rest)*)
    };
    ($built:expr; faults = $value:expr; $($rest:tt)*) => {
        $crate::__catalog_settings!($built.faults(&$value); $($rest)*)
    };
    ($built:expr; $key:ident = $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "unknown setting `", ::core::stringify!($key), "` of `catalog!`, or a value of the wrong form; ",
            "expected `service = \"…\";`, `docs = \"https://…/{code}\";`, `languages = [\"zh\", \"en\"];`, ",
            "`grammar = \"E{module:1}{serial:3}\";`, ",
            "`modules = { 1 = \"common\" };`, `kinds = { 0 = \"general\" };`, ",
            "`translations = { \"fr\" = include_str!(\"fr.txt\") };` or `faults = MyFaults;`"
        ))
    };
}

/// Panics if a type in a `transparent` variant, at any depth, is not listed: its codes would be unknown to clients, and
/// their uniqueness would not be proven. For a test of the crate that declares the catalog.
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
