//! Parsers of values: from the tokens after a key to a domain type.

use super::{
    names,
    punctuation::{comma, parentheses},
};
use crate::{
    case::Case,
    format::{self, Category, Level},
    nearest,
    spanned::Spanned,
};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::ToTokens;
use syn::{
    ExprPath, Lit, LitBool, LitStr, Path, Token,
    ext::IdentExt,
    parse::{ParseStream, Result},
    token::Paren,
};

/// What comes from another derive or is written by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extend {
    Display,
    Everything,
}

/// Who writes `Debug`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DebugBy {
    Us,
    Std,
}

/// A `name = "value"` pair in a list.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) name: Spanned<String>,
    pub(crate) value: Spanned<String>,
}

/// Parses nothing (on), `= true` or `= false`.
pub(crate) fn flag(input: ParseStream<'_>) -> Result<bool> {
    if !input.peek(Token![=]) {
        return Ok(true);
    }
    input.parse::<Token![=]>()?;
    Ok(input.parse::<LitBool>()?.value)
}

/// Parses `"text"`.
pub(crate) fn literal(input: ParseStream<'_>) -> Result<Spanned<String>> {
    if let Some((token, _)) = input.cursor().literal()
        && let Some(text) = as_written(&token)
    {
        input.parse::<Literal>()?;
        return Ok(Spanned::new(text, token.span()));
    }
    let literal: LitStr = input.parse()?;
    Ok(Spanned::new(literal.value(), literal.span()))
}

/// Returns whether `"text"` is next. To tell that, syn would parse all of it.
pub(crate) fn is_literal(input: ParseStream<'_>) -> bool {
    let Some((token, _)) = input.cursor().literal() else { return false };
    let written = token.to_string();
    written.starts_with('"') || written.starts_with("r\"") || written.starts_with("r#")
}

/// Returns the text of a literal without escapes. syn goes through the characters of any literal twice, which takes an
/// unoptimized derive a tenth of its time.
pub(super) fn as_written(token: &Literal) -> Option<String> {
    let written = token.to_string();
    let text = written.strip_prefix('"')?.strip_suffix('"')?;
    (!text.as_bytes().contains(&b'\\')).then(|| text.to_owned())
}

/// Parses `= "text"`.
pub(crate) fn text(input: ParseStream<'_>) -> Result<Spanned<String>> {
    input.parse::<Token![=]>()?;
    literal(input)
}

pub(super) const EMPTY_TEXT: &str = "the text is empty; write one, or remove the key";

/// Parses `= "text"` that is not empty.
pub(crate) fn some_text(input: ParseStream<'_>) -> Result<String> {
    let literal = text(input)?;
    if literal.trim().is_empty() {
        return Err(syn::Error::new(literal.span, EMPTY_TEXT));
    }
    Ok(literal.value)
}

/// Parses `= "one"` or `("one", "two")`.
pub(crate) fn texts(input: ParseStream<'_>) -> Result<Vec<Spanned<String>>> {
    if input.peek(Token![=]) {
        return Ok(vec![text(input)?]);
    }
    let content = parentheses(input, "write one text after `=`, or several in parentheses")?;
    let mut list = Vec::new();
    while !content.is_empty() {
        list.push(literal(&content)?);
        comma(&content)?;
    }
    Ok(list)
}

/// Parses `= 404`, `= NOT_FOUND` or `= StatusCode::NOT_FOUND`.
pub(crate) fn status(input: ParseStream<'_>) -> Result<u16> {
    input.parse::<Token![=]>()?;
    if let Some((token, _)) = input.cursor().literal() {
        if let Ok(status @ 400..=599) = token.to_string().parse::<u16>() {
            input.parse::<Literal>()?;
            return Ok(status);
        }
        let literal: Lit = input.parse()?;
        if let Lit::Int(number) = &literal
            && let Ok(status @ 400..=599) = number.base10_parse::<u16>()
        {
            return Ok(status);
        }
        return Err(syn::Error::new(
            literal.span(),
            format_args!(
                "invalid status `{}`; write a number from 400 to 599, or a name as in `status = NOT_FOUND`",
                literal.to_token_stream()
            ),
        ));
    }
    let path: Path = input.parse()?;
    let name = path.segments.last().map(|last| &last.ident);
    match name.and_then(|name| names::STATUSES.iter().find(|(known, _)| name == known)) {
        Some((_, status)) => Ok(*status),
        None => {
            let word = name.map(ToString::to_string).unwrap_or_default();
            let hint = nearest::hint(&word, &names::of(&names::STATUSES));
            Err(syn::Error::new_spanned(
                path,
                format_args!(
                    "unknown status `{word}`{hint}\nwrite a number from 400 to 599, or the name of a \
                     client or server error, as in `status = NOT_FOUND`"
                ),
            ))
        }
    }
}

