//! Texts with bare `{field}` in them: what core can fill in without the compiler.

use super::Field;
use crate::{errors::Errors, nearest, spanned::Spanned};

/// How a placeholder shows its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Show {
    Display,
    Debug,
}

/// One field in a template, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Placeholder {
    pub(crate) field: usize,
    pub(crate) show: Show,
}

/// Literals with fields between them.
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

    /// The same template behind a text.
    pub(crate) fn behind(mut self, text: &str) -> Self {
        self.pieces.first_mut().map_or(&mut self.tail, |(literal, _)| literal).insert_str(0, text);
        self
    }

    pub(crate) fn fields(&self) -> impl Iterator<Item = Placeholder> {
        self.pieces.iter().map(|(_, placeholder)| *placeholder)
    }
}

/// One part of a format string.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    Literal(&'t str),
    /// `{{` or `}}`.
    Brace(char),
    /// `{name:spec}`; the spec without its colon.
    Argument {
        name: &'t str,
        spec: Option<&'t str>,
    },
}

/// Takes a format string apart; `None` where it is none.
pub(crate) fn pieces(mut text: &str) -> Option<Vec<Piece<'_>>> {
    let mut pieces = Vec::new();
    while let Some(at) = text.find(['{', '}']) {
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
            let (inside, rest) = rest.strip_prefix('{')?.split_once('}')?;
            let (name, spec) =
                inside.split_once(':').map_or((inside, None), |(name, spec)| (name, Some(spec)));
            pieces.push(Piece::Argument { name: name.trim(), spec: spec.map(str::trim_end) });
            rest
        };
    }
    if !text.is_empty() {
        pieces.push(Piece::Literal(text));
    }
    Some(pieces)
}

/// Reads the value of `user_msg` or `log`. `what` names it in messages.
pub(crate) fn read(literal: &Spanned<String>, what: &str, fields: &[Field<'_>], errors: &Errors) -> Template {
    let text = literal.value.clone();
    let Some(pieces) = pieces(&text) else {
        errors.at(
            literal.span,
            format_args!(
                "a brace in this `{what}` has no partner; a brace itself is written `{{{{` or `}}}}`"
            ),
        );
        return Template::constant(text);
    };
    let mut template = Template::default();
    for piece in pieces {
        match piece {
            Piece::Literal(text) => template.tail.push_str(text),
            Piece::Brace(brace) => template.tail.push(brace),
            Piece::Argument { name, spec } => {
                if let Some(field) = placeholder(name, spec, literal, what, fields, errors) {
                    let before = std::mem::take(&mut template.tail);
                    template.pieces.push((before, Placeholder { field, show: Show::Display }));
                }
            }
        }
    }
    template
}

fn placeholder(
    name: &str,
    spec: Option<&str>,
    literal: &Spanned<String>,
    what: &str,
    fields: &[Field<'_>],
    errors: &Errors,
) -> Option<usize> {
    if let Some(spec) = spec {
        errors.at(
            literal.span,
            format_args!("`{{{name}:{spec}}}` in `{what}`: only the bare `{{{name}}}` is allowed there"),
        );
        return None;
    }
    let found = fields.iter().position(|field| field.name == name);
    if found.is_none() {
        errors.at(literal.span, unknown_placeholder(name, Some(what), fields));
    }
    found
}

/// The message for a placeholder that is no field.
pub(crate) fn unknown_placeholder(name: &str, what: Option<&str>, fields: &[Field<'_>]) -> String {
    let place = what.map_or_else(String::new, |what| format!(" in `{what}`"));
    let names = || fields.iter().map(|field| field.name.as_str());
    let known = match fields {
        [] => "there are no fields".to_owned(),
        _ => format!("the fields are {}", nearest::list(names(), "and")),
    };
    if name.is_empty() {
        return format!(
            "`{{}}`{place} names no field; write its name, as in `{{{}}}`\n{known}",
            names().next().unwrap_or("field")
        );
    }
    format!("unknown field `{name}`{place}{}\n{known}", nearest::hint(name, names()))
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
                Piece::Argument { name: "0", spec: Some("?") },
            ])
        );
        assert_eq!(pieces("{a"), None);
        assert_eq!(pieces("a}"), None);
    }

    #[test]
    fn a_text_goes_before_everything() {
        let placeholder = Placeholder { field: 0, show: Show::Display };
        let template = Template { pieces: vec![("no ".to_owned(), placeholder)], tail: "!".to_owned() };
        assert_eq!(template.behind("E1: ").pieces[0].0, "E1: no ");
        assert_eq!(Template::constant("gone").behind("E1: ").tail, "E1: gone");
    }
}
