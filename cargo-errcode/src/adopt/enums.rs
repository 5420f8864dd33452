//! The thiserror types of a file.

use super::edit::{Edit, Slot};
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{
    Attribute, Fields, ItemEnum, ItemStruct, Meta, Type, UseTree, punctuated::Punctuated,
    spanned::Spanned as _, visit::Visit,
};

/// A type that derives thiserror's `Error`.
pub(super) struct Item {
    pub(super) name: String,
    pub(super) line: usize,
    /// Adds `AppError` to the derives, where it is not there yet.
    pub(super) derive: Option<Edit>,
    pub(super) what: Adoptable,
}

pub(super) enum Adoptable {
    /// Where its attribute goes.
    Struct(Slot),
    /// Where the enum's own attribute goes, if it lacks it, and the variants without a code.
    Enum { at: Option<Slot>, variants: Vec<Variant> },
}

pub(super) struct Variant {
    pub(super) name: String,
    pub(super) at: Slot,
    /// The type of a `transparent` variant's field.
    pub(super) holds: Option<String>,
}

/// The types of the file that derive thiserror's `Error` and lack a code.
pub(super) fn find(source: &str) -> syn::Result<Vec<Item>> {
    // The bytes of a token's place count from behind the byte order mark.
    let mark = if source.starts_with('\u{feff}') { 3 } else { 0 };
    let file = syn::parse_str::<syn::File>(&source[mark..])?;
    let mut finder = Finder { source, mark, error: imports_error(&file), items: Vec::new() };
    finder.visit_file(&file);
    Ok(finder.items)
}

/// All string literals of the file: among them the codes that are taken.
pub(super) fn literals(source: &str) -> Vec<String> {
    let mut found = Vec::new();
    if let Ok(tokens) = source.trim_start_matches('\u{feff}').parse::<TokenStream>() {
        collect(tokens, &mut found);
    }
    found
}

fn collect(tokens: TokenStream, found: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect(group.stream(), found),
            TokenTree::Literal(literal) => {
                found.extend(syn::parse_str::<syn::LitStr>(&literal.to_string()).map(|text| text.value()));
            }
            _ => {}
        }
    }
}

/// Whether `Error` alone means thiserror's.
fn imports_error(file: &syn::File) -> bool {
    let mut imports = Imports(false);
    imports.visit_file(file);
    imports.0
}

struct Imports(bool);

impl Visit<'_> for Imports {
    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        if let UseTree::Path(path) = &item.tree {
            self.0 |= path.ident == "thiserror" && names_error(&path.tree);
        }
    }
}

fn names_error(tree: &UseTree) -> bool {
    match tree {
        UseTree::Name(name) => name.ident == "Error",
        UseTree::Glob(_) => true,
        UseTree::Group(group) => group.items.iter().any(names_error),
        _ => false,
    }
}

struct Finder<'s> {
    source: &'s str,
    mark: usize,
    error: bool,
    items: Vec<Item>,
}

impl Visit<'_> for Finder<'_> {
    fn visit_item_enum(&mut self, item: &ItemEnum) {
        let Some((behind, path)) = self.derive(&item.attrs) else { return };
        let variants: Vec<Variant> = item
            .variants
            .iter()
            .filter(|variant| !has_app(&variant.attrs))
            .map(|variant| self.variant(variant))
            .collect();
        if variants.is_empty() {
            return;
        }
        let at = (!has_app(&item.attrs)).then(|| self.slot(&item.attrs, item.span()));
        self.push(&item.ident, behind, path, Adoptable::Enum { at, variants });
    }

    fn visit_item_struct(&mut self, item: &ItemStruct) {
        let Some((behind, path)) = self.derive(&item.attrs) else { return };
        if !has_app(&item.attrs) {
            let at = self.slot(&item.attrs, item.span());
            self.push(&item.ident, behind, path, Adoptable::Struct(at));
        }
    }
}

impl Finder<'_> {
    fn push(&mut self, name: &syn::Ident, behind: usize, derived: bool, what: Adoptable) {
        let derive = (!derived).then(|| Edit { at: behind, text: ", errcode_core::AppError".to_owned() });
        self.items.push(Item { name: name.to_string(), line: name.span().start().line, derive, what });
    }

    /// The byte behind thiserror's `Error` among the derives, and whether `AppError` is there too.
    fn derive(&self, attributes: &[Attribute]) -> Option<(usize, bool)> {
        let derives = attributes.iter().filter(|attribute| attribute.path().is_ident("derive"));
        let paths: Vec<syn::Path> = derives
            .filter_map(|derive| {
                derive.parse_args_with(Punctuated::<syn::Path, syn::Token![,]>::parse_terminated).ok()
            })
            .flatten()
            .collect();
        let is_thiserror = |path: &&syn::Path| {
            let names: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            names == ["thiserror", "Error"] || (self.error && names == ["Error"])
        };
        let error = paths.iter().find(is_thiserror)?;
        let derived =
            paths.iter().any(|path| path.segments.last().is_some_and(|last| last.ident == "AppError"));
        Some((self.mark + error.span().byte_range().end, derived))
    }

    fn variant(&self, variant: &syn::Variant) -> Variant {
        let first = variant.ident.span();
        Variant {
            name: variant.ident.to_string(),
            at: Slot::new(self.source, self.mark + first.byte_range().start),
            holds: is_transparent(&variant.attrs).then(|| held(&variant.fields)).flatten(),
        }
    }

    /// Behind the last attribute.
    fn slot(&self, attributes: &[Attribute], item: Span) -> Slot {
        let behind = attributes.last().map(|attribute| self.mark + attribute.span().byte_range().end);
        let at = behind.unwrap_or(self.mark + item.byte_range().start);
        let space = self.source[at..].len() - self.source[at..].trim_start().len();
        Slot::new(self.source, at + space)
    }
}

fn has_app(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("app"))
}

fn is_transparent(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("error") && list.tokens.to_string() == "transparent",
        _ => false,
    })
}

/// The name of the only field's type, through a `Box`.
fn held(fields: &Fields) -> Option<String> {
    let Type::Path(path) = &fields.iter().next()?.ty else { return None };
    let last = path.path.segments.last()?;
    if let syn::PathArguments::AngleBracketed(arguments) = &last.arguments
        && last.ident == "Box"
        && let Some(syn::GenericArgument::Type(Type::Path(inner))) = arguments.args.first()
    {
        return inner.path.segments.last().map(|last| last.ident.to_string());
    }
    Some(last.ident.to_string())
}
