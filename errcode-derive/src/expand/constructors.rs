//! `ProjectError::not_found(id)` and `error.is_not_found()`.

use super::{arms, code::code, from};
use crate::model::{Field, Model, Variant, types};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use std::collections::HashSet;
use syn::Member;

pub(crate) fn constructors(model: &Model<'_>) -> Option<TokenStream> {
    let keys = &model.item.keys;
    if !keys.constructors.is_on() && !keys.predicates.is_on() {
        return None;
    }
    let mut seen = HashSet::new();
    // A second function of a name is a mistake, after which the first one remains.
    let variants: Vec<_> =
        model.variants.iter().filter(|variant| seen.insert(model.function_of(variant))).collect();
    let constructors = variants
        .iter()
        .filter(|_| keys.constructors.is_on())
        .map(|variant| constructor(model, variant));
    let predicates = variants
        .iter()
        .filter(|_| keys.predicates.is_on())
        .map(|variant| predicate(model, variant));
    let functions: Vec<_> = constructors.chain(predicates).collect();
    let ty = arms::in_expansion(&model.input.ident);
    let (impl_generics, ty_generics, clause) = model.input.generics.split_for_impl();
    let called_like_ours =
        variants.iter().any(|variant| METHODS.contains(&model.function_of(variant).as_str()));
    let allow = called_like_ours.then(|| code("#[allow(clippy::same_name_method)]"));
    Some(quote!(#allow impl #impl_generics #ty #ty_generics #clause { #(#functions)* }))
}

/// The methods of the traits that the derive implements. `error.cause()` and `Error::cause(…)` do not clash.
const METHODS: [&str; 14] = [
    "args",
    "captured",
    "cause",
    "caused_by",
    "description",
    "dynamic",
    "fmt",
    "from",
    "inner",
    "locate",
    "provide",
    "row",
    "shows_template",
    "source",
];

/// Returns a function that takes every field except a backtrace and a location, which are captured. `String` fields
/// take `impl Into<String>`.
fn constructor(model: &Model<'_>, variant: &Variant<'_>) -> TokenStream {
    let vis = &model.input.vis;
    let name = function(&model.function_of(variant), place(variant));
    let doc = if model.is_enum {
        format!("Makes a [`Self::{}`].", variant.ident)
    } else {
        format!("Makes a [`{}`].", variant.ident)
    };
    let path = code(&arms::path(model, variant));
    let parameters = variant.fields.iter().filter(|field| !field.is_captured()).map(|field| {
        let (name, ty) = (parameter(field), field.ty);
        if types::is_string(ty) {
            quote!(#name: impl ::core::convert::Into<#ty>)
        } else {
            quote!(#name: #ty)
        }
    });
    let values = variant.fields.iter().map(|field| {
        let (member, name) = (arms::member(field), parameter(field));
        let value = match field {
            field if field.is_captured() => from::captured(field),
            field if types::is_string(field.ty) => quote!(::core::convert::Into::into(#name)),
            _ => quote!(#name),
        };
        quote!(#member: #value)
    });
    let track_caller = from::track_caller(variant);
    quote_spanned! {place(variant)=>
        #[doc = #doc]
        #[must_use]
        #track_caller
        #vis fn #name(#(#parameters),*) -> Self {
            #path { #(#values),* }
        }
    }
}

fn parameter(field: &Field<'_>) -> Ident {
    match &field.member {
        Member::Named(ident) => arms::in_expansion(ident),
        Member::Unnamed(index) => format_ident!("field_{}", index.index, span = Span::call_site()),
    }
}

fn predicate(model: &Model<'_>, variant: &Variant<'_>) -> TokenStream {
    let vis = &model.input.vis;
    let name = function(&format!("is_{}", model.function_of(variant)), place(variant));
    let doc = format!("Whether this is [`Self::{}`].", variant.ident);
    let pattern = code(&arms::any(model, variant));
    quote_spanned! {place(variant)=>
        #[doc = #doc]
        #[must_use]
        #vis fn #name(&self) -> ::core::primitive::bool {
            ::core::matches!(self, #pattern)
        }
    }
}

/// Returns the place of a variant's functions, where rustc reports that the user has one of the same name.
fn place(variant: &Variant<'_>) -> Span {
    arms::in_expansion(variant.ident).span()
}

/// Returns the name of a function, which may be a keyword.
fn function(name: &str, span: Span) -> Ident {
    let mut ident = match name {
        "self" | "super" | "crate" => format_ident!("{name}_"),
        _ => syn::parse_str(name).unwrap_or_else(|_| Ident::new_raw(name, Span::call_site())),
    };
    ident.set_span(span);
    ident
}
