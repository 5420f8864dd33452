//! Expansions as readable files: `tests/snapshots/NAME.rs` expands to `NAME.expanded.rs`.
//! `ERRCODE_UPDATE=1` rewrites them; read the difference before you commit it.

use crate::derive;
use proc_macro2::TokenStream;
use quote::ToTokens as _;
use std::{fs, path::Path};
use syn::{DeriveInput, punctuated::Punctuated, token::Comma};

/// Returns what our derives add to the item, in the order in which they are written.
fn expand(input: &DeriveInput) -> TokenStream {
    let derives = input.attrs.iter().filter(|attr| attr.path().is_ident("derive"));
    let derives = derives.flat_map(|attr| {
        attr.parse_args_with(Punctuated::<syn::Path, Comma>::parse_terminated)
            .expect("a list of derives")
    });
    derives
        .map(|path| match path.segments.last().map(|last| last.ident.to_string()).as_deref() {
            Some("AppError") => derive::derive(input.to_token_stream()),
            Some("IntoResponse") => derive::into_response(input.to_token_stream()),
            _ => TokenStream::new(),
        })
        .collect()
}

/// Breaks long literals, which prettyplease leaves in one line, so that differences can be read.
fn wrap(line: &str) -> String {
    if line.len() <= 120 {
        return line.to_owned();
    }
    let (mut wrapped, mut column, mut in_literal, mut rest) = (String::new(), 0, false, line);
    while let Some(first) = rest.chars().next() {
        // The compiler skips white space after a break, so a break comes before a letter or an escape.
        if in_literal && column >= 100 && !first.is_whitespace() && first != '"' {
            wrapped += "\\\n";
            column = 0;
        }
        let length = match rest.as_bytes() {
            [b'\\', b'x', ..] => 4,
            [b'\\', ..] => 2,
            _ => first.len_utf8(),
        };
        in_literal ^= first == '"';
        column += length;
        wrapped += &rest[..length];
        rest = &rest[length..];
    }
    wrapped
}

#[track_caller]
fn compare(name: &str) {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let input = fs::read_to_string(directory.join(name).with_extension("rs")).expect("an input");
    let expansion = expand(&syn::parse_str(&input).expect("an item"));
    let expansion = prettyplease::unparse(&syn::parse2(expansion).expect("items"));
    let expansion: String = expansion.lines().map(|line| wrap(line) + "\n").collect();
    let path = directory.join(name).with_extension("expanded.rs");
    if std::env::var_os("ERRCODE_UPDATE").is_some() {
        fs::write(&path, &expansion).expect("the snapshot is written");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expansion == expected,
        "{name} expands to something else; see the difference by \
         `ERRCODE_UPDATE=1 cargo test -p errcode-derive snapshots && git diff`:\n{expansion}"
    );
}

#[test]
fn an_enum() {
    compare("enum");
}

#[test]
fn a_struct_with_parameters() {
    compare("struct");
}

#[test]
fn a_struct_without_fields() {
    compare("unit");
}

#[test]
fn an_enum_with_thiserror() {
    compare("extend");
}

#[test]
fn the_rest_of_a_mistake() {
    compare("mistake");
}
