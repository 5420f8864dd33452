//! Rust code as text. rustc's lexer makes tokens of it at once, where `quote!` makes each one by itself.
//!
//! Only code without the user's tokens and types is written as text: its tokens have no place in the user's file.

extern crate proc_macro;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// Returns the tokens of a text of ours.
///
/// # Panics
///
/// Panics if a parenthesis, a bracket or a brace has no partner.
pub(crate) fn code(text: &str) -> TokenStream {
    // proc-macro2 would parse the text itself before the compiler does, which takes eight times as long.
    let tokens = if proc_macro::is_available() {
        text.parse().map(|tokens: proc_macro::TokenStream| tokens.into()).ok()
    } else {
        text.parse().ok()
    };
    tokens.unwrap_or_else(|| panic!("the derive wrote `{text}`, which has no tokens"))
}

/// Returns the tokens in braces.
pub(crate) fn braces(content: TokenStream) -> TokenStream {
    TokenTree::Group(Group::new(Delimiter::Brace, content)).into()
}

/// Joins tokens.
pub(crate) fn join<const N: usize>(parts: [TokenStream; N]) -> TokenStream {
    parts.into_iter().collect()
}
