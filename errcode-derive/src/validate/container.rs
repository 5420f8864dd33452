//! Keys whose meaning depends on other keys.

use crate::{
    errors::Errors,
    model::{CodeOrigin, Model, Variant},
    parse::key::{Allowed, ItemKind, Key},
};
use syn::ext::IdentExt;

/// A key that describes one code needs a code.
pub(crate) fn check_key_places(model: &Model<'_>, errors: &Errors) {
    let keys = &model.item.keys;
    if model.item.kind == ItemKind::Enum && !keys.code.is_set() {
        for (key, span) in keys.written() {
            if key.allowed() == Allowed::WithCode {
                errors.at(
                    span,
                    format_args!(
                        "`{}` describes one code; it goes on a variant, or on an enum that has a `code`",
                        key.name()
                    ),
                );
            }
        }
    }
    if let Some(span) = model.item.subject.span().filter(|_| model.is_enum) {
        errors.at(span, "`#[subject]` goes on a variant or a field");
    }
    if let (Some(span), Some(_)) = (keys.codes.span(), keys.code.get()) {
        errors.at(
            span,
            "`codes` gives each variant its own code, and `code` gives all of them the same; remove one of them",
        );
    }
    if let Some(span) = keys.prefix.span()
        && let (Some(case), Some(prefix)) = (keys.codes.get(), keys.prefix.get())
        && let Err(message) =
            crate::parse::code::check_code(&format!("{prefix}{}", case.spell("X")))
    {
        errors.at(span, message);
    }
}

/// With `extend`, `#[error(…)]` belongs to another derive.
pub(crate) fn check_extend(model: &Model<'_>, errors: &Errors) {
    let keys = &model.item.keys;
    if let Some(span) = keys.extend.span().filter(|_| model.item.is_inline) {
        errors.at(
            span,
            "`extend` goes into `#[app(extend)]`, because `#[error(…)]` then belongs to the other derive",
        );
    }
    if let Some(span) = keys.docs.span().filter(|_| model.extend.is_none()) {
        errors.at(
            span,
            "`docs` requires `extend`; without it, doc comments are title and explanation already",
        );
    }
}

/// Names that differ only in case make functions of the same name.
pub(crate) fn check_functions(model: &Model<'_>, errors: &Errors) {
    let keys = &model.item.keys;
    let key = match (keys.constructors.is_on(), keys.predicates.is_on()) {
        (true, _) => Key::Constructors,
        (false, true) => Key::Predicates,
        _ => return,
    };
    for (at, variant) in model.variants.iter().enumerate() {
        let name = model.function_of(variant);
        if let Some(first) =
            model.variants[..at].iter().find(|first| model.function_of(first) == name)
        {
            let prefix = if key == Key::Predicates { "is_" } else { "" };
            errors.at(
                variant.ident.span(),
                format_args!(
                    "`{}` makes the function `{prefix}{name}` of `{}` and of `{}`; rename one of them",
                    key.name(),
                    first.ident,
                    variant.ident
                ),
            );
        }
    }
}

/// A code on the enum must be used by a variant.
pub(crate) fn check_shared_code(model: &Model<'_>, errors: &Errors) {
    let unused = model.variants.iter().all(|variant| variant.origin != CodeOrigin::Shared)
        && !model.variants.is_empty();
    if let Some(span) = model.item.keys.code.span().filter(|_| model.is_enum && unused) {
        errors.at(span, "no variant uses this code; remove it, or the `code` of a variant");
    }
}

/// Clients see variants that share a code as one, so these cannot have keys that would tell them apart.
pub(crate) fn check_shared_variant(variant: &Variant<'_>, errors: &Errors) {
    if variant.origin != CodeOrigin::Shared {
        return;
    }
    let private = [Key::Log, Key::Level, Key::Transparent, Key::Fmt];
    let name = variant.ident.unraw().to_string();
    for (key, span) in variant.item.keys.written().filter(|(key, _)| !private.contains(key)) {
        errors.at(span, shared(&name, key.name(), "move it to the enum"));
    }
    if let Some(span) = variant.item.subject.span() {
        errors.at(span, shared(&name, "#[subject]", "remove it"));
    }
    for field in &variant.fields {
        let item = &field.item;
        let public = [
            ("#[detail]", item.detail.span()),
            ("#[subject]", item.subject.span()),
            ("#[header]", item.header.span()),
            ("#[violations]", item.violations.span()),
        ];
        for (attribute, span) in public {
            if let Some(span) = span {
                errors.at(span, shared(&name, attribute, "remove it"));
            }
        }
    }
}

fn shared(variant: &str, what: &str, otherwise: &str) -> String {
    format!(
        "`{variant}` shares the enum's code, so `{what}` would show clients which variant it was; give \
         the variant a `code`, or {otherwise}"
    )
}
