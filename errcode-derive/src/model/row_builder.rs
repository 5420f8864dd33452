//! Builds the row of a variant from its keys and those of its enum.

use super::{
    arguments::Use,
    context::Context,
    facts::{Facts, Retry},
    field::Field,
    row::{self, Entry, Row, TextKind, Value},
    template::{self, Template, Text},
    types,
};
use crate::{
    case,
    format::DetailKind,
    parse::{
        documentation::Documentation, field::Subject, item::Message, key::Keys,
        localized::Localized, retryable::After, value::Pair,
    },
    spanned::Spanned,
};
use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;

/// How the row defines `Display`.
pub(crate) enum Shown {
    Template(Template),
    /// Without a message: by the log's text, else code and user message.
    Default,
    /// Not at all: the compiler or another crate does.
    Elsewhere,
}

/// The parts that a row is built from.
pub(crate) struct RowBuilder<'s> {
    pub(crate) code: Spanned<String>,
    /// The name of the row; for a shared code that of the enum.
    pub(crate) name: &'s Ident,
    pub(crate) own: &'s Keys,
    pub(crate) defaults: Option<&'s Keys>,
    /// The keys of the item that has the code.
    pub(crate) owner: &'s Keys,
    /// The name of the item that has the code.
    pub(crate) owner_name: &'s Ident,
    /// The message of `#[error(…)]`.
    pub(crate) message: Option<&'s Message>,
    pub(crate) docs: Documentation,
    pub(crate) subject: Option<&'s Subject>,
    pub(crate) fields: &'s [Field<'s>],
    pub(crate) shown: Shown,
    /// Whether the code is the enum's.
    pub(crate) is_shared: bool,
    /// Whether `Display` is written where the derive cannot see it.
    pub(crate) is_unseen: bool,
    pub(crate) context: &'s Context<'s>,
}

impl<'s> RowBuilder<'s> {
    pub(crate) fn build(self) -> Row {
        let facts = Facts::new(Some(self.own), self.defaults);
        Row {
            is_shared: false,
            aliases: self.own.alias.get().cloned().unwrap_or_default(),
            name: if self.is_of_type() { String::new() } else { self.name.unraw().to_string() },
            span: self.name.span(),
            status: facts.status,
            category: facts.category,
            level: facts.level,
            retry: facts.retry.rule(),
            retry_is_explicit: matches!(facts.retry, Retry::Explicit(_)),
            breaker: facts.breaker,
            alert: facts.alert.alert,
            internal: self.is_internal(),
            entries: self.entries(&facts),
            code: self.code,
        }
    }

    /// Returns whether the row is a struct's or an enum's, whose name the table has.
    fn is_of_type(&self) -> bool {
        std::ptr::eq(self.name, &self.context.input.ident)
    }

