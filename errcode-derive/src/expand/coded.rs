//! `impl Coded`.

use super::{
    arms,
    code::{code, join},
    generics::Bounds,
};
use crate::model::Model;
use proc_macro2::TokenStream;
use quote::quote;

/// Returns the impl. Its supertraits are required by a bound with an unused lifetime, which rustc does not check here
/// (<https://github.com/rust-lang/rust/issues/48214>), so that a missing `Debug` is only reported by `Error`. A struct
/// that seems to be unsized, which cannot become a trait object, is required to be sized in the same way: its last
/// field may have a type of the user's that is called `Path`.
pub(crate) fn coded(model: &Model<'_>) -> TokenStream {
    let (ident, generics) = (&model.input.ident, &model.input.generics);
    let mut bounds = Bounds::default();
    if generics.params.is_empty() && generics.where_clause.is_none() && !model.is_unsized() {
        let header = bounds.header(model, "__e::Coded");
        return join([header, code(&format!("where for<'__unused> {ident}: __e::Debug {{}}"))]);
    }
    let (_, ty_generics, _) = generics.split_for_impl();
    let ident = arms::in_expansion(ident);
    let sized = model.is_unsized().then(|| quote!(+ ::core::marker::Sized));
    bounds.ty(quote!(for<'__unused> #ident #ty_generics), quote!(__e::Rows + __e::Error #sized));
    join([bounds.header(model, "__e::Coded"), code("{}")])
}
