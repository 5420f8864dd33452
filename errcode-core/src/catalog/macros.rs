//! `catalog!` and `assert_complete!`.

/// Declares the catalog of a service: a `static` [`Catalog`](crate::Catalog) over the listed error types.
///
/// A code that two variants share does not compile, and the error names both; nor does a `public_as` or `replaced_by`
/// that names a code of no listed type. All mistakes are reported at once. The list takes types and catalogs to
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
/// | `languages` | languages of the user messages, as BCP 47 tags; the first is the default | English |
/// | `grammar` | the grammar of the codes: text and `{module:N}`, `{kind:N}`, `{serial:N}` (N digits) | any code |
/// | `modules`, `kinds` | `{ 1 = "common", … }`: the numbers of the grammar's fields, with their names | any number |
/// | `translations` | `{ "fr" = include_str!("../i18n/fr.txt") }`: a file per language, also of further ones | none |
/// | `faults` | a [`FaultCodes`], which maps a framework's faults to codes | [`DefaultFaults`] |
/// | `format` | the service's own [`BodyFormat`], for its answers and their documentation | [`Envelope`] |
///
/// A translation file has lines such as `E2001 = projet {id} introuvable`. [`Catalog::check_translations`] checks the
/// files in a test. The grammar applies to the listed types, not to merged catalogs.
///
/// [`BodyFormat`]: crate::wire::BodyFormat
/// [`Envelope`]: crate::wire::Envelope
/// [`Catalog::check_translations`]: crate::Catalog::check_translations
/// [`DefaultFaults`]: crate::DefaultFaults
/// [`FaultCodes`]: crate::FaultCodes
#[macro_export]
macro_rules! catalog {
    ($($tokens:tt)*) => { $crate::__private::catalog! { [$crate] $($tokens)* } };
}

/// Panics if a type in a `transparent` variant, at any depth, is not listed.
///
/// Its codes would be unknown to clients, and their uniqueness would not be proven. For a test of the crate that
/// declares the catalog.
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
