#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod case;
mod catalog;
mod command_line;
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
        error, app, from, source, backtrace, location, detail, violations, subject, sensitive,
        header
    )
)]
pub fn derive_app_error(input: TokenStream) -> TokenStream {
    derive::derive(input.into()).into()
}

#[doc = include_str!("docs/into_response.md")]
#[proc_macro_derive(
    IntoResponse,
    attributes(
        error, app, from, source, backtrace, location, detail, violations, subject, sensitive,
        header
    )
)]
pub fn derive_into_response(input: TokenStream) -> TokenStream {
    derive::into_response(input.into()).into()
}

/// The expansion of `errcode_core::catalog!`.
#[doc(hidden)]
#[proc_macro]
pub fn catalog(input: TokenStream) -> TokenStream {
    catalog::catalog(input.into()).into()
}
