//! Match arms. Variants with the same body share an arm, which reduces rustc's work.

use crate::model::{Field, Model, Variant};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use std::collections::HashMap;
use syn::{Index, Member};

/// The limit of patterns in an arm: rustc is slow with longer or-patterns.
const PATTERNS: usize = 64;

/// Returns the name with the hygiene of the expansion and the user's position, so that lints and `#[deprecated]` ignore
/// it.
pub(crate) fn in_expansion(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(ident.span().resolved_at(Span::call_site()));
    ident
}

pub(crate) fn member(field: &Field<'_>) -> Member {
    match &field.member {
        Member::Named(ident) => Member::Named(in_expansion(ident)),
        Member::Unnamed(index) => {
            Member::Unnamed(Index { index: index.index, span: Span::call_site() })
        }
    }
}

/// Returns `__0`, `__1`, …: names that are not constants, which a pattern would match against.
pub(crate) fn binding(number: usize, span: Span) -> Ident {
    format_ident!("__{number}", span = span)
}

/// Returns `Self::Variant`, or `Self` for a struct.
pub(crate) fn path(model: &Model<'_>, variant: &Variant<'_>) -> TokenStream {
    if model.is_enum {
        let ident = in_expansion(variant.ident);
        quote!(Self::#ident)
    } else {
        quote!(Self)
    }
}

/// Returns the pattern of the variant, with some of its fields bound.
pub(crate) fn pattern<'f>(
    model: &Model<'_>,
    variant: &Variant<'_>,
    bound: impl IntoIterator<Item = (&'f Field<'f>, Ident)>,
) -> TokenStream {
    let path = path(model, variant);
    let bound: Vec<_> = bound.into_iter().map(|(field, name)| (member(field), name)).collect();
    let rest = (bound.len() < variant.fields.len()).then(|| quote!(..));
    let bound = bound.iter().map(|(member, name)| quote!(#member: #name,));
    quote!(#path { #(#bound)* #rest })
}

/// Returns the pattern of the variant without its fields.
pub(crate) fn any(model: &Model<'_>, variant: &Variant<'_>) -> TokenStream {
    let path = path(model, variant);
    quote!(#path { .. })
}

/// The arms of a match.
#[derive(Default)]
pub(crate) struct Arms {
    places: HashMap<String, usize>,
    list: Vec<(Vec<TokenStream>, TokenStream)>,
    patterns: usize,
}

impl Arms {
    /// Adds the pattern to the arm with this key. `body` is only called for a new arm.
    pub(crate) fn add(
        &mut self,
        key: String,
        pattern: TokenStream,
        body: impl FnOnce() -> TokenStream,
    ) {
        self.patterns += 1;
        if let Some(place) = self.places.get(&key) {
            self.list[*place].0.push(pattern);
            return;
        }
        self.places.insert(key, self.list.len());
        self.list.push((vec![pattern], body()));
    }

    /// Adds an arm with one pattern.
    pub(crate) fn alone(&mut self, pattern: TokenStream, body: TokenStream) {
        self.patterns += 1;
        self.list.push((vec![pattern], body));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns `match self`, with an arm for the other variants if there are any.
    pub(crate) fn into_match(self, model: &Model<'_>, otherwise: &TokenStream) -> TokenStream {
        if model.is_enum && model.variants.is_empty() {
            return quote!(match *self {});
        }
        let rest = (self.patterns < model.variants.len()).then(|| quote!(_ => #otherwise,));
        quote!(match self { #self #rest })
    }
}

impl ToTokens for Arms {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        for (patterns, body) in &self.list {
            for patterns in patterns.chunks(PATTERNS) {
                tokens.extend(quote!(#(#patterns)|* => #body,));
            }
        }
    }
}
