//! The static table.

use super::pack::Packed;
use crate::{
    format,
    model::{Kind, Model, arguments::Arguments, types},
    source,
};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::{Type, ext::IdentExt};

pub(crate) fn table(model: &Model<'_>) -> TokenStream {
    let head = head(model);
    let rows = rows(model);
    let children = children(model, false);
    let settings = settings(model);
    quote! {
        static __TABLE: __e::Table = __e::Table { #head #rows #children #settings ..__e::Table::EMPTY };
    }
}

/// Where the type stands.
pub(crate) fn head(model: &Model<'_>) -> TokenStream {
    let name = model.input.ident.unraw().to_string();
    let package = std::env::var("CARGO_PKG_NAME").unwrap_or_default();
    let line = Literal::u32_unsuffixed(source::line(model.input.ident.span()).unwrap_or(0));
    quote!(name: #name, module: ::core::module_path!(), package: #package, file: ::core::file!(), line: #line,)
}

fn rows(model: &Model<'_>) -> Option<TokenStream> {
    let line = source::line(model.input.ident.span()).unwrap_or(0);
    let (mut packed, mut keys) = (Packed::default(), Vec::new());
    let (mut aliases, mut alias_rows) = (Vec::new(), Vec::new());
    let none = Arguments::default();
    for (number, (row, variant)) in model.rows().enumerate() {
        packed.row(row, variant.map_or(&none, |variant| &variant.arguments), line);
        keys.push(if row.is_shared { 0 } else { format::key(&row.code) });
        aliases.extend(row.aliases.iter().map(|alias| format::key(alias)));
        alias_rows.extend(row.aliases.iter().map(|_| Literal::usize_unsuffixed(number)));
    }
    if keys.is_empty() {
        return None;
    }
    keys.append(&mut aliases);
    let keys = keys.into_iter().map(Literal::u64_unsuffixed);
    let (text, rows, ops) =
        (&packed.text, Literal::byte_string(&packed.rows), Literal::byte_string(&packed.ops));
    let alias_rows = (!alias_rows.is_empty()).then(|| quote!(alias_rows: &[#(#alias_rows),*],));
    Some(quote!(text: #text, rows: #rows, ops: #ops, keys: &[#(#keys),*], #alias_rows))
}

/// The tables of the errcode errors that the variants hold; `generic` asks for all of them if some type depends on a parameter, which a static
/// cannot, and its opposite for all of them if none does.
pub(crate) fn children(model: &Model<'_>, generic: bool) -> Option<TokenStream> {
    let children = child_types(model);
    if children.is_empty() || has_generic_child(model) != generic {
        return None;
    }
    Some(quote!(children: &[#(<#children as __e::Catalogued>::table),*],))
}

/// What each `transparent` variant holds, once, without the trait objects.
pub(crate) fn child_types<'a>(model: &Model<'a>) -> Vec<&'a Type> {
    let inner = model
        .variants
        .iter()
        .filter(|variant| variant.kind == Kind::Inner)
        .flat_map(|variant| variant.fields.first());
    let (mut types, mut seen) = (Vec::new(), Vec::new());
    for ty in inner.map(|field| types::pointee(field.ty)) {
        let key = ty.to_token_stream().to_string();
        if !types::is_trait_object(ty) && !seen.contains(&key) {
            types.push(ty);
            seen.push(key);
        }
    }
    types
}

pub(crate) fn has_generic_child(model: &Model<'_>) -> bool {
    child_types(model).into_iter().any(|ty| model.params.in_type(ty) || model.params.may_borrow(ty))
}

fn settings(model: &Model<'_>) -> TokenStream {
    let keys = &model.item.keys;
    let prefix = keys.prefix.get().map(|prefix| quote!(prefix: #prefix,));
    let module = keys.module.get().map(|module| quote!(catalog_module: #module,));
    let retired = keys.retired.get().map(|list| {
        let list = list.iter().map(|pair| {
            let (code, reason) = (&pair.name.value, &pair.value.value);
            let key = Literal::u64_unsuffixed(format::key(code));
            quote!(__e::Retired { key: #key, code: #code, reason: #reason })
        });
        quote!(retired: &[#(#list),*],)
    });
    quote!(#prefix #module #retired)
}
