//! Variants; a struct is one.

use super::{
    arguments::{Arguments, Use},
    context::Context,
    elsewhere::{self, Elsewhere},
    expression,
    facts::{Facts, Retry},
    field::Field,
    message::{self, Rendering, Write},
    row::{Entry, Row},
    row_builder::{RowBuilder, Shown},
};
use crate::{
    errors::Errors,
    parse::{
        argument::Argument,
        documentation::Documentation,
        item::{Item, Message},
        key::{ItemKind, Keys},
        retryable::Retryable,
    },
    spanned::Spanned,
};
use proc_macro2::{Ident, TokenStream};
use std::rc::Rc;
use syn::{Fields, ext::IdentExt};

pub(crate) struct Variant<'a> {
    pub(crate) ident: &'a Ident,
    pub(crate) item: Rc<Item>,
    pub(crate) fields: Vec<Field<'a>>,
    pub(crate) origin: CodeOrigin,
    pub(crate) display: Display,
    /// `None` for [`CodeOrigin::Inner`] and after a mistake.
    pub(crate) row: Option<Row>,
    pub(crate) arguments: Arguments,
    pub(crate) retry: Option<Dynamic>,
}

/// Where the variant's code comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CodeOrigin {
    /// From the errcode error in a `transparent` variant without a code.
    Inner,
    /// From the variant itself.
    Own,
    /// From the enum.
    Shared,
    /// It has none, which is a mistake.
    Missing,
}

/// Who writes `Display`.
pub(crate) enum Display {
    /// Core, from the template of the row.
    Template,
    /// The compiler.
    Write(Write),
    /// The only field's `Display`.
    Forward,
    /// A function of the user's.
    Call(TokenStream),
    /// Another derive, or the user.
    Elsewhere,
}

/// The retry hint that depends on the value.
pub(crate) struct Dynamic {
    pub(crate) when: Option<Argument>,
    pub(crate) inherit: bool,
}

impl<'a> Variant<'a> {
    pub(crate) fn from_struct(
        ident: &'a Ident,
        fields: &'a Fields,
        item: Rc<Item>,
        context: &Context<'_>,
    ) -> Self {
        let docs = context.documentation(&context.input.attrs);
        Self::new(ident, Field::all(fields, context), item, docs, context)
    }

    pub(crate) fn from_variant(variant: &'a syn::Variant, context: &Context<'_>) -> Self {
        let item =
            Item::read(&variant.attrs, ItemKind::Variant, context.extend.is_some(), context.errors);
        let docs = context.documentation(&variant.attrs);
        Self::new(
            &variant.ident,
            Field::all(&variant.fields, context),
            Rc::new(item),
            docs,
            context,
        )
    }

    fn new(
        ident: &'a Ident,
        fields: Vec<Field<'a>>,
        item: Rc<Item>,
        docs: Documentation,
        context: &Context<'_>,
    ) -> Self {
        let builder = Builder { ident, fields: &fields, item: &item, context };
        let origin = builder.origin();
        let (display, shown) = builder.display();
        let row = builder.row(origin, shown, docs);
        let uses: Vec<(usize, Use)> = row.iter().flat_map(Row::uses).collect();
        let retry = row.as_ref().and_then(|_| builder.retry());
        let arguments = Arguments::new(&uses, &fields);
        Self { ident, item, origin, display, row, arguments, retry, fields }
    }

    /// Returns the field with `#[from]`.
    pub(crate) fn converted_field(&self) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.item.from.is_set())
    }

    /// Returns the field that `Error::source` returns: the marked one, else the one named `source`.
    pub(crate) fn source_field(&self) -> Option<&Field<'a>> {
        source_field(&self.fields)
    }

    /// Returns the field with the location of the error.
    pub(crate) fn location_field(&self) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.is_location())
    }

    /// Returns the field with the backtrace of the error: its own, else the source that is marked to have one.
    pub(crate) fn backtrace_field(&self) -> Option<&Field<'a>> {
        let own = self.fields.iter().find(|field| field.is_backtrace());
        own.or_else(|| self.fields.iter().find(|field| field.item.backtrace.is_set()))
    }

    /// Returns whether generated code reads the field.
    pub(crate) fn reads(&self, field: &Field<'_>) -> bool {
        let by_display = match &self.display {
            Display::Write(write) => {
                !write.arguments.is_empty() && !field.is_secret()
                    || write.fields.iter().any(|named| named.field == field.index)
            }
            Display::Forward | Display::Call(_) => true,
            Display::Template | Display::Elsewhere => false,
        };
        let by_retry = self.retry.is_some();
        let by_source = self.source_field().is_some_and(|source| source.index == field.index);
        let by_arguments = self.arguments.list.iter().any(|argument| argument.field == field.index);
        let by_captured = [self.location_field(), self.backtrace_field()]
            .into_iter()
            .flatten()
            .any(|captured| captured.index == field.index);
        by_display || by_retry || by_source || by_arguments || by_captured
    }

    /// Returns whether `Display` and `source` are those of the only field.
    pub(crate) fn is_transparent(&self) -> bool {
        matches!(self.display, Display::Forward) || self.origin == CodeOrigin::Inner
    }
}

pub(crate) fn source_field<'f, 'a>(fields: &'f [Field<'a>]) -> Option<&'f Field<'a>> {
    let marked = fields.iter().find(|field| field.item.from.is_set() || field.item.source.is_set());
    marked.or_else(|| fields.iter().find(|field| field.is_called_source()))
}

struct Builder<'b> {
    ident: &'b Ident,
    fields: &'b [Field<'b>],
    item: &'b Item,
    context: &'b Context<'b>,
}

