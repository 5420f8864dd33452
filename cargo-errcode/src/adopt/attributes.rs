//! Attributes of types and variants.

use super::edit::Text;
use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, LitStr, Meta, Token, parse::ParseStream, punctuated::Punctuated,
    spanned::Spanned as _,
};

/// The keys of an enum's `#[app(…)]` that its variants inherit.
#[derive(Default)]
pub(super) struct Container {
    /// The enum gives all variants a code.
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
        let is_comma =
            |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
        let mut tokens = tokens.into_iter();
        while let Some(key) = tokens.next() {
            let value = tokens.by_ref().take_while(|token| !is_comma(token)).last();
            match key.to_string().as_str() {
                "code" | "codes" => self.codes = true,
                "transparent" => self.transparent = true,
                "prefix" => self.prefix = value.and_then(|value| literal(&value)),
                _ => {}
            }
        }
    }
}

fn literal(token: &TokenTree) -> Option<String> {
    Some(syn::parse_str::<LitStr>(&token.to_string()).ok()?.value())
}

/// Returns all attributes, then the content of each `cfg_attr`, which is marked as conditional.
fn metas(attributes: &[Attribute]) -> Vec<(Meta, bool)> {
    let mut found: Vec<_> =
        attributes.iter().map(|attribute| (attribute.meta.clone(), false)).collect();
    let mut next = 0;
    while let Some((meta, _)) = found.get(next) {
        next += 1;
        let Ok(list) = meta.require_list() else { continue };
        if list.path.is_ident("cfg_attr") {
            let parsed = list.parse_args_with(|input: ParseStream<'_>| {
                input.parse::<Meta>()?;
                input.parse::<Token![,]>()?;
                Punctuated::<Meta, Token![,]>::parse_terminated(input)
            });
            found.extend(parsed.into_iter().flatten().map(|meta| (meta, true)));
        }
    }
    found
}

/// Returns the last segment of each derive, and the offset after it unless it is in a `cfg_attr`.
pub(super) fn derives(attributes: &[Attribute], text: &Text) -> Vec<(String, Option<usize>)> {
    let mut found = Vec::new();
    for (meta, is_conditional) in metas(attributes) {
        let Ok(list) = meta.require_list() else { continue };
        if list.path.is_ident("derive") {
            let paths = list.parse_args_with(Punctuated::<syn::Path, Token![,]>::parse_terminated);
            for path in paths.into_iter().flatten() {
                let Some(last) = path.segments.last() else { continue };
                let after = (!is_conditional).then(|| text.bytes(path.span()).1);
                found.push((last.ident.to_string(), after));
            }
        }
    }
    found
}

/// Returns the `cfg` attributes as written.
pub(super) fn conditions(attributes: &[Attribute], text: &Text) -> Vec<String> {
    let lists = attributes.iter().filter_map(|attribute| attribute.meta.require_list().ok());
    let conditions = lists.filter(|list| list.path.is_ident("cfg"));
    conditions.map(|list| format!("#[cfg({})]", text.slice(list.tokens.span()))).collect()
}

/// Returns the value of `#[path = "…"]`.
pub(super) fn path(attributes: &[Attribute]) -> Option<String> {
    let pairs = attributes.iter().filter_map(|attribute| attribute.meta.require_name_value().ok());
    pairs.filter(|pair| pair.path.is_ident("path")).find_map(|pair| match &pair.value {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. }) => Some(path.value()),
        _ => None,
    })
}

pub(super) fn has_app(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("app"))
}

/// Returns whether there is an `#[error("…")]`, `#[error(transparent)]` or `#[error(fmt = …)]`,
/// maybe in a `cfg_attr`.
pub(super) fn has_message(attributes: &[Attribute]) -> bool {
    metas(attributes).iter().any(|(meta, _)| match meta {
        Meta::List(list) if list.path.is_ident("error") => {
            let first = list.tokens.clone().into_iter().next();
            first.is_some_and(|first| match &first {
                TokenTree::Ident(word) => word == "transparent" || word == "fmt",
                first => literal(first).is_some(),
            })
        }
        _ => false,
    })
}

pub(super) fn is_transparent(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("error") && list.tokens.to_string() == "transparent",
        _ => false,
    })
}

/// Returns the message of an `#[error("…")]`.
pub(super) fn message(attribute: &Attribute) -> Option<String> {
    let Meta::List(list) = &attribute.meta else { return None };
    let first = list.tokens.clone().into_iter().next().filter(|_| list.path.is_ident("error"))?;
    literal(&first)
}
