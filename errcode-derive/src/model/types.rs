//! What the tokens of a type tell about it.

use proc_macro2::{Ident, Spacing, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{
    GenericArgument, GenericParam, Generics, PathArguments, PathSegment, Type, TypeParam,
    TypeParamBound, WherePredicate,
};

/// The generic parameters of the error type.
pub(crate) struct Params {
    types: Vec<Ident>,
    /// Those that any error type can be.
    unbounded: Vec<Ident>,
    /// Those with `?Sized`.
    may_be_unsized: Vec<Ident>,
    any: bool,
}

/// The traits that any error type can have, also one of another crate.
const OF_ANY_ERROR: [&str; 5] = ["Error", "StdError", "Debug", "Display", "Sized"];

impl Params {
    pub(crate) fn new(generics: &Generics) -> Self {
        let types = generics
            .params
            .iter()
            .filter_map(|param| {
                if let GenericParam::Type(param) = param { Some(param.ident.clone()) } else { None }
            })
            .collect();
        let unbounded = generics.type_params().filter(|param| is_any(param, generics));
        let unbounded = unbounded.map(|param| param.ident.clone()).collect();
        let may_be_unsized = generics.type_params().filter(|param| may_be_unsized(param, generics));
        let may_be_unsized = may_be_unsized.map(|param| param.ident.clone()).collect();
        Self { types, unbounded, may_be_unsized, any: !generics.params.is_empty() }
    }

    pub(crate) fn has_types(&self) -> bool {
        !self.types.is_empty()
    }

    /// Returns whether the type contains a type parameter, so that its traits must be written as bounds.
    pub(crate) fn in_type(&self, ty: &Type) -> bool {
        self.has_types() && any_token(ty.to_token_stream(), &|token, _| self.is_type_param(token))
    }

    /// Returns whether the type may borrow: whether it contains a lifetime or a type parameter of the error type.
    pub(crate) fn may_borrow(&self, ty: &Type) -> bool {
        self.any
            && any_token(ty.to_token_stream(), &|token, after_quote| match token {
                TokenTree::Ident(ident) if after_quote => ident != "static",
                TokenTree::Ident(ident) => ident == "Self" || self.is_type_param(token),
                TokenTree::Punct(punct) => punct.as_char() == '!',
                _ => false,
            })
    }

    /// Returns whether the type is a type parameter itself, and can be any error type.
    pub(crate) fn is_any(&self, ty: &Type) -> bool {
        matches!(bare(ty), Type::Path(path) if path.path.get_ident().is_some_and(|name| self.unbounded.contains(name)))
    }

    /// Returns whether the type is unsized for some parameters: `T` itself, or a type of the user's around it.
    pub(crate) fn may_be_unsized(&self, ty: &Type) -> bool {
        if self.may_be_unsized.is_empty() {
            return false;
        }
        let is_pointer = matches!(bare(ty), Type::Reference(_) | Type::Ptr(_))
            || last_segment(ty).is_some_and(|last| POINTERS.iter().any(|name| last.ident == name));
        !is_pointer
            && any_token(
                ty.to_token_stream(),
                &|token, _| matches!(token, TokenTree::Ident(ident) if self.may_be_unsized.contains(ident)),
            )
    }

    /// Returns whether both can be the same type, as far as it is known: rustc reports the others.
    pub(crate) fn overlap(&self, first: &Type, second: &Type) -> bool {
        self.is_any(first) || self.is_any(second) || compact(first) == compact(second)
    }

    fn is_type_param(&self, token: &TokenTree) -> bool {
        matches!(token, TokenTree::Ident(ident) if self.types.contains(ident))
    }
}

/// What has a size, whatever it points to.
const POINTERS: [&str; 5] = ["Box", "Arc", "Rc", "Cow", "PhantomData"];

/// Returns whether the parameter has the bound `?Sized`, also in the `where` clause.
fn may_be_unsized(param: &TypeParam, generics: &Generics) -> bool {
    let relaxed = |bound: &TypeParamBound| matches!(bound, TypeParamBound::Trait(bound) if bound.maybe.is_some());
    let clause = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let mut in_clause = clause.filter_map(|predicate| match predicate {
        WherePredicate::Type(of) => Some(of),
        _ => None,
    });
    param.bounds.iter().any(relaxed)
        || in_clause.any(|of| {
            matches!(bare(&of.bounded_ty), Type::Path(path) if path.path.is_ident(&param.ident))
                && of.bounds.iter().any(relaxed)
        })
}

/// Returns whether any error type can be the parameter. A bound that is not known may exclude some.
fn is_any(param: &TypeParam, generics: &Generics) -> bool {
    let excludes = |bound: &TypeParamBound| match bound {
        TypeParamBound::Trait(bound) => {
            let last = bound.path.segments.last();
            !last.is_some_and(|last| OF_ANY_ERROR.iter().any(|name| last.ident == name))
        }
        TypeParamBound::Lifetime(_) => false,
        _ => true,
    };
    let clause = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
    let mut mentions = clause.filter(|predicate| {
        any_token(
            predicate.to_token_stream(),
            &|token, _| matches!(token, TokenTree::Ident(ident) if *ident == param.ident),
        )
    });
    !param.bounds.iter().any(excludes)
        && mentions.all(|predicate| match predicate {
            WherePredicate::Type(of) => !of.bounds.iter().any(excludes),
            _ => true,
        })
}

/// Returns whether a token, also in groups, satisfies the predicate. Its second argument says whether the token follows
/// a `'`.
fn any_token(tokens: TokenStream, question: &impl Fn(&TokenTree, bool) -> bool) -> bool {
    let mut after_quote = false;
    for token in tokens {
        let found = match &token {
            TokenTree::Group(group) => any_token(group.stream(), question),
            _ => question(&token, after_quote),
        };
        if found {
            return true;
        }
        after_quote = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '\'');
    }
    false
}

fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        _ => ty,
    }
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match bare(ty) {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

/// Returns the only type in the angle brackets of `name<…>`.
fn wrapped<'t>(ty: &'t Type, names: &[&str]) -> Option<&'t Type> {
    let last = last_segment(ty)?;
    if !names.iter().any(|name| last.ident == name) {
        return None;
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first() {
        Some(GenericArgument::Type(inner)) if arguments.args.len() == 1 => Some(inner),
        _ => None,
    }
}

pub(crate) fn optional(ty: &Type) -> Option<&Type> {
    wrapped(ty, &["Option"])
}

/// Returns the type in a `Box` or `Arc`, also in nested ones; else the type itself.
pub(crate) fn pointee(ty: &Type) -> &Type {
    wrapped(ty, &["Box", "Arc"]).map_or_else(|| bare(ty), pointee)
}

/// Returns the number of nested pointers.
pub(crate) fn pointers(ty: &Type) -> usize {
    wrapped(ty, &["Box", "Arc"]).map_or(0, |inner| 1 + pointers(inner))
}

pub(crate) fn is_trait_object(ty: &Type) -> bool {
    matches!(bare(ty), Type::TraitObject(_))
}

/// What the derive asks of every field's type, answered once: an answer compares names with the compiler's.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Answers {
    pub(crate) is_backtrace: bool,
    pub(crate) is_location: bool,
    pub(crate) is_path: bool,
    pub(crate) is_self_redacting: bool,
    pub(crate) has_rejected_values: bool,
    pub(crate) is_unsized: bool,
}

impl Answers {
    pub(crate) fn new(ty: &Type) -> Self {
        if is_plain(ty) {
            return Self::default();
        }
        Self {
            is_backtrace: is_backtrace(ty),
            is_location: is_location(ty),
            is_path: is_path(ty),
            is_self_redacting: is_self_redacting(ty),
            has_rejected_values: has_rejected_values(ty),
            is_unsized: is_unsized(ty),
        }
    }
}

/// Returns whether it is one of the types that most fields have, about which there is nothing to say.
fn is_plain(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let Some(name) = path.path.get_ident() else { return false };
    PLAIN.contains(&name.to_string().as_str())
}

const PLAIN: [&str; 12] =
    ["String", "u64", "u32", "usize", "i64", "i32", "u16", "u8", "bool", "f64", "char", "isize"];

/// Returns whether it is `Backtrace`, or an `Option`, `Arc` or `Box` of it.
fn is_backtrace(ty: &Type) -> bool {
    let ty = pointee(optional(ty).unwrap_or(ty));
    last_segment(ty).is_some_and(|last| last.ident == "Backtrace" && last.arguments.is_none())
}

/// Returns whether it is `&'static Location<'static>`, or an `Option` of it.
fn is_location(ty: &Type) -> bool {
    let Type::Reference(reference) = bare(optional(ty).unwrap_or(ty)) else { return false };
    reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static")
        && last_segment(&reference.elem).is_some_and(|last| last.ident == "Location")
}

/// Returns whether it is `Path` or `PathBuf`, which have no `Display`, also in pointers and references.
fn is_path(ty: &Type) -> bool {
    match pointee(ty) {
        Type::Reference(reference) => is_path(&reference.elem),
        ty => last_segment(ty).is_some_and(|last| {
            last.arguments.is_none() && (last.ident == "Path" || last.ident == "PathBuf")
        }),
    }
}

/// Returns whether it is `Sensitive<T>`, which is shown as `[redacted]`.
fn is_self_redacting(ty: &Type) -> bool {
    last_segment(optional(ty).unwrap_or(ty)).is_some_and(|last| last.ident == "Sensitive")
}

/// Returns whether it is one of validator's errors, whose text and JSON have the values that were rejected.
fn has_rejected_values(ty: &Type) -> bool {
    last_segment(pointee(optional(ty).unwrap_or(ty))).is_some_and(|last| {
        ["ValidationErrors", "ValidationError"].iter().any(|name| last.ident == name)
    })
}

