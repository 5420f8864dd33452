//! Texts in several languages.

use super::{
    punctuation::parentheses,
    value::{EMPTY_TEXT, pairs, text},
};
use crate::{format, spanned::Spanned};
use syn::{
    Token,
    parse::{ParseStream, Result},
};

/// A text in one language; an untagged one is in the catalog's default language.
#[derive(Clone, Debug)]
pub(crate) struct Localized {
    pub(crate) language: Option<Spanned<String>>,
    pub(crate) text: Spanned<String>,
}

/// Parses the value of `user_msg`.
pub(crate) fn user_msg(input: ParseStream<'_>) -> Result<Vec<Localized>> {
    some_localized("user_msg", input)
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

#[cfg(test)]
mod tests {
    use super::language;

    #[test]
    fn languages() {
        for tag in ["zh", "pt-BR", "zh-Hans-CN"] {
            assert_eq!(language(tag), Ok(()), "{tag}");
        }
        for tag in ["z", "zh_CN", ""] {
            assert!(language(tag).is_err(), "{tag}");
        }
    }
}
