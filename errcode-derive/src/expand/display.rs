//! `impl Display`.

use super::{
    arms::{self, Arms},
    code::{braces, code, join},
    generics::Bounds,
};
use crate::model::{
    Display, Field, Model, Variant,
    format_spec::FormatTrait,
    message::{How, Write},
    template::{Show, Template},
};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use syn::LitStr;

/// ```text
/// fn fmt(&self, __f: &mut __e::Formatter<'_>) -> __e::FmtResult {
///     match self {
///         Self::Short { .. } => ::core::write!(__f, "{__field_bytes:>8}", __field_bytes = bytes),
///         _ => __e::show(self, __f),
///     }
/// }
/// ```
pub(crate) fn display(model: &Model<'_>) -> Option<TokenStream> {
    if model.extends_display() {
        return None;
    }
    let mut bounds = Bounds::default();
    if let Some(text) = constant(model) {
        let header = bounds.header(model, "__e::Display");
        let body = code(&format!("{FMT} {{ __f.write_str({text:?}) }}"));
        return Some(join([header, braces(body)]));
    }
    let mut arms = Arms::default();
    for variant in &model.variants {
        arm(model, variant, &mut arms, &mut bounds);
    }
    let shows_paths =
        model.variants.iter().any(|variant| shows_path(model, variant)).then(path_display);
    let body = if arms.is_empty() && !model.variants.is_empty() {
        code("__e::show(self, __f)")
    } else {
        let all = arms.into_match(model, "__e::show(self, __f)");
        join([shows_paths.unwrap_or_default(), all])
    };
    let header = bounds.header(model, "__e::Display");
    Some(join([header, braces(join([code(FMT), braces(body)]))]))
}

pub(crate) const FMT: &str = "fn fmt(&self, __f: &mut __e::Formatter<'_>) -> __e::FmtResult";

/// Returns the message of a struct if it is constant: rustc checks a call with it faster than one of core's.
pub(crate) fn constant<'m>(model: &'m Model<'_>) -> Option<&'m str> {
    let [variant] = model.variants.as_slice() else { return None };
    if model.is_enum || !matches!(variant.display, Display::Template) {
        return None;
    }
    let template = variant.row.as_ref()?.display()?;
    template.pieces.is_empty().then_some(template.tail.as_str())
}

/// Returns whether core fills in the template. For generic types it does not, because `Display` would need the bounds
/// of the details too.
fn by_core(model: &Model<'_>) -> bool {
    !model.is_generic() && !model.is_unsized()
}

