//! Types that may get codes.

use super::{
    attributes::{Container, conditions, derives, has_app, has_message, is_transparent, message},
    edit::{Edit, Slot, Text},
};
use syn::{
    Attribute, Fields, Generics, Ident, ItemEnum, ItemStruct, Type, Visibility,
    spanned::Spanned as _,
};

#[derive(Default)]
pub(super) struct Item {
    pub(super) module: usize,
    /// Its file and the offset of its name.
    pub(super) at: (usize, usize),
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) is_visible: bool,
    pub(super) in_block: bool,
    pub(super) conditions: Vec<String>,
    /// Whether it requires generic arguments.
    pub(super) is_generic: bool,
    pub(super) has_codes: bool,
    /// Whether a derive makes it an error or answers for it.
    pub(super) is_error: bool,
    /// The last segment of each derive and the offset after it, which is `None` in a `cfg_attr`.
    pub(super) derives: Vec<(String, Option<usize>)>,
    /// The first keys of `#[app(…)]`: `extend, ` on a struct, nothing on a variant.
    pub(super) before: &'static str,
    /// The place for the enum's own attribute, if it lacks one.
    pub(super) container: Option<Slot>,
    /// The required prefix of the codes.
    pub(super) prefix: Option<String>,
    /// The variants without a code, or the struct itself.
    pub(super) cases: Vec<Case>,
}

/// A variant or a struct.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) slot: Slot,
    pub(super) message: Option<String>,
    /// Whether it has `#[error(transparent)]`.
    pub(super) is_transparent: bool,
    /// The type of the only field.
    pub(super) holds: Option<Vec<String>>,
    /// The types of all fields.
    pub(super) fields: Vec<Vec<String>>,
}

impl Item {
    pub(super) fn named(name: &Ident, text: &Text) -> Self {
        Self {
            at: (0, text.bytes(name.span()).0),
            name: name.to_string(),
            line: name.span().start().line,
            ..Self::default()
        }
    }

    fn new(ident: &Ident, attributes: &[Attribute], generics: &Generics, text: &Text) -> Self {
        let derives = derives(attributes, text);
        let derives_any =
            |wanted: &[&str]| derives.iter().any(|(name, _)| wanted.contains(&name.as_str()));
        Self {
            conditions: conditions(attributes, text),
            is_generic: generics.params.iter().any(|parameter| match parameter {
                syn::GenericParam::Type(parameter) => parameter.default.is_none(),
                syn::GenericParam::Const(parameter) => parameter.default.is_none(),
                syn::GenericParam::Lifetime(_) => false,
            }),
            has_codes: derives_any(&["AppError"]),
            is_error: derives_any(&["AppError", "Error", "IntoResponse"])
                || has_message(attributes),
            derives,
            ..Self::named(ident, text)
        }
    }

    /// Adds `AppError` after the derive of thiserror, and `IntoResponse` for a type that answers.
    pub(super) fn derive(&self, error: Option<usize>, answers: bool) -> Option<Edit> {
        let at = error.filter(|_| !self.has_codes || answers)?;
        let own = if self.has_codes { "" } else { ", errcode_core::AppError" };
        let answer = if answers { ", errcode_axum::IntoResponse" } else { "" };
        Some(Edit::insert(at, format!("{own}{answer}")))
    }
}

pub(super) fn of_enum(item: &ItemEnum, text: &Text) -> Item {
    let container = Container::read(&item.attrs);
    let has_message =
        has_message(&item.attrs) || item.variants.iter().any(|variant| has_message(&variant.attrs));
    let lacks_code = |variant: &&syn::Variant| {
        !(has_app(&variant.attrs) || container.transparent && is_transparent(&variant.attrs))
    };
    let cases = item.variants.iter().filter(lacks_code).map(|variant| {
        let start = text.bytes(variant.ident.span()).0;
        case(&variant.ident, &variant.attrs, &variant.fields, &item.generics, text.slot(start))
    });
    let is_open = has_message && !container.codes;
    Item {
        is_visible: is_visible(&item.vis),
        container: (!has_app(&item.attrs)).then(|| slot(&item.attrs, item.span(), text)),
        cases: if is_open { cases.collect() } else { Vec::new() },
        prefix: container.prefix,
        ..Item::new(&item.ident, &item.attrs, &item.generics, text)
    }
}

pub(super) fn of_struct(item: &ItemStruct, text: &Text) -> Item {
    let is_open = has_message(&item.attrs) && !has_app(&item.attrs);
    let case = || {
        let slot = slot(&item.attrs, item.span(), text);
        case(&item.ident, &item.attrs, &item.fields, &item.generics, slot)
    };
    Item {
        is_visible: is_visible(&item.vis),
        before: "extend, ",
        cases: is_open.then(case).into_iter().collect(),
        ..Item::new(&item.ident, &item.attrs, &item.generics, text)
    }
}

/// Returns whether an item is visible in the whole crate.
pub(super) fn is_visible(visibility: &Visibility) -> bool {
    match visibility {
        Visibility::Public(_) => true,
        Visibility::Restricted(within) => within.path.is_ident("crate"),
        Visibility::Inherited => false,
    }
}

/// Returns the place after the last attribute.
fn slot(attributes: &[Attribute], item: proc_macro2::Span, text: &Text) -> Slot {
    let after = attributes.last().map(|attribute| text.bytes(attribute.span()).1);
    text.slot(after.unwrap_or(text.bytes(item).0))
}

fn case(
    name: &Ident,
    attributes: &[Attribute],
    fields: &Fields,
    generics: &Generics,
    slot: Slot,
) -> Case {
    // A type parameter may be any type.
    let is_parameter =
        |path: &[String]| generics.type_params().any(|parameter| parameter.ident == path[0]);
    Case {
        name: name.to_string(),
        slot,
        message: attributes.iter().find_map(message),
        is_transparent: is_transparent(attributes),
        holds: held(fields).filter(|path| !is_parameter(path)),
        fields: fields.iter().filter_map(|field| inner_type(&field.ty)).map(names).collect(),
    }
}

/// Returns the type of the only field, without a `Box` around it.
fn held(fields: &Fields) -> Option<Vec<String>> {
    let field = fields.iter().next().filter(|_| fields.len() == 1)?;
    inner_type(&field.ty).map(names)
}

/// Returns a type without a `Box` around it.
fn inner_type(ty: &Type) -> Option<&syn::Path> {
    let path = named_type(ty)?;
    let last = path.segments.last()?;
    let inner = match &last.arguments {
        syn::PathArguments::AngleBracketed(arguments) if last.ident == "Box" => {
            arguments.args.first().and_then(|argument| match argument {
                syn::GenericArgument::Type(inner) => named_type(inner),
                _ => None,
            })
        }
        _ => None,
    };
    Some(inner.unwrap_or(path))
}

fn named_type(ty: &Type) -> Option<&syn::Path> {
    match ty {
        Type::Path(path) if path.qself.is_none() => Some(&path.path),
        _ => None,
    }
}

/// Returns the segments of a path; the first is empty if it begins with `::`.
fn names(path: &syn::Path) -> Vec<String> {
    let global = path.leading_colon.as_ref().map(|_| String::new());
    let segments = path.segments.iter().map(|segment| segment.ident.to_string());
    global.into_iter().chain(segments).collect()
}
