//! The attributes of a field.

use super::{key::FIELD_ATTRIBUTES, punctuation, slot::Slot, value};
use crate::{errors::Errors, format::SubjectKind, nearest, spanned::Spanned};
use proc_macro2::{Ident, Span};
use syn::{
    Attribute, Lit, LitStr, Meta, Token,
    ext::IdentExt,
    parse::{End, ParseStream, Parser, Result},
};

/// The attributes of a field.
#[derive(Debug, Default)]
pub(crate) struct FieldItem {
    pub(crate) from: Slot<()>,
    pub(crate) source: Slot<()>,
    pub(crate) backtrace: Slot<()>,
    pub(crate) location: Slot<()>,
    pub(crate) detail: Slot<Detail>,
    pub(crate) violations: Slot<()>,
    pub(crate) subject: Slot<Subject>,
    pub(crate) sensitive: Slot<()>,
    pub(crate) header: Slot<Spanned<String>>,
}

/// `#[detail(…)]`.
#[derive(Debug, Default)]
pub(crate) struct Detail {
    pub(crate) rename: Option<Spanned<String>>,
    pub(crate) example: Option<String>,
    pub(crate) skip: Option<Span>,
    pub(crate) as_string: bool,
}

/// `#[subject(…)]`.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) kind: SubjectKind,
    /// The constant value, on a variant or struct.
    pub(crate) constant: Option<String>,
}

impl FieldItem {
    pub(crate) fn read(attributes: &[Attribute], errors: &Errors) -> Self {
        let mut item = Self::default();
        for attribute in attributes {
            if let Some(name) = attribute.path().get_ident() {
                errors.ok(item.attribute(attribute, name, errors));
            }
        }
        item
    }

    fn attribute(&mut self, attribute: &Attribute, name: &Ident, errors: &Errors) -> Result<()> {
        let (span, shown) = (name.span(), format!("`#[{name}]`"));
        // `#[from(…)]` and the like belong to another derive.
        let bare = matches!(attribute.meta, Meta::Path(_));
        match name.to_string().as_str() {
            "from" if bare => self.from.set(&shown, span, (), errors),
            "source" if bare => self.source.set(&shown, span, (), errors),
            "backtrace" if bare => self.backtrace.set(&shown, span, (), errors),
            "location" if bare => self.location.set(&shown, span, (), errors),
            "detail" => self.detail.set(&shown, span, Detail::read(attribute)?, errors),
            "violations" => self.violations.set(&shown, span, alone(attribute)?, errors),
            "sensitive" => self.sensitive.set(&shown, span, alone(attribute)?, errors),
            "subject" => self.subject.set(&shown, span, on_field(attribute)?, errors),
            "header" => self.header.set(&shown, span, header(attribute)?, errors),
            "error" | "app" => {
                let meant = attribute.parse_args_with(Ident::parse_any).ok();
                let hint = meant.filter(|word| FIELD_ATTRIBUTES.iter().any(|known| word == known));
                let hint = hint.map_or_else(String::new, |word| format!("; write `#[{word}]`"));
                return Err(syn::Error::new(
                    span,
                    format_args!(
                        "{shown} goes on the enum, the struct or the variant, not on a field{hint}"
                    ),
                ));
            }
            _ => {}
        }
        Ok(())
    }
}

impl Detail {
    fn read(attribute: &Attribute) -> Result<Self> {
        let mut detail = Self::default();
        if !matches!(attribute.meta, Meta::Path(_)) {
            let parser = |input: ParseStream<'_>| {
                while !input.is_empty() {
                    detail.item(input)?;
                    punctuation::comma(input)?;
                }
                Ok(())
            };
            let form = "write `#[detail]`, or in its parentheses `rename = \"…\"`, `example = …`, `skip` or \
                        `as = \"string\"`";
            let Meta::List(list) = &attribute.meta else {
                return Err(syn::Error::new_spanned(attribute, form));
            };
            parser.parse2(list.tokens.clone()).map_err(|error| with_form(&error, form))?;
        }
        Ok(detail)
    }

    fn item(&mut self, input: ParseStream<'_>) -> Result<()> {
        let key = input.call(Ident::parse_any)?;
        match key.to_string().as_str() {
            "rename" if self.rename.is_some() => return Err(value::twice(&key)),
            "example" if self.example.is_some() => return Err(value::twice(&key)),
            "rename" => {
                let name = value::text(&input.fork())?;
                self.rename = Some(Spanned::new(value::some_text(input)?, name.span));
            }
            "example" => {
                input.parse::<Token![=]>()?;
                self.example = Some(example(input)?);
            }
            "skip" => self.skip = Some(key.span()),
            "as" => {
                value::choice(input, "detail form", &[("string", ())])?;
                self.as_string = true;
            }
            word => {
                let known = ["rename", "example", "skip", "as"];
                let hint = nearest::hint(word, &known);
                let known = nearest::list(&known, "and");
                return Err(syn::Error::new(
                    key.span(),
                    format_args!(
                        "unknown key `{word}` in `#[detail]`{hint}\n`#[detail]` takes {known}"
                    ),
                ));
            }
        }
        Ok(())
    }
}

