//! `#[from]`, `#[source]`, `#[backtrace]` and `#[location]`, with the rules of thiserror.

use crate::{
    errors::Errors,
    model::{Field, Model, Variant, types},
    parse::slot::Slot,
};
use proc_macro2::Span;
use syn::ext::IdentExt;

/// Each attribute can only be on one field.
pub(crate) fn check_one_each(variant: &Variant<'_>, errors: &Errors) {
    let twice = |name: &str, slots: Vec<&Slot<()>>| {
        let spans: Vec<Span> = slots.iter().filter_map(|slot| slot.span()).collect();
        if let [first, second, ..] = spans.as_slice() {
            errors.at(*second, format_args!("`{name}` is on two fields"));
            errors.at(*first, format_args!("`{name}` is first used here"));
        }
    };
    twice("#[from]", variant.fields.iter().map(|field| &field.item.from).collect());
    twice("#[source]", variant.fields.iter().map(|field| &field.item.source).collect());
    twice("#[backtrace]", variant.fields.iter().map(|field| &field.item.backtrace).collect());
    twice("#[location]", variant.fields.iter().map(|field| &field.item.location).collect());
    twice("#[violations]", variant.fields.iter().map(|field| &field.item.violations).collect());
}

/// `From` can only fill the source, and capture a backtrace and a location.
pub(crate) fn check_from(model: &Model<'_>, variant: &Variant<'_>, errors: &Errors) {
    let Some(from) = variant.converted_field().filter(|_| !model.extends_error()) else { return };
    let span = from.item.from.span().unwrap_or_else(|| from.written());
    if let Some(source) =
        variant.fields.iter().find(|field| field.item.source.is_set() && field.index != from.index)
    {
        errors.at(
            span,
            format_args!(
                "`#[from]` goes on the source, and `{}` is marked as the source",
                source.name
            ),
        );
        return;
    }
    // `#[backtrace]` on the source means that the source has the backtrace.
    let captures = !from.item.backtrace.is_set();
    let filled = |field: &Field<'_>| {
        field.item.from.is_set() || field.is_location() || captures && field.is_backtrace()
    };
    let other = variant.fields.iter().find(|field| !filled(field));
    if let Some(other) = other {
        errors.at(
            span,
            format_args!(
                "`#[from]` cannot fill the field `{}`; besides the source, only a `Backtrace` \
                 and a `&'static Location<'static>` are allowed",
                other.name
            ),
        );
    }
}

/// `?` needs one variant for each type.
pub(crate) fn check_conversions(model: &Model<'_>, errors: &Errors) {
    let mut seen: Vec<(String, &Variant<'_>, &Field<'_>)> = Vec::new();
    for variant in model.variants.iter().filter(|_| !model.extends_error()) {
        let Some(field) = variant.converted_field() else { continue };
        let from = types::optional(field.ty).unwrap_or(field.ty);
        let ty = types::compact(from);
        if model.params.is_param(from) {
            errors.on(
                field.ty,
                format_args!(
                    "`#[from]` would convert every type into the error, also the error itself; mark the field with \
                     `#[source]` instead"
                ),
            );
        } else if let Some((_, first, known)) = seen.iter().find(|(known, ..)| *known == ty) {
            let (first, second) = (first.ident.unraw(), variant.ident.unraw());
            errors.on(
                field.ty,
                format_args!(
                    "`#[from]` converts `{ty}` into `{first}` already, so that `?` could not choose; mark the field \
                     of `{second}` with `#[source]`, and write `.map_err({})`",
                    by_hand(model, variant, field)
                ),
            );
            errors.on(known.ty, format_args!("`{ty}` is first converted here, into `{first}`"));
        } else {
            seen.push((ty, variant, field));
        }
    }
}

/// Returns what makes the variant from its source.
fn by_hand(model: &Model<'_>, variant: &Variant<'_>, field: &Field<'_>) -> String {
    let path = format!("{}::{}", model.input.ident.unraw(), variant.ident.unraw());
    match (&field.member, variant.fields.len()) {
        (syn::Member::Unnamed(_), 1) => path,
        (syn::Member::Unnamed(_), _) => format!("|{0}| {path}({0}, …)", "cause"),
        (syn::Member::Named(_), 1) => format!("|{0}| {path} {{ {0} }}", field.name),
        (syn::Member::Named(_), _) => format!("|{0}| {path} {{ {0}, … }}", field.name),
    }
}

/// `Error::source` returns a `'static` error.
pub(crate) fn check_lifetime(model: &Model<'_>, variant: &Variant<'_>, errors: &Errors) {
    let Some(source) =
        variant.source_field().filter(|_| !model.extends_error() && !variant.is_transparent())
    else {
        return;
    };
    if types::has_short_lifetime(source.ty) {
        errors.on(
            source.ty,
            "a source cannot borrow, because `Error::source` returns `dyn Error + \
         'static`; use an owned type",
        );
    }
}

pub(crate) fn check_inherit(model: &Model<'_>, variant: &Variant<'_>, errors: &Errors) {
    if !variant.retry.as_ref().is_some_and(|retry| retry.inherit)
        || variant.source_field().is_some()
    {
        return;
    }
    let own = variant.item.keys.retryable.get().or_else(|| model.item.keys.retryable.get());
    let span = own
        .and_then(|retryable| retryable.inherit.as_ref())
        .map_or_else(|| variant.ident.span(), proc_macro2::Ident::span);
    errors.at(
        span,
        format_args!(
            "`{}` has no source to inherit from; mark a field with `#[source]` or `#[from]`",
            variant.ident
        ),
    );
}
