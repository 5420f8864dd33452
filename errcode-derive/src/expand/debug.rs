//! `impl Debug` as std derives it, with `[redacted]` for sensitive fields.

use super::{
    arms::{self, Arms},
    generics::Bounds,
};
use crate::model::{Field, Model, Variant};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Member, ext::IdentExt};

pub(crate) fn debug(model: &Model<'_>) -> Option<TokenStream> {
    if !model.writes_debug {
        return None;
    }
    let mut bounds = Bounds::default();
    let mut arms = Arms::default();
    for variant in &model.variants {
        let shown = variant.fields.iter().filter(|field| !field.is_secret());
        let names: Vec<_> =
            shown.map(|field| (field, arms::binding(field.index, field.span()))).collect();
        for (field, _) in &names {
            bounds.field(field, quote!(__e::Debug));
        }
        arms.alone(arms::pattern(model, variant, names), body(variant));
    }
    let body = arms.into_match(model, "");
    let header = bounds.header(model, "__e::Debug");
    Some(quote! {
        #header {
            fn fmt(&self, __f: &mut __e::Formatter<'_>) -> __e::FmtResult {
                #body
            }
        }
    })
}

fn body(variant: &Variant<'_>) -> TokenStream {
    let name = variant.ident.unraw().to_string();
    match variant.fields.first().map(|field| &field.member) {
        None => quote!(__f.write_str(#name)),
        Some(Member::Named(_)) => {
            let fields = variant.fields.iter().map(|field| {
                let (name, value) = (&field.name, value(field));
                quote!(.field(#name, #value))
            });
            quote!(__f.debug_struct(#name) #(#fields)* .finish())
        }
        Some(Member::Unnamed(_)) => {
            let fields = variant.fields.iter().map(value);
            quote!(__f.debug_tuple(#name) #(.field(#fields))* .finish())
        }
    }
}

fn value(field: &Field<'_>) -> TokenStream {
    if field.is_secret() {
        return quote!(&::core::format_args!("[redacted]"));
    }
    // One more reference, because the last field may be unsized.
    let name = arms::binding(field.index, field.span());
    quote!(&#name)
}
