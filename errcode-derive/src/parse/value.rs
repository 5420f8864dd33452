//! Parsers of values: from the tokens after a key to a domain type.

use super::{
    argument::{self, Argument},
    names,
};
use crate::{
    case::Case,
    format::{self, Alert, AlertThreshold, Category, Level},
    location, nearest,
    spanned::Spanned,
};
use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::{
    ExprPath, Index, Lit, LitBool, LitInt, LitStr, Path, Token,
    buffer::Cursor,
    ext::IdentExt,
    parenthesized,
    parse::{End, ParseBuffer, ParseStream, Result},
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

/// `alert` and its parentheses.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AlertRule {
    pub(crate) alert: Alert,
    pub(crate) over: Option<AlertThreshold>,
}

/// A text in one language; an untagged one is in the catalog's default language.
#[derive(Clone, Debug)]
pub(crate) struct Localized {
    pub(crate) language: Option<Spanned<String>>,
    pub(crate) text: Spanned<String>,
}

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
    let literal: LitStr = input.parse()?;
    Ok(Spanned::new(literal.value(), literal.span()))
}

/// Parses `= "text"`.
pub(crate) fn text(input: ParseStream<'_>) -> Result<Spanned<String>> {
    input.parse::<Token![=]>()?;
    literal(input)
}

const EMPTY_TEXT: &str = "the text is empty; write one, or remove the key";

/// Parses `= "text"` that is not empty.
pub(crate) fn some_text(input: ParseStream<'_>) -> Result<String> {
    let literal = text(input)?;
    if literal.trim().is_empty() {
        return Err(syn::Error::new(literal.span, EMPTY_TEXT));
    }
    Ok(literal.value)
}

/// Parses `= "E2001"` or `= 2001`.
pub(crate) fn code(input: ParseStream<'_>) -> Result<Spanned<String>> {
    input.parse::<Token![=]>()?;
    let span = input.span();
    let Ok(literal) = input.parse::<Lit>() else {
        return Err(syn::Error::new(span, "expected a string or a number, not an expression"));
    };
    let code = match literal {
        Lit::Str(text) => text.value(),
        Lit::Int(number) => decimal(&number)?,
        _ => return Err(syn::Error::new(span, "expected a string or a number")),
    };
    check_code(&code).map_err(|message| syn::Error::new(span, message))?;
    Ok(Spanned::new(code, span))
}

/// Returns a number as it is written, if that is how it would be shown.
fn decimal(number: &LitInt) -> Result<String> {
    let written = number.to_string();
    if written.starts_with('-') || number.suffix().is_empty() && written == number.base10_digits() {
        return Ok(written);
    }
    let message = format!(
        "`{written}` is the number {number}; write the code in quotes: `\"{written}\"`",
        number = number.base10_digits()
    );
    Err(syn::Error::new(number.span(), message))
}

