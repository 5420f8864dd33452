//! Where tokens are in the user's file. Outside the compiler, as in unit tests, this is unknown.

extern crate proc_macro;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use std::path::{Path, PathBuf};

/// Returns the line of a token.
pub(crate) fn line(span: Span) -> Option<u32> {
    let span = of_compiler(span)?;
    u32::try_from(span.line()).ok()
}

/// Returns the file of a token, relative to its package, so that two checkouts produce the same table. `None` if it is
/// outside the package, as for a macro of another package.
pub(crate) fn file(span: Span) -> Option<String> {
    let package = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR")?);
    let file = std::path::absolute(of_compiler(span)?.local_file()?).ok()?;
    Some(within(&file, &package)?.to_string_lossy().replace('\\', "/"))
}

/// Returns the derives in the list that has this one, as they are written. Only the file tells: a derive does not see
/// the list that it is in.
pub(crate) fn derives() -> Vec<String> {
    read_derives().unwrap_or_default()
}

fn read_derives() -> Option<Vec<String>> {
    let span = of_compiler(Span::call_site())?;
    let text = std::fs::read_to_string(span.local_file()?).ok()?;
    derives_at(&text, span.line(), span.column())
}

/// Returns the items of the `derive(…)` around a position, whose line and column begin at 1.
fn derives_at(text: &str, line: usize, column: usize) -> Option<Vec<String>> {
    let begin: usize = text.split_inclusive('\n').take(line.checked_sub(1)?).map(str::len).sum();
    let at = begin + column.checked_sub(1)?;
    let open = text.get(..at)?.rfind("derive(")? + "derive(".len();
    let list = text.get(open..)?.split_once(')')?.0;
    let tokens: TokenStream = (at < open + list.len()).then(|| list.parse().ok())??;
    let list = tokens.to_string();
    Some(list.split(',').map(|path| path.replace(char::is_whitespace, "")).collect())
}

/// Returns the file's path relative to the package, also through symbolic links.
fn within(file: &Path, package: &Path) -> Option<PathBuf> {
    let direct = file.strip_prefix(package).ok().map(Path::to_path_buf);
    direct.or_else(|| {
        let (file, package) = (file.canonicalize().ok()?, package.canonicalize().ok()?);
        file.strip_prefix(&package).ok().map(Path::to_path_buf)
    })
}

fn of_compiler(span: Span) -> Option<proc_macro::Span> {
    proc_macro::is_available().then(|| span.unwrap())
}

/// Returns the tokens with spaces where the user has some.
pub(crate) fn written(tokens: &TokenStream) -> String {
    if !proc_macro::is_available() {
        return tokens.to_string();
    }
    let mut text = String::new();
    write(tokens, &mut text, &mut None);
    text
}

/// Line and column.
type Position = (usize, usize);

fn write(tokens: &TokenStream, text: &mut String, end: &mut Option<Position>) {
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

fn push(token: &str, span: Span, text: &mut String, end: &mut Option<Position>) {
    let span = span.unwrap();
    let start = (span.start().line(), span.start().column());
    if end.is_some_and(|end| end != start) {
        text.push(' ');
    }
    text.push_str(token);
    *end = Some((span.end().line(), span.end().column()));
}
