//! The model as Rust code. Each impl has a function, and none of them can fail.

pub(crate) mod arms;
mod captured;
mod catalogued;
pub(crate) mod code;
mod coded;
mod constructors;
mod debug;
mod declaration;
mod display;
mod error;
pub(crate) mod fallback;
mod from;
mod generics;
mod hints;
mod lints;
mod pack;
mod rows;
pub(crate) mod section;
mod table;
mod unit;

use crate::{
    errors::Errors,
    model::{self, Model},
    parse::{item::Item, key::ItemKind},
};
use code::braces;
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput};

/// ```text
/// const _: () = {
///     use ::errcode_core::__private as __e;
///     static __TABLE: __e::Table = …;
///     impl ProjectError { fn __errcode_row(&self) -> u32 { … }  fn __errcode_args(&self) -> [__e::Arg<'_>; 2] { … } }
///     impl __e::Fields for ProjectError { … }
///     impl __e::Display for ProjectError { … }
///     impl __e::Error for ProjectError { … }
///     …
/// };
/// ```
pub(crate) fn app_error(model: &Model<'_>) -> TokenStream {
    if let Some(unit) = unit::unit(model) {
        return unit;
    }
    let root = model::core(model.item.keys.crate_.get());
    let table = table::table(model);
    let source = error::Source::new(model);
    let body = [
        Some(quote!(use #root::__private as __e;)),
        Some(table.items),
        Some(rows::rows(model, &source)),
        display::display(model),
        error::error(model, &source),
        Some(from::from(model)),
        Some(coded::coded(model)),
        Some(catalogued::catalogued(model, table.constant, table.value)),
        debug::debug(model),
        constructors::constructors(model),
    ];
    let body = braces(body.into_iter().flatten().collect());
    let hints = hints::hints(model.input);
    let allowed = lints::allowed(model.input);
    quote!(#allowed const _: () = #body; #hints)
}

/// Returns `impl IntoResponse`, for handlers that return the type directly.
pub(crate) fn into_response(input: &DeriveInput) -> TokenStream {
    let kind =
        if matches!(input.data, Data::Struct(_)) { ItemKind::Struct } else { ItemKind::Enum };
    // `AppError` parses the same attributes and reports their mistakes.
    let unreported = Errors::new();
    let item = Item::read(&input.attrs, kind, false, &unreported);
    drop(unreported.finish());
    let root = model::axum(item.keys.axum.get());
    let ty = arms::in_expansion(&input.ident);
    let (impl_generics, ty_generics, _) = input.generics.split_for_impl();
    let coded = model::core(item.keys.crate_.get());
    let bounds = (!input.generics.params.is_empty()).then(
        || quote!(Self: #coded::Coded + ::core::marker::Send + ::core::marker::Sync + 'static),
    );
    let predicates = input.generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    quote! {
        #[automatically_derived]
        impl #impl_generics #root::__private::IntoResponse for #ty #ty_generics where #(#predicates,)* #bounds {
            fn into_response(self) -> #root::__private::Response {
                #root::__private::respond(self)
            }
        }
    }
}
