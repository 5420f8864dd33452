//! Expressions in attributes. They end at the next comma outside of types and closures: parsing them would need all of
//! syn.
//!
//! As in thiserror, `.field` and `.0` at the beginning of an expression are fields of the error.

use super::punctuation;
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident};
use syn::{
    AngleBracketedGenericArguments, ExprPath, Index, Lit, LitFloat, LitInt, Token, Type, braced,
    bracketed,
    ext::IdentExt,
    parenthesized,
    parse::{End, ParseStream, Result, discouraged::Speculative},
    token,
};

/// An expression in which the shorthand for fields is replaced by their names.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    /// `name = expression`.
    pub(crate) name: Option<Ident>,
    pub(crate) tokens: TokenStream,
    /// The fields that it mentions by the shorthand.
    pub(crate) fields: Vec<Mention>,
    /// The fields that it mentions as `self.name`.
    pub(crate) of_self: Vec<Mention>,
    /// The word that it consists of, or that is before its parentheses: it may be a misspelled key.
    pub(crate) head: Option<Ident>,
    pub(crate) span: Span,
}

impl Argument {
    /// Returns a word as an argument.
    pub(crate) fn from_word(word: &Ident) -> Self {
        Self {
            name: None,
            tokens: word.to_token_stream(),
            fields: Vec::new(),
            of_self: Vec::new(),
            head: None,
            span: word.span(),
        }
    }
}

/// A field mentioned in an expression: `.name` or `.0`.
#[derive(Clone, Debug)]
pub(crate) struct Mention {
    pub(crate) name: String,
    pub(crate) span: Span,
}

/// Parses an expression up to the next comma or the end.
pub(crate) fn expression(input: ParseStream<'_>) -> Result<Argument> {
    if punctuation::at_end_of_item(input) {
        return Err(input.error("expected an expression"));
    }
    let span = input.span();
    let head = head(input);
    let mut scan = Scan::default();
    scan.run(input, true)?;
    let Scan { out: tokens, fields, of_self } = scan;
    Ok(Argument { name: None, tokens, fields, of_self, head, span })
}

/// Parses an argument of a format string, with or without a name.
pub(crate) fn named_or_not(input: ParseStream<'_>) -> Result<Argument> {
    if input.peek(Ident::peek_any) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
        let name = input.call(Ident::parse_any)?;
        input.parse::<Token![=]>()?;
        return Ok(Argument { span: name.span(), name: Some(name), ..expression(input)? });
    }
    expression(input)
}

fn head(input: ParseStream<'_>) -> Option<Ident> {
    let ahead = input.fork();
    let ident = ahead.call(Ident::parse_any).ok()?;
    if ahead.peek(token::Paren) {
        ahead.parse::<TokenTree>().ok()?;
    }
    punctuation::at_end_of_item(&ahead).then_some(ident)
}

#[derive(Default)]
struct Scan {
    out: TokenStream,
    fields: Vec<Mention>,
    of_self: Vec<Mention>,
}

impl Scan {
    /// Copies tokens up to the end, or up to a comma or semicolon if only one `expression` is wanted.
    fn run(&mut self, input: ParseStream<'_>, expression: bool) -> Result<()> {
        let mut begins = true;
        while !input.peek(End) {
            if expression && punctuation::at_end_of_item(input) {
                break;
            }
            if self.double_bar(input)? || begins && self.closure_head(input)? {
                begins = true;
            } else if begins && (self.shorthand(input)? || self.qualified(input)?)
                || self.generics(input)?
            {
                begins = false;
            } else {
                begins = begins_expression(input);
                self.of_self.extend(field_of_self(input));
                self.copy(input)?;
            }
        }
        Ok(())
    }

