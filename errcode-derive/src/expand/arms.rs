//! Match arms. Variants with the same body share an arm, which reduces rustc's work.

use super::code::{braces, code, join};
use crate::model::{Field, Model, Variant};
use proc_macro2::{Ident, Punct, Spacing, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt, format_ident};
use std::collections::HashMap;
use syn::{Index, Member};

/// The limit of patterns in an arm: rustc is slow with longer or-patterns.
const PATTERNS: usize = 64;

/// Returns the name with the hygiene of the expansion and the user's position, so that lints and `#[deprecated]` ignore
/// it.
pub(crate) fn in_expansion(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(ident.span().resolved_at(Span::call_site()));
    ident
}

pub(crate) fn member(field: &Field<'_>) -> Member {
    match &field.member {
        Member::Named(ident) => Member::Named(in_expansion(ident)),
        Member::Unnamed(index) => {
            Member::Unnamed(Index { index: index.index, span: Span::call_site() })
        }
    }
}

/// Returns `__0`, `__1`, …: names that are not constants, which a pattern would match against.
pub(crate) fn binding(number: usize, span: Span) -> Ident {
    format_ident!("__{number}", span = span)
}

/// Returns `Self::Variant`, or `Self` for a struct.
pub(crate) fn path(model: &Model<'_>, variant: &Variant<'_>) -> String {
    if model.is_enum { format!("Self::{}", variant.ident) } else { "Self".to_owned() }
}

fn written(field: &Field<'_>) -> String {
    match &field.member {
        Member::Named(ident) => ident.to_string(),
        Member::Unnamed(index) => index.index.to_string(),
    }
}

/// Returns the pattern of the variant, with some of its fields bound.
pub(crate) fn pattern<'f>(
    model: &Model<'_>,
    variant: &Variant<'_>,
    bound: impl IntoIterator<Item = (&'f Field<'f>, Ident)>,
) -> String {
    let mut pattern = path(model, variant) + " { ";
    let mut count = 0;
    for (field, name) in bound {
        let (member, name) = (written(field), name.to_string());
        // Without a subpattern, a name that is also a constant would be compared with the field.
        let any = if name.starts_with("__") { "" } else { " @ _" };
        pattern.extend([&member, ": ", &name, any, ", "]);
        count += 1;
    }
    pattern + if count < variant.fields.len() { ".. }" } else { "}" }
}

/// Returns the pattern of the variant without its fields.
pub(crate) fn any(model: &Model<'_>, variant: &Variant<'_>) -> String {
    path(model, variant) + " { .. }"
}

/// The arms of a match.
#[derive(Default)]
pub(crate) struct Arms {
    places: HashMap<String, usize>,
    list: Vec<(Vec<String>, TokenStream)>,
    patterns: usize,
}

impl Arms {
    /// Adds the pattern to the arm with this key. `body` is only called for a new arm.
    pub(crate) fn add(&mut self, key: String, pattern: String, body: impl FnOnce() -> TokenStream) {
        self.patterns += 1;
        if let Some(place) = self.places.get(&key) {
            self.list[*place].0.push(pattern);
            return;
        }
        self.places.insert(key, self.list.len());
        self.list.push((vec![pattern], body()));
    }

    /// Adds an arm with one pattern.
    pub(crate) fn alone(&mut self, pattern: String, body: TokenStream) {
        self.patterns += 1;
        self.list.push((vec![pattern], body));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns `match self`, with an arm for the other variants if there are any.
    pub(crate) fn into_match(self, model: &Model<'_>, otherwise: &str) -> TokenStream {
        if model.is_enum && model.variants.is_empty() {
            return code("match *self {}");
        }
        let rest = self.patterns < model.variants.len();
        let mut arms = self.into_token_stream();
        if rest {
            arms.extend(code(&format!("_ => {otherwise},")));
        }
        join([code("match self"), braces(arms)])
    }
}

impl ToTokens for Arms {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        for (patterns, body) in &self.list {
            for patterns in patterns.chunks(PATTERNS) {
                tokens.extend(code(&(patterns.join(" | ") + " =>")));
                body.to_tokens(tokens);
                tokens.append(Punct::new(',', Spacing::Alone));
            }
        }
    }
}
