//! `impl Fields`, and the two matches that it uses.

use super::{
    arms::{self, Arms},
    captured,
    code::{braces, code, join},
    error::Source,
    generics::Bounds,
    table,
};
use crate::model::{
    CodeOrigin, Field, Model, Variant,
    arguments::{Argument, Maker},
    types,
    variant::Dynamic,
};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

pub(crate) fn rows(model: &Model<'_>, source: &Source) -> TokenStream {
    let mut bounds = Bounds::default();
    let matches = matches(model, source, &mut bounds);
    let args = args(model);
    let inner = inner(model, &mut bounds);
    let caused_by = caused_by(model, source, &mut bounds);
    let dynamic = dynamic(model, &mut bounds);
    let (captured, locate) = (captured::captured(model), captured::locate(model));
    bounds.this(model, quote!(__e::Display));
    let header = bounds.header(model, "__e::Fields");
    let row = code(&row(model));
    let body = [Some(row), args, inner, caused_by, dynamic, captured, locate];
    join([matches.unwrap_or_default(), header, braces(body.into_iter().flatten().collect())])
}

/// Returns the item that tells the row of a value: of a struct it is the type's only one.
fn row(model: &Model<'_>) -> String {
    // Required where a user asks for it, as in `Coded`.
    let clause =
        if model.is_unsized() { "where for<'__unused> Self: ::core::marker::Sized" } else { "" };
    if !model.is_enum && !table::is_static(model) {
        return format!("type Row = __e::OfType<Self> {clause};");
    }
    let number = if model.is_enum { "self.__errcode_row()" } else { "0" };
    let row = format!("__e::ErrorSpec::new({}, {number})", table::reference(model));
    format!(
        "type Row = __e::OfValue {clause}; fn row_of_value(&self) -> __e::ErrorSpec {{ {row} }}"
    )
}

/// Returns the largest number of arguments of a variant.
fn width(model: &Model<'_>) -> usize {
    model.variants.iter().map(|variant| variant.arguments.list.len()).max().unwrap_or(0)
}

