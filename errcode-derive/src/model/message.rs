//! A message literal and its arguments, resolved against the fields of a variant: a template that core fills in, or a
//! `write!` for the compiler.

use super::{
    field::Field,
    template::{self, Piece, Placeholder, Show, Template, Text},
    types,
};
use crate::{
    errors::Errors,
    nearest,
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

/// The traits of format specs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FormatTrait {
    Display,
    Debug,
    Octal,
    LowerHex,
    UpperHex,
    Pointer,
    Binary,
    LowerExp,
    UpperExp,
}

impl FormatTrait {
    fn from_spec(spec: &str) -> Self {
        match spec.chars().next_back() {
            Some('?') => Self::Debug,
            Some('o') => Self::Octal,
            Some('x') => Self::LowerHex,
            Some('X') => Self::UpperHex,
            Some('p') => Self::Pointer,
            Some('b') => Self::Binary,
            Some('e') => Self::LowerExp,
            Some('E') => Self::UpperExp,
            _ => Self::Display,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Display => "Display",
            Self::Debug => "Debug",
            Self::Octal => "Octal",
            Self::LowerHex => "LowerHex",
            Self::UpperHex => "UpperHex",
            Self::Pointer => "Pointer",
            Self::Binary => "Binary",
            Self::LowerExp => "LowerExp",
            Self::UpperExp => "UpperExp",
        }
    }
}

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
    let what = Text { called: "the message", inherited_by, is_shared: false };
    let mut reader = Reader { message, fields, what, errors, next: 0, uses: Uses::default() };
    let as_it_is = || {
        Rendering::Write(Write {
            literal: message.literal.clone(),
            arguments: message.arguments.clone(),
            fields: Vec::new(),
            bounds: Vec::new(),
        })
    };
    // rustc explains malformed format strings better than we could.
    let Some(pieces) = template::pieces(&text) else { return as_it_is() };
    let parts: Option<Vec<_>> = pieces.into_iter().map(|piece| reader.part(piece)).collect();
    reader.arguments(keys_on);
    let Some(parts) = parts else { return as_it_is() };
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
        spec: Option<&'t str>,
    },
    /// An argument, a constant, or `self`.
    Other {
        name: &'t str,
        spec: Option<&'t str>,
    },
}

/// The arguments that the literal uses.
#[derive(Default)]
struct Uses<'t> {
    positional: usize,
    names: Vec<&'t str>,
    /// A width or precision may use any argument.
    unclear: bool,
}

