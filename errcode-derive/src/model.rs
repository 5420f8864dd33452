//! The input with every default resolved. It borrows from syn, whose tokens have the user's spans.

pub(crate) mod arguments;
mod beside;
mod context;
pub(crate) mod elsewhere;
mod expression;
pub(crate) mod facts;
pub(crate) mod field;
pub(crate) mod format_spec;
pub(crate) mod message;
pub(crate) mod row;
mod row_builder;
pub(crate) mod template;
pub(crate) mod types;
pub(crate) mod variant;

pub(crate) use field::Field;
pub(crate) use variant::{CodeOrigin, Display, Variant};

use crate::{
    case, command_line,
    errors::Errors,
    parse::{
        item::Item,
        key::ItemKind,
        value::{DebugBy, Extend},
    },
};
use context::Context;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use row::Row;
use std::rc::Rc;
use syn::{Data, DeriveInput};
use types::Params;

/// An error type. A struct has one variant.
pub(crate) struct Model<'a> {
    pub(crate) input: &'a DeriveInput,
    pub(crate) is_enum: bool,
    pub(crate) params: Params,
    pub(crate) item: Rc<Item>,
    pub(crate) extend: Option<Extend>,
    pub(crate) writes_debug: bool,
    /// The row that variants without a code share.
    pub(crate) shared: Option<Row>,
    pub(crate) variants: Vec<Variant<'a>>,
}

impl<'a> Model<'a> {
    pub(crate) fn new(input: &'a DeriveInput, errors: &Errors) -> Self {
        let is_enum = !matches!(input.data, Data::Struct(_));
        let kind = if is_enum { ItemKind::Enum } else { ItemKind::Struct };
        let item = Rc::new(Item::read(&input.attrs, kind, false, errors));
        let params = Params::new(&input.generics);
        let written = item.keys.extend.get().copied();
        let extend = written.or_else(|| beside::other_derive(input, errors));
        check_crate(&item, errors);
        let debug = item.keys.debug.span().filter(|_| item.keys.debug.get() == Some(&DebugBy::Us));
        let writes_debug = debug.is_some() && !beside::derived_debug(debug, errors);
        let docs = extend.is_none() || item.keys.docs.is_on();
        let context =
            |container| Context { input, params: &params, extend, container, docs, errors };
        let (shared, variants);
        match &input.data {
            Data::Struct(data) => {
                let variant = Variant::from_struct(
                    &input.ident,
                    &data.fields,
                    Rc::clone(&item),
                    &context(None),
                );
                (shared, variants) = (None, vec![variant]);
            }
            Data::Enum(data) => {
                let context = context(Some(&item));
                shared = variant::shared_row(&context);
                variants = data
                    .variants
                    .iter()
                    .map(|variant| Variant::from_variant(variant, &context))
                    .collect();
            }
            Data::Union(data) => {
                errors.at(
                    data.union_token.span,
                    "a union cannot be an error; make it a struct or an enum",
                );
                (shared, variants) = (None, Vec::new());
            }
        }
        Self { input, is_enum, params, item, extend, writes_debug, shared, variants }
    }

    /// Returns whether the type has type parameters, so that impls need bounds.
    pub(crate) fn is_generic(&self) -> bool {
        self.params.has_types()
    }

    /// Returns whether `Display` comes from elsewhere.
    pub(crate) fn extends_display(&self) -> bool {
        self.extend.is_some()
    }

    /// Returns whether `Error` and `From` come from elsewhere.
    pub(crate) fn extends_error(&self) -> bool {
        self.extend == Some(Extend::Everything)
    }

    /// Returns what the constructor of a variant is called.
    pub(crate) fn function_of(&self, variant: &Variant<'_>) -> String {
        if self.is_enum { case::snake(&variant.ident.to_string()) } else { "new".to_owned() }
    }

    /// Returns whether it is a struct with an unsized last field, which cannot become a trait object.
    pub(crate) fn is_unsized(&self) -> bool {
        !self.is_enum
            && self
                .variants
                .iter()
                .flat_map(|variant| variant.fields.last())
                .any(|last| last.is_unsized)
    }

    /// Returns the rows in order, each with its variant.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&Row, Option<&Variant<'a>>)> {
        let shared = self.shared.iter().map(|row| (row, None));
        shared.chain(
            self.variants.iter().filter_map(|variant| Some((variant.row.as_ref()?, Some(variant)))),
        )
    }
}

/// Reports a renamed core that `crate` does not name. Editors do not see the compiler's command line, so the derive
/// does not use that name by itself.
fn check_crate(item: &Item, errors: &Errors) {
    if item.keys.crate_.is_set() {
        return;
    }
    if let Some(name) = command_line::renamed_core() {
        let attribute = if item.is_inline { "error" } else { "app" };
        let message = format!(
            "the dependency `errcode-core` is called `{name}` here; write `#[{attribute}(crate = ::{name})]` on the \
             {}",
            item.kind.word()
        );
        errors.at(Span::call_site(), message);
    }
}

/// Returns the path of core: what the key gives, else its name in the user's crate.
pub(crate) fn core(path: Option<&TokenStream>) -> TokenStream {
    root(path, command_line::renamed_core().unwrap_or(command_line::CORE))
}

/// Returns the path of errcode-axum.
pub(crate) fn axum(path: Option<&TokenStream>) -> TokenStream {
    root(path, command_line::renamed_axum().unwrap_or(command_line::AXUM))
}

fn root(path: Option<&TokenStream>, name: &str) -> TokenStream {
    if let Some(path) = path {
        return path.clone();
    }
    let name = Ident::new(name, Span::call_site());
    quote!(::#name)
}
