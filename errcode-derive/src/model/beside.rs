//! Another derive on the same type that writes the same impls.

use crate::{errors::Errors, location, parse::value::Extend};
use proc_macro2::Span;
use syn::{Data, DeriveInput};

/// What another derive implements, by the last segment of its path.
const OTHERS: [(&str, Extend, &str); 3] = [
    ("Error", Extend::Everything, "Error"),
    ("Snafu", Extend::Everything, "Error"),
    ("Display", Extend::Display, "Display"),
];

/// Reports a derive that writes the same impls, and returns what it writes. Keys in `#[app(…)]` are the sign of one:
/// the other derive reads `#[error(…)]`.
pub(super) fn other_derive(input: &DeriveInput, errors: &Errors) -> Option<Extend> {
    if !has_app(input) {
        return None;
    }
    let derives = location::derives();
    let found = OTHERS.iter().find_map(|(name, extend, what)| {
        let path = derives.iter().find(|path| path.rsplit("::").next() == Some(name))?;
        Some((path, *extend, what))
    });
    let (path, extend, what) = found?;
    let noun = if matches!(input.data, Data::Struct(_)) { "struct" } else { "enum" };
    let key = if extend == Extend::Display { "extend(display)" } else { "extend" };
    errors.at(
        Span::call_site(),
        format_args!(
            "`{path}` implements `{what}` too; write `#[app({key})]` on the {noun}, so that `AppError` adds only the \
             rest, or remove `{path}`"
        ),
    );
    Some(extend)
}

/// Reports a derived `Debug` next to the one that `debug` writes, and returns whether there is one.
pub(super) fn derived_debug(span: Option<Span>, errors: &Errors) -> bool {
    let Some(span) = span else { return false };
    let derives = location::derives();
    let found = derives.iter().find(|path| path.rsplit("::").next() == Some("Debug"));
    if let Some(path) = found {
        let message = format!(
            "`debug` writes `Debug`, with `[redacted]` for sensitive fields; remove the derive `{path}`"
        );
        errors.at(span, message);
    }
    found.is_some()
}

fn has_app(input: &DeriveInput) -> bool {
    let variants = match &input.data {
        Data::Enum(data) => data.variants.iter().map(|variant| variant.attrs.as_slice()).collect(),
        _ => Vec::new(),
    };
    let mut attributes = variants.into_iter().chain([input.attrs.as_slice()]).flatten();
    attributes.any(|attribute| attribute.path().is_ident("app"))
}
