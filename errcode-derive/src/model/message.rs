//! A message literal and its arguments, resolved against the fields of a variant: a template that core fills in, or a
//! `write!` for the compiler.

use super::{
    field::Field,
    format_spec::{FormatTrait, Spec},
    template::{self, Piece, Placeholder, Show, Template, Text},
    types,
};
use crate::{
    errors::Errors,
    parse::{
        argument::Argument,
        item::Message,
        key::{ItemKind, Key},
    },
    spanned::Spanned,
};
use proc_macro2::{Ident, Span};
use quote::format_ident;
use syn::ext::IdentExt;

/// How a message becomes text.
pub(crate) enum Rendering {
    Template(Template),
    Write(Write),
}

/// The arguments of a `write!`.
pub(crate) struct Write {
    pub(crate) literal: Spanned<String>,
    pub(crate) arguments: Vec<Argument>,
    /// Fields, which become further named arguments.
    pub(crate) fields: Vec<Named>,
    /// The traits that fields of generic types must implement.
    pub(crate) bounds: Vec<(usize, FormatTrait)>,
}

/// A field, and its name in the rewritten literal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) name: Ident,
    pub(crate) field: usize,
    pub(crate) how: How,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// As the field itself.
    Plain,
    /// As `display()` of a path.
    Path,
    /// For `{:p}`: the address that the field points to, not that of the field.
    Pointer,
}

/// Integers that cannot be a width or precision.
const OTHER_INTEGERS: [&str; 11] =
    ["u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32", "i64", "i128", "isize"];

/// Resolves the message against the fields. `keys_on` is set if keys are allowed next to it, so that a misspelled key
/// can be told from an argument.
pub(crate) fn read(
    message: &Message,
    fields: &[Field<'_>],
    inherited_by: Option<&Ident>,
    keys_on: Option<ItemKind>,
    errors: &Errors,
) -> Rendering {
    let text = message.literal.value.clone();
    let what = Text { called: template::MESSAGE, inherited_by, is_shared: false };
    let (next, uses) = (0, Uses::default());
    let mut reader = Reader { message, fields, what, errors, keys_on, next, uses };
    let as_it_is = || {
        Rendering::Write(Write {
            literal: message.literal.clone(),
            arguments: message.arguments.clone(),
            fields: Vec::new(),
            bounds: Vec::new(),
        })
    };
    let Some(pieces) = template::pieces(&text) else {
        errors.left_to_rustc(message.literal.span, template::unmatched_brace(template::MESSAGE));
        reader.uses.positional = message.arguments.len();
        reader.arguments(|name| text.contains(name));
        return as_it_is();
    };
    let parts: Option<Vec<_>> = pieces.into_iter().map(|piece| reader.part(piece)).collect();
    reader.arguments(|name| reader.uses.names.contains(&name));
    let Some(parts) = parts else { return as_it_is() };
    reader.number_of_arguments();
    if message.arguments.is_empty()
        && let Some(template) = as_template(&parts)
    {
        return Rendering::Template(template);
    }
    Rendering::Write(as_write(&parts, message, fields))
}

/// A resolved piece of the literal.
enum Part<'t> {
    Literal(&'t str),
    Brace(char),
    Field {
        field: usize,
        /// It is written `_0`, the local that holds a reference to the field.
        by_local: bool,
        spec: Spec<'t>,
    },
    /// An argument, a constant, or `self`.
    Other {
        name: &'t str,
        spec: Spec<'t>,
    },
}

/// The arguments that the literal uses.
#[derive(Default)]
struct Uses<'t> {
    positional: usize,
    names: Vec<&'t str>,
}

struct Reader<'r, 't> {
    message: &'r Message,
    fields: &'r [Field<'r>],
    what: Text<'r>,
    errors: &'r Errors,
    keys_on: Option<ItemKind>,
    next: usize,
    uses: Uses<'t>,
}

