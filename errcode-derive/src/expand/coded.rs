//! `impl Coded`.

use super::{arms, generics::Bounds};
use crate::model::Model;
use proc_macro2::TokenStream;
use quote::quote;

/// Returns the impl without its body. Its supertraits are required by a bound with an unused lifetime, which rustc does
/// not check here (<https://github.com/rust-lang/rust/issues/48214>), so that a missing `Debug` is only reported by
/// `Error`.
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