/// Returns whether it is `String`.
pub(crate) fn is_string(ty: &Type) -> bool {
    last_segment(ty).is_some_and(|last| last.ident == "String" && last.arguments.is_none())
}

/// Returns whether it is unsized: `str`, a slice, a trait object, `Path`.
fn is_unsized(ty: &Type) -> bool {
    match bare(ty) {
        Type::Slice(_) | Type::TraitObject(_) => true,
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            last.arguments.is_none()
                && ["str", "Path", "OsStr", "CStr"].iter().any(|name| last.ident == name)
        }),
        _ => false,
    }
}

/// Returns whether it has a lifetime other than `'static`, which a source cannot have. Checks the same places as
/// thiserror.
pub(crate) fn has_short_lifetime(ty: &Type) -> bool {
    match bare(ty) {
        Type::Reference(reference) => {
            reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident != "static")
        }
        ty => match last_segment(ty).map(|last| &last.arguments) {
            Some(PathArguments::AngleBracketed(arguments)) => {
                arguments.args.iter().any(|argument| match argument {
                    GenericArgument::Type(ty) => has_short_lifetime(ty),
                    GenericArgument::Lifetime(lifetime) => lifetime.ident != "static",
                    _ => false,
                })
            }
            _ => false,
        },
    }
}

/// Returns the type as one would write it: with spaces only between words and after commas.
pub(crate) fn compact(ty: &Type) -> String {
    let mut out = String::new();
    write_compact(ty.to_token_stream(), &mut out);
    out
}

fn write_compact(tokens: TokenStream, out: &mut String) {
    let mut glued = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    proc_macro2::Delimiter::Parenthesis => ("(", ")"),
                    proc_macro2::Delimiter::Bracket => ("[", "]"),
                    proc_macro2::Delimiter::Brace => ("{", "}"),
                    proc_macro2::Delimiter::None => ("", ""),
                };
                part_words(out, open != "(" || out.ends_with("mut") || out.ends_with("dyn"));
                out.push_str(open);
                write_compact(group.stream(), out);
                out.push_str(close);
            }
            TokenTree::Punct(punct) => {
                match punct.as_char() {
                    '+' | '=' => out.push(' '),
                    '-' if punct.spacing() == Spacing::Joint => out.push(' '),
                    '\'' => part_words(out, true),
                    _ => {}
                }
                out.push(punct.as_char());
                glued = punct.as_char() == '\'';
                if matches!(punct.as_char(), ',' | ';' | '+' | '=') || out.ends_with("->") {
                    out.push(' ');
                }
                continue;
            }
            word => {
                part_words(out, !glued);
                out.push_str(&word.to_string());
            }
        }
        glued = false;
    }
}

fn part_words(out: &mut String, word: bool) {
    if word && out.chars().next_back().is_some_and(|last| last.is_alphanumeric() || last == '_') {
        out.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn types_are_written_compactly() {
        for text in [
            "u64",
            "Option<Vec<String>>",
            "&'static str",
            "&'a mut [u8; 4]",
            "Box<dyn Error + Send + Sync>",
            "HashMap<String, Vec<(u8, i32)>>",
            "std::path::PathBuf",
            "fn(u8, &str) -> bool",
            "<T as Iterator<Item = u8>>::Item",
        ] {
            assert_eq!(compact(&syn::parse_str(text).unwrap()), text);
        }
    }

    #[test]
    fn questions() {
        assert!(is_backtrace(&parse_quote!(std::backtrace::Backtrace)));
        assert!(is_backtrace(&parse_quote!(Option<Backtrace>)));
        assert!(is_location(&parse_quote!(Option<&'static std::panic::Location<'static>>)));
        assert!(!is_location(&parse_quote!(Location)) && !is_location(&parse_quote!(&'a Location)));
        assert!(
            is_path(&parse_quote!(Box<std::path::Path>)) && is_path(&parse_quote!(&'static Path))
        );
        assert!(!is_path(&parse_quote!(Path<u64>)));
        assert!(is_self_redacting(&parse_quote!(Option<errcode_core::Sensitive<String>>)));
        assert!(is_trait_object(pointee(&parse_quote!(Box<dyn Coded + Send>))));
        assert!(
            has_short_lifetime(&parse_quote!(Box<X<'a>>))
                && !has_short_lifetime(&parse_quote!(X<'static>))
        );
    }

    #[test]
    fn parameters_are_found() {
        let generics: Generics = parse_quote!(<'a, T, const N: usize>);
        let params = Params::new(&generics);
        assert!(
            params.in_type(&parse_quote!(Vec<Option<T>>)) && params.in_type(&parse_quote!((u8, T)))
        );
        assert!(!params.in_type(&parse_quote!(Tt)));
        assert!(
            params.may_borrow(&parse_quote!(Cow<'a, str>))
                && params.may_borrow(&parse_quote!(T::Err))
        );
        assert!(
            !params.may_borrow(&parse_quote!(&'static str))
                && !params.may_borrow(&parse_quote!([u8; N]))
        );
    }
}
