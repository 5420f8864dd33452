//! The static table.

use super::{
    code::{code, join},
    declaration::Declaration,
    pack::Packed,
    section,
};
use crate::{
    format,
    model::{CodeOrigin, Model, arguments::Arguments, types},
};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, quote};
use syn::Type;

/// ```text
/// __e::table("ProjectError", module_path!(), "E2001…", &__SECTION, &[8260058136289612981])
///     .with(__e::Rest { prefix: "E2", ..__e::Rest::NONE })
/// ```
///
/// A type with one row and nothing else only has the arguments, as a tuple.
pub(crate) fn table(model: &Model<'_>) -> Expanded {
    let Text { section, arguments, keys, alias_rows } = Text::new(model);
    let section = code(&section);
    let rest: Vec<_> =
        [alias_rows, children(model)].into_iter().chain(settings(model)).flatten().collect();
    if let ([key], [], false) = (keys.as_slice(), rest.as_slice(), is_static(model)) {
        let value = code(&format!("({arguments}, {key})"));
        return Expanded { items: section, constant: "const ROW: __e::OneRow =", value };
    }
    let mut table = code(&format!("__e::table({arguments}, &{keys:?})"));
    if !rest.is_empty() {
        // clippy warns about a base that adds no field.
        let base = (rest.len() < REST).then(|| quote!(..__e::Rest::NONE));
        table.extend(quote!(.with(__e::Rest { #(#rest,)* #base })));
    }
    if !is_static(model) {
        return Expanded { items: section, constant: "const VALUE: __e::Table =", value: table };
    }
    let static_ = quote!(static __TABLE: __e::Table = #table;);
    let constant = "const TABLE: &'static __e::Table = &";
    Expanded { items: join([section, static_]), constant, value: code("__TABLE") }
}

/// The parts of a table as text.
struct Text {
    section: String,
    /// Of core's `table`, without the keys.
    arguments: String,
    keys: Vec<u64>,
    alias_rows: Option<TokenStream>,
}

impl Text {
    fn new(model: &Model<'_>) -> Self {
        let declaration = Declaration::new(model);
        let packed = pack(model, declaration.line);
        let section = section::section(model, &declaration, &packed);
        let (keys, alias_rows) = keys(model);
        let (name, text) = (declaration.name, packed.text);
        let arguments = format!("{name:?}, ::core::module_path!(), {text:?}, &__SECTION");
        Self { section, arguments, keys, alias_rows }
    }
}

/// Returns the section and the arguments of a table that needs nothing else, as text.
pub(crate) fn one_row(model: &Model<'_>) -> Option<String> {
    let Text { section, arguments, keys, .. } = Text::new(model);
    let [key] = keys.as_slice() else { return None };
    let is_simple = settings(model).iter().all(Option::is_none);
    is_simple.then(|| format!("{{ {section} ({arguments}, {key}) }}"))
}

/// The table, and the items that it needs.
pub(crate) struct Expanded {
    pub(crate) items: TokenStream,
    /// The beginning of the constant in `impl Catalogued`.
    pub(crate) constant: &'static str,
    pub(crate) value: TokenStream,
}

/// The number of rows from which on a table is a static.
const LARGE: usize = 32;

/// Returns whether the table is a static rather than a constant in `impl Catalogued`, which rustc does not evaluate
/// before it is used. Each part of a program that uses a constant has a copy of its texts, so that of a large type is a
/// static, and a generic type's impls cannot share a constant.
pub(crate) fn is_static(model: &Model<'_>) -> bool {
    !model.input.generics.params.is_empty() || model.variants.len() > LARGE
}

/// Returns a reference to the table.
pub(crate) fn reference(model: &Model<'_>) -> &'static str {
    if is_static(model) { "&__TABLE" } else { "<Self as __e::Catalogued>::TABLE" }
}

/// The number of fields of core's `Rest`.
const REST: usize = 6;

fn pack(model: &Model<'_>, line: u32) -> Packed {
    let (mut packed, none) = (Packed::default(), Arguments::default());
    for (row, variant) in model.rows() {
        packed.row(row, variant.map_or(&none, |variant| &variant.arguments), line);
    }
    packed
}

/// Returns the keys of the rows, then those of the aliases, and the rows of the aliases.
fn keys(model: &Model<'_>) -> (Vec<u64>, Option<TokenStream>) {
    let (mut keys, mut aliases, mut alias_rows) = (Vec::new(), Vec::new(), Vec::new());
    for (number, (row, _)) in model.rows().enumerate() {
        keys.push(if row.is_shared { 0 } else { format::key(&row.code) });
        aliases.extend(row.aliases.iter().map(|alias| format::key(alias)));
        alias_rows.extend(row.aliases.iter().map(|_| Literal::usize_unsuffixed(number)));
    }
    keys.append(&mut aliases);
    let alias_rows = (!alias_rows.is_empty()).then(|| quote!(alias_rows: &[#(#alias_rows),*]));
    (keys, alias_rows)
}

/// Returns the tables of the errcode errors in variants.
fn children(model: &Model<'_>) -> Option<TokenStream> {
    let types = child_types(model);
    if types.is_empty() || has_generic_child(model) {
        return None;
    }
    let tables = types.iter().map(|ty| {
        quote!(|| {
            use __e::{ChildTable as _, NoChildTable as _};
            (&__e::Child::<#ty>::NEW).table()
        })
    });
    Some(quote!(children: &[#(#tables),*]))
}

/// Returns the children if their types depend on type parameters, which a static cannot.
pub(crate) fn generic_children(model: &Model<'_>) -> Option<TokenStream> {
    let types = child_types(model);
    has_generic_child(model).then(|| quote!(&[#(<#types as __e::Catalogued>::table),*]))
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

fn settings(model: &Model<'_>) -> [Option<TokenStream>; 4] {
    let keys = &model.item.keys;
    let prefix = keys.prefix.get().map(|prefix| quote!(prefix: #prefix));
    let module = keys.module.get().map(|module| quote!(catalog_module: #module));
    let retired = keys.retired.get().map(|list| {
        let list = list.iter().map(|pair| {
            let (code, reason) = (&pair.name.value, &pair.value.value);
            let key = Literal::u64_unsuffixed(format::key(code));
            quote!(__e::Retired::new(#key, #code, #reason))
        });
        quote!(retired: &[#(#list),*])
    });
    [prefix, module, retired, references(model)]
}

/// Returns the codes that rows name. They may be another type's, so that only a catalog can look them up.
fn references(model: &Model<'_>) -> Option<TokenStream> {
    let rows = (0_u32..).zip(model.rows()).filter(|(_, (row, _))| !row.is_shared);
    let references: Vec<_> = rows
        .flat_map(|(number, (row, _))| row.references().map(move |reference| (number, reference)))
        .map(|(number, (attribute, code))| {
            let (number, key) = (Literal::u32_unsuffixed(number), format::key(code));
            let key = Literal::u64_unsuffixed(key);
            quote!(__e::Reference { key: #key, code: #code, row: #number, attribute: #attribute })
        })
        .collect();
    (!references.is_empty()).then(|| quote!(references: &[#(#references),*]))
}
