//! Texts with bare `{field}` placeholders, which core can fill in without the compiler.

use super::{field::Field, format_spec::Spec};
use crate::{errors::Errors, nearest, spanned::Spanned};
use proc_macro2::{Ident, Span};
use std::fmt::{self, Display};
use syn::Member;

/// How a placeholder shows its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Show {
    Display,
    Debug,
}

/// A field in a template, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Placeholder {
    pub(crate) field: usize,
    pub(crate) show: Show,
}

/// Literals with placeholders between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Template {
    /// Each placeholder with the literal before it.
    pub(crate) pieces: Vec<(String, Placeholder)>,
    pub(crate) tail: String,
}

impl Template {
    pub(crate) fn constant(text: impl Into<String>) -> Self {
        Self { pieces: Vec::new(), tail: text.into() }
    }

    /// Prepends a text.
    pub(crate) fn prefixed(mut self, text: &str) -> Self {
        self.pieces.first_mut().map_or(&mut self.tail, |(literal, _)| literal).insert_str(0, text);
        self
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = Placeholder> {
        self.pieces.iter().map(|(_, placeholder)| *placeholder)
    }
}

/// A part of a format string.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    Literal(&'t str),
    /// `{{` or `}}`.
    Brace(char),
    /// `{name:spec}`; the spec without its colon.
    Argument {
        name: &'t str,
        spec: Option<Spec<'t>>,
    },
}

/// Returns a format string without what follows the names of its arguments; `None` if it is malformed.
pub(crate) fn with_names(text: &str) -> Option<String> {
    // Most have nothing but names.
    if [":", "{}", "{ ", " }"].iter().all(|other| !text.contains(other)) {
        return Some(text.to_owned());
    }
    let mut unnamed = 0..;
    let piece = |piece| match piece {
        Piece::Literal(text) => text.to_owned(),
        Piece::Brace(brace) => format!("{brace}{brace}"),
        Piece::Argument { name: "", .. } => format!("{{{}}}", unnamed.next().unwrap_or(0)),
        Piece::Argument { name, .. } => format!("{{{name}}}"),
    };
    Some(pieces(text)?.into_iter().map(piece).collect())
}

/// Splits a format string; `None` if it is malformed.
pub(crate) fn pieces(mut text: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    // Two searches for one character each are faster than one for either.
    while let Some(at) = text.find('{').into_iter().chain(text.find('}')).min() {
        let (literal, rest) = text.split_at(at);
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        text = if let Some(rest) = rest.strip_prefix("{{") {
            pieces.push(Piece::Brace('{'));
            rest
        } else if let Some(rest) = rest.strip_prefix("}}") {
            pieces.push(Piece::Brace('}'));
            rest
        } else {
            let inside = rest.strip_prefix('{')?;
            let end = inside.find('}')?;
            let (name, rest) = inside.split_at(inside[..end].find(':').unwrap_or(end));
            let (spec, rest) = match rest.strip_prefix(':').map(Spec::read) {
                Some((spec, rest)) => (Some(spec), rest),
                None => (None, rest),
            };
            pieces.push(Piece::Argument { name: name.trim(), spec });
            rest.trim_start().strip_prefix('}')?
        };
    }
    if !text.is_empty() {
        pieces.push(Piece::Literal(text));
    }
    Some(pieces)
}

/// A text that names fields, as messages refer to it.
#[derive(Clone, Copy)]
pub(crate) struct Text<'t> {
    /// `user_msg`, `log`, or the message.
    pub(crate) called: &'t str,
    /// The variant that inherits it from its enum.
    pub(crate) inherited_by: Option<&'t Ident>,
    /// Variants share it, so that it cannot name their fields.
    pub(crate) is_shared: bool,
}

impl<'t> Text<'t> {
    pub(crate) fn own(called: &'t str) -> Self {
        Self { called, inherited_by: None, is_shared: false }
    }
}

impl Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.called)?;
        self.inherited_by.map_or(Ok(()), |variant| write!(f, ", which `{variant}` inherits"))
    }
}

