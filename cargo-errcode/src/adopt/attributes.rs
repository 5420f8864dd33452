//! What attributes say.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, LitStr, Meta, Token, parse::ParseStream, punctuated::Punctuated};

/// The keys of an enum's `#[app(…)]` that its variants inherit.
#[derive(Default)]
pub(super) struct Container {
    /// All variants have a code by a key of the enum.
    pub(super) codes: bool,
    pub(super) transparent: bool,
    pub(super) prefix: Option<String>,
}

impl Container {
    pub(super) fn read(attributes: &[Attribute]) -> Self {
        let mut container = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("app")) {
            if let Meta::List(list) = &attribute.meta {
                container.keys(list.tokens.clone());
            }
        }
        container
    }

    fn keys(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter();
        while let Some(key) = tokens.next() {
            let value: Vec<TokenTree> =
                tokens.by_ref().take_while(|token| !is_punctuation(token, ',')).collect();
            match key.to_string().as_str() {
                "code" | "codes" => self.codes = true,
                "transparent" => self.transparent = true,
                "prefix" => {
                    let literal = value
                        .last()
                        .and_then(|last| syn::parse_str::<LitStr>(&last.to_string()).ok());
                    self.prefix = literal.map(|literal| literal.value());
                }
                _ => {}
            }
        }
    }
}

pub(super) fn is_punctuation(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

/// Each `#[path = "…"]`, and whether it holds whatever is configured: not in a `cfg_attr`.
pub(super) fn paths(meta: &Meta, always: bool, found: &mut Vec<(String, bool)>) {
    if let Meta::NameValue(pair) = meta
        && pair.path.is_ident("path")
        && let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. }) = &pair.value
    {
        found.push((path.value(), always));
    }
    for meta in configured(meta) {
        paths(&meta, false, found);
    }
}

/// What a `cfg_attr` stands for.
pub(super) fn configured(meta: &Meta) -> Vec<Meta> {
    let Meta::List(list) = meta else { return Vec::new() };
    if !list.path.is_ident("cfg_attr") {
        return Vec::new();
    }
    let parsed = list.parse_args_with(|input: ParseStream<'_>| {
        input.parse::<Meta>()?;
        input.parse::<Token![,]>()?;
        Punctuated::<Meta, Token![,]>::parse_terminated(input)
    });
    parsed.into_iter().flatten().collect()
}

/// What a `derive` lists.
pub(super) fn derived(meta: &Meta) -> Vec<syn::Path> {
    let Meta::List(list) = meta else { return Vec::new() };
    if !list.path.is_ident("derive") {
        return Vec::new();
    }
    let paths = list.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated);
    paths.into_iter().flatten().collect()
}

pub(super) fn has_app(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("app"))
}

pub(super) fn is_transparent(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("error") && list.tokens.to_string() == "transparent",
        _ => false,
    })
}

/// The message of an `#[error("…")]`.
pub(super) fn displayed(attribute: &Attribute) -> Option<String> {
    let Meta::List(list) = &attribute.meta else { return None };
    let first = list.tokens.clone().into_iter().next().filter(|_| list.path.is_ident("error"))?;
    Some(syn::parse_str::<LitStr>(&first.to_string()).ok()?.value())
}
