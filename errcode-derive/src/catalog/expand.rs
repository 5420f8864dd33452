//! The static that `catalog!` declares.

use super::{
    declaration::{Declaration, Entry},
    settings::Settings,
};
use crate::{
    command_line,
    expand::{code::code, section},
};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

pub(crate) fn catalog(declaration: &Declaration, settings: &Settings) -> TokenStream {
    let Declaration { root, attributes, visibility, name, entries } = declaration;
    let entries = entries.iter().map(entry);
    let calls = &settings.calls;
    let at = Span::call_site().located_at(name.span());
    let check = quote_spanned!(at=> __e::check(__LISTS, &__TABLES, &__INDEX, &__SETTINGS););
    let section = section(name);
    quote! {
        #(#attributes)*
        #visibility static #name: #root::Catalog = {
            use #root::__private as __e;
            const __LISTS: &[__e::List] = &[#(#entries,)* __e::List::FRAMEWORK];
            const __SETTINGS: __e::Settings = __e::Settings::NEW #(#calls)*;
            const __TABLES: [&__e::Table; __e::total(__LISTS)] = __e::concat(__LISTS);
            const __INDEX: __e::Index<{ __e::capacity(&__TABLES) }> = __e::build_index(&__TABLES);
            #check
            #section
            static __TRANSLATIONS: __e::TranslationsCell = __e::TranslationsCell::new();
            #root::Catalog::new(__LISTS, &__TABLES, &__INDEX.slots, __SETTINGS, &__TRANSLATIONS)
        };
    }
}

/// Returns the record of the catalog in the link section.
fn section(name: &Ident) -> Option<TokenStream> {
    if command_line::omits_section() {
        return None;
    }
    let in_section = code(section::in_section());
    Some(quote! {
        const __AT: [&::core::primitive::str; 3] = [
            ::core::stringify!(#name),
            ::core::module_path!(),
            match ::core::option_env!("CARGO_PKG_NAME") {
                __e::Some(package) => package,
                __e::None => "",
            },
        ];
        #in_section
        static __SECTION: __e::CatalogRecord<{ __e::Head::<0>::of_catalog(__AT, __LISTS, &__SETTINGS).len }> =
            __e::CatalogRecord::new(__e::Head::of_catalog(__AT, __LISTS, &__SETTINGS));
    })
}

fn entry(Entry { attributes, is_catalog, path }: &Entry) -> TokenStream {
    let span = Span::call_site().located_at(path.span());
    if *is_catalog {
        return quote_spanned!(span=> #(#attributes)* __e::List::of_catalog(&#path));
    }
    quote_spanned!(span=> #(#attributes)* __e::List::of_type::<#path>())
}
