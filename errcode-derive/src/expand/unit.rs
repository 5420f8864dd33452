//! The whole expansion of a struct without fields.

use super::{
    arms,
    code::{braces, code, join},
    display, hints, table,
};
use crate::{command_line, model::Model};
use proc_macro2::{TokenStream, TokenTree};
use syn::Data;

/// Returns the expansion of a struct whose value decides nothing, with an attribute that says little:
///
/// ```text
/// impl ::errcode_core::__private::Fields for NoToken { type Row = …; }
/// impl ::errcode_core::Catalogued for NoToken { const ROW: … = { static __SECTION: … = …; … }; }
/// impl ::core::fmt::Display for NoToken { … }
/// impl ::errcode_core::Coded for NoToken where for<'__unused> NoToken: … {}
/// impl ::core::error::Error for NoToken {}
/// ```
///
/// It is one text, and it needs no `const _` around it. That takes rustc a tenth less, and services have many such
/// structs. `impl Error` has the name of the type at its place, where rustc reports that `Debug` is missing.
pub(crate) fn unit(model: &Model<'_>) -> Option<TokenStream> {
    let message = display::constant(model).filter(|_| is_plain(model))?;
    let name = &model.input.ident;
    let core = command_line::renamed_core().unwrap_or(command_line::CORE);
    let row = table::one_row(model)?;
    // Without what only a reader needs, and with short paths: rustc also hashes the text.
    let text = format!(
        "#[automatically_derived] impl ::{core}::__private::Fields for {name} \
         {{ type Row = ::{core}::__private::OfType<Self>; }} \
         impl ::{core}::Catalogued for {name} {{ const ROW: ::{core}::__private::OneRow = {row}; }} \
         #[automatically_derived] impl ::core::fmt::Display for {name} {{ \
         fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result \
         {{ __f.write_str({message:?}) }} }} \
         impl ::{core}::Coded for {name} where for<'__unused> {name}: ::core::fmt::Debug {{}} \
         impl ::core::error::Error for",
    );
    let ty = TokenTree::from(arms::in_expansion(name)).into();
    let hints = hints::hints(model.input).unwrap_or_default();
    Some(join([code(&text), ty, braces(TokenStream::new()), hints]))
}

/// Returns whether the struct has nothing that another impl, a bound or a value would need.
fn is_plain(model: &Model<'_>) -> bool {
    let generics = &model.input.generics;
    let keys = &model.item.keys;
    matches!(&model.input.data, Data::Struct(data) if data.fields.is_empty())
        && generics.params.is_empty()
        && generics.where_clause.is_none()
        && model.extend.is_none()
        && !model.writes_debug
        && !keys.crate_.is_set()
        && !keys.constructors.is_on()
        && !keys.predicates.is_on()
        && model.variants.iter().all(|variant| variant.retry.is_none())
}