struct Reader<'r, 't> {
    message: &'r Message,
    fields: &'r [Field<'r>],
    what: Text<'r>,
    errors: &'r Errors,
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
                self.uses.unclear |= spec.is_some_and(|spec| spec.contains(['$', '*']));
                if name.is_empty() {
                    self.implicit(spec)
                } else if name.bytes().all(|byte| byte.is_ascii_digit()) {
                    self.numbered(name, spec)
                } else {
                    self.named(name, spec)
                }
            }
        }
    }

    fn positional(&self) -> impl Iterator<Item = &Argument> {
        self.message.arguments.iter().filter(|argument| argument.name.is_none())
    }

    fn implicit(&mut self, spec: Option<&'t str>) -> Option<Part<'t>> {
        self.next += 1;
        self.uses.positional = self.uses.positional.max(self.next);
        if self.positional().next().is_none() {
            return self.mistake(template::unknown_placeholder("", self.what, self.fields));
        }
        Some(Part::Other { name: "", spec })
    }

    fn numbered(&mut self, name: &'t str, spec: Option<&'t str>) -> Option<Part<'t>> {
        let is_tuple =
            self.fields.iter().any(|field| matches!(field.member, syn::Member::Unnamed(_)));
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
                self.uses.positional = self
                    .uses
                    .positional
                    .max(name.parse().map_or(usize::MAX, |index: usize| index + 1));
                Some(Part::Other { name, spec })
            }
            None => match self.fields.iter().position(|field| is_tuple && field.name == name) {
                Some(field) => Some(Part::Field { field, spec }),
                None => self.mistake(template::unknown_placeholder(name, self.what, self.fields)),
            },
        }
    }

    fn named(&mut self, name: &'t str, spec: Option<&'t str>) -> Option<Part<'t>> {
        let given =
            |argument: &Argument| argument.name.as_ref().is_some_and(|given| given.unraw() == name);
        if self.message.arguments.iter().any(given) {
            self.uses.names.push(name);
            return Some(Part::Other { name, spec });
        }
        if let Some(field) = self.fields.iter().position(|field| field.name == name) {
            return Some(Part::Field { field, spec });
        }
        if name == "self" {
            if FormatTrait::from_spec(spec.unwrap_or_default()) == FormatTrait::Display {
                return self.mistake(
                    "`{self}` in a message recurses without end; name a field, or write `{self:?}`"
                        .to_owned(),
                );
            }
            return Some(Part::Other { name, spec });
        }
        // A name with a capital is a constant that the literal captures; the compiler resolves it.
        if name.starts_with(char::is_uppercase) {
            return Some(Part::Other { name, spec });
        }
        self.mistake(template::unknown_placeholder(name, self.what, self.fields))
    }

    fn mistake<T>(&self, message: String) -> Option<T> {
        self.errors.at(self.message.literal.span, message);
        None
    }

    /// Checks the arguments: their fields must exist and not be secret, and they must not be misspelled keys.
    fn arguments(&self, keys_on: Option<ItemKind>) {
        for mention in self.message.arguments.iter().flat_map(|argument| &argument.fields) {
            match self.fields.iter().find(|field| field.name == mention.name) {
                Some(field) if field.is_secret() => {
                    self.errors.at(mention.span, secret(&mention.name, "an argument"));
                }
                Some(_) => {}
                None => {
                    let hint = nearest::hint(
                        &mention.name,
                        self.fields.iter().map(|field| field.name.as_str()),
                    );
                    self.errors
                        .at(mention.span, format_args!("unknown field `{}`{hint}", mention.name));
                }
            }
        }
        let unused_names =
            self.message.arguments.iter().filter_map(|argument| argument.name.as_ref());
        let unused_names =
            unused_names.filter(|name| !self.uses.names.iter().any(|used| name.unraw() == used));
        let surplus = self
            .positional()
            .skip(self.uses.positional)
            .filter_map(|argument| argument.head.as_ref());
        if !self.uses.unclear {
            for word in unused_names.chain(surplus) {
                self.no_argument(word, keys_on);
            }
        }
    }

    fn no_argument(&self, word: &Ident, keys_on: Option<ItemKind>) {
        let name = word.unraw().to_string();
        match (Key::from_name(&name), keys_on) {
            (_, Some(kind)) => self.errors.at(word.span(), Key::unknown(&name, kind)),
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
            Part::Field { field, spec } => {
                let show = match spec.unwrap_or_default() {
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
    let mut literal = String::new();
    let (mut named, mut bounds) = (Vec::new(), Vec::new());
    for part in parts {
        match part {
            Part::Literal(text) => literal.push_str(text),
            Part::Brace(brace) => literal.extend([*brace; 2]),
            Part::Other { name, spec } => placeholder(&mut literal, name, *spec),
            Part::Field { field, .. } if fields[*field].is_secret() => {
                literal.push_str("[redacted]");
            }
            Part::Field { field, spec } => {
                let shown = FormatTrait::from_spec(spec.unwrap_or_default());
                let bare = spec.unwrap_or_default().is_empty();
                let how = match shown {
                    FormatTrait::Pointer => How::Pointer,
                    FormatTrait::Display if bare && types::is_path(fields[*field].ty) => How::Path,
                    _ => How::Plain,
                };
                let name = name_of(&fields[*field], how, message);
                placeholder(&mut literal, &name.unraw().to_string(), *spec);
                let entry = Named { name, field: *field, how };
                if !named.contains(&entry) {
                    named.push(entry);
                }
                if !bounds.contains(&(*field, shown)) {
                    bounds.push((*field, shown));
                }
            }
        }
    }
    Write {
        literal: Spanned::new(literal, message.literal.span),
        arguments: message.arguments.clone(),
        fields: named,
        bounds,
    }
}

fn placeholder(literal: &mut String, name: &str, spec: Option<&str>) {
    literal.push('{');
    literal.push_str(name);
    if let Some(spec) = spec {
        literal.push(':');
        literal.push_str(spec);
    }
    literal.push('}');
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
