//! Bounds of generic types, where they are needed.

use super::code::code;
use crate::model::{Field, Model};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt, quote, quote_spanned};
use std::collections::HashSet;

/// The additional predicates of an impl.
#[derive(Default)]
pub(crate) struct Bounds {
    seen: HashSet<String>,
    list: Vec<TokenStream>,
}

impl Bounds {
    /// Adds a bound for the type of the field, if it contains a type parameter.
    pub(crate) fn field(&mut self, field: &Field<'_>, bound: TokenStream) {
        if field.is_generic {
            self.ty(field.ty, bound);
        }
    }

    pub(crate) fn ty(&mut self, ty: impl ToTokens, bound: TokenStream) {
        let predicate = quote!(#ty: #bound);
        if self.seen.insert(predicate.to_string()) {
            self.list.push(predicate);
        }
    }

    pub(crate) fn extend(&mut self, other: &Self) {
        for predicate in &other.list {
            if self.seen.insert(predicate.to_string()) {
                self.list.push(predicate.clone());
            }
        }
    }

    /// Adds a bound for `Self` in a generic type; otherwise it is known to hold.
    pub(crate) fn this(&mut self, model: &Model<'_>, bound: TokenStream) {
        if model.is_generic() {
            self.ty(quote!(Self), bound);
        }
    }

    /// Returns `impl<…> Trait for Type<…> where …`, without its body.
    pub(crate) fn header(&self, model: &Model<'_>, of: &str) -> TokenStream {
        let ty = super::arms::in_expansion(&model.input.ident);
        if model.input.generics.params.is_empty() && self.list.is_empty() {
            let mut header = code(&format!("#[automatically_derived] impl {of} for"));
            header.append(ty);
            model.input.generics.where_clause.to_tokens(&mut header);
            return header;
        }
        self.header_with(quote!(#[automatically_derived] impl), ty, model, &code(of))
    }

    /// Returns the same at the place of a span of the expansion.
    pub(crate) fn header_at(&self, span: Span, model: &Model<'_>, of: &TokenStream) -> TokenStream {
        let mut ty = model.input.ident.clone();
        ty.set_span(span);
        let start = quote_spanned! {span=>

            #[automatically_derived]
            impl
        };
        self.header_with(start, ty, model, of)
    }

    fn header_with(
        &self,
        start: TokenStream,
        ty: Ident,
        model: &Model<'_>,
        of: &TokenStream,
    ) -> TokenStream {
        let generics = &model.input.generics;
        let (impl_generics, ty_generics, _) = generics.split_for_impl();
        let clause = self.clause(model);
        // The user may have written one of the bounds too.
        let written = generics.where_clause.is_some()
            || generics.type_params().any(|param| !param.bounds.is_empty());
        let allow = (written && !self.list.is_empty()).then(|| {
            code("#[allow(clippy::trait_duplication_in_bounds, clippy::type_repetition_in_bounds)]")
        });
        quote!(#allow #start #impl_generics #of for #ty #ty_generics #clause)
    }

    /// Returns the additional predicates, for a function in an impl.
    pub(crate) fn only(&self) -> TokenStream {
        let list = &self.list;
        if list.is_empty() { TokenStream::new() } else { quote!(where #(#list,)*) }
    }

    fn clause(&self, model: &Model<'_>) -> TokenStream {
        let written =
            model.input.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        let all: Vec<_> =
            written.map(ToTokens::to_token_stream).chain(self.list.iter().cloned()).collect();
        if all.is_empty() { TokenStream::new() } else { quote!(where #(#all,)*) }
    }
}