/// Checks a code. The error says what is wrong with it.
pub(crate) fn check_code(code: &str) -> std::result::Result<(), String> {
    if format::is_code(code) {
        return Ok(());
    }
    let allowed =
        "a code is a letter or digit, then letters, digits and `_ - . :`, at most 64 characters";
    let allowed_at = |(at, c): (usize, char)| {
        c.is_ascii_alphanumeric() || at > 0 && matches!(c, '_' | '-' | '.' | ':')
    };
    let wrong = code.char_indices().find(|found| !allowed_at(*found));
    Err(match wrong {
        _ if code.is_empty() => format!("the code is empty; {allowed}"),
        Some((at, wrong)) if code.len() <= 64 => {
            let verb = if at == 0 { "begin with" } else { "contain" };
            format!("invalid code `{code}`: it cannot {verb} `{}`; {allowed}", wrong.escape_debug())
        }
        _ => format!("the code is too long ({} characters); {allowed}", code.chars().count()),
    })
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

/// Parses `= "ALIAS"` or a list of codes.
pub(crate) fn codes(input: ParseStream<'_>) -> Result<Vec<Spanned<String>>> {
    texts(input)?
        .into_iter()
        .map(|text| match check_code(&text) {
            Ok(()) => Ok(text),
            Err(message) => Err(syn::Error::new(text.span, message)),
        })
        .collect()
}

/// Parses `= 404`, `= NOT_FOUND` or `= StatusCode::NOT_FOUND`.
pub(crate) fn status(input: ParseStream<'_>) -> Result<u16> {
    input.parse::<Token![=]>()?;
    if input.peek(Lit) {
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
            let hint = nearest::hint(&word, names::STATUSES.iter().map(|(name, _)| *name));
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
        None => {
            let hint = nearest::hint(&word, list.iter().map(|(name, _)| *name));
            let known = nearest::list(list.iter().map(|(name, _)| *name), "or");
            Err(syn::Error::new(
                span,
                format_args!("unknown {what} `{word}`{hint}\nexpected {known}"),
            ))
        }
    }
}

/// Parses a word, bare or in quotes.
fn word(input: ParseStream<'_>) -> Result<(String, Span)> {
    if input.peek(LitStr) {
        let literal: LitStr = input.parse()?;
        return Ok((literal.value(), literal.span()));
    }
    if input.peek(Lit) {
        let literal: Lit = input.parse()?;
        return Err(syn::Error::new(literal.span(), "expected a name"));
    }
    let ident = input.call(Ident::parse_any)?;
    Ok((ident.to_string(), ident.span()))
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
        word @ ("after" | "when" | "inherit") => {
            return Err(syn::Error::new(key.span(), format_args!("`{word}` is specified twice")));
        }
        word => {
            let hint = nearest::hint(word, ["after", "when", "inherit"]);
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
    if input.peek(LitStr) {
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

/// Parses the value of `user_msg`.
pub(crate) fn user_msg(input: ParseStream<'_>) -> Result<Vec<Localized>> {
    localized("user_msg", input)
}

/// Parses the value of `title`.
pub(crate) fn title(input: ParseStream<'_>) -> Result<Vec<Localized>> {
    some_localized("title", input)
}

/// Parses the value of `explanation`.
pub(crate) fn explanation(input: ParseStream<'_>) -> Result<Vec<Localized>> {
    some_localized("explanation", input)
}

/// Parses the value of `help`.
pub(crate) fn help(input: ParseStream<'_>) -> Result<Vec<Localized>> {
    some_localized("help", input)
}

/// Parses the value of `deprecated`.
pub(crate) fn deprecated(input: ParseStream<'_>) -> Result<Vec<Localized>> {
    some_localized("deprecated", input)
}

/// Parses texts that are not empty.
fn some_localized(key: &str, input: ParseStream<'_>) -> Result<Vec<Localized>> {
    let texts = localized(key, input)?;
    match texts.iter().find(|text| text.text.trim().is_empty()) {
        Some(empty) => Err(syn::Error::new(empty.text.span, EMPTY_TEXT)),
        None => Ok(texts),
    }
}

/// Parses `= "…"`, or one text per language in parentheses.
fn localized(key: &str, input: ParseStream<'_>) -> Result<Vec<Localized>> {
    if input.peek(Token![=]) {
        return Ok(vec![Localized { language: None, text: text(input)? }]);
    }
    let content = parentheses(
        input,
        &format!(
            r#"write `{key} = "…"`, or one text per language, as in `{key}(zh = "…", en = "…")`"#
        ),
    )?;
    let mut texts: Vec<Localized> = Vec::new();
    for pair in pairs(&content, language)? {
        let is_same = |text: &&Localized| {
            text.language.as_ref().is_some_and(|known| known.eq_ignore_ascii_case(&pair.name))
        };
        if let Some(first) = texts.iter().find(is_same) {
            let mut error = syn::Error::new(
                pair.name.span,
                format_args!("the language `{}` is specified twice", *pair.name),
            );
            let at = first.language.as_ref().map_or(pair.name.span, |language| language.span);
            error.combine(syn::Error::new(at, "it is first specified here"));
            return Err(error);
        }
        texts.push(Localized { language: Some(pair.name), text: pair.value });
    }
    if texts.is_empty() {
        return Err(syn::Error::new(
            content.span(),
            format_args!(
                "no language is specified; write one text per language, as in `{key}(zh = \"…\", en = \"…\")`"
            ),
        ));
    }
    Ok(texts)
}

/// Checks a language tag.
pub(crate) fn language(tag: &str) -> std::result::Result<(), String> {
    if format::is_language(tag) {
        return Ok(());
    }
    let dashed = tag.replace('_', "-");
    let hint = if format::is_language(&dashed) {
        format!("; did you mean `{dashed}`?")
    } else {
        "; write a tag such as `zh` or `\"pt-BR\"`".to_owned()
    };
    Err(format!("invalid language `{tag}`{hint}"))
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
            let hint = nearest::hint(word, ["code"]);
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

/// Parses `("E2009" = "merged into E2003", …)`.
pub(crate) fn retired(input: ParseStream<'_>) -> Result<Vec<Pair>> {
    let content = parentheses(
        input,
        r#"write each code with its reason, as in `retired("E2009" = "merged into E2003")`"#,
    )?;
    pairs(&content, check_code)
}

fn pairs(
    input: ParseStream<'_>,
    check: fn(&str) -> std::result::Result<(), String>,
) -> Result<Vec<Pair>> {
    let mut list = Vec::new();
    while !input.is_empty() {
        let (name, span) = word(input)?;
        check(&name).map_err(|message| syn::Error::new(span, message))?;
        list.push(Pair { name: Spanned::new(name, span), value: text(input)? });
        comma(input)?;
    }
    Ok(list)
}

pub(crate) fn alert(input: ParseStream<'_>) -> Result<AlertRule> {
    if !input.peek(Paren) {
        let alert = if flag(input)? { Alert::Notice } else { Alert::None };
        return Ok(AlertRule { alert, over: None });
    }
    let content = parentheses(input, "")?;
    let mut rule = AlertRule { alert: Alert::Notice, over: None };
    while !content.is_empty() {
        let key = content.call(Ident::parse_any)?;
        if key == "page" {
            rule.alert = if flag(&content)? { Alert::Page } else { Alert::Notice };
        } else if key == "over" {
            rule.over = Some(threshold(&text(&content)?)?);
        } else {
            let hint = nearest::hint(&key.to_string(), ["page", "over"]);
            return Err(syn::Error::new(
                key.span(),
                format_args!(
                    "unknown key `{key}` in `alert`{hint}\n`alert` takes `page` and `over`"
                ),
            ));
        }
        comma(&content)?;
    }
    Ok(rule)
}

fn threshold(text: &Spanned<String>) -> Result<AlertThreshold> {
    text.parse().map_err(|_| {
        syn::Error::new(
            text.span,
            format_args!(
                "invalid threshold `{}`; write a count and a time, as in `20/1m`",
                text.value
            ),
        )
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;
    use syn::parse::Parser;

    fn all<T>(parser: fn(ParseStream<'_>) -> Result<T>, tokens: TokenStream) -> Result<T> {
        parser.parse2(tokens)
    }

    #[test]
    fn codes_obey_the_grammar() {
        for code in ["E2001", "2001", "http.404", "a_b-c.d:e", &"x".repeat(64)] {
            assert_eq!(check_code(code), Ok(()), "{code}");
        }
        for code in ["", "-x", "_x", "a b", "ä", "a/b", &"x".repeat(65)] {
            assert!(check_code(code).is_err(), "{code}");
        }
        assert_eq!(all(code, quote!(= 2001)).unwrap().value, "2001");
    }

    #[test]
    fn statuses_by_number_and_name() {
        assert_eq!(all(status, quote!(= 404)).unwrap(), 404);
        assert_eq!(all(status, quote!(= NOT_FOUND)).unwrap(), 404);
        assert_eq!(all(status, quote!(= http::StatusCode::CONFLICT)).unwrap(), 409);
        assert!(all(status, quote!(= 200)).is_err());
        assert!(
            all(status, quote!(= NOT_FUOND))
                .unwrap_err()
                .to_string()
                .contains("did you mean `NOT_FOUND`?")
        );
    }

    #[test]
    fn languages() {
        assert!(
            language("zh").is_ok() && language("pt-BR").is_ok() && language("zh-Hans-CN").is_ok()
        );
        assert!(language("z").is_err() && language("zh_CN").is_err() && language("").is_err());
    }
}