fn arm(model: &Model<'_>, variant: &Variant<'_>, arms: &mut Arms, bounds: &mut Bounds) {
    match &variant.display {
        Display::Template if by_core(model) => {}
        Display::Template => {
            if let Some(template) = variant.row.as_ref().and_then(|row| row.display()) {
                arms.alone(
                    template_pattern(model, variant, template),
                    write_template(variant, template, bounds),
                );
            }
        }
        Display::Write(write) => {
            for (field, bound) in &write.bounds {
                bounds.field(&variant.fields[*field], format_trait(*bound));
            }
            arms.alone(write_pattern(model, variant, write), write_message(variant, write));
        }
        Display::Forward => forward(model, variant, arms, bounds),
        Display::Call(function) => {
            let names: Vec<_> =
                variant.fields.iter().map(|field| (field, binding(field))).collect();
            let arguments = names.iter().map(|(_, name)| name);
            let call = quote!(#function(#(#arguments,)* __f));
            arms.alone(arms::pattern(model, variant, names), call);
        }
        Display::Elsewhere => {}
    }
}

fn forward(model: &Model<'_>, variant: &Variant<'_>, arms: &mut Arms, bounds: &mut Bounds) {
    let Some(field) = variant.fields.first() else { return };
    bounds.field(field, quote!(__e::Display));
    let name = arms::binding(0, field.span());
    let pattern = arms::pattern(model, variant, [(field, name.clone())]);
    arms.alone(pattern, quote!(__e::Display::fmt(#name, __f)));
}

/// Returns a pattern that binds the fields that the message shows. With arguments, it binds all fields except secrets
/// by their names, because the arguments may use any of them.
fn write_pattern(model: &Model<'_>, variant: &Variant<'_>, write: &Write) -> String {
    let by_name = !write.arguments.is_empty();
    let used = |field: &&Field<'_>| {
        !field.is_secret()
            && (by_name || write.fields.iter().any(|named| named.field == field.index))
    };
    let name = |field: &Field<'_>| if by_name { field.local() } else { binding(field) };
    let fields = variant.fields.iter().filter(used).map(|field| (field, name(field)));
    arms::pattern(model, variant, fields)
}

fn write_message(variant: &Variant<'_>, write: &Write) -> TokenStream {
    let literal = LitStr::new(&write.literal, write.literal.span);
    let given = write.arguments.iter().map(|argument| {
        let name = argument.name.iter();
        let tokens = &argument.tokens;
        quote!(, #(#name =)* #tokens)
    });
    let fields = write.fields.iter().map(|named| {
        let field = &variant.fields[named.field];
        let local = if write.arguments.is_empty() { binding(field) } else { spanned(field) };
        let name = &named.name;
        match named.how {
            How::Plain => quote!(, #name = #local),
            How::Path => quote!(, #name = #local.__show_path()),
            How::Pointer => quote!(, #name = *#local),
        }
    });
    quote!(::core::write!(__f, #literal #(#given)* #(#fields)*))
}

/// Returns a name for the field that no constant of the user's has, with the position of the field, where a missing
/// bound is reported.
fn binding(field: &Field<'_>) -> Ident {
    arms::binding(field.index, field.span())
}

/// Returns the field's local with the position of the field, where a missing bound is reported.
fn spanned(field: &Field<'_>) -> Ident {
    let mut local = field.local();
    local.set_span(field.span());
    local
}

fn template_pattern(model: &Model<'_>, variant: &Variant<'_>, template: &Template) -> String {
    let shown = |field: &&Field<'_>| {
        !field.is_secret() && template.fields().any(|placeholder| placeholder.field == field.index)
    };
    arms::pattern(
        model,
        variant,
        variant.fields.iter().filter(shown).map(|field| (field, binding(field))),
    )
}

fn write_template(variant: &Variant<'_>, template: &Template, bounds: &mut Bounds) -> TokenStream {
    let mut literal = String::new();
    let mut arguments = Vec::new();
    for (before, placeholder) in &template.pieces {
        let field = &variant.fields[placeholder.field];
        escape(&mut literal, before);
        if field.is_secret() {
            literal.push_str("[redacted]");
            continue;
        }
        let local = binding(field);
        if placeholder.show == Show::Debug {
            bounds.field(field, quote!(__e::Debug));
            literal.push_str("{:?}");
            arguments.push(quote!(#local));
        } else {
            literal.push_str("{}");
            let path = field.is_path();
            if !path {
                bounds.field(field, quote!(__e::Display));
            }
            arguments.push(if path { quote!(#local.__show_path()) } else { quote!(#local) });
        }
    }
    escape(&mut literal, &template.tail);
    let literal = Literal::string(&literal);
    quote!(::core::write!(__f, #literal #(, #arguments)*))
}

fn escape(literal: &mut String, text: &str) {
    literal.push_str(&text.replace('{', "{{").replace('}', "}}"));
}

fn format_trait(bound: FormatTrait) -> TokenStream {
    let name = Ident::new(bound.name(), Span::call_site());
    quote!(::core::fmt::#name)
}

/// Returns whether the variant's `write!` shows a path, which has no `Display`.
fn shows_path(model: &Model<'_>, variant: &Variant<'_>) -> bool {
    match &variant.display {
        Display::Write(write) => write.fields.iter().any(|named| named.how == How::Path),
        Display::Template if !by_core(model) => {
            let template = variant.row.as_ref().and_then(|row| row.display());
            let mut shown = template.into_iter().flat_map(Template::fields);
            shown.any(|placeholder| {
                placeholder.show == Show::Display && variant.fields[placeholder.field].is_path()
            })
        }
        _ => false,
    }
}

/// Returns a trait by which method resolution finds the paths of std first, and any other type of that name, with a
/// `Display` of its own, one reference later.
fn path_display() -> TokenStream {
    quote! {
        trait __ShowPath<'a> {
            type Shown: __e::Display;
            fn __show_path(&'a self) -> Self::Shown;
        }
        impl<'a, T: __e::Display + ?::core::marker::Sized + 'a> __ShowPath<'a> for &T {
            type Shown = &'a T;
            fn __show_path(&'a self) -> &'a T {
                self
            }
        }
        impl<'a> __ShowPath<'a> for ::std::path::Path {
            type Shown = ::std::path::Display<'a>;
            fn __show_path(&'a self) -> ::std::path::Display<'a> {
                self.display()
            }
        }
        impl<'a> __ShowPath<'a> for ::std::path::PathBuf {
            type Shown = ::std::path::Display<'a>;
            fn __show_path(&'a self) -> ::std::path::Display<'a> {
                self.display()
            }
        }
    }
}