impl<'t> Reader<'_, 't> {
    /// Resolves a piece; `None` after a mistake.
    fn part(&mut self, piece: Piece<'t>) -> Option<Part<'t>> {
        match piece {
            Piece::Literal(text) => Some(Part::Literal(text)),
            Piece::Brace(brace) => Some(Part::Brace(brace)),
            Piece::Argument { name, spec } => {
                let spec = spec.unwrap_or_default();
                if spec.is_unknown {
                    self.errors.left_to_rustc(
                        self.message.literal.span,
                        format_args!("unknown format trait in `{{{name}:{}}}`", spec.text),
                    );
                }
                for count in spec.count_names() {
                    self.count(count)?;
                }
                if spec.has_star {
                    self.star()?;
                }
                self.argument(name, spec)
            }
        }
    }

    fn argument(&mut self, name: &'t str, spec: Spec<'t>) -> Option<Part<'t>> {
        let field = if name.is_empty() {
            self.implicit()?;
            None
        } else if is_number(name) {
            self.numbered(name)?
        } else {
            if name == "self" && spec.shown == FormatTrait::Display {
                return self.mistake(
                    "`{self}` in a message recurses without end; name a field, or write `{self:?}`"
                        .to_owned(),
                );
            }
            self.named(name)?
        };
        Some(match field {
            Some(field) => Part::Field {
                field,
                by_local: self.fields[field].name != name && !is_number(name),
                spec,
            },
            None => Part::Other { name, spec },
        })
    }

    /// Resolves a width or precision. A field there is not shown, but the text reveals its value.
    fn count(&mut self, name: &'t str) -> Option<()> {
        let field = if is_number(name) { self.numbered_count(name)? } else { self.named(name)? };
        let Some(field) = field.map(|field| &self.fields[field]) else { return Some(()) };
        let ty = types::compact(field.ty);
        if field.is_secret() {
            self.mistake(format!(
                "a width or precision would show the sensitive field `{name}`; take it from another field"
            ))
        } else if OTHER_INTEGERS.contains(&ty.as_str()) {
            let name = &field.name;
            self.mistake(format!(
                "a width or precision is a `usize`, but `{name}` is a `{ty}`; convert it in an argument, as in \
                 `count = *.{name} as usize`, and write `count$`"
            ))
        } else {
            Some(())
        }
    }

    fn positional(&self) -> impl Iterator<Item = &Argument> {
        self.message.arguments.iter().filter(|argument| argument.name.is_none())
    }

    /// Takes the next argument.
    fn implicit(&mut self) -> Option<()> {
        self.next += 1;
        self.uses.positional = self.uses.positional.max(self.next);
        if self.positional().next().is_none() {
            return self.mistake(template::unknown_placeholder("", self.what, self.fields));
        }
        Some(())
    }

    /// Takes the next argument as a precision.
    fn star(&mut self) -> Option<()> {
        if self.positional().next().is_some() {
            return self.implicit();
        }
        let example = self.fields.first().map_or("field", |field| field.name.as_str());
        self.mistake(format!(
            "`.*` takes the precision from the next argument, and there is none; add one, or name a field, as in \
             `.{example}$`"
        ))
    }

    /// Takes the argument of this number.
    fn explicit(&mut self, number: &str) {
        let next = number.parse().map_or(usize::MAX, |index: usize| index.saturating_add(1));
        self.uses.positional = self.uses.positional.max(next);
    }

    /// Returns the field of this number, or `None` for an argument.
    fn numbered(&mut self, name: &'t str) -> Option<Option<usize>> {
        let is_tuple = self.is_tuple();
        let first = self.positional().next().map(|argument| argument.span);
        match first {
            Some(span) if is_tuple => {
                self.errors.at(
                    span,
                    format_args!(
                        "`{{{name}}}` is ambiguous between this argument and the field; give the argument a name"
                    ),
                );
                None
            }
            Some(_) => {
                self.explicit(name);
                Some(None)
            }
            None => match template::find(name, self.fields) {
                Some(field) => Some(Some(field)),
                None => self.mistake(template::unknown_placeholder(name, self.what, self.fields)),
            },
        }
    }

    /// Does the same for a width or precision, where a number is an argument if there is one.
    fn numbered_count(&mut self, name: &'t str) -> Option<Option<usize>> {
        if !self.is_tuple() || self.positional().next().is_some() {
            self.explicit(name);
            return Some(None);
        }
        self.numbered(name)
    }

    fn is_tuple(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.member, syn::Member::Unnamed(_)))
    }

    /// Returns the field of this name, or `None` for an argument, a constant or `self`.
    fn named(&mut self, name: &'t str) -> Option<Option<usize>> {
        let given =
            |argument: &Argument| argument.name.as_ref().is_some_and(|given| given.unraw() == name);
        if self.message.arguments.iter().any(given) {
            self.uses.names.push(name);
            return Some(None);
        }
        if let Some(field) = template::find(name, self.fields) {
            return Some(Some(field));
        }
        // A name with a capital is a constant that the literal captures; the compiler resolves it.
        if name == "self" || name.starts_with(char::is_uppercase) {
            return Some(None);
        }
        let mut message = template::unknown_placeholder(name, self.what, self.fields);
        let is_key = self.keys_on.is_some() && Key::from_name(name).is_some();
        if is_key {
            message.push_str(&format!(
                "\n`{name}` is a key here; for a format argument of this name, move the keys: \
                 `#[error(\"…\", {name} = …)] #[app(…)]`"
            ));
        }
        // thiserror lets the literal capture it. Then rustc would report a misspelled field, without the fields.
        let is_unlike = message.starts_with("unknown field") && !message.contains("did you mean");
        if is_unlike && !is_key {
            message.push_str(&format!(
                "\na constant with such a name is passed as an argument: `{name} = {name}`"
            ));
        }
        self.mistake(message)
    }

    fn mistake<T>(&self, message: String) -> Option<T> {
        self.errors.at(self.message.literal.span, message);
        None
    }

    /// Checks the arguments: their fields must exist and not be secret, and they must not be misspelled keys.
    fn arguments(&self, is_used: impl Fn(&str) -> bool) {
        for argument in &self.message.arguments {
            for mention in argument.fields.iter().chain(&argument.of_self) {
                let mut secrets = self.fields.iter().filter(|field| field.is_secret());
                if secrets.any(|field| field.name == mention.name) {
                    self.errors.at(mention.span, secret(&mention.name, "an argument"));
                }
            }
        }
        let unused_names =
            self.message.arguments.iter().filter_map(|argument| argument.name.as_ref());
        let unused_names = unused_names.filter(|name| !is_used(&name.unraw().to_string()));
        let surplus = self.surplus().filter_map(|argument| argument.head.as_ref());
        for word in unused_names.chain(surplus) {
            self.no_argument(word);
        }
    }

    /// Returns the arguments that the literal does not use.
    fn surplus(&self) -> impl Iterator<Item = &Argument> {
        self.positional().skip(self.uses.positional)
    }

    fn number_of_arguments(&self) {
        for argument in self.surplus().filter(|argument| argument.head.is_none()) {
            self.errors.left_to_rustc(argument.span, "the message does not use this argument");
        }
        if self.uses.positional > self.positional().count() {
            let message = "the message uses more arguments than there are";
            self.errors.left_to_rustc(self.message.literal.span, message);
        }
    }

    fn no_argument(&self, word: &Ident) {
        let name = word.unraw().to_string();
        match (Key::from_name(&name), self.keys_on) {
            (_, Some(kind)) => {
                let mut message = Key::unknown(&word.to_string(), kind);
                let first = message.find('\n').unwrap_or(message.len());
                if !message[..first].contains(';') {
                    message.insert_str(first, &format!(", and the message does not use `{name}`"));
                }
                self.errors.at(word.span(), message);
            }
            (Some(_), None) => {
                self.errors.at(
                    word.span(),
                    format_args!("the keys of this item are in `#[app(…)]`; move `{name}` there"),
                );
            }
            (None, None) => {}
        }
    }
}

