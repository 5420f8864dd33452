//! `#[sensitive]` fields must not be in anything that errcode writes.

use crate::{
    errors::Errors,
    model::{
        Display, Field, Model, Variant,
        elsewhere::{Elsewhere, elsewhere},
        message,
    },
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
        Display::Call(_) => errors.at(span, not_redacted(&field.name, FMT)),
        Display::Forward => errors.at(span, not_redacted(&field.name, TRANSPARENT)),
        Display::Elsewhere => match elsewhere(model, variant) {
            Elsewhere::Message if names(variant, field) => {
                errors.at(span, message::secret(&field.name, "the other derive's `Display`"));
            }
            Elsewhere::Function => errors.at(span, not_redacted(&field.name, FMT)),
            Elsewhere::Forward => errors.at(span, not_redacted(&field.name, TRANSPARENT)),
            // Lint reports a `Display` that the derive cannot see.
            Elsewhere::Message | Elsewhere::Unknown => {}
        },
        Display::Template | Display::Write(_) => {}
    }
}

const FMT: &str = "the `fmt` function";
const TRANSPARENT: &str = "`transparent`";

fn not_redacted(name: &str, what: &str) -> String {
    format!(
        "{what} would show the sensitive field `{name}`; give the field the type `Sensitive<…>`, which is shown as \
         `[redacted]`, or write a message without it in place of {what}"
    )
}

/// Returns whether the other derive's message names the field. It does not redact, and a message that cannot be parsed
/// is assumed to show the field.
fn names(variant: &Variant<'_>, field: &Field<'_>) -> bool {
    let template = variant.row.as_ref().and_then(|row| row.display());
    template.is_none_or(|template| {
        template.fields().any(|placeholder| placeholder.field == field.index)
    })
}