    /// Copies `.field`, `.0`, or `.0.1`, which is lexed as a float.
    fn shorthand(&mut self, input: ParseStream<'_>) -> Result<bool> {
        if !input.peek(Token![.]) {
            return Ok(false);
        }
        if input.peek2(Ident::peek_any) {
            input.parse::<Token![.]>()?;
            let ident = input.call(Ident::parse_any)?;
            self.mention(ident.unraw().to_string(), local(&ident), ident.span());
        } else if input.peek2(LitInt) {
            input.parse::<Token![.]>()?;
            let index: Index = input.parse()?;
            self.mention(index.index.to_string(), local_index(index.index, index.span), index.span);
        } else if input.peek2(LitFloat) {
            return self.float(input);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn float(&mut self, input: ParseStream<'_>) -> Result<bool> {
        let ahead = input.fork();
        ahead.parse::<Token![.]>()?;
        let float: LitFloat = ahead.parse()?;
        let text = float.to_string();
        let Some((first, second)) = text.split_once('.') else { return Ok(false) };
        let (Ok(first), Ok(second)) =
            (syn::parse_str::<Index>(first), syn::parse_str::<Index>(second))
        else {
            return Ok(false);
        };
        input.advance_to(&ahead);
        self.mention(first.index.to_string(), local_index(first.index, float.span()), float.span());
        <Token![.]>::default().to_tokens(&mut self.out);
        second.to_tokens(&mut self.out);
        Ok(true)
    }

    fn mention(&mut self, name: String, local: Ident, span: Span) {
        local.to_tokens(&mut self.out);
        self.fields.push(Mention { name, span });
    }

    /// Copies `||`: the operator, or a closure without parameters.
    fn double_bar(&mut self, input: ParseStream<'_>) -> Result<bool> {
        let found = input.peek(Token![||]);
        if found {
            self.tree(input)?;
            self.tree(input)?;
        }
        Ok(found)
    }

    /// Copies `|a, b|`: the commas belong to the closure.
    fn closure_head(&mut self, input: ParseStream<'_>) -> Result<bool> {
        if input.peek(Token![move]) && input.peek2(Token![|]) && !input.peek2(Token![||]) {
            self.tree(input)?;
        }
        if !input.peek(Token![|]) {
            return Ok(false);
        }
        self.tree(input)?;
        while !input.peek(Token![|]) {
            self.tree(input)?;
        }
        self.tree(input)?;
        Ok(true)
    }

    /// Copies `<T as Trait<A, B>>::path` at the beginning.
    fn qualified(&mut self, input: ParseStream<'_>) -> Result<bool> {
        if !input.peek(Token![<]) {
            return Ok(false);
        }
        input.parse::<ExprPath>()?.to_tokens(&mut self.out);
        Ok(true)
    }

    /// Copies `::<A, B>` or `as Type<A, B>`: the commas belong to the type.
    fn generics(&mut self, input: ParseStream<'_>) -> Result<bool> {
        if input.peek(Token![::]) && input.peek3(Token![<]) {
            input.parse::<AngleBracketedGenericArguments>()?.to_tokens(&mut self.out);
            return Ok(true);
        }
        if input.peek(Token![as]) {
            self.tree(input)?;
            Type::without_plus(input)?.to_tokens(&mut self.out);
            return Ok(true);
        }
        Ok(false)
    }

    /// Copies one token. The content of a group is scanned like an expression.
    fn copy(&mut self, input: ParseStream<'_>) -> Result<()> {
        let (content, delimiter, span);
        if input.peek(token::Paren) {
            span = parenthesized!(content in input).span.join();
            delimiter = Delimiter::Parenthesis;
        } else if input.peek(token::Brace) {
            span = braced!(content in input).span.join();
            delimiter = Delimiter::Brace;
        } else if input.peek(token::Bracket) {
            span = bracketed!(content in input).span.join();
            delimiter = Delimiter::Bracket;
        } else {
            return self.tree(input);
        }
        let mut inner = Self::default();
        inner.run(&content, false)?;
        let mut group = Group::new(delimiter, inner.out);
        group.set_span(span);
        TokenTree::Group(group).to_tokens(&mut self.out);
        self.fields.append(&mut inner.fields);
        self.of_self.append(&mut inner.of_self);
        Ok(())
    }

    fn tree(&mut self, input: ParseStream<'_>) -> Result<()> {
        input.parse::<TokenTree>()?.to_tokens(&mut self.out);
        Ok(())
    }
}

/// Returns the field in `self.field` or `self.0`, if that is next, and not a method.
fn field_of_self(input: ParseStream<'_>) -> Option<Mention> {
    if !input.peek(Token![self]) || !input.peek2(Token![.]) {
        return None;
    }
    let ahead = input.fork();
    ahead.parse::<TokenTree>().and(ahead.parse::<TokenTree>()).ok()?;
    if let Ok(number) = ahead.parse::<Lit>() {
        let name = number.to_token_stream().to_string();
        let name = name.split('.').next().unwrap_or_default().to_owned();
        return Some(Mention { name, span: number.span() });
    }
    let field = ahead.call(Ident::parse_any).ok()?;
    let is_method = ahead.peek(token::Paren) || ahead.peek(Token![::]) || field == "await";
    (!is_method).then(|| Mention { name: field.unraw().to_string(), span: field.span() })
}

/// Returns whether an expression begins after the next token: after an operator, a comma, or certain keywords.
fn begins_expression(input: ParseStream<'_>) -> bool {
    input.peek(Token![break])
        || input.peek(Token![if])
        || input.peek(Token![in])
        || input.peek(Token![match])
        || input.peek(Token![mut])
        || input.peek(Token![return])
        || input.peek(Token![while])
        || input
            .cursor()
            .punct()
            .is_some_and(|(punct, _)| "+&!^,/=><|%;*-".contains(punct.as_char()))
}

/// Returns the local that a shorthand field is bound to, with the hygiene of the expansion and the position of the
/// user's token.
pub(crate) fn local(ident: &Ident) -> Ident {
    let mut local = ident.clone();
    let name = ident.to_string();
    if syn::parse_str::<Ident>(&name).is_err()
        && !matches!(name.as_str(), "_" | "super" | "self" | "Self" | "crate")
    {
        local = Ident::new_raw(&name, ident.span());
    }
    local.set_span(ident.span().resolved_at(Span::call_site()));
    local
}

/// Returns the local of a tuple's field.
pub(crate) fn local_index(index: u32, span: Span) -> Ident {
    format_ident!("_{index}", span = span.resolved_at(Span::call_site()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;
    use syn::parse::Parser;

    fn split(tokens: TokenStream) -> Vec<String> {
        let parser = |input: ParseStream<'_>| {
            let mut list = Vec::new();
            while !input.is_empty() {
                list.push(named_or_not(input)?.tokens.to_string());
                punctuation::comma(input)?;
            }
            Ok(list)
        };
        parser.parse2(tokens).unwrap()
    }

    fn check(tokens: TokenStream, expected: &[TokenStream]) {
        let dense = |text: String| text.replace(' ', "");
        let expected: Vec<_> = expected.iter().map(|tokens| dense(tokens.to_string())).collect();
        assert_eq!(split(tokens).into_iter().map(dense).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn shorthand_fields_become_locals() {
        check(
            quote!(.id, .0, .0.1, .inner.code(), x = .type),
            &[quote!(id), quote!(_0), quote!(_0.1), quote!(inner.code()), quote!(r#type)],
        );
        check(
            quote!(1 + .a, !.b, f(.c, .0.len()), if *.d { "x" } else { .e }),
            &[quote!(1 + a), quote!(!b), quote!(f(c, _0.len())), quote!(if *d { "x" } else { e })],
        );
    }

    #[test]
    fn commas_of_types_and_closures_stay() {
        check(
            quote!(x.collect::<HashMap<A, B>>(), y),
            &[quote!(x.collect::<HashMap<A, B>>()), quote!(y)],
        );
        check(quote!(.0.map(|a, b| a + b), z), &[quote!(_0.map(|a, b| a + b)), quote!(z)]);
        check(quote!(|a, b| a + b, z), &[quote!(|a, b| a + b), quote!(z)]);
        check(
            quote!(<A as Into<B, C>>::into(.0), z),
            &[quote!(<A as Into<B, C>>::into(_0)), quote!(z)],
        );
        check(quote!(x as Map<A, B>, z), &[quote!(x as Map<A, B>), quote!(z)]);
        check(quote!(a < b, c > d), &[quote!(a < b), quote!(c > d)]);
        check(quote!(.0 || .1, z), &[quote!(_0 || _1), quote!(z)]);
    }
}
