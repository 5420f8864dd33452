//! `codes!`: the codes that an operation answers with.

use crate::{list::List, responses::responses};
use std::collections::BTreeMap;
use utoipa::openapi::{RefOr, Response};

/// The codes that an operation answers with. [`codes!`](crate::codes!) implements it.
pub trait Codes {
    #[doc(hidden)]
    fn list() -> List;
}

/// Returns the responses of a list, for the expansion of `codes!`.
#[doc(hidden)]
#[must_use]
pub fn responses_of(list: fn() -> List) -> BTreeMap<String, RefOr<Response>> {
    responses(list())
}

/// Declares the codes that an operation answers with, as a type for utoipa's `responses(…)`.
///
/// There is one response per status, with all codes that share it, in each of the three standard formats. Each code
/// has an example, rendered by the same code as real answers.
///
/// ```
/// use errcode_core::AppError;
///
/// #[derive(Debug, AppError)]
/// enum ProjectError {
///     #[error("project {id} not found", code = "E2001", status = 404, user_msg = "no project {id}")]
///     NotFound { id: u64 },
///     #[error("tracker answered {upstream}", code = "E2301", status = 502)]
///     Tracker { upstream: u16 },
/// }
/// errcode_core::catalog! { static CATALOG = [ProjectError]; }
///
/// errcode_utoipa::codes!(pub ShowErrors = [ProjectError::{NotFound, Tracker}, faults::path]);
///
/// #[utoipa::path(
///     get,
///     path = "/projects/{id}",
///     params(("id" = u64, Path)),
///     responses((status = 200, body = String), ShowErrors)
/// )]
/// async fn show() {}
///
/// use errcode_utoipa::ErrorSchemas;
///
/// #[derive(utoipa::OpenApi)]
/// #[openapi(paths(show), modifiers(&ErrorSchemas))]
/// struct Api;
///
/// # use utoipa::OpenApi as _;
/// let api = serde_json::to_value(Api::openapi())?;
/// let responses = &api["paths"]["/projects/{id}"]["get"]["responses"];
/// assert_eq!(responses["404"]["content"]["application/json"]["examples"]["E2001"]["value"]["error"]["code"], "E2001");
/// assert_eq!(responses["400"]["x-error-codes"][0], "HTTP_400");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// | item | codes |
/// | --- | --- |
/// | `ProjectError::NotFound` | that of the variant |
/// | `ProjectError::{NotFound, Tracker}` | those of the variants |
/// | `ProjectError::*`, `ProjectError` | all codes of the type |
/// | `faults::json`, `faults::{path, json}` | those that the catalog gives these [faults](crate::faults) |
/// | `..SignedIn` | those of another `codes!` type |
///
/// A variant that does not exist, or that has no code of its own because it is `transparent`, does not compile:
///
/// ```compile_fail
/// # use errcode_core::AppError;
/// # #[derive(Debug, AppError)]
/// # enum ProjectError {
/// #     #[error("not found", code = "E2001", status = 404)]
/// #     NotFound,
/// # }
/// # errcode_core::catalog! { static CATALOG = [ProjectError]; }
/// errcode_utoipa::codes!(ShowErrors = [ProjectError::NotFuond]);
/// ```
///
/// The catalog is the `CATALOG` in scope; `codes!(pub ShowErrors in errors::CODES = […])` names another.
///
/// utoipa keeps one response per status. So give an operation a single `codes!` type, and include in it with `..`
/// what several operations share.
#[macro_export]
macro_rules! codes {
    ($(#[$attribute:meta])* $visibility:vis $name:ident = [$($entries:tt)*] $(;)?) => {
        $crate::codes! { $(#[$attribute])* $visibility $name in CATALOG = [$($entries)*] }
    };
    ($(#[$attribute:meta])* $visibility:vis $name:ident in $catalog:path = [$($entries:tt)*] $(;)?) => {
        $(#[$attribute])*
        #[doc = ""]
        #[doc = ::core::concat!("Codes: `", ::core::stringify!($($entries)*), "`.")]
        #[derive(Debug, Clone, Copy)]
        $visibility enum $name {}

        impl $crate::Codes for $name {
            fn list() -> $crate::__private::List {
                const ENTRIES: &[$crate::__private::Entry] = $crate::__codes!([] $($entries)*);
                $crate::__private::List { catalog: &$catalog, entries: ENTRIES }
            }
        }

        impl $crate::__private::IntoResponses for $name {
            fn responses() -> $crate::__private::Responses {
                $crate::__private::responses_of(<Self as $crate::Codes>::list)
            }
        }
    };
}

/// Expands the items of a list to `Entry` expressions: `[done] item, item, …`.
#[doc(hidden)]
#[macro_export]
macro_rules! __codes {
    ([$($done:tt)*]) => { &[$($done)*] };
    ([$($done:tt)*] .. $list:path $(, $($rest:tt)*)?) => {
        $crate::__codes!([
            $($done)* $crate::__private::Entry::List(<$list as $crate::Codes>::list),
        ] $($($rest)*)?)
    };
    ([$($done:tt)*] faults :: {$($fault:ident),* $(,)?} $(, $($rest:tt)*)?) => {
        $crate::__codes!([
            $($done)* $($crate::__private::Entry::Faults($crate::faults::$fault),)*
        ] $($($rest)*)?)
    };
    ([$($done:tt)*] faults :: $fault:ident $(, $($rest:tt)*)?) => {
        $crate::__codes!([
            $($done)* $crate::__private::Entry::Faults($crate::faults::$fault),
        ] $($($rest)*)?)
    };
    ($done:tt $($rest:tt)*) => { $crate::__codes_of!($done [] $($rest)*) };
}

/// Expands the items of a type: `[done] [path before the segment] segment …`.
#[doc(hidden)]
#[macro_export]
macro_rules! __codes_of {
    ([$($done:tt)*] [$($path:ident)*] $type:ident :: {$($variant:ident),* $(,)?} $(, $($rest:tt)*)?) => {
        $crate::__codes_of!(@variants [$($done)*] [$($path)* $type] {$($variant)*} $($($rest)*)?)
    };
    (@variants [$($done:tt)*] $type:tt {$($variant:ident)*} $($rest:tt)*) => {
        $crate::__codes!([$($done)* $($crate::__code!($type $variant),)*] $($rest)*)
    };
    ([$($done:tt)*] [$($path:ident)*] $type:ident :: * $(, $($rest:tt)*)?) => {
        $crate::__codes!([$($done)* $crate::__code!([$($path)* $type]),] $($($rest)*)?)
    };
    ([$($done:tt)*] [] $type:ident $(, $($rest:tt)*)?) => {
        $crate::__codes!([$($done)* $crate::__code!([$type]),] $($($rest)*)?)
    };
    ([$($done:tt)*] $path:tt $variant:ident $(, $($rest:tt)*)?) => {
        $crate::__codes!([$($done)* $crate::__code!($path $variant),] $($($rest)*)?)
    };
    ($done:tt [$($path:ident)*] $segment:ident :: $($rest:tt)+) => {
        $crate::__codes_of!($done [$($path)* $segment] $($rest)+)
    };
    ($done:tt $path:tt $($rest:tt)*) => {
        ::core::compile_error!(::core::concat!(
            "expected `Type::Variant`, `Type::{A, B}`, `Type::*`, `Type`, `faults::json` or `..Other`, found `",
            ::core::stringify!($($rest)*),
            "`"
        ))
    };
}

/// Expands to one `Entry`. The pattern lets the compiler itself point at a wrong name.
#[doc(hidden)]
#[macro_export]
macro_rules! __code {
    ([$($type:ident)*]) => {
        $crate::__private::Entry::Rows(<$($type)::* as $crate::__private::Catalogued>::TABLE)
    };
    ([$($type:ident)*] $variant:ident) => {{
        let _: fn(&$($type)::*) -> bool = |error| ::core::matches!(error, $($type)::*::$variant { .. });
        $crate::__private::Entry::Row($crate::__private::variant(
            <$($type)::* as $crate::__private::Catalogued>::TABLE,
            ::core::stringify!($variant),
        ))
    }};
}
