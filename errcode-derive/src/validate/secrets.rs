//! `#[sensitive]` fields must not be in anything that errcode writes.

use crate::{
    errors::Errors,
    model::{Display, Field, Model, Variant, message},
};

/// A derived `Debug` would show the field in a log.
pub(crate) fn check_debug(model: &Model<'_>, errors: &Errors) {
    if model.item.keys.debug.is_set() {
        return;
    }
    let secret =
        model.variants.iter().flat_map(|variant| &variant.fields).find(|field| field.is_secret());
    if let Some(span) = secret.and_then(|field| field.item.sensitive.span()) {
        let attribute = if model.item.is_inline { "error" } else { "app" };
        errors.at(
            span,
            format_args!(
                "a derived `Debug` would show the sensitive field; write `#[{attribute}(debug)]` on the \
                 type and remove `Debug` from its derives, \
                 or, if its `Debug` may show the field, `#[{attribute}(debug = \"std\")]`"
            ),
        );
    }
}

pub(crate) fn check_uses(model: &Model<'_>, variant: &Variant<'_>, errors: &Errors) {
    for field in variant.fields.iter().filter(|field| field.item.sensitive.is_set()) {
        check_attributes(field, errors);
        if field.is_secret() {
            check_display(model, variant, field, errors);
        }
    }
}

fn check_attributes(field: &Field<'_>, errors: &Errors) {
    let public = [
        ("#[detail]", field.item.detail.span()),
        ("#[subject]", field.item.subject.span()),
        ("#[header]", field.item.header.span()),
        ("#[violations]", field.item.violations.span()),
    ];
    for (attribute, span) in public {
        if let Some(span) = span {
            errors.at(
                span,
                format_args!(
                    "`{attribute}` would show the sensitive field `{}` to clients",
                    field.name
                ),
            );
        }
    }
}

/// Only the derive's own template can redact a field in `Display`.
fn check_display(model: &Model<'_>, variant: &Variant<'_>, field: &Field<'_>, errors: &Errors) {
    let span = field.item.sensitive.span().unwrap_or_else(|| field.written());
    match &variant.display {
        Display::Call(_) => errors.at(span, message::secret(&field.name, "the `fmt` function")),
        Display::Forward => errors.at(span, message::secret(&field.name, "`transparent`")),
        Display::Elsewhere if shown_elsewhere(model, variant, field) => {
            errors.at(span, message::secret(&field.name, "the other derive's `Display`"));
        }
        Display::Template | Display::Write(_) | Display::Elsewhere => {}
    }
}

/// Another derive does not redact its message. One that cannot be parsed is assumed to show the field.
fn shown_elsewhere(model: &Model<'_>, variant: &Variant<'_>, field: &Field<'_>) -> bool {
    let written = variant.item.message.is_set() || model.item.message.is_set();
    let template = variant.row.as_ref().and_then(|row| row.display());
    written
        && template.is_none_or(|template| {
            template.fields().any(|placeholder| placeholder.field == field.index)
        })
}
