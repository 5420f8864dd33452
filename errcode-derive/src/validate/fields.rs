//! What clients see of fields.

use crate::{
    errors::Errors,
    model::{Variant, row::Entry, types},
};
use std::collections::HashMap;

/// Details need unique names, and `errors` and `errors_omitted` are reserved.
pub(crate) fn check_details(variant: &Variant<'_>, errors: &Errors) {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for entry in variant.row.iter().flat_map(|row| &row.entries) {
        let Entry::Detail { field, name, .. } = entry else { continue };
        let span = |field: usize| {
            let field = &variant.fields[field];
            let rename = field.item.detail.get().and_then(|detail| detail.rename.as_ref());
            rename.map_or_else(|| field.written(), |rename| rename.span)
        };
        if matches!(name.as_str(), "errors" | "errors_omitted") {
            errors.at(
                span(*field),
                format_args!(
                    "`{name}` in `details` is reserved for violations; rename the detail with \
                     `#[detail(rename = \"…\")]`"
                ),
            );
        }
        if let Some(first) = seen.insert(name, *field) {
            errors.at(span(*field), format_args!("two details have the name `{name}`"));
            errors.at(span(first), format_args!("the name `{name}` is first used here"));
        }
    }
}

/// Clients would have to rely on the order of a tuple's fields.
pub(crate) fn check_detail_names(variant: &Variant<'_>, errors: &Errors) {
    for entry in variant.row.iter().flat_map(|row| &row.entries) {
        let Entry::Detail { field, name, .. } = entry else { continue };
        let field = &variant.fields[*field];
        if matches!(field.member, syn::Member::Unnamed(_)) && *name == field.name {
            errors.on(
                field.ty,
                format_args!(
                    "`details` would have a member `{name}`; name it with `#[detail(rename = \"…\")]`, leave it out \
                     with `#[detail(skip)]`, or give the fields names"
                ),
            );
        }
    }
}

/// Reports fields that clients would see, and whose type has the values that a validation rejected.
pub(crate) fn check_rejected_values(variant: &Variant<'_>, errors: &Errors) {
    let Some(row) = &variant.row else { return };
    for field in variant.fields.iter().filter(|field| field.has_rejected_values()) {
        if row.clients_see(field.index) {
            let ty = types::compact(field.ty);
            errors.on(
                field.ty,
                format_args!(
                    "clients would see the values that were rejected, which `{ty}` has; leave `{}` out of what they \
                     see, and let `#[violations]` or the extractor `Valid` name the fields that are at fault",
                    field.name
                ),
            );
        }
    }
}

/// Violations are in the answer by themselves.
pub(crate) fn check_violations(variant: &Variant<'_>, errors: &Errors) {
    let violations = variant.fields.iter().filter(|field| field.item.violations.is_set());
    if let Some(span) = violations.filter_map(|field| field.item.detail.span()).next() {
        errors.at(span, "a `#[violations]` field is in the answer already; remove `#[detail]`");
    }
}

/// A code has one subject.
pub(crate) fn check_subject(variant: &Variant<'_>, errors: &Errors) {
    let on_fields = variant.fields.iter().filter_map(|field| field.item.subject.span());
    let spans: Vec<_> = variant.item.subject.span().into_iter().chain(on_fields).collect();
    if let [first, second, ..] = spans.as_slice() {
        errors.at(*second, "a code has one subject; use a `#[violations]` field for several");
        errors.at(*first, "`#[subject]` is first used here");
    }
}