/// Returns the message for a secret that would be shown.
pub(crate) fn secret(name: &str, what: &str) -> String {
    format!(
        "{what} would show the sensitive field `{name}`; leave the field out, or give it the type \
         `Sensitive<…>`, which is shown as `[redacted]`"
    )
}

fn as_template(parts: &[Part<'_>]) -> Option<Template> {
    let mut template = Template::default();
    for part in parts {
        match part {
            Part::Literal(text) => template.tail.push_str(text),
            Part::Brace(brace) => template.tail.push(*brace),
            Part::Field { field, spec, .. } => {
                let show = match spec.text {
                    "" => Show::Display,
                    "?" => Show::Debug,
                    _ => return None,
                };
                template.pieces.push((
                    std::mem::take(&mut template.tail),
                    Placeholder { field: *field, show },
                ));
            }
            Part::Other { .. } => return None,
        }
    }
    Some(template)
}

fn as_write(parts: &[Part<'_>], message: &Message, fields: &[Field<'_>]) -> Write {
    let mut writer = Writer { message, fields, literal: String::new(), named: Vec::new() };
    let mut bounds = Vec::new();
    for part in parts {
        match part {
            Part::Literal(text) => writer.literal.push_str(text),
            Part::Brace(brace) => writer.literal.extend([*brace; 2]),
            Part::Other { name, spec } => writer.placeholder(name, spec),
            Part::Field { field, .. } if fields[*field].is_secret() => {
                writer.literal.push_str("[redacted]");
            }
            Part::Field { field, by_local, spec } => {
                let how = match spec.shown {
                    FormatTrait::Pointer if !by_local => How::Pointer,
                    FormatTrait::Display if spec.text.is_empty() && fields[*field].is_path() => {
                        How::Path
                    }
                    _ => How::Plain,
                };
                let name = writer.name(*field, how);
                writer.placeholder(&name, spec);
                if !bounds.contains(&(*field, spec.shown)) {
                    bounds.push((*field, spec.shown));
                }
            }
        }
    }
    Write {
        literal: Spanned::new(writer.literal, message.literal.span),
        arguments: message.arguments.clone(),
        fields: writer.named,
        bounds,
    }
}

/// Rewrites a literal so that fields become named arguments.
struct Writer<'w> {
    message: &'w Message,
    fields: &'w [Field<'w>],
    literal: String,
    named: Vec<Named>,
}