    /// Returns the key of the item, else that of its enum.
    fn either<T>(&self, get: impl Fn(&'s Keys) -> Option<T>) -> Option<T> {
        get(self.own).or_else(|| self.defaults.and_then(get))
    }

    /// Returns whether the code is internal. `public_as` implies it, unless the same item or the variant has
    /// `internal = false`.
    fn is_internal(&self) -> bool {
        let internal = |keys: &Keys| {
            let written = keys.internal.get().copied();
            written.or_else(|| keys.public_as.is_set().then_some(true))
        };
        self.either(internal).unwrap_or(false)
    }

    /// Returns the entries, first those that every response needs.
    fn entries(&self, facts: &Facts<'_>) -> Vec<Entry> {
        let mut entries = self.messages();
        let named = named_to_clients(&entries);
        for field in self.fields {
            entries.extend(detail(field, &named));
        }
        self.names(&named, &mut entries);
        self.subjects(&mut entries);
        for field in self.fields {
            if field.item.violations.is_set() {
                entries.push(Entry::Violations(field.index));
            }
        }
        self.retry(facts, &mut entries);
        self.headers(&mut entries);
        entries.extend(facts.alert.over.map(Entry::AlertOver));
        entries.extend(self.either(|keys| keys.grpc.get()).map(|number| Entry::Grpc(*number)));
        self.documents(&mut entries);
        entries.extend(self.written_message(&entries));
        entries.extend(self.detail_docs(&entries));
        for field in self.fields {
            if self.is_unseen && field.is_secret() {
                entries.push(Entry::Text(TextKind::Unredacted, field.name.clone()));
            }
        }
        entries
    }

    /// Returns the log line's message with the names of its values, unless the entries have all of it already.
    fn written_message(&self, entries: &[Entry]) -> Option<Entry> {
        let template = entries.iter().find_map(|entry| match entry {
            Entry::Log(template) | Entry::Display(template) => Some(template),
            _ => None,
        });
        // A tuple's field has no name.
        let is_named = |index: usize| {
            let own = &self.fields[index].name;
            let has = entries.iter().any(|entry| match entry {
                Entry::Name { field, .. } => *field == index,
                Entry::Detail { field, name, .. } => *field == index && name == own,
                _ => false,
            });
            has || own.starts_with(|letter: char| letter.is_ascii_digit())
        };
        if template.is_some_and(|template| template.fields().all(|shown| is_named(shown.field))) {
            return None;
        }
        let log = self.own.log.get().map(|text| &text.value);
        let literal = log.or_else(|| Some(&self.message?.literal.value))?;
        Some(Entry::Text(TextKind::Message, template::with_names(literal)?))
    }

    /// Returns the doc comments of the details' fields.
    fn detail_docs(&self, entries: &[Entry]) -> Vec<Entry> {
        let mut documented = Vec::new();
        for entry in entries {
            if let Entry::Detail { field, used, .. } = *entry
                && !self.fields[field].docs.is_empty()
            {
                let text = self.fields[field].docs.clone();
                documented.push(Entry::DetailDocs { field, used, text });
            }
        }
        documented
    }

    /// Returns the entries for `Display`, clients and the log.
    fn messages(&self) -> Vec<Entry> {
        let errors = self.context.errors;
        let log = self
            .own
            .log
            .get()
            .map(|literal| template::read(literal, Text::own("`log`"), self.fields, errors));
        let user = self.user_messages();
        let display = match &self.shown {
            Shown::Template(template) => Some(template.clone()),
            Shown::Default => Some(log.clone().unwrap_or_else(|| self.default_message(&user))),
            Shown::Elsewhere => None,
        };
        // The default `Display` is the log's text already.
        let log = log.filter(|_| !matches!(self.shown, Shown::Default));
        // In the order in which they are looked for: the log takes the first, and a user message may refer to the
        // `Display` before it.
        let mut entries: Vec<Entry> = Vec::new();
        entries.extend(log.map(Entry::Log));
        entries.extend(display.map(Entry::Display));
        for (language, template) in user {
            entries.push(Entry::User { language, template });
        }
        entries
    }

    /// Returns code and user message in the catalog's default language, else code and title.
    fn default_message(&self, user: &[(String, Option<Template>)]) -> Template {
        let untagged = user.iter().find(|(language, _)| language.is_empty()).or(user.first());
        let template = untagged.and_then(|(_, template)| template.clone());
        template
            .unwrap_or_else(|| Template::constant(self.title()))
            .prefixed(&format!("{}: ", *self.code))
    }

    /// Returns each language with its template; `None` for the `Display` template.
    fn user_messages(&self) -> Vec<(String, Option<Template>)> {
        for keys in [Some(self.own), self.defaults].into_iter().flatten() {
            if let Some(texts) = keys.user_msg.get() {
                let inherited = !std::ptr::eq(keys, self.own);
                return texts.iter().map(|text| self.user_message(text, inherited)).collect();
            }
            if keys.public.is_set() {
                let public = keys.public.is_on() && matches!(self.shown, Shown::Template(_));
                return if public { vec![(String::new(), None)] } else { Vec::new() };
            }
        }
        Vec::new()
    }

    fn user_message(&self, text: &Localized, inherited: bool) -> (String, Option<Template>) {
        let language =
            text.language.as_ref().map(|language| language.value.clone()).unwrap_or_default();
        let inherited_by = (inherited && !self.is_shared).then_some(self.name);
        let what = Text { called: "`user_msg`", inherited_by, is_shared: self.is_shared };
        let template = template::read(&text.text, what, self.fields, self.context.errors);
        self.keep_secrets(&template, &text.text);
        (language, Some(template))
    }

    /// Reports sensitive fields in a text for clients, even though they would be redacted.
    fn keep_secrets(&self, template: &Template, literal: &Spanned<String>) {
        for placeholder in template.fields() {
            let field = &self.fields[placeholder.field];
            if field.is_secret() {
                self.context
                    .errors
                    .at(literal.span, super::message::secret(&field.name, "`user_msg`"));
            }
        }
    }

    /// Adds the names of fields in texts for clients: the catalog shows them in templates.
    fn names(&self, named: &[usize], entries: &mut Vec<Entry>) {
        for field in self.fields.iter().filter(|field| named.contains(&field.index)) {
            let told = entries.iter().any(|entry| match entry {
                // A path that is also a detail has two arguments.
                Entry::Detail { field: index, used, name, .. } => {
                    *index == field.index
                        && *name == field.name
                        && (*used == Use::Text || !field.is_path())
                }
                _ => false,
            });
            if !told {
                entries.push(Entry::Name { field: field.index, name: field.name.clone() });
            }
        }
    }

    fn subjects(&self, entries: &mut Vec<Entry>) {
        if let Some(Subject { kind, constant: Some(constant) }) = self.subject {
            let value = Value::Constant(constant.clone());
            entries.push(Entry::Subject { kind: *kind, value });
        }
        for field in self.fields {
            if let Some(subject) = field.item.subject.get() {
                let value = Value::Field(field.index);
                entries.push(Entry::Subject { kind: subject.kind, value });
            }
        }
    }

    fn retry(&self, facts: &Facts<'_>, entries: &mut Vec<Entry>) {
        let Retry::Explicit(said) = facts.retry else { return };
        entries.extend(said.after.as_ref().and_then(|after| match after {
            After::Millis(millis) => Some(Entry::After(*millis)),
            After::Field(ident) => self.after(&ident.unraw().to_string(), ident.span()),
            After::Index(index, span) => self.after_index(*index, *span),
        }));
        if said.when.is_some() {
            entries.push(Entry::Text(TextKind::When, said.condition.clone()));
        }
    }

    fn after(&self, name: &str, span: Span) -> Option<Entry> {
        let found = self.fields.iter().find(|field| field.name == name);
        if found.is_none() {
            template::unknown_field(name, span, self.fields, self.context.errors);
        }
        found.map(|field| Entry::AfterField(field.index))
    }

    /// Resolves a number, which may also be meant as seconds.
    fn after_index(&self, index: u32, span: Span) -> Option<Entry> {
        let name = index.to_string();
        if self.fields.iter().any(|field| field.name == name) {
            return self.after(&name, span);
        }
        self.context.errors.at(
            span,
            format_args!(
                "unknown field `{name}`; for a duration, write it in quotes with its unit, as in \
                 `after = \"{name}s\"`"
            ),
        );
        None
    }

    fn headers(&self, entries: &mut Vec<Entry>) {
        if let Some(constants) = self.owner.headers.get() {
            for Pair { name, value } in constants {
                let value = Value::Constant(value.value.clone());
                entries.push(Entry::Header { name: name.value.clone(), value });
            }
        }
        for field in self.fields {
            if let Some(name) = field.item.header.get() {
                let value = Value::Field(field.index);
                entries.push(Entry::Header { name: name.value.clone(), value });
            }
        }
    }

    /// Returns the title; of several languages, that of the first.
    fn title(&self) -> String {
        let written = self.owner.title.get().and_then(|texts| texts.first());
        let documented = || Some(self.docs.title.clone()).filter(|title| !title.is_empty());
        written
            .map(|first| first.text.value.clone())
            .or_else(documented)
            .unwrap_or_else(|| case::sentence(&self.owner_name.to_string()))
    }

    /// Adds the constant texts.
    fn documents(&self, entries: &mut Vec<Entry>) {
        let owner = self.owner;
        let code = |code: &Spanned<String>| code.value.clone();
        let documented = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let one = |kind, text: Option<String>| text.map(|text| Entry::Text(kind, text));
        localized(TextKind::Title, owner.title.get(), Some(self.title()), entries);
        let public_as = self.either(|keys| keys.public_as.get()).filter(|_| self.is_internal());
        entries.extend(one(TextKind::PublicAs, public_as.map(code)));
        entries.extend(one(TextKind::Owner, self.either(|keys| keys.owner.get()).cloned()));
        entries.extend(one(TextKind::Runbook, self.either(|keys| keys.runbook.get()).cloned()));
        localized(TextKind::Help, owner.help.get(), None, entries);
        entries.extend(one(TextKind::Since, owner.since.get().cloned()));
        localized(TextKind::Deprecated, owner.deprecated.get(), None, entries);
        entries.extend(one(TextKind::ReplacedBy, owner.replaced_by.get().map(code)));
        let explained = documented(&self.docs.explanation);
        localized(TextKind::Explanation, owner.explanation.get(), explained, entries);
        entries.extend(one(TextKind::InternalNote, documented(&self.docs.internal)));
        for keys in [self.defaults, Some(self.own)].into_iter().flatten() {
            names(TextKind::Tag, keys.tags.get(), entries);
        }
        names(TextKind::Alias, owner.alias.get(), entries);
    }
}

/// Adds a constant text in its languages, else the default one.
fn localized(
    kind: TextKind,
    texts: Option<&Vec<Localized>>,
    default: Option<String>,
    entries: &mut Vec<Entry>,
) {
    let Some(texts) = texts else {
        entries.extend(default.map(|text| Entry::Text(kind, text)));
        return;
    };
    for Localized { language, text } in texts {
        let text = text.value.clone();
        entries.push(match language {
            Some(language) => Entry::TextIn { kind, language: language.value.clone(), text },
            None => Entry::Text(kind, text),
        });
    }
}

/// Adds a text for each name.
fn names(kind: TextKind, names: Option<&Vec<Spanned<String>>>, entries: &mut Vec<Entry>) {
    for name in names.map_or(&[][..], Vec::as_slice) {
        entries.push(Entry::Text(kind, name.value.clone()));
    }
}

/// Returns the fields that texts for clients name.
fn named_to_clients(entries: &[Entry]) -> Vec<usize> {
    let mut named = Vec::new();
    for entry in entries {
        let template = match entry {
            Entry::User { template, .. } => template.as_ref().or_else(|| row::display(entries)),
            _ => None,
        };
        if let Some(template) = template {
            named.extend(template.fields().map(|placeholder| placeholder.field));
        }
    }
    named
}

/// Returns the entry of the field in `details`.
fn detail(field: &Field<'_>, named: &[usize]) -> Option<Entry> {
    let detail = field.item.detail.get();
    if field.is_sensitive() || detail.is_some_and(|detail| detail.skip.is_some()) {
        return None;
    }
    let (used, kind) = match detail {
        Some(detail) if detail.as_string => (Use::Json, DetailKind::JsonText),
        Some(_) => (Use::Json, DetailKind::Json),
        None if named.contains(&field.index) => (Use::Text, DetailKind::Text),
        None => return None,
    };
    let example = detail.and_then(|detail| detail.example.clone()).unwrap_or_default();
    Some(Entry::Detail {
        field: field.index,
        used,
        kind,
        name: field.detail_name(),
        ty: types::compact(field.ty),
        example,
    })
}
