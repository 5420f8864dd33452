//! The derive macros of errcode. `errcode-core` and `errcode-axum` re-export them; depend on those instead.
//!
//! - [`AppError`](macro@AppError), as `errcode_core::AppError`, makes an enum or struct an error with a code. -
//! [`IntoResponse`](macro@IntoResponse), as `errcode_axum::IntoResponse`, makes it a response of axum handlers.
//!
//! ``` use errcode_core::{AppError, Coded};
//!
//! #[derive(Debug, AppError)] #[error("project {id} not found", code = "E2001", status = 404)] struct NotFound { id:
//! u64 }
//!
//! assert_eq!(NotFound { id: 17 }.spec().status(), 404); ```
//!
//! The crate has no features.

mod case;
mod derive;
mod errors;
mod expand;
mod location;
mod model;
mod nearest;
mod parse;
#[cfg(test)]
mod snapshots;
mod spanned;
#[cfg(test)]
mod tests;
mod validate;

use errcode_format as format;
use proc_macro::TokenStream;

#[doc = include_str!("docs/app_error.md")]
#[proc_macro_derive(
    AppError,
    attributes(
        error, app, from, source, backtrace, detail, violations, subject, sensitive, header
    )
)]
pub fn derive_app_error(input: TokenStream) -> TokenStream {
    derive::derive(input.into()).into()
}

#[doc = include_str!("docs/into_response.md")]
#[proc_macro_derive(
    IntoResponse,
    attributes(
        error, app, from, source, backtrace, detail, violations, subject, sensitive, header
    )
)]
pub fn derive_into_response(input: TokenStream) -> TokenStream {
    derive::into_response(input.into()).into()
}
