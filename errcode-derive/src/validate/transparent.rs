//! `transparent`, with and without a code.

use crate::{
    errors::Errors,
    model::{CodeOrigin, Model, Variant},
    parse::key::{ItemKind, Key},
};

pub(crate) fn check(model: &Model<'_>, variant: &Variant<'_>, errors: &Errors) {
    if !variant.is_transparent() {
        return;
    }
    let keys = &variant.item.keys;
    let span = keys
        .transparent
        .span()
        .or_else(|| model.item.keys.transparent.span())
        .unwrap_or_else(|| variant.ident.span());
    if variant.fields.len() != 1 {
        errors.at(
            span,
            format_args!(
                "`transparent` requires exactly one field, but `{}` has {}",
                variant.ident,
                variant.fields.len()
            ),
        );
    }
    // With `extend`, the message and the source are those of another derive.
    let forwards_message = variant.item.message.span().filter(|_| !model.extends_display());
    if let Some(message) = forwards_message {
        errors.at(message, "`transparent` forwards the message of the field; remove this one");
    }
    if let Some(fmt) = keys.fmt.span() {
        errors.at(fmt, "`transparent` forwards `Display` to the field; remove `fmt`");
    }
    let marked = variant.fields.iter().find_map(|field| field.item.source.span());
    if let Some(source) = marked.filter(|_| !model.extends_error()) {
        errors.at(source, "`transparent` forwards the source of the field; remove `#[source]`");
    }
    if variant.origin == CodeOrigin::Inner {
        check_alone(model, variant, errors);
    }
}

/// Without a code, everything comes from the field, so that keys would have no effect.
fn check_alone(model: &Model<'_>, variant: &Variant<'_>, errors: &Errors) {
    let container: fn(Key) -> bool = |key| !key.allowed().on(ItemKind::Variant);
    for (key, span) in variant.item.keys.written() {
        let about_type = !model.is_enum && container(key);
        if !matches!(key, Key::Transparent | Key::Fmt) && !about_type {
            errors.at(
                span,
                format_args!(
                    "without a `code`, `transparent` takes `{}` from the error in its field; \
                 add a `code`, or remove `{0}`",
                    key.name()
                ),
            );
        }
    }
    if let Some(span) = variant.item.subject.span() {
        errors.at(
            span,
            "without a `code`, `transparent` takes the subject from the error in its field; \
         remove `#[subject]`",
        );
    }
}
