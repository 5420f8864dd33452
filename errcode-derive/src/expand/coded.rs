//! `impl Coded`.

use super::{arms, generics::Bounds};
use crate::model::Model;
use proc_macro2::TokenStream;
use quote::quote;

/// Returns the impl without its body. Its supertraits are required by a bound with an unused lifetime, which rustc does
/// not check here (<https://github.com/rust-lang/rust/issues/48214>), so that a missing `Debug` is only reported by
/// `Error`. A struct that seems to be unsized, which cannot become a trait object, is required to be sized in the same
/// way: its last field may have a type of the user's that is called `Path`.
pub(crate) fn header(model: &Model<'_>) -> TokenStream {
    let ty = arms::in_expansion(&model.input.ident);
    let (_, ty_generics, _) = model.input.generics.split_for_impl();
    let mut bounds = Bounds::default();
    let sized = model.is_unsized().then(|| quote!(+ ::core::marker::Sized));
    bounds.ty(quote!(for<'__unused> #ty #ty_generics), quote!(__e::Rows + __e::Error #sized));
    bounds.header(model, &quote!(__e::Coded))
}

pub(crate) fn coded(model: &Model<'_>) -> TokenStream {
    let header = header(model);
    quote!(#header {})
}
