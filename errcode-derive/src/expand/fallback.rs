//! What is emitted with the mistakes, so that code that uses the type compiles and nothing else is reported.

use super::{arms, code::code, from, generics::Bounds, hints};
use crate::model::{self, Field, Model};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

pub(crate) fn app_error(model: &Model<'_>, error: &syn::Error) -> TokenStream {
    let errors = error.to_compile_error();
    let root = model::core(model.item.keys.crate_.get());
    let display = display(model);
    let error = error_impl(model);
    let debug = model.writes_debug.then(|| debug(model));
    let from = from_impls(model);
    let rows = rows(model);
    let constructors = super::constructors::constructors(model);
    let hints = hints::hints(model.input);
    quote! {
        #errors
        const _: () = {
            use #root::__private as __e;
            static __TABLE: __e::Table = __e::Table::EMPTY;
            #display
            #error
            #debug
            #from
            #rows
            #constructors
        };
        #hints
    }
}

fn display(model: &Model<'_>) -> Option<TokenStream> {
    let header = Bounds::default().header(model, "__e::Display");
    (!model.extends_display()).then(|| formats(&header))
}

fn debug(model: &Model<'_>) -> TokenStream {
    formats(&Bounds::default().header(model, "__e::Debug"))
}

fn formats(header: &TokenStream) -> TokenStream {
    quote! {
        #header {
            fn fmt(&self, _: &mut __e::Formatter<'_>) -> __e::FmtResult {
                ::core::unreachable!()
            }
        }
    }
}

/// Returns `impl Error`. Its supertraits are required by a bound with an unused lifetime, which rustc does not check
/// here (<https://github.com/rust-lang/rust/issues/48214>).
fn error_impl(model: &Model<'_>) -> Option<TokenStream> {
    let header = header(model, "__e::Error", "__e::Debug");
    (!model.extends_error()).then(|| quote!(#header {}))
}

fn header(model: &Model<'_>, of: &str, bound: &str) -> TokenStream {
    let ty = arms::in_expansion(&model.input.ident);
    let (_, ty_generics, _) = model.input.generics.split_for_impl();
    let mut bounds = Bounds::default();
    bounds.ty(quote!(for<'__workaround> #ty #ty_generics), code(bound));
    bounds.header(model, of)
}

fn from_impls(model: &Model<'_>) -> TokenStream {
    if model.extends_error() {
        return TokenStream::new();
    }
    let mut seen: Vec<&Field<'_>> = Vec::new();
    for field in model.variants.iter().filter_map(|variant| variant.converted_field()) {
        if !seen.iter().any(|first| model.params.overlap(first.converted(), field.converted())) {
            seen.push(field);
        }
    }
    let impls = seen.into_iter().map(|field| {
        let (header, ty) = (from::header(model, field), field.converted());
        quote_spanned!(field.span()=> #header { fn from(_: #ty) -> Self { ::core::unreachable!() } })
    });
    impls.collect()
}

fn rows(model: &Model<'_>) -> TokenStream {
    // The other derive may fail too, and leave the type without `Display`.
    let rows = header(model, "__e::Fields", "__e::Display");
    let coded = header(model, "__e::Coded", "__e::Rows + __e::Error");
    let catalogued = Bounds::default().header(model, "__e::Catalogued");
    quote! {
        #rows {
            type Row = __e::OfValue;
        }
        #coded {}
        #catalogued {
            const TABLE: &'static __e::Table = &__TABLE;
        }
    }
}