/// ```text
/// impl ProjectError {
///     fn __errcode_row(&self) -> ::core::primitive::u32 { match self {
///         Self::NotFound { .. } => 0,
///         Self::Taken { .. } => 1,
///     } }
///     fn __errcode_args(&self) -> [__e::Arg<'_>; 1] { match self {
///         Self::NotFound { id: __0 } | Self::Gone { number: __0 } => [__e::Arg::text(__0)],
///         _ => [__e::Arg::NONE; 1],
///     } }
/// }
/// ```
///
/// They are functions with a declared type, because rustc checks these faster than the same matches in an expression.
fn matches(model: &Model<'_>, source: &Source, bounds: &mut Bounds) -> Option<TokenStream> {
    let row = model.is_enum.then(|| row_match(model));
    let mut arg_bounds = Bounds::default();
    for (field, argument) in model.variants.iter().flat_map(arguments) {
        if let Some(bound) = bound(argument.maker) {
            arg_bounds.field(field, bound.clone());
            bounds.field(field, bound);
        }
    }
    let args = (model.is_enum && width(model) > 0).then(|| {
        let (width, arguments) = (Literal::usize_unsuffixed(width(model)), argument_match(model));
        let clause = arg_bounds.only();
        quote!(fn __errcode_args(&self) -> [__e::Arg<'_>; #width] #clause { #arguments })
    });
    let read = read(model);
    let source = source.function();
    row.as_ref().or(read.as_ref()).or(source.as_ref())?;
    let ty = arms::in_expansion(&model.input.ident);
    let (impl_generics, ty_generics, clause) = model.input.generics.split_for_impl();
    Some(quote!(impl #impl_generics #ty #ty_generics #clause { #row #args #source #read }))
}

/// Returns a function that reads the fields that nothing else reads. It is never called. thiserror reads every field
/// too, so that moving an enum from it does not cause dead-code warnings.
fn read(model: &Model<'_>) -> Option<TokenStream> {
    let mut arms = Arms::default();
    for variant in model.variants.iter().filter(|_| model.extend.is_none()) {
        let unread: Vec<_> = variant.fields.iter().filter(|field| !variant.reads(field)).collect();
        if !unread.is_empty() {
            let types: String = unread.iter().map(|field| field.written_type() + ";").collect();
            let names = unread
                .iter()
                .enumerate()
                .map(|(number, field)| (*field, arms::binding(number, field.span())));
            arms.add(types, arms::pattern(model, variant, names), || quote!({}));
        }
    }
    if arms.is_empty() {
        return None;
    }
    let all = arms.into_match(model, "{}");
    Some(quote!(#[allow(dead_code)] fn __errcode_read(&self) { #all }))
}

/// Returns `fn __errcode_row`.
fn row_match(model: &Model<'_>) -> TokenStream {
    let with_row = || model.variants.iter().filter(|variant| variant.row.is_some());
    let first = u32::from(model.shared.is_some());
    let mut arms: String = (first..)
        .zip(with_row())
        .map(|(number, variant)| format!("{} => {number}, ", arms::any(model, variant)))
        .collect();
    if with_row().count() < model.variants.len() {
        arms.push_str("_ => 0");
    }
    let value = if model.variants.is_empty() { "*self" } else { "self" };
    code(&format!(
        "fn __errcode_row(&self) -> ::core::primitive::u32 {{ match {value} {{ {arms} }} }}"
    ))
}

/// Returns `fn args`, unless no variant has any. For a struct, the array is in the call, where an unsized last field
/// can be borrowed again.
fn args(model: &Model<'_>) -> Option<TokenStream> {
    if width(model) == 0 {
        return None;
    }
    let body = match model.variants.as_slice() {
        [variant] if !model.is_enum => {
            let bound = bound_by_arguments(variant);
            let pattern = code(&arms::pattern(model, variant, bound.iter().cloned()));
            let values = argument_values(variant, &bound, width(model));
            quote!(let #pattern = self; __then(&#values))
        }
        _ => quote!(__then(&self.__errcode_args())),
    };
    Some(quote! {
        fn args(&self, __then: &mut dyn ::core::ops::FnMut(&[__e::Arg<'_>])) {
            #body
        }
    })
}

fn argument_match(model: &Model<'_>) -> TokenStream {
    let width = width(model);
    let mut arms = Arms::default();
    for variant in model.variants.iter().filter(|variant| !variant.arguments.list.is_empty()) {
        let mut key = String::new();
        for argument in &variant.arguments.list {
            key.push(char::from(argument.maker as u8));
            key.extend([&argument.ty, ";"]);
        }
        let bound = bound_by_arguments(variant);
        let pattern = arms::pattern(model, variant, bound.iter().cloned());
        arms.add(key, pattern, || argument_values(variant, &bound, width));
    }
    arms.into_match(model, &format!("[__e::Arg::NONE; {width}]"))
}

/// Returns the fields that the arguments show, each with a name. A redacted one is bound too, so that it is not dead
/// code: the message names it.
fn bound_by_arguments<'v>(variant: &'v Variant<'_>) -> Vec<(&'v Field<'v>, Ident)> {
    let mut bound: Vec<(&Field<'_>, Ident)> = Vec::new();
    for (field, _) in arguments(variant) {
        if !bound.iter().any(|(known, _)| known.index == field.index) {
            bound.push((field, arms::binding(bound.len(), field.span())));
        }
    }
    bound
}

/// Returns the arguments, with others that have no value up to the width.
fn argument_values(
    variant: &Variant<'_>,
    bound: &[(&Field<'_>, Ident)],
    width: usize,
) -> TokenStream {
    let mut values = Vec::new();
    for (field, argument) in arguments(variant) {
        if let Some((_, name)) = bound.iter().find(|(known, _)| known.index == field.index) {
            values.push(value(field, argument.maker, name));
        }
    }
    values.resize(width, quote!(__e::Arg::NONE));
    quote!([#(#values),*])
}

fn arguments<'v>(variant: &'v Variant<'_>) -> impl Iterator<Item = (&'v Field<'v>, &'v Argument)> {
    variant.arguments.list.iter().map(|argument| (&variant.fields[argument.field], argument))
}

fn value(field: &Field<'_>, maker: Maker, name: &Ident) -> TokenStream {
    let maker = match maker {
        Maker::Text => "text",
        Maker::TextRef => "text_ref",
        Maker::Json => "json",
        Maker::JsonRef => "json_ref",
        Maker::Both => "both",
        Maker::BothRef => "both_ref",
        Maker::Debug => "debug",
        Maker::After => "after",
        Maker::Violations => "violations",
        Maker::Redacted => return quote!(__e::Arg::REDACTED),
        Maker::AsText => return quote!({ use __e::AsText as _; #name.as_text() }),
    };
    let maker = Ident::new(maker, Span::call_site());
    // An unsized value becomes an argument by a reference to its reference.
    let name = if field.is_unsized { quote!(&#name) } else { quote!(#name) };
    quote!(__e::Arg::#maker(#name))
}

/// Returns the bound of the constructor for the field's type.
fn bound(maker: Maker) -> Option<TokenStream> {
    Some(match maker {
        Maker::Text | Maker::TextRef => quote!(__e::Display),
        Maker::Json | Maker::JsonRef => quote!(__e::Serialize),
        Maker::Both | Maker::BothRef => quote!(__e::Display + __e::Serialize),
        Maker::Debug => quote!(__e::Debug),
        Maker::After => quote!(__e::RetryAfter),
        Maker::Violations => quote!(::core::convert::AsRef<[__e::FieldViolation]>),
        Maker::AsText | Maker::Redacted => return None,
    })
}

/// Returns `fn inner`: the errcode errors in `transparent` variants.
fn inner(model: &Model<'_>, bounds: &mut Bounds) -> Option<TokenStream> {
    let mut arms = Arms::default();
    for variant in model.variants.iter().filter(|variant| variant.origin == CodeOrigin::Inner) {
        let field = variant.fields.first()?;
        bounds.field(field, quote!(__e::Rows));
        let name = arms::binding(0, field.span());
        let pattern = arms::pattern(model, variant, [(field, name.clone())]);
        arms.alone(pattern, quote!(__e::Some(__e::Inner::inner(#name))));
    }
    if arms.is_empty() {
        return None;
    }
    let all = arms.into_match(model, "__e::None");
    Some(quote!(fn inner(&self) -> __e::Option<&dyn __e::Rows> { #all }))
}

/// Returns `fn caused_by`: `Error::source`, except for sensitive sources.
fn caused_by(model: &Model<'_>, source: &Source, bounds: &mut Bounds) -> Option<TokenStream> {
    let source = if model.extends_error() {
        bounds.this(model, quote!(__e::Error));
        "__e::Error::source(self)"
    } else {
        source.call(bounds)?;
        "self.__errcode_source()"
    };
    let mut secret = Arms::default();
    for variant in &model.variants {
        if variant.source_field().is_some_and(|field| field.item.sensitive.is_set()) {
            secret.add(String::new(), arms::any(model, variant), || quote!(__e::None));
        }
    }
    let body = if secret.is_empty() { code(source) } else { secret.into_match(model, source) };
    Some(quote!(fn caused_by(&self) -> __e::Option<&(dyn __e::Error + 'static)> { #body }))
}

fn dynamic(model: &Model<'_>, bounds: &mut Bounds) -> Option<TokenStream> {
    let mut arms = Arms::default();
    for variant in &model.variants {
        let Some(hint) = &variant.retry else { continue };
        let names = variant.fields.iter().map(|field| (field, field.local()));
        let pattern = arms::pattern(model, variant, names);
        let when = hint.when.as_ref().map_or_else(
            || quote!(__e::None),
            |when| {
                let tokens = &when.tokens;
                quote!(__e::Some({ let __when: ::core::primitive::bool = #tokens; __when }))
            },
        );
        let inherit = inherited(variant, hint, bounds);
        arms.alone(pattern, quote!(__e::Dynamic { when: #when, inherit: #inherit }));
    }
    if arms.is_empty() {
        return None;
    }
    let all = arms.into_match(model, "__e::Dynamic { when: __e::None, inherit: __e::None }");
    Some(quote! {
        fn dynamic(&self) -> __e::Dynamic<'_> {
            #all
        }
    })
}

fn inherited(variant: &Variant<'_>, hint: &Dynamic, bounds: &mut Bounds) -> TokenStream {
    let source = variant.source_field().filter(|_| hint.inherit);
    let Some(field) = source else { return quote!(__e::None) };
    let mut name = field.local();
    name.set_span(field.span());
    if let Some(ty) = types::optional(field.ty) {
        if field.is_generic {
            bounds.ty(ty, quote!(__e::Rows));
        }
        return quote! {
            match #name {
                __e::Some(__source) => __e::Some(__e::Inner::inner(__source)),
                __e::None => __e::None,
            }
        };
    }
    bounds.field(field, quote!(__e::Rows));
    quote!(__e::Some(__e::Inner::inner(#name)))
}
