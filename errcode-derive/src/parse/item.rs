//! The attributes of an enum, a struct or a variant.

use super::{
    argument::{self, Argument},
    field::Subject,
    key::{ItemKind, Key, Keys},
    punctuation,
    slot::Slot,
    value,
};
use crate::{errors::Errors, nearest, spanned::Spanned};
use proc_macro2::{Delimiter, Ident, Spacing, Span, TokenTree};
use syn::{
    Attribute, Meta, Token,
    buffer::Cursor,
    ext::IdentExt,
    parse::{ParseStream, Parser, Result},
};

/// The message literal with its arguments.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) literal: Spanned<String>,
    pub(crate) arguments: Vec<Argument>,
}

/// How `#[error(…)]` of an item is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// Message and keys together.
    Inline,
    /// As thiserror parses it, because the keys are in `#[app(…)]`.
    Separate,
    /// It belongs to another derive; only its message matters.
    Foreign,
}

/// The attributes of an item.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) kind: ItemKind,
    pub(crate) message: Slot<Message>,
    pub(crate) keys: Keys,
    pub(crate) subject: Slot<Subject>,
    /// A mistake may hide the code, so that it is not reported as missing.
    pub(crate) code_tried: bool,
    /// Keys are next to the message.
    pub(crate) is_inline: bool,
    /// The word that another derive has in place of a message: `transparent`, or `fmt` before a function.
    pub(crate) foreign_word: Option<Ident>,
}

impl Item {
    /// Parses the attributes. `extended` says that the enum of the variant has `extend`.
    pub(crate) fn read(
        attributes: &[Attribute],
        kind: ItemKind,
        extended: bool,
        errors: &Errors,
    ) -> Self {
        let (message, subject) = (Slot::default(), Slot::default());
        let mut item = Self {
            kind,
            message,
            keys: Keys::default(),
            subject,
            code_tried: false,
            is_inline: false,
            foreign_word: None,
        };
        let (mut separate, mut messages) = (false, Vec::new());
        for attribute in attributes {
            let Some(name) = attribute.path().get_ident().map(ToString::to_string) else {
                continue;
            };
            match name.as_str() {
                "doc" => {}
                "error" => messages.push(attribute),
                "app" => {
                    separate = true;
                    item.read_list(attribute, errors, |item, input| item.app(input, errors));
                }
                "subject" => item.read_subject(attribute, errors),
                _ => misplaced_field_attribute(attribute, &name, errors),
            }
        }
        let reading = match () {
            () if extended || item.keys.extend.is_set() => Reading::Foreign,
            () if separate => Reading::Separate,
            () => Reading::Inline,
        };
        item.is_inline = reading == Reading::Inline;
        for attribute in messages {
            item.read_error(attribute, reading, errors);
        }
        item
    }

    fn read_list(
        &mut self,
        attribute: &Attribute,
        errors: &Errors,
        read: impl FnOnce(&mut Self, ParseStream<'_>),
    ) {
        let Meta::List(list) = &attribute.meta else {
            self.code_tried = true;
            errors.on(
                attribute,
                "expected keys in parentheses, as in `(code = \"E2001\", status = 404)`",
            );
            return;
        };
        let before = errors.count();
        let parser = |input: ParseStream<'_>| {
            read(self, input);
            Ok(())
        };
        let leftover = parser.parse2(list.tokens.clone());
        // What a mistake leaves unparsed in the parentheses is not a second mistake.
        if errors.count() == before {
            errors.ok(leftover);
        }
    }

