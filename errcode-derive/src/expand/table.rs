//! The static table.

use super::{declaration::Declaration, pack::Packed, section};
use crate::{
    format,
    model::{CodeOrigin, Model, arguments::Arguments, types},
};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::Type;

pub(crate) fn table(model: &Model<'_>) -> TokenStream {
    let declaration = Declaration::new(model);
    let packed = pack(model, declaration.line);
    let section = section::section(model, &declaration, &packed);
    let keys = keys(model);
    let (finder, children) =
        children(model).map(|children| (children.finder, children.field)).unzip();
    let settings = settings(model);
    let rest = rest(model, children.is_some());
    quote! {
        #section
        #finder
        static __TABLE: __e::Table = __e::Table {
            #declaration
            text: __TEXT, rows: &__SECTION.rows, ops: &__SECTION.ops,
            #keys #children #settings #rest
        };
    }
}

/// Returns the base of the literal, if it is needed: clippy warns about one that adds no field.
fn rest(model: &Model<'_>, has_children: bool) -> Option<TokenStream> {
    let keys = &model.item.keys;
    let has_aliases = model.rows().any(|(row, _)| !row.aliases.is_empty());
    let is_complete = has_children
        && has_aliases
        && keys.prefix.is_set()
        && keys.module.is_set()
        && keys.retired.is_set();
    (!is_complete).then(|| quote!(..__e::Table::EMPTY))
}

fn pack(model: &Model<'_>, line: u32) -> Packed {
    let (mut packed, none) = (Packed::default(), Arguments::default());
    for (row, variant) in model.rows() {
        packed.row(row, variant.map_or(&none, |variant| &variant.arguments), line);
    }
    packed
}

/// Returns the keys of the rows, then those of the aliases.
fn keys(model: &Model<'_>) -> TokenStream {
    let (mut keys, mut aliases, mut alias_rows) = (Vec::new(), Vec::new(), Vec::new());
    for (number, (row, _)) in model.rows().enumerate() {
        keys.push(if row.is_shared { 0 } else { format::key(&row.code) });
        aliases.extend(row.aliases.iter().map(|alias| format::key(alias)));
        alias_rows.extend(row.aliases.iter().map(|_| Literal::usize_unsuffixed(number)));
    }
    keys.append(&mut aliases);
    let keys = keys.into_iter().map(Literal::u64_unsuffixed);
    let alias_rows = (!alias_rows.is_empty()).then(|| quote!(alias_rows: &[#(#alias_rows),*],));
    quote!(keys: &[#(#keys),*], #alias_rows)
}

/// The tables of the errcode errors in variants, and the code that finds them.
struct Children {
    finder: TokenStream,
    field: TokenStream,
}

/// Returns the children. A foreign error has no table here, because `Rows::inner` reports it with the fixes. Method
/// resolution prefers the inherent method, if its bounds hold, to that of the trait.
fn children(model: &Model<'_>) -> Option<Children> {
    let types = child_types(model);
    if types.is_empty() || has_generic_child(model) {
        return None;
    }
    let finder = quote! {
        struct __Child<T: ?::core::marker::Sized>(::core::marker::PhantomData<T>);
        impl<T: __e::Catalogued + ?::core::marker::Sized> __Child<T> {
            fn table(&self) -> &'static __e::Table {
                T::TABLE
            }
        }
        #[allow(dead_code)]
        trait __NoChild {
            fn table(&self) -> &'static __e::Table {
                &__e::Table::EMPTY
            }
        }
        impl<T: ?::core::marker::Sized> __NoChild for __Child<T> {}
    };
    let field =
        quote!(children: &[#(|| __Child::<#types>(::core::marker::PhantomData).table()),*],);
    Some(Children { finder, field })
}

/// Returns the children if their types depend on type parameters, which a static cannot.
pub(crate) fn generic_children(model: &Model<'_>) -> Option<TokenStream> {
    let types = child_types(model);
    has_generic_child(model).then(|| quote!(children: &[#(<#types as __e::Catalogued>::table),*],))
}

/// Returns the type in each `transparent` variant once, without trait objects.
pub(crate) fn child_types<'a>(model: &Model<'a>) -> Vec<&'a Type> {
    let inner = model
        .variants
        .iter()
        .filter(|variant| variant.origin == CodeOrigin::Inner)
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

fn has_generic_child(model: &Model<'_>) -> bool {
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
