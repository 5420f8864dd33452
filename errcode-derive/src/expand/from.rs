//! `impl From` for each `#[from]`.

use super::{arms, code::code};
use crate::model::{Field, Model, Variant, types};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

pub(crate) fn from(model: &Model<'_>) -> TokenStream {
    if model.extends_error() {
        return TokenStream::new();
    }
    model.variants.iter().filter_map(|variant| one(model, variant)).collect()
}

fn one(model: &Model<'_>, variant: &Variant<'_>) -> Option<TokenStream> {
    let field = variant.converted_field()?;
    let path = code(&arms::path(model, variant));
    let member = arms::member(field);
    let source = if types::optional(field.ty).is_some() {
        quote!(__e::Some(__source))
    } else {
        quote!(__source)
    };
    let others =
        variant.fields.iter().filter(|other| other.is_captured() && other.index != field.index);
    let others = others.map(|field| {
        let (member, capture) = (arms::member(field), captured(field));
        quote!(, #member: #capture)
    });
    let track_caller = track_caller(variant);
    let header = header(model, field);
    let ty = field.converted();
    Some(quote_spanned! {field.span()=>
        #header {
            #track_caller
            fn from(__source: #ty) -> Self {
                #path { #member: #source #(#others)* }
            }
        }
    })
}

/// Returns the impl without its body, which differs in the fallback.
/// Its place is the field, where rustc then reports a second impl for the same type.
pub(crate) fn header(model: &Model<'_>, field: &Field<'_>) -> TokenStream {
    let ty = field.converted();
    super::generics::Bounds::default().header_at(field.span(), model, &quote!(__e::From<#ty>))
}

/// Returns `#[track_caller]` for the function that makes the variant, if the variant has its caller's location.
pub(crate) fn track_caller(variant: &Variant<'_>) -> Option<TokenStream> {
    variant.location_field().map(|_| quote!(#[track_caller]))
}

/// Returns the captured backtrace or location, in the type of the field.
pub(crate) fn captured(field: &Field<'_>) -> TokenStream {
    if field.is_location() {
        quote_spanned!(field.span()=> __e::LocationField::of(__e::Location::caller()))
    } else if types::optional(field.ty).is_some() {
        quote!(__e::Some(__e::From::from(__e::Backtrace::capture())))
    } else {
        quote!(__e::From::from(__e::Backtrace::capture()))
    }
}