    fn read_error(&mut self, attribute: &Attribute, reading: Reading, errors: &Errors) {
        match reading {
            Reading::Inline => {
                self.read_list(attribute, errors, |item, input| item.inline(input, errors));
            }
            Reading::Separate => self.read_list(attribute, errors, |item, input| {
                errors.ok(item.separate(input, errors));
                skip_all(input);
            }),
            Reading::Foreign => {
                let span = attribute.path().segments[0].ident.span();
                // The other derive reports its mistakes.
                match attribute.parse_args_with(foreign) {
                    Ok(Foreign::Message(message)) => {
                        self.message.set("the message", span, message, errors);
                    }
                    Ok(Foreign::Word(word)) => self.foreign_word = Some(word),
                    Err(_) => {}
                }
            }
        }
    }

    fn read_subject(&mut self, attribute: &Attribute, errors: &Errors) {
        let span = attribute.path().segments[0].ident.span();
        let Some(subject) = errors.ok(Subject::read(attribute)) else { return };
        if subject.constant.is_none() {
            let message = "a subject on a variant or struct needs a value, as in `#[subject(pointer = \
             \"/project_name\")]`";
            errors.at(span, message);
        } else {
            self.subject.set("`#[subject]`", span, subject, errors);
        }
    }

    /// Parses `#[app(…)]`, which only has keys.
    fn app(&mut self, input: ParseStream<'_>, errors: &Errors) {
        items(input, errors, |input| {
            if value::is_literal(input) {
                return Err(input.error("the message goes into `#[error(\"…\")]`"));
            }
            let span = input.span();
            if let Some(key) = joined(input) {
                return Err(self.unknown_name(&key, key.span));
            }
            let word = input
                .call(Ident::parse_any)
                .map_err(|_| syn::Error::new(span, "expected a key"))?;
            let name = word.unraw().to_string();
            match Key::from_name(&name) {
                Some(Key::Fmt) => {
                    Err(syn::Error::new(word.span(), "`fmt` goes into `#[error(fmt = …)]`"))
                }
                Some(key) => self.key(key, word.span(), input, errors),
                None => Err(self.unknown(&word)),
            }
        });
    }

    fn unknown(&mut self, word: &Ident) -> syn::Error {
        self.unknown_name(&word.to_string(), word.span())
    }

    fn unknown_name(&mut self, name: &str, span: Span) -> syn::Error {
        self.code_tried |= nearest::nearest(name, &["code"]).is_some();
        syn::Error::new(span, Key::unknown(name, self.kind))
    }

