//! `impl Error`.

use super::{
    arms::{self, Arms},
    code::{braces, code, join},
    generics::Bounds,
};
use crate::model::{Field, Model, Variant, types};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

/// The match of `Error::source`, which `Fields::caused_by` uses too.
pub(crate) struct Source {
    bounds: Bounds,
    body: Option<TokenStream>,
}

impl Source {
    pub(crate) fn new(model: &Model<'_>) -> Self {
        let mut bounds = Bounds::default();
        let mut arms = Arms::default();
        for variant in model.variants.iter().filter(|_| !model.extends_error()) {
            arm(model, variant, &mut arms, &mut bounds);
        }
        let body = (!arms.is_empty()).then(|| arms.into_match(model, "__e::None"));
        Self { bounds, body }
    }

    /// ```text
    /// fn __errcode_source(&self) -> Option<&(dyn Error + 'static)> {
    ///     match self {
    ///         Self::Taken { cause: __0, .. } | Self::Gone { cause: __0 } => Some(__0.as_dyn_error()),
    ///         _ => None,
    ///     }
    /// }
    /// ```
    pub(crate) fn function(&self) -> Option<TokenStream> {
        let body = self.body.as_ref()?;
        let clause = self.bounds.only();
        Some(quote! {
            fn __errcode_source(&self) -> __e::Option<&(dyn __e::Error + 'static)> #clause {
                use __e::{OfError as _, OfPointer as _, OfPointers as _};
                #body
            }
        })
    }

    /// Returns whether there is that function, and adds its bounds.
    pub(crate) fn call(&self, bounds: &mut Bounds) -> Option<()> {
        self.body.as_ref()?;
        bounds.extend(&self.bounds);
        Some(())
    }
}

pub(crate) fn error(model: &Model<'_>, source: &Source) -> Option<TokenStream> {
    if model.extends_error() {
        return None;
    }
    let mut bounds = Bounds::default();
    let source = source.call(&mut bounds).map(|()| {
        code("fn source(&self) -> __e::Option<&(dyn __e::Error + 'static)> { self.__errcode_source() }")
    });
    bounds.this(model, quote!(__e::Debug + __e::Display));
    let header = bounds.header(model, "__e::Error");
    Some(join([header, braces(source.unwrap_or_default())]))
}

fn arm(model: &Model<'_>, variant: &Variant<'_>, arms: &mut Arms, bounds: &mut Bounds) {
    if variant.is_transparent() {
        let Some(field) = variant.fields.first() else { return };
        bounds.field(field, quote!(__e::Error));
        add(model, variant, field, arms, "transparent", |name| {
            let error = dyn_error(name, field);
            quote_spanned!(name.span()=> __e::Error::source(#error))
        });
    } else if let Some(field) = variant.source_field() {
        if field.is_generic {
            bounds.ty(types::optional(field.ty).unwrap_or(field.ty), quote!(__e::Error + 'static));
        }
        add(model, variant, field, arms, "source", |name| {
            let error = dyn_error(name, field);
            quote!(__e::Some(#error))
        });
    }
}

/// Returns the field as `&dyn Error`: a trait object, also `dyn Coded`, by upcasting, anything else by method
/// resolution.
fn dyn_error(name: &Ident, field: &Field<'_>) -> TokenStream {
    let ty = types::optional(field.ty).unwrap_or(field.ty);
    let question = types::optional(field.ty).map(|_| quote_spanned!(field.span()=> .as_ref()?));
    let pointers = types::pointers(ty);
    if pointers > 0 && types::is_trait_object(types::pointee(ty)) {
        let stars = std::iter::repeat_n(quote!(*), pointers + 1);
        return quote_spanned!(name.span()=> &#(#stars)*#name #question);
    }
    quote_spanned!(name.span()=> (&&&&__e::Source(#name #question)).as_dyn_error())
}

/// Adds the variant to the arm of its source's type.
fn add(
    model: &Model<'_>,
    variant: &Variant<'_>,
    field: &Field<'_>,
    arms: &mut Arms,
    kind: &str,
    body: impl FnOnce(&Ident) -> TokenStream,
) {
    let name = arms::binding(0, field.span());
    let pattern = arms::pattern(model, variant, [(field, name.clone())]);
    arms.add(format!("{kind} {}", field.ty.to_token_stream()), pattern, || body(&name));
}