impl<'b> Builder<'b> {
    fn keys(&self) -> &'b Keys {
        &self.item.keys
    }

    fn origin(&self) -> CodeOrigin {
        let defaults = self.context.defaults();
        if self.keys().code.is_set() {
            CodeOrigin::Own
        } else if self.is_transparent() {
            CodeOrigin::Inner
        } else if defaults.is_some_and(|keys| keys.code.is_set()) {
            CodeOrigin::Shared
        } else if defaults.is_some_and(|keys| keys.codes.is_set()) {
            CodeOrigin::Own
        } else {
            CodeOrigin::Missing
        }
    }

    /// Returns whether the variant is transparent by its own key, or by that of its enum if it has no message.
    fn is_transparent(&self) -> bool {
        let silent = !self.item.message.is_set() && !self.keys().fmt.is_set();
        let inherited =
            || silent && self.context.defaults().is_some_and(|keys| keys.transparent.is_on());
        self.keys().transparent.is_on() || inherited()
    }

    fn display(&self) -> (Display, Shown) {
        if self.context.extend.is_some() {
            return (Display::Elsewhere, self.foreign_message());
        }
        if self.is_transparent() {
            return (Display::Forward, Shown::Elsewhere);
        }
        if let Some(path) = self.keys().fmt.get() {
            return (Display::Call(path.clone()), Shown::Elsewhere);
        }
        if let Some(message) = self.item.message.get() {
            return self.message(message, self.item);
        }
        match self.context.container {
            Some(Item { keys: Keys { fmt, .. }, .. }) if fmt.is_set() => {
                (fmt.get().cloned().map_or(Display::Template, Display::Call), Shown::Elsewhere)
            }
            Some(item) if item.message.is_set() => item
                .message
                .get()
                .map_or((Display::Template, Shown::Default), |message| self.message(message, item)),
            _ => (Display::Template, Shown::Default),
        }
    }

    fn message(&self, message: &Message, item: &Item) -> (Display, Shown) {
        let keys_on = item.is_inline.then_some(item.kind);
        let inherited_by = (!std::ptr::eq(item, self.item)).then_some(self.ident);
        for argument in &message.arguments {
            expression::check(argument, self.fields, inherited_by, self.context);
        }
        match message::read(message, self.fields, inherited_by, keys_on, self.context.errors) {
            Rendering::Template(template) => (Display::Template, Shown::Template(template)),
            Rendering::Write(write) => (Display::Write(write), Shown::Elsewhere),
        }
    }

    /// Returns the message of another derive, for `public`, if it can be parsed.
    fn foreign_message(&self) -> Shown {
        let inherited = self.context.container.and_then(|item| item.message.get());
        let Some(message) = self.item.message.get().or(inherited) else { return Shown::Elsewhere };
        let theirs = Errors::new();
        let rendering = message::read(message, self.fields, None, None, &theirs);
        match (rendering, theirs.finish()) {
            (Rendering::Template(template), Ok(())) => Shown::Template(template),
            _ => Shown::Elsewhere,
        }
    }

    fn row(&self, origin: CodeOrigin, shown: Shown, docs: Documentation) -> Option<Row> {
        let defaults = self.context.defaults();
        let code = match origin {
            CodeOrigin::Own => self.own_code()?,
            CodeOrigin::Shared => defaults?.code.get()?.clone(),
            CodeOrigin::Inner | CodeOrigin::Missing => return None,
        };
        let shared = origin == CodeOrigin::Shared;
        let builder = RowBuilder {
            code,
            name: self.ident,
            own: self.keys(),
            defaults,
            owner: if shared { defaults? } else { self.keys() },
            owner_name: if shared { &self.context.input.ident } else { self.ident },
            message: self.item.message.get().or_else(|| self.context.container?.message.get()),
            docs: if shared { self.context.documentation(&self.context.input.attrs) } else { docs },
            subject: self.item.subject.get(),
            fields: self.fields,
            shown,
            is_shared: shared,
            is_unseen: self.context.extend.is_some()
                && elsewhere::of_item(self.item, self.context.container) == Elsewhere::Unknown,
            context: self.context,
        };
        let mut row = builder.build();
        if shared {
            row.is_shared = true;
            row.entries.push(Entry::Shared(0));
        }
        Some(row)
    }

    /// Returns its `code`, or its name as the enum's `codes` spells it.
    fn own_code(&self) -> Option<Spanned<String>> {
        if let Some(code) = self.keys().code.get() {
            return Some(code.clone());
        }
        let defaults = self.context.defaults()?;
        let prefix = defaults.prefix.get().cloned().unwrap_or_default();
        let name = defaults.codes.get()?.spell(&self.ident.unraw().to_string());
        Some(Spanned::new(prefix + &name, self.ident.span()))
    }

    fn retry(&self) -> Option<Dynamic> {
        let facts = Facts::new(Some(self.keys()), self.context.defaults());
        let Retry::Explicit(Retryable { when, inherit, .. }) = facts.retry else { return None };
        if let Some(when) = when {
            let inherited_by = (!self.keys().retryable.is_set()).then_some(self.ident);
            expression::check(when, self.fields, inherited_by, self.context);
        }
        (when.is_some() || inherit.is_some())
            .then(|| Dynamic { when: when.clone(), inherit: inherit.is_some() })
    }
}

/// Returns the row of the enum's own code.
pub(crate) fn shared_row(context: &Context<'_>) -> Option<Row> {
    let item = context.container?;
    let builder = RowBuilder {
        code: item.keys.code.get()?.clone(),
        name: &context.input.ident,
        own: &item.keys,
        defaults: None,
        owner: &item.keys,
        owner_name: &context.input.ident,
        message: None,
        docs: context.documentation(&context.input.attrs),
        subject: None,
        fields: &[],
        shown: Shown::Elsewhere,
        is_shared: true,
        is_unseen: false,
        context,
    };
    Some(builder.build())
}