    /// Parses `#[error(…)]` with message and keys in any order.
    fn inline(&mut self, input: ParseStream<'_>, errors: &Errors) {
        let mut literal: Option<Spanned<String>> = None;
        let (mut arguments, mut refused) = (Vec::new(), Vec::new());
        items(input, errors, |input| {
            if literal.is_none() && value::is_literal(input) {
                literal = Some(value::literal(input)?);
                let is_part = input.peek(Token![+]) || input.peek(Token![.]);
                return if is_part { Err(input.error(NOT_AN_EXPRESSION)) } else { Ok(()) };
            }
            let is_compared = || {
                let shows_expressions = literal.as_ref().is_some_and(|text| text.contains("{}"));
                compared(input).filter(|_| !shows_expressions)
            };
            match peek_key(input).or_else(is_compared) {
                Some(key) => {
                    let word = input.call(Ident::parse_any)?;
                    let bare = punctuation::at_end_of_item(input);
                    if let Err(error) = self.key(key, word.span(), input, errors) {
                        refused.push(Refused { word, bare, error });
                        punctuation::skip(input);
                    }
                }
                None if input.peek(Token![#]) => {
                    return Err(input.error(
                        "attributes do not go in here; make the whole attribute conditional: \
                         `#[cfg_attr(…, error(\"…\", code = \"E2001\"))]`",
                    ));
                }
                None => match joined(input) {
                    Some(key) => return Err(self.unknown_name(&key, key.span)),
                    None => arguments.push(argument::named_or_not(input)?),
                },
            }
            Ok(())
        });
        for refused in refused {
            let meant = literal.as_ref().and_then(|literal| refused.as_argument(literal));
            errors.add(refused.explained(meant.is_some()));
            arguments.extend(meant);
        }
        match literal {
            Some(literal) => {
                let span = literal.span;
                self.code_tried |=
                    arguments.iter().any(|argument| is_misspelt_code(argument, &literal));
                self.message.set("the message", span, Message { literal, arguments }, errors);
            }
            None => self.stray(&arguments, errors),
        }
    }

    /// Reports words that are not keys, where there is no message whose arguments they could be.
    fn stray(&mut self, arguments: &[Argument], errors: &Errors) {
        for argument in arguments {
            match argument.name.as_ref().or(argument.head.as_ref()) {
                Some(word) if argument.name.is_none() && is_constant(word) => errors.at(
                    word.span(),
                    format_args!("the message is a literal in quotes, not the constant `{word}`"),
                ),
                Some(word) => errors.add(self.unknown(word)),
                None => errors.at(
                    argument.span,
                    "expected a message literal or a key, as in \
                 `#[error(\"{id} not found\", code = \"E2001\")]`",
                ),
            }
        }
    }

    /// Parses `#[error(…)]` as thiserror does.
    fn separate(&mut self, input: ParseStream<'_>, errors: &Errors) -> Result<()> {
        if value::is_literal(input) {
            let message = message(input)?;
            self.code_tried |= message
                .arguments
                .iter()
                .any(|argument| is_misspelt_code(argument, &message.literal));
            self.message.set("the message", message.literal.span, message, errors);
            return Ok(());
        }
        if let Some(key @ (Key::Transparent | Key::Fmt)) = peek_key(input) {
            let word = input.call(Ident::parse_any)?;
            self.key(key, word.span(), input, errors)?;
            punctuation::comma(input)?;
        } else if peek_key(input).is_none() {
            return Err(input.error("expected a message literal, `transparent` or `fmt = path`"));
        }
        items(input, errors, |input| Err(self.stray_key(input)));
        Ok(())
    }

    /// Returns the error of an item that is not thiserror's.
    fn stray_key(&mut self, input: ParseStream<'_>) -> syn::Error {
        match peek_key(input) {
            Some(key) => {
                self.code_tried |= key == Key::Code;
                let name = key.name();
                input.error(format_args!(
                    "the keys of this item are in `#[app(…)]`; move `{name}` there"
                ))
            }
            None => input.error("nothing can follow `transparent` and `fmt = path` here"),
        }
    }

    fn key(&mut self, key: Key, span: Span, input: ParseStream<'_>, errors: &Errors) -> Result<()> {
        let start = input.cursor();
        let result = if key.allowed().on(self.kind) {
            self.keys
                .parse(key, span, input, errors)
                .map_err(|error| explain(key, span, start, error))
                .and_then(|()| check_end(key, input.cursor()))
        } else {
            punctuation::skip(input);
            Err(syn::Error::new(span, misplaced(key, self.kind)))
        };
        self.code_tried |= result.is_err() && matches!(key, Key::Code | Key::Codes);
        result
    }
}

const NOT_AN_EXPRESSION: &str = "the message is a literal; for an expression, write `{}` in it and the \
                                 expression as an argument, as in `\"… {}\", .name.len()`";

/// A key whose value could not be parsed.
struct Refused {
    word: Ident,
    bare: bool,
    error: syn::Error,
}

impl Refused {
    /// Returns it as the format argument that is meant if the literal has a placeholder for it.
    fn as_argument(&self, literal: &str) -> Option<Argument> {
        let argument = Argument::from_word(&self.word);
        if self.bare {
            return literal.contains("{}").then_some(argument);
        }
        let name = self.word.unraw();
        let named = [format!("{{{name}}}"), format!("{{{name}:")];
        let name = Some(self.word.clone());
        named
            .iter()
            .any(|placeholder| literal.contains(placeholder))
            .then_some(Argument { name, ..argument })
    }

