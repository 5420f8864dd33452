//! `impl Coded`.

use super::{arms, generics::Bounds};
use crate::model::Model;
use proc_macro2::TokenStream;
use quote::quote;

/// What the trait requires is asked where it does not matter: a bound over a lifetime that nothing uses is not checked here
/// (<https://github.com/rust-lang/rust/issues/48214>), so that a type without `Debug` is told once, by `Error`.
pub(crate) fn header(model: &Model<'_>) -> TokenStream {
    let ty = arms::in_expansion(&model.input.ident);
    let (_, ty_generics, _) = model.input.generics.split_for_impl();
    let mut bounds = Bounds::default();
    bounds.ty(quote!(for<'__unused> #ty #ty_generics), quote!(__e::Rows + __e::Error));
    bounds.header(model, &quote!(__e::Coded))
}

pub(crate) fn coded(model: &Model<'_>) -> Option<TokenStream> {
    if model.is_unsized() {
        return None;
    }
    let header = header(model);
    Some(quote! {
        #header {
            fn as_rows(&self) -> &dyn __e::Rows {
                self
            }
        }
    })
}
