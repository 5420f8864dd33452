//! The pipeline: parse and model, validate, expand; the fallback after a mistake.

use crate::{errors::Errors, expand, model::Model, validate};
use proc_macro2::TokenStream;
use syn::DeriveInput;

pub(crate) fn derive(input: TokenStream) -> TokenStream {
    match syn::parse2(input) {
        Ok(input) => app_error(&input),
        Err(error) => error.into_compile_error(),
    }
}

fn app_error(input: &DeriveInput) -> TokenStream {
    let errors = Errors::new();
    let model = Model::new(input, &errors);
    validate::check(&model, &errors);
    match errors.finish() {
        Ok(()) => expand::app_error(&model),
        Err(error) => expand::fallback::app_error(&model, &error),
    }
}

pub(crate) fn into_response(input: TokenStream) -> TokenStream {
    match syn::parse2(input) {
        Ok(input) => expand::into_response(&input),
        Err(error) => error.into_compile_error(),
    }
}
