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

/// `?` needs one variant for each type. rustc reports types that are spelled differently, and type parameters whose
/// bounds may tell them apart.
pub(crate) fn check_conversions(model: &Model<'_>, errors: &Errors) {
    let mut seen: Vec<(&Variant<'_>, &Field<'_>)> = Vec::new();
    for variant in model.variants.iter().filter(|_| !model.extends_error()) {
        let Some(field) = variant.converted_field() else { continue };
        let overlaps =
            |first: &Field<'_>| model.params.overlap(first.converted(), field.converted());
        match seen.iter().find(|(_, first)| overlaps(first)) {
            Some(first) => conversion_twice(model, *first, (variant, field), errors),
            None => seen.push((variant, field)),
        }
    }
}

fn conversion_twice(
    model: &Model<'_>,
    (first, known): (&Variant<'_>, &Field<'_>),
    (second, field): (&Variant<'_>, &Field<'_>),
    errors: &Errors,
) {
    let (first_name, second_name) = (first.ident.unraw(), second.ident.unraw());
    let [known_ty, ty] = [known, field].map(Field::converted).map(types::compact);
    let why = match () {
        () if known_ty == ty => String::new(),
        () if model.params.is_any(known.converted()) => format!(", and `{known_ty}` may be `{ty}`"),
        () => format!(", and `{ty}` may be the same type"),
    };
    errors.on(
        field.ty,
        format_args!(
            "`#[from]` converts `{known_ty}` into `{first_name}` already{why}, so that `?` could not choose; mark the \
             field of `{second_name}` with `#[source]`, and write `.map_err({})`",
            by_hand(model, second, field)
        ),
    );
    errors.on(known.ty, format_args!("`{known_ty}` is first converted here, into `{first_name}`"));
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
