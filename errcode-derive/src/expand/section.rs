//! The record of the type in the link section, from which `cargo errcode` reads the codes of an artifact.

use super::{declaration::Declaration, pack::Packed};
use crate::{
    command_line,
    format::{KIND_TYPE, MARK},
    model::Model,
};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// ```text
/// #[used] #[unsafe(link_section = ".errcode")]
/// static __SECTION: __e::TypeRecord<310, { concat!(module_path!(), "\0").len() }> = __e::TypeRecord {
///     fixed: *b"ERRCODE…", module: __e::bytes(concat!(module_path!(), "\0")),
/// };
/// ```
pub(crate) fn section(
    model: &Model<'_>,
    declaration: &Declaration,
    packed: &Packed,
    is_large: bool,
) -> TokenStream {
    let text = &packed.text;
    let text = is_large.then(|| quote!(const __TEXT: &::core::primitive::str = #text;));
    let fixed = fixed(&head(model, declaration), packed);
    let (length, fixed) = (Literal::usize_unsuffixed(fixed.len()), Literal::byte_string(&fixed));
    let in_section = (!command_line::omits_section()).then(in_section);
    let module = quote!(::core::concat!(::core::module_path!(), "\0"));
    quote! {
        #text
        #in_section
        static __SECTION: __e::TypeRecord<#length, { #module.len() }> =
            __e::TypeRecord { fixed: *#fixed, module: __e::bytes(#module) };
    }
}

/// Returns the record without the module path.
fn fixed(head: &str, packed: &Packed) -> Vec<u8> {
    let parts = [head.as_bytes(), packed.text.as_bytes(), &packed.rows, &packed.ops];
    let mut record = MARK.to_vec();
    record.push(KIND_TYPE);
    for part in parts {
        record.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_le_bytes());
    }
    record.extend(parts.into_iter().flatten());
    record
}

/// Returns the text of the rows. A short one is written where it is needed, a long one once.
pub(crate) fn text(packed: &Packed, is_large: bool) -> TokenStream {
    let text = &packed.text;
    if is_large { quote!(__TEXT) } else { quote!(#text) }
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
fn head(model: &Model<'_>, declaration: &Declaration) -> String {
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
    let mut head: String = before.iter().flat_map(|text| [text.as_str(), "\0"]).collect();
    let retired = keys.retired.get().into_iter().flatten();
    for pair in retired {
        head.extend([&pair.name.value, "\0", &text(Some(&pair.value.value)), "\0"]);
    }
    head
}
