//! `impl Catalogued`.

use super::{
    code::{braces, code, join},
    generics::Bounds,
    table,
};
use crate::model::Model;
use proc_macro2::{Punct, Spacing, TokenStream};
use quote::{TokenStreamExt, quote};

pub(crate) fn catalogued(model: &Model<'_>, constant: &str, mut table: TokenStream) -> TokenStream {
    if let Some(children) = table::generic_children(model) {
        table.extend(quote!(.with_children(#children)));
    }
    let mut bounds = Bounds::default();
    for ty in table::child_types(model) {
        if model.params.in_type(ty) {
            bounds.ty(ty, quote!(__e::Catalogued));
        }
    }
    let header = bounds.header(model, "__e::Catalogued");
    table.append(Punct::new(';', Spacing::Alone));
    join([header, braces(join([code(constant), table]))])
}
