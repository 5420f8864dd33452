//! `impl Coded`.

use super::generics::Bounds;
use crate::model::Model;
use proc_macro2::TokenStream;
use quote::quote;

pub(crate) fn coded(model: &Model<'_>) -> Option<TokenStream> {
    if model.is_unsized() {
        return None;
    }
    let mut bounds = Bounds::default();
    bounds.this(model, quote!(__e::Rows + __e::Error));
    let header = bounds.header(model, &quote!(__e::Coded));
    Some(quote! {
        #header {
            fn as_rows(&self) -> &dyn __e::Rows {
                self
            }
        }
    })
}
