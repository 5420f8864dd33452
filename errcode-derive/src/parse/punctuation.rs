//! Commas, parentheses and the ends of items.

use proc_macro2::TokenTree;
use syn::{
    Token, parenthesized,
    parse::{End, ParseBuffer, ParseStream, Result},
    token::Paren,
};

/// Parses the parentheses that must come next and returns their content.
pub(crate) fn parentheses<'a>(input: ParseStream<'a>, otherwise: &str) -> Result<ParseBuffer<'a>> {
    if !input.peek(Paren) {
        return Err(input.error(otherwise));
    }
    let content;
    parenthesized!(content in input);
    Ok(content)
}

/// Parses the comma between two items, if more follow.
pub(crate) fn comma(input: ParseStream<'_>) -> Result<()> {
    if input.peek(End) {
        return Ok(());
    }
    input.parse::<Token![,]>().map(drop).map_err(|_| no_comma(input))
}

/// Returns the error of an item that another one follows without a comma.
pub(crate) fn no_comma(input: ParseStream<'_>) -> syn::Error {
    let semicolon = input.peek(Token![;]);
    input.error(if semicolon { "expected `,`, not `;`" } else { "expected `,`" })
}

/// Returns whether an item ends here: a semicolon is a comma that was misspelled.
pub(crate) fn at_end_of_item(input: ParseStream<'_>) -> bool {
    input.peek(End) || input.peek(Token![,]) || input.peek(Token![;])
}

/// Skips the rest of an item.
pub(crate) fn skip(input: ParseStream<'_>) {
    while !at_end_of_item(input) && input.parse::<TokenTree>().is_ok() {}
}