/// Checks that the attribute has no value.
fn alone(attribute: &Attribute) -> Result<()> {
    let name = attribute.path().get_ident();
    attribute.meta.require_path_only().map(drop).map_err(|error| {
        let name = name.map(ToString::to_string).unwrap_or_default();
        syn::Error::new(error.span(), format_args!("write `#[{name}]`, without a value"))
    })
}

/// Adds how to write the attribute to a parser's message.
fn with_form(error: &syn::Error, form: &str) -> syn::Error {
    let terse = error.to_string();
    if terse.starts_with("expected") {
        return syn::Error::new(error.span(), format_args!("{terse}; {form}"));
    }
    error.clone()
}

/// Parses a literal as its text: a string without its quotes, a number with its sign.
fn example(input: ParseStream<'_>) -> Result<String> {
    let minus = if input.peek(Token![-]) {
        input.parse::<Token![-]>()?;
        "-"
    } else {
        ""
    };
    Ok(match input.parse()? {
        Lit::Str(text) => text.value(),
        Lit::Int(number) => format!("{minus}{}", number.base10_digits()),
        Lit::Float(number) => format!("{minus}{}", number.base10_digits()),
        Lit::Bool(value) => value.value.to_string(),
        other => {
            return Err(syn::Error::new(
                other.span(),
                "invalid example; write a string, a number, `true` or `false`",
            ));
        }
    })
}

impl Subject {
    /// Parses `(pointer)` or `(pointer = "/name")`.
    pub(crate) fn read(attribute: &Attribute) -> Result<Self> {
        let form = "write `#[subject(pointer)]`, `#[subject(parameter)]` or `#[subject(header)]`, and on a variant \
                    also the value, as in `#[subject(pointer = \"/name\")]`";
        let Meta::List(list) = &attribute.meta else {
            return Err(syn::Error::new_spanned(attribute, form));
        };
        let parser = |input: ParseStream<'_>| {
            let word = input.call(Ident::parse_any)?;
            let name = word.to_string();
            let kinds = [SubjectKind::Pointer, SubjectKind::Parameter, SubjectKind::Header];
            let Some(kind) = kinds.into_iter().find(|kind| kind.as_str() == name) else {
                let hint = nearest::hint(&name, &kinds.map(SubjectKind::as_str));
                return Err(syn::Error::new(
                    word.span(),
                    format_args!(
                        "unknown subject `{name}`{hint}\nexpected `pointer`, `parameter` or `header`"
                    ),
                ));
            };
            let constant =
                if input.peek(End) { None } else { Some(constant(kind, &value::text(input)?)?) };
            Ok(Self { kind, constant })
        };
        parser.parse2(list.tokens.clone()).map_err(|error| with_form(&error, form))
    }
}

/// Checks a constant; a pointer must obey RFC 6901.
fn constant(kind: SubjectKind, literal: &Spanned<String>) -> Result<String> {
    let text = literal.value.clone();
    let escapes = text.split('~').skip(1).all(|after| after.starts_with(['0', '1']));
    if kind == SubjectKind::Pointer && !(text.is_empty() || text.starts_with('/') && escapes) {
        return Err(syn::Error::new(
            literal.span,
            format_args!(
                "invalid JSON pointer `{text}`; a pointer begins with `/`, and `~` is written `~0`"
            ),
        ));
    }
    Ok(text)
}

fn on_field(attribute: &Attribute) -> Result<Subject> {
    let subject = Subject::read(attribute)?;
    if subject.constant.is_some() {
        return Err(syn::Error::new_spanned(
            attribute,
            "on a field, the subject is the field's value; a constant subject goes on the variant",
        ));
    }
    Ok(subject)
}

fn header(attribute: &Attribute) -> Result<Spanned<String>> {
    let form = "write the header's name, as in `#[header(\"RateLimit-Remaining\")]`";
    let Meta::List(list) = &attribute.meta else {
        return Err(syn::Error::new_spanned(attribute, form));
    };
    let name: LitStr =
        syn::parse2(list.tokens.clone()).map_err(|_| syn::Error::new_spanned(attribute, form))?;
    value::header_name(&name.value()).map_err(|message| syn::Error::new(name.span(), message))?;
    Ok(Spanned::new(name.value(), name.span()))
}
