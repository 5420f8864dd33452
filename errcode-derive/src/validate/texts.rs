//! Messages.

use crate::{
    errors::Errors,
    model::{
        CodeOrigin, Field, Model, Variant, message,
        row::Entry,
        template::{Show, Template},
    },
};

pub(crate) fn check_one_message(variant: &Variant<'_>, errors: &Errors) {
    let item = &variant.item;
    if let (Some(message), Some(_)) = (item.message.span(), item.keys.fmt.span()) {
        errors.at(message, "`fmt` and a message both write `Display`; remove one of them");
    }
}

/// `public` requires a message that core can fill in.
pub(crate) fn check_public(model: &Model<'_>, variant: &Variant<'_>, errors: &Errors) {
    let keys = &variant.item.keys;
    let Some(span) = keys.public.span() else { return inherited(model, variant, errors) };
    if let Some(user_msg) = keys.user_msg.span() {
        errors.at(
            user_msg,
            "`public` already makes the message the user message; remove one of them",
        );
    }
    if !keys.public.is_on() || variant.origin != CodeOrigin::Own {
        return;
    }
    match variant.row.as_ref().and_then(|row| row.display()) {
        Some(template) if has_message(model, variant) => {
            shown_to_clients(variant, template, errors);
        }
        _ if has_message(model, variant) => {
            errors.at(message_span(model, variant), public_only_bare());
        }
        _ => errors.at(span, "`public` needs a message: `#[error(\"…\", public)]`"),
    }
}

/// Checks a variant that inherits `public` from its enum.
fn inherited(model: &Model<'_>, variant: &Variant<'_>, errors: &Errors) {
    let inherits =
        model.is_enum && model.item.keys.public.is_on() && !variant.item.keys.user_msg.is_set();
    if inherits && variant.origin == CodeOrigin::Own && has_message(model, variant) {
        match variant.row.as_ref().and_then(|row| row.display()) {
            Some(template) => shown_to_clients(variant, template, errors),
            None => errors.at(message_span(model, variant), public_only_bare()),
        }
    }
}

fn has_message(model: &Model<'_>, variant: &Variant<'_>) -> bool {
    let silent = variant.item.keys.fmt.is_set() || variant.is_transparent();
    variant.item.message.is_set() || model.is_enum && model.item.message.is_set() && !silent
}

fn message_span(model: &Model<'_>, variant: &Variant<'_>) -> proc_macro2::Span {
    variant
        .item
        .message
        .span()
        .or_else(|| model.item.message.span())
        .unwrap_or_else(|| variant.ident.span())
}

fn public_only_bare() -> &'static str {
    "a public message can only have bare `{field}` placeholders, without format specs, expressions or \
     constants; change it, or write a `user_msg` instead of `public`"
}

fn shown_to_clients(variant: &Variant<'_>, template: &Template, errors: &Errors) {
    let span = variant.item.message.span().unwrap_or_else(|| variant.ident.span());
    for placeholder in template.fields() {
        let field = &variant.fields[placeholder.field];
        if field.is_secret() {
            errors.at(span, message::secret(&field.name, "a public message"));
        }
        if placeholder.show == Show::Debug {
            errors.at(span, public_only_bare());
        }
    }
}

/// A title that names a field is meant as a template.
pub(crate) fn check_title(variant: &Variant<'_>, errors: &Errors) {
    for title in variant.item.keys.title.get().into_iter().flatten() {
        let names = |field: &&Field<'_>| title.text.contains(&format!("{{{}}}", field.name));
        if let Some(field) = variant.fields.iter().find(names) {
            errors.at(
                title.text.span,
                format_args!(
                    "`title` is constant, and `{{{}}}` is not filled in; write a text for clients as `user_msg`",
                    field.name
                ),
            );
        }
    }
}

/// The packed format has sixteen bits for lengths.
pub(crate) fn check_lengths(variant: &Variant<'_>, errors: &Errors) {
    let Some(row) = &variant.row else { return };
    let long = |template: &Template| {
        let literals: usize = template.pieces.iter().map(|(literal, _)| literal.len()).sum();
        literals + template.tail.len() > usize::from(u16::MAX)
    };
    let too_long = row.entries.iter().any(|entry| match entry {
        Entry::Text(_, text) => text.len() > usize::from(u16::MAX),
        Entry::TextIn { language, text, .. } => language.len() + text.len() > usize::from(u16::MAX),
        Entry::Display(template)
        | Entry::Log(template)
        | Entry::User { template: Some(template), .. } => long(template),
        _ => false,
    });
    if too_long {
        errors.at(variant.ident.span(), "a text of this code is longer than 65535 bytes");
    }
    if row.name.len() > usize::from(u8::MAX) {
        errors.at(variant.ident.span(), "this name is longer than 255 bytes");
    }
    if variant.arguments.list.len() >= usize::from(crate::format::NO_ARG) {
        errors.at(
            variant.ident.span(),
            "the texts and details of this code show more than 254 values",
        );
    }
}
