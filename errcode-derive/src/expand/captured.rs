//! The location and the backtrace of an error value, in `impl Fields`.

use super::{
    arms::{self, Arms},
    code::{braces, code, join},
};
use crate::model::{CodeOrigin, Field, Model};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

/// ```text
/// fn captured(&self) -> __e::Captured<'_> {
///     match self {
///         Self::Read { location: __0, backtrace: __1, .. } => __e::Captured {
///             location: __e::LocationField::location(__0),
///             backtrace: __1.as_backtrace(),
///         },
///         _ => …,
///     }
/// }
/// ```
pub(crate) fn captured(model: &Model<'_>) -> Option<TokenStream> {
    let mut arms = Arms::default();
    for variant in &model.variants {
        let (location, backtrace) = (variant.location_field(), variant.backtrace_field());
        let types =
            [location, backtrace].map(|field| field.map(|field| field.ty.to_token_stream()));
        if types.iter().all(Option::is_none) {
            continue;
        }
        let bound: Vec<_> = named(location, 0).chain(named(backtrace, 1)).collect();
        arms.add(format!("{types:?}"), arms::pattern(model, variant, bound), || {
            let location = location.map_or_else(
                || quote!(__e::None),
                |field| {
                    let name = arms::binding(0, field.span());
                    quote_spanned!(field.span()=> __e::LocationField::location(#name))
                },
            );
            let backtrace = backtrace.map_or_else(
                || quote!(__e::None),
                |field| {
                    let name = arms::binding(1, field.span());
                    quote!(#name.as_backtrace())
                },
            );
            quote!(__e::Captured { location: #location, backtrace: #backtrace })
        });
    }
    if arms.is_empty() {
        return None;
    }
    let none = "__e::Captured { location: __e::None, backtrace: __e::None }";
    let all = arms.into_match(model, none);
    Some(quote! {
        fn captured(&self) -> __e::Captured<'_> {
            use __e::{AsBacktrace as _, NoBacktrace as _};
            #all
        }
    })
}

fn named<'f>(
    field: Option<&'f Field<'f>>,
    number: usize,
) -> impl Iterator<Item = (&'f Field<'f>, Ident)> {
    field.into_iter().map(move |field| (field, arms::binding(number, field.span())))
}

/// Returns `fn locate`, which fills the location, in a `transparent` variant that of the error in it. A foreign error
/// there has none, because `inner` reports it.
pub(crate) fn locate(model: &Model<'_>) -> Option<TokenStream> {
    let mut arms = Arms::default();
    for variant in &model.variants {
        if variant.origin == CodeOrigin::Inner
            && let Some(field) = variant.fields.first()
        {
            let name = arms::binding(0, field.span());
            let pattern = arms::pattern(model, variant, [(field, name.clone())]);
            arms.alone(pattern, quote!(#name.locate_inner(__location)));
            continue;
        }
        let Some(field) = variant.location_field() else { continue };
        let name = arms::binding(0, field.span());
        let pattern = arms::pattern(model, variant, [(field, name.clone())]);
        arms.add(
            field.ty.to_token_stream().to_string(),
            pattern,
            || quote_spanned!(field.span()=> __e::LocationField::fill(#name, __location)),
        );
    }
    if arms.is_empty() {
        return None;
    }
    let all = arms.into_match(model, "{}");
    let imports = code("use __e::{LocateInner as _, LocateNothing as _};");
    let function = code("fn locate(&mut self, __location: &'static __e::Location<'static>)");
    Some(join([function, braces(join([imports, all]))]))
}