    fn explained(&self, is_argument: bool) -> syn::Error {
        if self.bare || !is_argument {
            return self.error.clone();
        }
        let Self { word, error, .. } = self;
        let message = format!(
            "{error}\n`{word}` is a key here; for a format argument of this name, move the keys: \
             `#[error(\"…\", {word} = …)] #[app(…)]`"
        );
        syn::Error::new(error.span(), message)
    }
}

/// Returns the error of a key that another sign than `=` follows.
fn wrong_sign(key: Key, at: Cursor<'_>) -> Option<syn::Error> {
    let sign = sign(at).filter(|sign| *sign != "=")?;
    let forms = nearest::list(key.forms(), "or");
    let message = format!("unexpected `{sign}` after `{}`; write {forms}", key.name());
    Some(syn::Error::new(at.span(), message))
}

/// Refuses what follows a key that has no value.
fn check_end(key: Key, at: Cursor<'_>) -> Result<()> {
    if is_end(at) {
        return Ok(());
    }
    if let Some(error) = wrong_sign(key, at) {
        return Err(error);
    }
    if at.group(Delimiter::Parenthesis).is_some() {
        let forms = nearest::list(key.forms(), "or");
        let message = format!("unexpected parentheses after `{}`; write {forms}", key.name());
        return Err(syn::Error::new(at.span(), message));
    }
    Ok(())
}

/// Returns the key that is compared with a value, which is meant as an assignment.
fn compared(input: ParseStream<'_>) -> Option<Key> {
    let (word, after) = input.cursor().ident()?;
    Key::from_name(&word.to_string()).filter(|_| sign(after) == Some("=="))
}

/// Returns the name in `user-msg = …`, `log.level = …` or `http::status = …`, which no expression begins with.
fn joined(input: ParseStream<'_>) -> Option<Spanned<String>> {
    let (first, mut at) = input.cursor().ident()?;
    let mut name = first.to_string();
    while sign(at) != Some("=") {
        let (punct, mut next) = at.punct()?;
        match punct.as_char() {
            '-' | '.' => name.push(punct.as_char()),
            ':' => {
                next = next.punct().filter(|(second, _)| second.as_char() == ':')?.1;
                name.push_str("::");
            }
            _ => return None,
        }
        let (part, after) = next.ident()?;
        name.push_str(&part.to_string());
        at = after;
    }
    (first != name).then(|| Spanned::new(name, first.span()))
}

/// Returns the sign that is next, if it is `=` or one that some write for it.
fn sign(at: Cursor<'_>) -> Option<&'static str> {
    let (first, after) = at.punct()?;
    let joined = (first.spacing() == Spacing::Joint).then(|| after.punct()).flatten();
    match (first.as_char(), joined.map(|(second, _)| second.as_char())) {
        ('=', Some('=')) => Some("=="),
        ('=', Some('>')) => Some("=>"),
        ('=', _) => Some("="),
        (':', Some(':')) => None,
        (':', _) => Some(":"),
        _ => None,
    }
}

fn misplaced(key: Key, kind: ItemKind) -> String {
    let (name, whereabouts) = (key.name(), key.allowed().whereabouts());
    let otherwise = match (key, kind) {
        (Key::Fmt, ItemKind::Struct) => {
            "; write `Display` by hand and add `#[app(extend(display))]`"
        }
        _ => "",
    };
    format!("`{name}` goes {whereabouts}, not on {}{otherwise}", kind.noun())
}

/// Adds the ways to write the key to a parser's message. `at` is behind the key.
fn explain(key: Key, span: Span, at: Cursor<'_>, error: syn::Error) -> syn::Error {
    if let Some(error) = wrong_sign(key, at) {
        return error;
    }
    let name = key.name();
    let forms = nearest::list(key.forms(), "or");
    if is_end(at) {
        return syn::Error::new(
            span,
            format_args!(
                "`{name}` needs a value: {forms}\n\
                 to use a format argument `{name}`, move the keys: `#[error(\"…\", {name})] #[app(…)]`"
            ),
        );
    }
    // The end of an attribute has no position of its own.
    if at.punct().is_some_and(|(_, value)| sign(at) == Some("=") && is_end(value)) {
        return syn::Error::new(span, format_args!("`{name}` needs a value: {forms}"));
    }
    let terse = error.to_string();
    if terse.starts_with("expected") {
        return syn::Error::new(error.span(), format_args!("{terse}; write {forms}"));
    }
    error
}

fn is_constant(word: &Ident) -> bool {
    let word = word.to_string();
    word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// Returns whether the argument is a misspelled `code`, which would be reported as unused.
fn is_misspelt_code(argument: &Argument, literal: &str) -> bool {
    let word = argument.name.as_ref().map(|name| name.unraw().to_string()).unwrap_or_default();
    nearest::nearest(&word, &["code"]).is_some() && !literal.contains(&format!("{{{word}"))
}

/// Returns the next item's key, if it is one: its name, alone or followed by `=`, a sign that is
/// mistaken for it, or parentheses.
fn peek_key(input: ParseStream<'_>) -> Option<Key> {
    let (word, after) = input.cursor().ident()?;
    let key = Key::from_name(&word.to_string())?;
    let is_key = is_end(after)
        || sign(after).is_some_and(|sign| sign != "==")
        || after.group(Delimiter::Parenthesis).is_some();
    is_key.then_some(key)
}

/// Returns whether an item ends here.
fn is_end(at: Cursor<'_>) -> bool {
    at.eof() || at.punct().is_some_and(|(punct, _)| matches!(punct.as_char(), ',' | ';'))
}

/// Parses the literal and its arguments.
fn message(input: ParseStream<'_>) -> Result<Message> {
    let literal = value::literal(input)?;
    let mut arguments = Vec::new();
    punctuation::comma(input)?;
    while !input.is_empty() {
        arguments.push(argument::named_or_not(input)?);
        punctuation::comma(input)?;
    }
    Ok(Message { literal, arguments })
}

/// What another derive has in `#[error(…)]`.
enum Foreign {
    Message(Message),
    Word(Ident),
}

fn foreign(input: ParseStream<'_>) -> Result<Foreign> {
    if value::is_literal(input) {
        return message(input).map(Foreign::Message);
    }
    let word = input.call(Ident::parse_any)?;
    skip_all(input);
    Ok(Foreign::Word(word))
}

/// Parses items between commas. A mistake in one does not hide those in the next.
fn items(
    input: ParseStream<'_>,
    errors: &Errors,
    mut item: impl FnMut(ParseStream<'_>) -> Result<()>,
) {
    while !input.is_empty() {
        if let Err(error) = item(input) {
            errors.add(error);
            punctuation::skip(input);
        } else if !input.is_empty() && !input.peek(Token![,]) {
            errors.add(punctuation::no_comma(input));
            if !value::is_literal(input) && !input.peek(Ident::peek_any) {
                punctuation::skip(input);
            }
        }
        if punctuation::at_end_of_item(input) && !input.is_empty() {
            errors.ok(input.parse::<TokenTree>());
        }
    }
}

fn skip_all(input: ParseStream<'_>) {
    while !input.is_empty() && input.parse::<TokenTree>().is_ok() {}
}

/// Reports `#[from]` and the like on an enum, a struct or a variant.
fn misplaced_field_attribute(attribute: &Attribute, name: &str, errors: &Errors) {
    let ours = ["detail", "violations", "sensitive", "header"];
    let bare_only = ["from", "source", "backtrace", "location"];
    // `#[from(…)]` belongs to another derive.
    let bare = matches!(attribute.meta, Meta::Path(_));
    if ours.contains(&name) || bare && bare_only.contains(&name) {
        errors.on(attribute, format_args!("`#[{name}]` goes on a field"));
    }
}