/// Parses `= name`, with a name from a closed list.
pub(crate) fn choice<T: Copy>(
    input: ParseStream<'_>,
    what: &str,
    list: &[(&'static str, T)],
) -> Result<T> {
    input.parse::<Token![=]>()?;
    let (word, span) = word(input)?;
    match list.iter().find(|(name, _)| *name == word) {
        Some((_, value)) => Ok(*value),
        None => Err(unknown_choice((&word, span), what, &names::of(list))),
    }
}

fn unknown_choice((word, span): (&str, Span), what: &str, names: &[&str]) -> syn::Error {
    let last = word.rsplit("::").next().unwrap_or(word);
    let (hint, known) = (nearest::hint(last, names), nearest::list(names, "or"));
    syn::Error::new(span, format_args!("unknown {what} `{word}`{hint}\nexpected {known}"))
}

/// Parses a word, bare or in quotes.
fn word(input: ParseStream<'_>) -> Result<(String, Span)> {
    if is_literal(input) {
        let literal = literal(input)?;
        return Ok((literal.value, literal.span));
    }
    if let Some((literal, _)) = input.cursor().literal() {
        return Err(syn::Error::new(literal.span(), "expected a name"));
    }
    let ident = input.call(Ident::parse_any)?;
    let mut word = ident.to_string();
    // A name is expected, but it may be written as a path; the mistake is reported as a whole.
    while input.peek(Token![::]) && input.peek3(Ident::peek_any) {
        input.parse::<Token![::]>()?;
        word.extend(["::", &input.call(Ident::parse_any)?.to_string()]);
    }
    Ok((word, ident.span()))
}

/// Parses `= business`.
pub(crate) fn category(input: ParseStream<'_>) -> Result<Category> {
    choice(input, "category", &Category::ALL.map(|category| (category.as_str(), category)))
}

/// Parses `= warn`.
pub(crate) fn level(input: ParseStream<'_>) -> Result<Level> {
    choice(input, "level", &Level::ALL.map(|level| (level.as_str(), level)))
}

/// Parses `= count` or `= ignore`: whether the code counts against a breaker.
pub(crate) fn breaker(input: ParseStream<'_>) -> Result<bool> {
    choice(input, "breaker mode", &[("count", true), ("ignore", false)])
}

/// Parses `= NOT_FOUND` into the number of a gRPC status.
pub(crate) fn grpc(input: ParseStream<'_>) -> Result<u8> {
    choice(input, "gRPC status", &names::GRPC)
}

/// Parses `= "snake_case"`.
pub(crate) fn case(input: ParseStream<'_>) -> Result<Case> {
    choice(input, "case", &Case::ALL)
}

/// Parses an address in which only `{code}` is filled in.
pub(crate) fn address(input: ParseStream<'_>) -> Result<String> {
    let literal = text(&input.fork());
    let text = some_text(input)?;
    match (braces(&text), literal) {
        (Some(message), Ok(literal)) => Err(syn::Error::new(literal.span, message)),
        _ => Ok(text),
    }
}

/// Returns what is wrong with the braces in an address.
pub(crate) fn braces(address: &str) -> Option<String> {
    let at = format::stray_brace(address)?;
    let inside = address[at..].strip_prefix('{').and_then(|rest| rest.split_once('}'));
    Some(match inside {
        Some((word, _)) => {
            let hint = nearest::hint(word, &["code"]);
            format!("unknown placeholder `{{{word}}}`{hint}\nonly `{{code}}` is filled in")
        }
        None => "unmatched brace; only `{code}` is filled in".to_owned(),
    })
}

/// Parses `("Name" = "value", …)`.
pub(crate) fn headers(input: ParseStream<'_>) -> Result<Vec<Pair>> {
    let content = parentheses(
        input,
        r#"write names and values in parentheses, as in `headers("WWW-Authenticate" = "Bearer")`"#,
    )?;
    let list = pairs(&content, header_name)?;
    for pair in &list {
        if !pair.value.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t')) {
            return Err(syn::Error::new(
                pair.value.span,
                "invalid header value; write visible ASCII characters, spaces and tabs",
            ));
        }
    }
    Ok(list)
}

/// Checks the name of a header (RFC 9110 section 5.1).
pub(crate) fn header_name(name: &str) -> std::result::Result<(), String> {
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !name.is_empty() && name.bytes().all(token) {
        Ok(())
    } else {
        Err(format!(
            "invalid header name `{name}`; write letters, digits and `-`, as in `WWW-Authenticate`"
        ))
    }
}

/// Parses `"name" = "value", …`.
pub(super) fn pairs(
    input: ParseStream<'_>,
    check: fn(&str) -> std::result::Result<(), String>,
) -> Result<Vec<Pair>> {
    let (mut list, mut mistakes) = (Vec::new(), None);
    while !input.is_empty() {
        let (name, span) = word(input)?;
        if let Err(message) = check(&name) {
            also(&mut mistakes, syn::Error::new(span, message));
        }
        list.push(Pair { name: Spanned::new(name, span), value: text(input)? });
        comma(input)?;
    }
    mistakes.map_or(Ok(list), Err)
}

/// Adds a mistake to others of the same value.
fn also(mistakes: &mut Option<syn::Error>, mistake: syn::Error) {
    match mistakes {
        Some(first) => first.combine(mistake),
        None => *mistakes = Some(mistake),
    }
}

/// Returns that a key within a value is written twice.
pub(super) fn twice(key: &Ident) -> syn::Error {
    syn::Error::new(key.span(), format_args!("`{key}` is specified twice"))
}

/// Parses nothing, or `(display)`.
pub(crate) fn extend(input: ParseStream<'_>) -> Result<Extend> {
    if !input.peek(Paren) {
        return Ok(Extend::Everything);
    }
    let content = parentheses(input, "")?;
    let what = content.call(Ident::parse_any)?;
    if what != "display" || !content.is_empty() {
        return Err(syn::Error::new(
            what.span(),
            format_args!(
                "unexpected `{what}` in `extend`; write `extend`, or `extend(display)` where only \
                 `Display` is written elsewhere"
            ),
        ));
    }
    Ok(Extend::Display)
}

/// Parses nothing, or `= "std"`.
pub(crate) fn debug(input: ParseStream<'_>) -> Result<DebugBy> {
    if !input.peek(Token![=]) {
        return Ok(DebugBy::Us);
    }
    choice(input, "debug mode", &[("std", DebugBy::Std)])
}

/// Parses `= ::absolute::path` or `= crate::path`.
pub(crate) fn root(input: ParseStream<'_>) -> Result<TokenStream> {
    input.parse::<Token![=]>()?;
    let path = if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        text.parse_with(Path::parse_mod_style)?
    } else {
        input.call(Path::parse_mod_style)?
    };
    let first = path.segments.first().map(|first| first.ident.to_string()).unwrap_or_default();
    if path.leading_colon.is_some() || matches!(first.as_str(), "crate" | "$crate") {
        return Ok(path.to_token_stream());
    }
    let shown: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
    let shown = shown.join("::");
    Err(syn::Error::new_spanned(
        &path,
        format_args!(
            "the path is relative; write `::{shown}` for a crate, or `crate::{shown}` for a module of this crate"
        ),
    ))
}

/// Parses `= path::to::function`.
pub(crate) fn function(input: ParseStream<'_>) -> Result<TokenStream> {
    input.parse::<Token![=]>()?;
    Ok(input.parse::<ExprPath>()?.into_token_stream())
}

#[cfg(test)]
mod tests {
    use super::status;
    use quote::quote;
    use syn::parse::Parser;

    #[test]
    fn statuses_by_number_and_name() {
        assert_eq!(status.parse2(quote!(= 404)).unwrap(), 404);
        assert_eq!(status.parse2(quote!(= NOT_FOUND)).unwrap(), 404);
        assert_eq!(status.parse2(quote!(= http::StatusCode::CONFLICT)).unwrap(), 409);
        assert!(status.parse2(quote!(= 200)).is_err());
        let error = status.parse2(quote!(= NOT_FUOND)).unwrap_err();
        assert!(error.to_string().contains("did you mean `NOT_FOUND`?"), "{error}");
    }
}
