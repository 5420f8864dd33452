//! The whole expansion of a struct without fields.

use super::{
    arms,
    code::{braces, code, join},
    display::{self, FMT},
    hints, table,
};
use crate::{command_line, model::Model};
use proc_macro2::{TokenStream, TokenTree};
use syn::Data;

/// Returns the expansion of a struct whose value decides nothing, with an attribute that says little:
///
/// ```text
/// impl ::errcode_core::__private::Rows for NoToken { fn row(&self) -> … { … } }
/// impl ::errcode_core::__private::Catalogued for NoToken { const VALUE: … = { static __SECTION: … = …; … }; }
/// impl ::errcode_core::__private::Display for NoToken { … }
/// impl ::errcode_core::__private::Coded for NoToken where for<'__unused> NoToken: … {}
/// impl ::errcode_core::__private::Error for NoToken {}
/// ```
///
/// It is one text, and it needs no `const _` around it. That takes rustc a tenth less, and services have many such
/// structs. `impl Error` has the name of the type at its place, where rustc reports that `Debug` is missing.
pub(crate) fn unit(model: &Model<'_>) -> Option<TokenStream> {
    let message = display::constant(model).filter(|_| is_plain(model))?;
    let name = &model.input.ident;
    let core = command_line::renamed_core().unwrap_or(command_line::CORE);
    let root = format!("::{core}::__private");
    let table = table::simple(model, &root)?;
    let text = format!(
        "#[automatically_derived] impl {root}::Rows for {name} {{
            fn row(&self) -> {root}::ErrorSpec {{ <Self as {root}::Catalogued>::FIRST }}
        }}
        impl {root}::Catalogued for {name} {{
            const VALUE: {root}::Table = {table};
        }}
        #[automatically_derived] impl {root}::Display for {name} {{
            {} {{ __f.write_str({message:?}) }}
        }}
        impl {root}::Coded for {name} where for<'__unused> {name}: {root}::Error {{}}
        impl {root}::Error for",
        FMT.replace("__e", &root),
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
