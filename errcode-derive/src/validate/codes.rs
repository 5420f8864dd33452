//! Codes must be present, unique, and as the type declares them.

use crate::{
    errors::Errors,
    model::{CodeOrigin, Model, Variant},
    parse::value::Pair,
    spanned::Spanned,
};
use std::collections::HashMap;
use syn::ext::IdentExt;

/// Every variant needs a code.
pub(crate) fn check_presence(model: &Model<'_>, errors: &Errors) {
    let missing =
        |variant: &&Variant<'_>| variant.origin == CodeOrigin::Missing && !variant.item.code_tried;
    for variant in model.variants.iter().filter(missing).filter(|_| !model.item.code_tried) {
        let attribute = if variant.item.is_inline { "error" } else { "app" };
        let noun = if model.is_enum { "variant" } else { "struct" };
        let name = variant.ident.unraw();
        let or = if model.extend.is_some() {
            ", or `#[app(transparent)]` if its field is an errcode error"
        } else {
            ""
        };
        errors.at(
            variant.ident.span(),
            format_args!(
                "the {noun} `{name}` has no code; write `#[{attribute}(code = \"…\")]`{or}"
            ),
        );
    }
}

/// A variant's name may have characters that a code made from it cannot have.
pub(crate) fn check_spelling(model: &Model<'_>, errors: &Errors) {
    for variant in &model.variants {
        let Some(row) = variant.row.as_ref().filter(|_| !variant.item.keys.code.is_set()) else {
            continue;
        };
        if let Err(message) = crate::parse::code::check_code(&row.code).map_err(|message| {
            format!("{message}\nwrite a `code` on `{}`, or rename it", variant.ident)
        }) {
            errors.at(variant.ident.span(), message);
        }
    }
}

/// Look-ups ignore case, and aliases share the name space of codes.
pub(crate) fn check_unique(model: &Model<'_>, errors: &Errors) {
    let mut seen: HashMap<String, &Spanned<String>> = HashMap::new();
    for row in model.rows().map(|(row, _)| row).filter(|row| !row.is_shared) {
        for code in [&row.code].into_iter().chain(&row.aliases) {
            if let Some(first) = seen.get(&code.to_ascii_uppercase()) {
                errors.at(
                    code.span,
                    format_args!(
                        "the code `{}` is used twice; give one of them another code",
                        code.value
                    ),
                );
                errors
                    .at(first.span, format_args!("the code `{}` is used here first", first.value));
            } else {
                seen.insert(code.to_ascii_uppercase(), code);
            }
        }
    }
}

pub(crate) fn check_prefix(model: &Model<'_>, errors: &Errors) {
    let Some(prefix) = model.item.keys.prefix.get() else { return };
    for (row, _) in model.rows().filter(|(row, _)| !row.is_shared) {
        if !row.code.starts_with(prefix.as_str()) {
            errors.at(
                row.code.span,
                format_args!(
                    "the code `{}` does not begin with the prefix `{prefix}`",
                    row.code.value
                ),
            );
        }
    }
}

/// Clients may still know a retired code by its old meaning.
pub(crate) fn check_retired(model: &Model<'_>, errors: &Errors) {
    let Some(retired) = model.item.keys.retired.get() else { return };
    let here = |pair: &Pair| {
        let message = format!("the code `{}` is retired here", *pair.name);
        errors.at(pair.name.span, message);
    };
    for (index, pair) in retired.iter().enumerate() {
        let mut before = retired[..index].iter();
        if let Some(first) = before.find(|first| first.name.eq_ignore_ascii_case(&pair.name)) {
            errors.at(
                pair.name.span,
                format_args!("the code `{}` is retired twice; remove one of them", *pair.name),
            );
            here(first);
        }
    }
    for (row, _) in model.rows().filter(|(row, _)| !row.is_shared) {
        for code in [&row.code].into_iter().chain(&row.aliases) {
            if let Some(pair) = retired.iter().find(|pair| pair.name.eq_ignore_ascii_case(code)) {
                let reason = &pair.value.value;
                errors.at(
                    code.span,
                    format_args!(
                        "the code `{}` is retired ({reason}); choose another one",
                        code.value
                    ),
                );
                here(pair);
            }
        }
    }
}
