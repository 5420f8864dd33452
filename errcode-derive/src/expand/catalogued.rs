//! `impl Catalogued`.

use super::{
    generics::Bounds,
    table::{self, Expanded},
};
use crate::model::Model;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn catalogued(model: &Model<'_>, Expanded { value, .. }: &Expanded) -> TokenStream {
    let children = table::generic_children(model);
    let table = match children {
        Some(children) => quote!(&#value.with_children(#children)),
        None => quote!(&#value),
    };
    let mut bounds = Bounds::default();
    for ty in table::child_types(model) {
        if model.params.in_type(ty) {
            bounds.ty(ty, quote!(__e::Catalogued));
        }
    }
    let header = bounds.header(model, &quote!(__e::Catalogued));
    quote! {
        #header {
            const TABLE: &'static __e::Table = #table;
        }
    }
}
