//! The static that `catalog!` declares.

use super::{
    declaration::{Declaration, Entry},
    settings::Settings,
};
use crate::expand::{code::code, section};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

pub(crate) fn catalog(declaration: &Declaration, settings: &Settings) -> TokenStream {
    let Declaration { root, attributes, visibility, name, entries } = declaration;
    let entries = entries.iter().map(entry);
    let calls = &settings.calls;
    let at = Span::call_site().located_at(name.span());
    let check = quote_spanned!(at=> __e::check(__LISTS, &__TABLES, &__INDEX, &__SETTINGS););
    let in_section = code(section::in_section());
    quote! {
        #(#attributes)*
        // For the section's `cfg(errcode_no_section)`.
        #[allow(unexpected_cfgs)]
        #visibility static #name: #root::Catalog = {
            use #root::__private as __e;
            const __LISTS: &[__e::List] = &[#(#entries,)* __e::List::FRAMEWORK];
            const __SETTINGS: __e::Settings = __e::Settings::NEW #(#calls)*;
            const __TABLES: [&__e::Table; __e::total(__LISTS)] = __e::concat(__LISTS);
            const __INDEX: __e::Index<{ __e::capacity(&__TABLES) }> = __e::build_index(&__TABLES);
            #check
            #[cfg(not(errcode_no_section))]
            const __AT: [&::core::primitive::str; 3] = [
                ::core::stringify!(#name),
                ::core::module_path!(),
                match ::core::option_env!("CARGO_PKG_NAME") {
                    __e::Some(package) => package,
                    __e::None => "",
                },
            ];
            #[cfg(not(errcode_no_section))]
            #[allow(dead_code)]
            #in_section
            static __SECTION: __e::CatalogRecord<{ __e::Head::<0>::of_catalog(__AT, __LISTS, &__SETTINGS).len }> =
                __e::CatalogRecord::new(__e::Head::of_catalog(__AT, __LISTS, &__SETTINGS));
            static __TRANSLATIONS: __e::TranslationsCell = __e::TranslationsCell::new();
            #root::Catalog::new(__LISTS, &__TABLES, &__INDEX.slots, __SETTINGS, &__TRANSLATIONS)
        };
    }
}

fn entry(Entry { attributes, is_catalog, path }: &Entry) -> TokenStream {
    let span = Span::call_site().located_at(path.span());
    if *is_catalog {
        return quote_spanned!(span=> #(#attributes)* __e::List::of_catalog(&#path));
    }
    quote_spanned!(span=> #(#attributes)* __e::List::of_type::<#path>())
}