impl Writer<'_> {
    fn placeholder(&mut self, name: &str, spec: &Spec<'_>) {
        let mut counts = Vec::new();
        for count in spec.count_names() {
            let field = self.counted(count).map(|field| self.name(field, How::Plain));
            counts.extend(field.map(|field| (count, field)));
        }
        let spec = spec.with_counts(|name| {
            counts.iter().find(|(count, _)| *count == name).map(|(_, field)| field.clone())
        });
        let colon = if spec.is_empty() { "" } else { ":" };
        self.literal.extend(["{", name, colon, &spec, "}"]);
    }

    /// Returns the field that a width or precision names; an argument has precedence.
    fn counted(&self, name: &str) -> Option<usize> {
        let mut arguments = self.message.arguments.iter();
        let is_argument = arguments.any(|argument| match &argument.name {
            Some(given) => given.unraw() == name,
            None => is_number(name),
        });
        if is_argument { None } else { template::find(name, self.fields) }
    }

    /// Returns the name of the field's value in the literal.
    fn name(&mut self, field: usize, how: How) -> String {
        let name = name_of(&self.fields[field], how, self.message);
        let shown = name.unraw().to_string();
        let entry = Named { name, field, how };
        if !self.named.contains(&entry) {
            self.named.push(entry);
        }
        shown
    }
}

fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns a name for the field's value that no argument of the user's has.
fn name_of(field: &Field<'_>, how: How, message: &Message) -> Ident {
    let mut name = match how {
        How::Plain => format_ident!("__field_{}", field.name),
        How::Path => format_ident!("__path_{}", field.name),
        How::Pointer => format_ident!("__pointer_{}", field.name),
    };
    name.set_span(Span::call_site());
    while message.arguments.iter().any(|argument| argument.name.as_ref() == Some(&name)) {
        name = format_ident!("_{name}");
    }
    name
}
