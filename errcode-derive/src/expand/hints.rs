//! Completion of keys in editors, as bon does it. rust-analyzer completes paths in the expansion, so the words of the
//! attributes are repeated there as imports from a module that has every key with its documentation. Only emitted if
//! rust-analyzer runs the macro.

use crate::parse::key::Key;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote;
use std::sync::OnceLock;
use syn::{Attribute, Data, DeriveInput, Meta};

pub(crate) fn hints(input: &DeriveInput) -> Option<TokenStream> {
    runs_in_an_editor().then(|| all(input))
}

/// Returns whether rust-analyzer runs the macro, whose macro server is a separate program.
fn runs_in_an_editor() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        let program = std::env::current_exe().ok();
        let name =
            program.as_deref().and_then(|path| path.file_stem()).and_then(|stem| stem.to_str());
        name.is_some_and(|name| name.contains("rust-analyzer"))
    })
}

fn all(input: &DeriveInput) -> TokenStream {
    let variants = match &input.data {
        Data::Enum(data) => data.variants.iter().map(|variant| variant.attrs.as_slice()).collect(),
        _ => Vec::new(),
    };
    let words = [input.attrs.as_slice()].into_iter().chain(variants).flatten().flat_map(words);
    let keys = Key::ALL.iter().map(|key| {
        // `crate` is a keyword, which needs no completion.
        let name = (key.name() != "crate").then(|| Ident::new(key.name(), Span::call_site()));
        let doc = format!("{}\n\n```text\n{}\n```", key.doc(), key.forms().join("\n"));
        name.map(|name| quote!(#[doc = #doc] pub mod #name {}))
    });
    quote! {
        #[allow(unexpected_cfgs)]
        const _: () = {
            #[cfg(rust_analyzer)]
            const _: () = {
                mod __keys { #(#keys)* }
                #(use __keys::#words as _;)*
            };
        };
    }
}

/// Returns the first word of each item in `#[error(…)]` and `#[app(…)]`.
fn words(attribute: &Attribute) -> Vec<Ident> {
    let Meta::List(list) = &attribute.meta else { return Vec::new() };
    if !attribute.path().is_ident("error") && !attribute.path().is_ident("app") {
        return Vec::new();
    }
    let mut words = Vec::new();
    let mut begins = true;
    for token in list.tokens.clone() {
        match &token {
            TokenTree::Ident(ident) if begins && ident != "crate" => words.push(ident.clone()),
            _ => {}
        }
        begins = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ',');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_imported() {
        let input = syn::parse_quote! {
            #[error(category = business)]
            enum E {
                #[error("x {y}", code = "E1", sta)]
                A { y: u8 },
            }
        };
        let hints = all(&input).to_string();
        for word in ["category", "code", "sta"] {
            assert!(hints.contains(&format!("use __keys :: {word} as _ ;")), "{word}: {hints}");
        }
        assert!(hints.contains("pub mod retryable"));
    }

    #[test]
    fn nothing_is_emitted_elsewhere() {
        assert!(
            hints(&syn::parse_quote!(
                struct E;
            ))
            .is_none()
        );
    }
}
