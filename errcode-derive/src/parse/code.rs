//! Codes, and lists of them.

use super::{
    punctuation::parentheses,
    value::{Pair, is_literal, literal, pairs, texts},
};
use crate::{format, spanned::Spanned};
use syn::{
    Lit, LitInt, Token,
    parse::{ParseStream, Result},
};

/// Parses `= "E2001"` or `= 2001`.
pub(crate) fn code(input: ParseStream<'_>) -> Result<Spanned<String>> {
    input.parse::<Token![=]>()?;
    let span = input.span();
    let code = if is_literal(input) {
        literal(input)?.value
    } else {
        match input.parse::<Lit>() {
            Ok(Lit::Int(number)) => decimal(&number)?,
            Ok(_) => return Err(syn::Error::new(span, "expected a string or a number")),
            Err(_) => {
                let message = "expected a string or a number, not an expression";
                return Err(syn::Error::new(span, message));
            }
        }
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

/// Parses `("E2009" = "merged into E2003", …)`.
pub(crate) fn retired(input: ParseStream<'_>) -> Result<Vec<Pair>> {
    let content = parentheses(
        input,
        r#"write each code with its reason, as in `retired("E2009" = "merged into E2003")`"#,
    )?;
    pairs(&content, check_code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;
    use syn::parse::Parser;

    #[test]
    fn codes_obey_the_grammar() {
        for code in ["E2001", "2001", "http.404", "a_b-c.d:e", &"x".repeat(64)] {
            assert_eq!(check_code(code), Ok(()), "{code}");
        }
        for code in ["", "-x", "_x", "a b", "ä", "a/b", &"x".repeat(65)] {
            assert!(check_code(code).is_err(), "{code}");
        }
        assert_eq!(code.parse2(quote!(= 2001)).unwrap().value, "2001");
    }
}
