//! The head of `catalog!`, `pub static CATALOG = […]`, and its list.

use crate::{errors::Errors, model::types, parse::punctuation};
use proc_macro2::{Ident, Span, TokenStream};
use std::collections::HashMap;
use syn::{
    Attribute, Token, Type, Visibility, bracketed,
    ext::IdentExt,
    parse::{ParseStream, Result},
    spanned::Spanned,
    token::Bracket,
};

const FORM: &str = "write `pub static CATALOG = [ProjectError];`";

pub(crate) struct Declaration {
    /// The path of core.
    pub(crate) root: TokenStream,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
    pub(crate) entries: Vec<Entry>,
}

/// An error type, or a catalog to merge.
pub(crate) struct Entry {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) is_catalog: bool,
    pub(crate) path: Type,
}

impl Declaration {
    pub(crate) fn parse(input: ParseStream<'_>, errors: &Errors) -> Result<Self> {
        let root;
        bracketed!(root in input);
        let root = root.parse()?;
        let attributes = input.call(Attribute::parse_outer)?;
        let visibility = input.parse()?;
        is_static(input, errors)?;
        let name = name(input)?;
        no_type(input, errors)?;
        if !input.peek(Token![=]) {
            return Err(input.error(format_args!("expected `=` after `{name}`; {FORM}")));
        }
        input.parse::<Token![=]>()?;
        let entries = entries(input, errors)?;
        Ok(Self { root, attributes, visibility, name, entries })
    }
}

/// Parses `static`, or what is written instead.
fn is_static(input: ParseStream<'_>, errors: &Errors) -> Result<()> {
    let span = input.span();
    if input.peek(Token![static]) {
        input.parse::<Token![static]>()?;
        if input.peek(Token![mut]) {
            errors.at(input.span(), "a catalog does not change; remove `mut`");
            input.parse::<Token![mut]>()?;
        }
        return Ok(());
    }
    let what = if input.peek(Token![const]) {
        input.parse::<Token![const]>()?;
        "`const`"
    } else if input.peek(Token![let]) {
        input.parse::<Token![let]>()?;
        "`let`"
    } else if input.peek(Ident::peek_any) && input.peek2(Token![=]) {
        errors.at(span, format_args!("expected `static` before the name; {FORM}"));
        return Ok(());
    } else {
        return Err(syn::Error::new(span, format_args!("expected `static`; {FORM}")));
    };
    errors.at(
        span,
        format_args!("a catalog is a `static`, not a {what}: it has one address; {FORM}"),
    );
    Ok(())
}

fn name(input: ParseStream<'_>) -> Result<Ident> {
    let span = input.span();
    let missing =
        |_| syn::Error::new(span, format_args!("expected the name of the catalog; {FORM}"));
    input.parse::<Ident>().map_err(missing)
}

/// Skips a type, which the catalog always has.
fn no_type(input: ParseStream<'_>, errors: &Errors) -> Result<()> {
    if input.peek(Token![:]) {
        let colon: Token![:] = input.parse()?;
        let ty: Type = input.parse()?;
        let written = types::compact(&ty);
        errors.at(colon.span, format_args!("the type of a catalog is known; remove `: {written}`"));
    }
    Ok(())
}

fn entries(input: ParseStream<'_>, errors: &Errors) -> Result<Vec<Entry>> {
    if !input.peek(Bracket) {
        let message = format!("expected the list of error types in brackets; {FORM}");
        return Err(syn::Error::new(input.span(), message));
    }
    let content;
    bracketed!(content in input);
    let mut entries = Vec::new();
    while !content.is_empty() {
        match errors.ok(Entry::parse(&content)) {
            Some(entry) => entries.push(entry),
            None => punctuation::skip(&content),
        }
        let span = content.span();
        if content.peek(Token![,]) {
            content.parse::<Token![,]>()?;
        } else if content.peek(Token![;]) {
            errors.at(span, "expected `,` between the types of the list, not `;`");
            content.parse::<Token![;]>()?;
        } else if !content.is_empty() {
            errors.at(span, "expected `,` between the types of the list");
            // If no other type begins here, the loop would not advance.
            if !content.peek(Ident::peek_any)
                && !content.peek(Token![..])
                && !content.peek(Token![#])
            {
                content.parse::<TokenStream>()?;
            }
        }
    }
    remove_repeated(&mut entries, errors);
    Ok(entries)
}

impl Entry {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        let is_catalog = input.peek(Token![..]);
        if is_catalog {
            input.parse::<Token![..]>()?;
        }
        let span = input.span();
        let wrong = |_| {
            syn::Error::new(
                span,
                "expected an error type, or `..` and a catalog to merge, as in `..billing::CATALOG`",
            )
        };
        let mut path: Type = input.parse().map_err(wrong)?;
        // A fragment of a macro, `$name:path` or `$name:ty`.
        while let Type::Group(group) = path {
            path = *group.elem;
        }
        let Type::Path(named) = &path else {
            return Err(wrong(syn::Error::new(span, "")));
        };
        // No type has this name, and rustc would only say that it is not one.
        if !is_catalog && named.path.segments.last().is_some_and(|last| last.ident == "CATALOG") {
            let path = types::compact(&path);
            return Err(syn::Error::new(
                span,
                format_args!("`{path}` is a catalog; to merge it, write `..{path}`"),
            ));
        }
        Ok(Self { attributes, is_catalog, path })
    }
}

/// Reports an entry that is listed twice. Entries with attributes may exclude each other.
fn remove_repeated(entries: &mut Vec<Entry>, errors: &Errors) {
    let mut seen: HashMap<String, Span> = HashMap::new();
    entries.retain(|entry| {
        let path = types::compact(&entry.path);
        let first = seen.get(&path).copied().filter(|_| entry.attributes.is_empty());
        if let Some(first) = first {
            errors.at(
                entry.path.span(),
                format_args!("`{path}` is listed twice; remove one of them"),
            );
            errors.at(first, format_args!("`{path}` is first listed here"));
        } else if entry.attributes.is_empty() {
            seen.insert(path, entry.path.span());
        }
        first.is_none()
    });
}
