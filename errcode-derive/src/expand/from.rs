//! `impl From` for each `#[from]`.

use super::arms;
use crate::model::{Field, Model, Variant, types};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Type;

pub(crate) fn from(model: &Model<'_>) -> TokenStream {
    if model.extends_error() {
        return TokenStream::new();
    }
    model.variants.iter().filter_map(|variant| one(model, variant)).collect()
}

fn one(model: &Model<'_>, variant: &Variant<'_>) -> Option<TokenStream> {
    let field = variant.converted_field()?;
    let path = arms::path(model, variant);
    let member = arms::member(field);
    let source = if types::optional(field.ty).is_some() {
        quote!(__e::Some(__source))
    } else {
        quote!(__source)
    };
    let backtrace = variant.backtrace_field().map(|field| {
        let (member, capture) = (arms::member(field), captured(field));
        quote!(, #member: #capture)
    });
    let header = header(model, field.ty);
    let ty = types::optional(field.ty).unwrap_or(field.ty);
    Some(quote! {
        #header {
            fn from(__source: #ty) -> Self {
                #path { #member: #source #backtrace }
            }
        }
    })
}

/// Returns the impl without its body, which differs in the fallback.
pub(crate) fn header(model: &Model<'_>, ty: &Type) -> TokenStream {
    let ty = types::optional(ty).unwrap_or(ty).to_token_stream();
    let header = super::generics::Bounds::default().header(model, &quote!(__e::From<#ty>));
    // The type is written by the user, so lints about it must not fire.
    quote!(#[allow(deprecated, unused_qualifications)] #header)
}

/// Returns a captured backtrace in the type of the field.
pub(crate) fn captured(field: &Field<'_>) -> TokenStream {
    if types::optional(field.ty).is_some() {
        quote!(__e::Some(__e::From::from(__e::Backtrace::capture())))
    } else {
        quote!(__e::From::from(__e::Backtrace::capture()))
    }
}
