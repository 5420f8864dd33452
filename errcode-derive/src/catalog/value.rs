//! The values of settings: literals are checked here, where the mistake can be shown. What another expression makes is
//! checked by core in const evaluation.

use crate::{
    errors::Errors,
    format::{self, GRAMMAR_FIELDS, GrammarMistake},
    nearest,
    parse::value,
};
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Lit, LitInt, LitStr, spanned::Spanned};

/// Returns the string literal that the value is. Another literal is a mistake.
pub(crate) fn text(value: &TokenStream, errors: &Errors) -> Option<LitStr> {
    match syn::parse2::<Lit>(value.clone()) {
        Ok(Lit::Str(text)) => Some(text),
        Ok(other) => {
            errors.at(other.span(), format_args!("expected a text; write `\"{}\"`", bare(&other)));
            None
        }
        Err(_) => None,
    }
}

fn bare(literal: &Lit) -> String {
    literal.to_token_stream().to_string().trim_matches(['"', '\'']).to_owned()
}

/// Checks the address of a code's page.
pub(crate) fn docs(value: &TokenStream, errors: &Errors) {
    let Some(text) = text(value, errors) else { return };
    let address = text.value();
    if let Some(message) = value::braces(&address) {
        errors.at(text.span(), message);
    } else if !format::names_code(&address) {
        errors.at(
            text.span(),
            "`docs` has no `{code}`, so that all codes would have one page; write `{code}` where the code goes",
        );
    }
}

pub(crate) fn grammar(value: &TokenStream, errors: &Errors) -> Option<LitStr> {
    let literal = text(value, errors)?;
    let text = literal.value();
    let form = "write text and `{module:N}`, `{kind:N}`, `{serial:N}`, where N is a number of digits from 1 to 9, as \
                in `E{module:1}{kind:1}{serial:2}`";
    let message = match format::check_grammar(&text) {
        Ok(()) => return Some(literal),
        Err(GrammarMistake::NotAField(at)) => {
            let field = text[at..].find('}').map_or(&text[at..], |end| &text[at..=at + end]);
            let word: String =
                field.chars().skip(1).take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let hint = match GRAMMAR_FIELDS.contains(&word.as_str()) {
                true => String::new(),
                false => nearest::hint(&word, &GRAMMAR_FIELDS),
            };
            format!("invalid field `{field}` in the grammar{hint}\n{form}")
        }
        Err(GrammarMistake::Twice(at)) => {
            let end = text[at..].find('}').map_or(text.len(), |end| at + end + 1);
            format!("`{}` is a second field of this name in the grammar", &text[at..end])
        }
        Err(GrammarMistake::NotInCodes(at)) => {
            let wrong = text[at..].chars().next().unwrap_or(' ');
            format!("a code cannot have `{}` there\n{form}", wrong.escape_debug())
        }
        Err(GrammarMistake::NoField) => format!("the grammar has no field\n{form}"),
        Err(GrammarMistake::TooLong) => "a code has at most 64 characters".to_owned(),
    };
    errors.at(literal.span(), message);
    None
}

/// Returns the expressions in brackets.
pub(crate) fn list(value: &TokenStream, form: &str, errors: &Errors) -> Option<Vec<TokenStream>> {
    group(value, Delimiter::Bracket, form, errors).map(|group| split(group.stream()))
}

/// Returns the pairs in braces; each is `name = expression`.
pub(crate) fn pairs(
    value: &TokenStream,
    form: &str,
    errors: &Errors,
) -> Option<Vec<(TokenTree, TokenStream)>> {
    let group = group(value, Delimiter::Brace, form, errors)?;
    let mut pairs = Vec::new();
    for item in split(group.stream()) {
        let span = item.span();
        let mut tokens = item.into_iter();
        match (tokens.next(), tokens.next()) {
            (Some(name), Some(TokenTree::Punct(equals))) if equals.as_char() == '=' => {
                pairs.push((name, tokens.collect()));
            }
            _ => errors.at(span, format_args!("expected a name and a value; write {form}")),
        }
    }
    Some(pairs)
}

fn group(value: &TokenStream, delimiter: Delimiter, form: &str, errors: &Errors) -> Option<Group> {
    let mut tokens = value.clone().into_iter();
    match (tokens.next(), tokens.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == delimiter => Some(group),
        _ => {
            errors.on(value, format_args!("the value has another form; write {form}"));
            None
        }
    }
}

/// Splits at commas.
fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let mut items = vec![TokenStream::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(comma) if comma.as_char() == ',' => items.push(TokenStream::new()),
            _ => items.last_mut().into_iter().for_each(|item| item.extend([token.clone()])),
        }
    }
    items.retain(|item| !item.is_empty());
    items
}

/// Returns the number of a module or kind.
pub(crate) fn number(token: &TokenTree, errors: &Errors) -> Option<(u32, Span)> {
    let number = syn::parse2::<LitInt>(quote!(#token)).ok();
    let number = number.and_then(|literal| literal.base10_parse().ok());
    if number.is_none() {
        errors.at(token.span(), "expected a number, as it is in the codes");
    }
    number.map(|number| (number, token.span()))
}