/// Resolves the value of `user_msg` or `log`.
pub(crate) fn read(
    literal: &Spanned<String>,
    what: Text<'_>,
    fields: &[Field<'_>],
    errors: &Errors,
) -> Template {
    let text = literal.value.clone();
    let Some(pieces) = pieces(&text) else {
        errors.at(literal.span, unmatched_brace(what.called));
        return Template::constant(text);
    };
    let mut template = Template::default();
    for piece in pieces {
        match piece {
            Piece::Literal(text) => template.tail.push_str(text),
            Piece::Brace(brace) => template.tail.push(brace),
            Piece::Argument { name, spec } => match placeholder(name, spec, what, fields) {
                Ok(field) => {
                    let before = std::mem::take(&mut template.tail);
                    template.pieces.push((before, Placeholder { field, show: Show::Display }));
                }
                Err(message) => errors.at(literal.span, message),
            },
        }
    }
    template
}

pub(crate) fn unmatched_brace(called: &str) -> String {
    format!("unmatched brace in {called}; write a brace as `{{{{` or `}}}}`")
}

fn placeholder(
    name: &str,
    spec: Option<Spec<'_>>,
    what: Text<'_>,
    fields: &[Field<'_>],
) -> Result<usize, String> {
    if what.is_shared {
        return Err(format!(
            "{} of a shared code cannot name the field `{name}`, which not every variant has",
            what.called
        ));
    }
    if let Some(Spec { text: spec, .. }) = spec {
        return Err(format!(
            "invalid placeholder `{{{name}:{spec}}}` in {what}; only the bare `{{{name}}}` is allowed"
        ));
    }
    find(name, fields).ok_or_else(|| unknown_placeholder(name, what, fields))
}

/// Returns the field that a placeholder names. As in thiserror, the first field of a tuple is `0`, also with leading
/// zeros, or `_0`.
pub(crate) fn find(name: &str, fields: &[Field<'_>]) -> Option<usize> {
    let number =
        name.bytes().all(|byte| byte.is_ascii_digit()).then(|| name.parse().ok()).flatten();
    fields.iter().position(|field| match &field.member {
        Member::Named(_) => field.name == name,
        Member::Unnamed(index) => {
            number == Some(index.index) || name.strip_prefix('_') == Some(&field.name)
        }
    })
}

fn names<'a>(fields: &'a [Field<'_>]) -> Vec<&'a str> {
    fields.iter().map(|field| field.name.as_str()).collect()
}

/// Reports the name of a field that does not exist.
pub(crate) fn unknown_field(name: &str, span: Span, fields: &[Field<'_>], errors: &Errors) {
    let hint = nearest::hint(name, &names(fields));
    errors.at(span, format_args!("unknown field `{name}`{hint}"));
}

/// What [`Text`] calls the message, which may have arguments.
pub(crate) const MESSAGE: &str = "the message";

/// Returns the message for a placeholder that is not a field.
pub(crate) fn unknown_placeholder(name: &str, what: Text<'_>, fields: &[Field<'_>]) -> String {
    let names = names(fields);
    let known = match fields {
        [] => "there are no fields".to_owned(),
        [_] => format!("the field is {}", nearest::list(&names, "and")),
        _ => format!("the fields are {}", nearest::list(&names, "and")),
    };
    if name.is_empty() {
        let example = names.first().unwrap_or(&"field");
        return format!(
            "`{{}}` in {what} does not name a field; write one, as in `{{{example}}}`\n{known}"
        );
    }
    if let Some(plain) = name.strip_prefix("r#").filter(|plain| find(plain, fields).is_some()) {
        return format!("a format string has names without `r#`; write `{{{plain}}}`");
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    if !name.chars().all(is_word) {
        if what.called != MESSAGE {
            return format!("`{{{name}}}` in {what} is not the name of a field\n{known}");
        }
        let example = names.first().unwrap_or(&"field");
        return format!(
            "`{{{name}}}` in {what} is not a name; for a part or a call, write `{{}}` and the expression as an \
             argument, as in `\"… {{}}\", .{example}`\n{known}"
        );
    }
    // A number is not a misspelling of another one.
    let is_number = name.bytes().all(|byte| byte.is_ascii_digit());
    let hint = if is_number { String::new() } else { nearest::hint(name, &names) };
    format!("unknown field `{name}` in {what}{hint}\n{known}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_strings_come_apart() {
        assert_eq!(
            pieces("a {{b}} {c} {0:?}"),
            Some(vec![
                Piece::Literal("a "),
                Piece::Brace('{'),
                Piece::Literal("b"),
                Piece::Brace('}'),
                Piece::Literal(" "),
                Piece::Argument { name: "c", spec: None },
                Piece::Literal(" "),
                Piece::Argument { name: "0", spec: Some(Spec::read("?").0) },
            ])
        );
        assert_eq!(
            pieces("{ a :}<3 }."),
            Some(vec![
                Piece::Argument { name: "a", spec: Some(Spec::read("}<3").0) },
                Piece::Literal("."),
            ])
        );
        assert_eq!(pieces("{a"), None);
        assert_eq!(pieces("a}"), None);
    }

    #[test]
    fn names_stay() {
        for (text, expected) in [
            ("{a} {{b}} {0}", "{a} {{b}} {0}"),
            ("{a:?} {:>3} {b:}<3}: {}", "{a} {0} {b}: {1}"),
            ("{ a }", "{a}"),
        ] {
            assert_eq!(with_names(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(with_names("{a:"), None);
    }

    #[test]
    fn a_text_goes_before_everything() {
        let placeholder = Placeholder { field: 0, show: Show::Display };
        let template =
            Template { pieces: vec![("no ".to_owned(), placeholder)], tail: "!".to_owned() };
        assert_eq!(template.prefixed("E1: ").pieces[0].0, "E1: no ");
        assert_eq!(Template::constant("gone").prefixed("E1: ").tail, "E1: gone");
    }
}
