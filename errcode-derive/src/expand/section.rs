//! The record of the type in the link section, from which `cargo errcode` reads the codes of an artifact.

use super::{declaration::Declaration, pack::Packed};
use crate::model::Model;
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// ```text
/// const __TEXT: &str = "E2001NotFound…";
/// const __HEAD: &str = concat!("ProjectError\0project\0src/errors.rs\012\0\0\0", module_path!(), "\0");
/// const __RECORD: __e::Section<{ __HEAD.len() }, 5021, 320, 700> =
///     __e::Section::of_type(__HEAD, __TEXT, *b"…", *b"…");
/// #[used] #[unsafe(link_section = ".errcode")]
/// static __SECTION: __e::Section<{ __HEAD.len() }, 5021, 320, 700> = __RECORD;
/// ```
///
pub(crate) fn section(
    model: &Model<'_>,
    declaration: &Declaration,
    packed: &Packed,
) -> TokenStream {
    let text = &packed.text;
    let head = head(model, declaration);
    let (rows, ops) = (Literal::byte_string(&packed.rows), Literal::byte_string(&packed.ops));
    let [text_length, rows_length, ops_length] =
        [text.len(), packed.rows.len(), packed.ops.len()].map(Literal::usize_unsuffixed);
    let in_section = in_section();
    quote! {
        const __TEXT: &::core::primitive::str = #text;
        const __HEAD: &::core::primitive::str = #head;
        const __RECORD: __e::Section<{ __HEAD.len() }, #text_length, #rows_length, #ops_length> =
            __e::Section::of_type(__HEAD, __TEXT, *#rows, *#ops);
        // `cfg_attr` would warn about the unknown name, and no `allow` around it helps.
        #[cfg(errcode_no_section)]
        static __SECTION: __e::Section<{ __HEAD.len() }, #text_length, #rows_length, #ops_length> = __RECORD;
        #[cfg(not(errcode_no_section))]
        #in_section
        static __SECTION: __e::Section<{ __HEAD.len() }, #text_length, #rows_length, #ops_length> = __RECORD;
    }
}

/// Returns the attributes that place a static in the section. Their tokens have the expansion's span: with the user's,
/// `#![forbid(unsafe_code)]` would refuse them. `unsafe(…)` around `link_section` is accepted in every edition.
pub(crate) fn in_section() -> TokenStream {
    quote! {
        #[cfg_attr(not(any(target_vendor = "apple", target_family = "wasm")), used, unsafe(link_section = ".errcode"))]
        #[cfg_attr(target_vendor = "apple", used, unsafe(link_section = "__DATA,__errcode"))]
    }
}

/// Returns the strings of the record, each ended by NUL.
fn head(model: &Model<'_>, declaration: &Declaration) -> TokenStream {
    let keys = &model.item.keys;
    let text = |literal: Option<&str>| literal.unwrap_or_default().replace('\0', " ");
    let prefix = text(keys.prefix.get().map(String::as_str));
    let module = text(keys.module.get().map(String::as_str));
    let before = [
        &declaration.name,
        &declaration.package,
        &declaration.file,
        &declaration.line.to_string(),
        &prefix,
        &module,
    ];
    let before: String = before.iter().flat_map(|text| [text.as_str(), "\0"]).collect();
    let retired = keys.retired.get().into_iter().flatten();
    let behind: String = retired
        .map(|pair| format!("{}\0{}\0", pair.name.value, text(Some(&pair.value.value))))
        .collect();
    quote!(::core::concat!(#before, ::core::module_path!(), "\0", #behind))
}
