//! The value of `retryable`.

use super::{
    argument::{self, Argument},
    punctuation::{at_end_of_item, comma, parentheses},
    value::{flag, is_literal, literal, twice},
};
use crate::{format, location, nearest};
use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{
    Index, LitInt, Token,
    buffer::Cursor,
    ext::IdentExt,
    parse::{ParseStream, Result},
    token::Paren,
};

/// `retryable` and its parentheses.
#[derive(Debug, Default)]
pub(crate) struct Retryable {
    /// `false` only for `retryable = false`.
    pub(crate) yes: bool,
    pub(crate) after: Option<After>,
    pub(crate) when: Option<Argument>,
    /// `when` as it is written.
    pub(crate) condition: String,
    pub(crate) inherit: Option<Ident>,
}

/// How long to wait before a retry.
#[derive(Debug)]
pub(crate) enum After {
    Millis(u64),
    Field(Ident),
    Index(u32, Span),
}

pub(crate) fn retryable(input: ParseStream<'_>) -> Result<Retryable> {
    if !input.peek(Paren) {
        return Ok(Retryable { yes: flag(input)?, ..Retryable::default() });
    }
    let content = parentheses(input, "")?;
    let mut retryable = Retryable { yes: true, ..Retryable::default() };
    if content.is_empty() {
        return Err(syn::Error::new(
            content.span(),
            "the parentheses are empty; write `after = \"2s\"`, `after = field`, `when = …` or `inherit`, \
             or remove them",
        ));
    }
    while !content.is_empty() {
        retryable_item(&content, &mut retryable)?;
        comma(&content)?;
    }
    Ok(retryable)
}

fn retryable_item(input: ParseStream<'_>, retryable: &mut Retryable) -> Result<()> {
    let key = input.call(Ident::parse_any).map_err(|error| {
        let form = "`retryable` takes `after = \"2s\"`, `after = field`, `when = …` or `inherit`";
        syn::Error::new(error.span(), form)
    })?;
    match key.to_string().as_str() {
        "after" if retryable.after.is_none() => retryable.after = Some(after(&key, input)?),
        "when" if retryable.when.is_none() => {
            input.parse::<Token![=]>()?;
            let begin = input.cursor();
            retryable.when = Some(argument::expression(input)?);
            retryable.condition = location::written(&between(begin, input.cursor()));
        }
        "inherit" if retryable.inherit.is_none() => retryable.inherit = Some(key),
        "after" | "when" | "inherit" => return Err(twice(&key)),
        word => {
            let hint = nearest::hint(word, &["after", "when", "inherit"]);
            return Err(syn::Error::new(
                key.span(),
                format_args!(
                    "unknown key `{word}` in `retryable`{hint}\n`retryable` takes `after`, `when` and `inherit`"
                ),
            ));
        }
    }
    Ok(())
}

/// Returns the tokens between two positions.
fn between(mut cursor: Cursor<'_>, end: Cursor<'_>) -> TokenStream {
    let mut tokens = TokenStream::new();
    while cursor < end {
        let Some((token, next)) = cursor.token_tree() else { break };
        token.to_tokens(&mut tokens);
        cursor = next;
    }
    tokens
}

/// Parses `= "2s"`, `= field` or `= 0`; as in expressions, a field may have a dot.
fn after(key: &Ident, input: ParseStream<'_>) -> Result<After> {
    let form = "`after` takes a duration in quotes, as in `after = \"2s\"`, or a field, as in `after = wait`";
    if input.parse::<Token![=]>().is_err() || at_end_of_item(input) {
        return Err(syn::Error::new(key.span(), form));
    }
    let span = input.span();
    if is_literal(input) {
        let text = literal(input)?;
        return format::parse_millis(&text).map(After::Millis).ok_or_else(|| {
            syn::Error::new(
                text.span,
                format_args!(
                    "invalid duration `{}`; write a whole number and `ms`, `s`, `m` or `h`, as in `1500ms`",
                    text.value
                ),
            )
        });
    }
    after_field(input)
        .ok()
        .filter(|_| at_end_of_item(input))
        .ok_or_else(|| syn::Error::new(span, form))
}

fn after_field(input: ParseStream<'_>) -> Result<After> {
    if input.peek(Token![.]) {
        input.parse::<Token![.]>()?;
    }
    if input.peek(LitInt) {
        let index: Index = input.parse()?;
        return Ok(After::Index(index.index, index.span));
    }
    input.call(Ident::parse_any).map(After::Field)
}
