//! Where tokens stand in the user's file; nothing is known of it outside the compiler, as in unit tests.

extern crate proc_macro;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};

/// The line of the token.
pub(crate) fn line(span: Span) -> Option<u32> {
    let span = of_compiler(span)?;
    u32::try_from(span.line()).ok()
}

fn of_compiler(span: Span) -> Option<proc_macro::Span> {
    proc_macro::is_available().then(|| span.unwrap())
}

/// The tokens with spaces where the user put some.
pub(crate) fn written(tokens: &TokenStream) -> String {
    if !proc_macro::is_available() {
        return tokens.to_string();
    }
    let mut text = String::new();
    write(tokens, &mut text, &mut None);
    text
}

type Place = (usize, usize);

fn write(tokens: &TokenStream, text: &mut String, end: &mut Option<Place>) {
    for token in tokens.clone() {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                push(open, group.span_open(), text, end);
                write(&group.stream(), text, end);
                push(close, group.span_close(), text, end);
            }
            other => push(&other.to_string(), other.span(), text, end),
        }
    }
}

fn push(token: &str, span: Span, text: &mut String, end: &mut Option<Place>) {
    let span = span.unwrap();
    let start = (span.start().line(), span.start().column());
    if end.is_some_and(|end| end != start) {
        text.push(' ');
    }
    text.push_str(token);
    *end = Some((span.end().line(), span.end().column()));
}
