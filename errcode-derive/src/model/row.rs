//! A row: what is packed into the table, still in words.

use super::{
    Context, Field,
    arguments::Use,
    facts::{Facts, Retry},
    template::{self, Show, Template, Text},
    types,
};
use crate::{
    errors::Errors,
    format, nearest,
    parse::{
        documentation::Documentation,
        field::{Subject, SubjectKind},
        item::Keys,
        value::{After, Alert, Localized, Retryable},
    },
    spanned::Spanned,
    words,
};
use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;

pub(crate) struct Row {
    pub(crate) code: Spanned<String>,
    /// Its key is another row's.
    pub(crate) is_shared: bool,
    pub(crate) aliases: Vec<Spanned<String>>,
    pub(crate) name: String,
    /// For the line.
    pub(crate) span: Span,
    pub(crate) status: u16,
    /// Category and level, as packed.
    pub(crate) class: u8,
    pub(crate) flags: u8,
    pub(crate) entries: Vec<Entry>,
}

/// One optional fact, see the packed format.
pub(crate) enum Entry {
    Text(u8, String),
    Template(u8, Template),
    /// `None`: the `Display` template's text.
    User {
        language: String,
        template: Option<Template>,
    },
    Detail {
        field: usize,
        used: Use,
        kind: u8,
        name: String,
        ty: String,
        example: String,
    },
    /// The name of a field in a text for clients that no detail tells.
    Name {
        field: usize,
        name: String,
    },
    Subject {
        kind: u8,
        value: Value,
    },
    After(u64),
    AfterField(usize),
    Header {
        name: String,
        value: Value,
    },
    AlertOver {
        count: u32,
        millis: u64,
    },
    Grpc(u8),
    Violations(usize),
    /// The row whose code this one shares.
    Shared(u32),
}

/// A constant or a field's text.
pub(crate) enum Value {
    Constant(String),
    Field(usize),
}

impl Entry {
    /// The fields that the entry shows, and how.
    fn uses(&self, uses: &mut Vec<(usize, Use)>) {
        match self {
            Self::Template(_, template) | Self::User { template: Some(template), .. } => {
                uses.extend(
                    template
                        .fields()
                        .map(|placeholder| (placeholder.field, used(placeholder.show))),
                );
            }
            Self::Detail { field, used, .. } => uses.push((*field, *used)),
            Self::Subject { value: Value::Field(field), .. }
            | Self::Header { value: Value::Field(field), .. } => {
                uses.push((*field, Use::Text));
            }
            Self::AfterField(field) => uses.push((*field, Use::After)),
            Self::Violations(field) => uses.push((*field, Use::Violations)),
            _ => {}
        }
    }
}

/// How a placeholder uses its field.
pub(crate) fn used(show: Show) -> Use {
    match show {
        Show::Display => Use::Text,
        Show::Debug => Use::Debug,
    }
}

impl Row {
    /// The fields that the row's entries show, and how.
    pub(crate) fn uses(&self) -> Vec<(usize, Use)> {
        let mut uses = Vec::new();
        for entry in &self.entries {
            entry.uses(&mut uses);
        }
        uses
    }

    /// What `Display` is filled in from.
    pub(crate) fn display(&self) -> Option<&Template> {
        self.entries.iter().find_map(|entry| match entry {
            Entry::Template(format::DISPLAY, template) => Some(template),
            _ => None,
        })
    }
}

/// What `Display` shows, as far as the row is concerned.
pub(crate) enum Shown {
    Template(Template),
    /// There is no message: the log's text, else code and user message.
    Default,
    /// The compiler's work, or another crate's.
    Elsewhere,
}

/// Where a row's contents come from.
pub(crate) struct Source<'s> {
    pub(crate) code: Spanned<String>,
    /// The row's name; for a shared code the enum's.
    pub(crate) name: &'s Ident,
    pub(crate) own: &'s Keys,
    pub(crate) defaults: Option<&'s Keys>,
    /// The keys of whoever has the code.
    pub(crate) owner: &'s Keys,
    /// The name of whoever has the code.
    pub(crate) owner_name: &'s Ident,
    pub(crate) docs: Documentation,
    pub(crate) subject: Option<&'s Subject>,
    pub(crate) fields: &'s [Field<'s>],
    pub(crate) shown: Shown,
    /// The code is the enum's.
    pub(crate) is_shared: bool,
    pub(crate) context: &'s Context<'s>,
}

impl<'s> Source<'s> {
    pub(crate) fn row(self) -> Row {
        let facts = Facts::of(Some(self.own), self.defaults);
        Row {
            is_shared: false,
            aliases: self.own.alias.get().cloned().unwrap_or_default(),
            name: self.name.unraw().to_string(),
            span: self.name.span(),
            status: facts.status,
            class: facts.category.number() | facts.level.number() << 3,
            flags: self.flags(&facts),
            entries: self.entries(&facts),
            code: self.code,
        }
    }

    /// What the item says, or else its enum.
    fn either<T>(&self, get: impl Fn(&'s Keys) -> Option<T>) -> Option<T> {
        get(self.own).or_else(|| self.defaults.and_then(get))
    }

    fn flags(&self, facts: &Facts<'_>) -> u8 {
        let (retry, said) = match facts.retry {
            Retry::Follows(yes) => (if yes { format::RETRY_YES } else { format::RETRY_NO }, 0),
            Retry::Said(said) => (retry_kind(said), format::FLAG_RETRY_SAID),
        };
        let internal = self.either(|keys| keys.internal.get());
        let hidden =
            internal.copied().unwrap_or_else(|| self.either(|keys| keys.public_as.get()).is_some());
        let flag = |up: bool, flag: u8| if up { flag } else { 0 };
        retry
            | said
            | flag(facts.breaker, format::FLAG_BREAKER)
            | flag(facts.alert.raise, format::FLAG_ALERT)
            | flag(facts.alert.page, format::FLAG_PAGE)
            | flag(hidden, format::FLAG_INTERNAL)
    }

    /// In the order in which they are asked for: what every answer needs first.
    fn entries(&self, facts: &Facts<'_>) -> Vec<Entry> {
        let mut entries = self.messages();
        let named = named_to_clients(&entries);
        entries.extend(self.fields.iter().filter_map(|field| detail(field, &named)));
        self.names(&named, &mut entries);
        entries.extend(self.subjects());
        entries.extend(
            self.fields
                .iter()
                .filter(|field| field.item.violations.is_set())
                .map(|field| Entry::Violations(field.index)),
        );
        entries.extend(self.retry(facts));
        entries.extend(self.headers());
        entries.extend(alert_over(facts.alert));
        entries.extend(self.either(|keys| keys.grpc.get()).map(|number| Entry::Grpc(*number)));
        self.documents(&mut entries);
        entries
    }

    /// `Display`, the clients' texts and the log's.
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
        let mut entries: Vec<Entry> = Vec::new();
        entries.extend(display.map(|template| Entry::Template(format::DISPLAY, template)));
        entries.extend(
            user.into_iter().map(|(language, template)| Entry::User { language, template }),
        );
        entries.extend(log.map(|template| Entry::Template(format::LOG, template)));
        entries
    }

    /// Code and user message, in the catalog's own language, or code and title.
    fn default_message(&self, user: &[(String, Option<Template>)]) -> Template {
        let untagged = user.iter().find(|(language, _)| language.is_empty()).or(user.first());
        let template = untagged.and_then(|(_, template)| template.clone());
        template
            .unwrap_or_else(|| Template::constant(self.title()))
            .behind(&format!("{}: ", *self.code))
    }

    /// Each language with its template; `None` where it is the `Display` template.
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
        let heir = (inherited && !self.is_shared).then_some(self.name);
        let what = Text { called: "`user_msg`", heir, is_shared: self.is_shared };
        let template = template::read(&text.text, what, self.fields, self.context.errors);
        self.keep_secrets(&template, &text.text);
        (language, Some(template))
    }

    /// A sensitive field in a text for clients is a mistake, even though it would be redacted.
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

    /// The catalog shows templates with the names of their fields.
    fn names(&self, named: &[usize], entries: &mut Vec<Entry>) {
        for field in self.fields.iter().filter(|field| named.contains(&field.index)) {
            let told = entries.iter().any(|entry| match entry {
                // A path that is a detail too is two arguments.
                Entry::Detail { field: index, used, name, .. } => {
                    *index == field.index
                        && *name == field.name
                        && (*used == Use::Text || !types::is_path(field.ty))
                }
                _ => false,
            });
            if !told {
                entries.push(Entry::Name { field: field.index, name: field.name.clone() });
            }
        }
    }

    fn subjects(&self) -> Vec<Entry> {
        let constant = self
            .subject
            .and_then(|subject| Some((subject.kind, Value::Constant(subject.constant.clone()?))));
        let fields = self
            .fields
            .iter()
            .filter_map(|field| Some((field.item.subject.get()?.kind, Value::Field(field.index))));
        constant
            .into_iter()
            .chain(fields)
            .map(|(kind, value)| Entry::Subject { kind: subject_kind(kind), value })
            .collect()
    }

    fn retry(&self, facts: &Facts<'_>) -> Vec<Entry> {
        let Retry::Said(said) = facts.retry else { return Vec::new() };
        let after = said.after.as_ref().and_then(|after| match after {
            After::Millis(millis) => Some(Entry::After(*millis)),
            After::Field(ident) => self.after(&ident.unraw().to_string(), ident.span()),
            After::Index(index, span) => self.after(&index.to_string(), *span),
        });
        let when = said.when.as_ref().map(|_| Entry::Text(format::WHEN, said.condition.clone()));
        after.into_iter().chain(when).collect()
    }

    fn after(&self, name: &str, span: Span) -> Option<Entry> {
        let found = self.fields.iter().find(|field| field.name == name);
        if found.is_none() {
            unknown_field(name, span, self.fields, self.context.errors);
        }
        found.map(|field| Entry::AfterField(field.index))
    }

    fn headers(&self) -> Vec<Entry> {
        let constant = self.owner.headers.get().into_iter().flatten();
        let constant = constant
            .map(|pair| (pair.name.value.clone(), Value::Constant(pair.value.value.clone())));
        let fields = self.fields.iter().filter_map(|field| {
            Some((field.item.header.get()?.clone(), Value::Field(field.index)))
        });
        constant.chain(fields).map(|(name, value)| Entry::Header { name, value }).collect()
    }

    fn title(&self) -> String {
        let written = self.owner.title.get().cloned();
        let documented = || Some(self.docs.title.clone()).filter(|title| !title.is_empty());
        written.or_else(documented).unwrap_or_else(|| words::sentence(&self.owner_name.to_string()))
    }

    /// The constant texts.
    fn documents(&self, entries: &mut Vec<Entry>) {
        let owner = self.owner;
        let code = |code: &Spanned<String>| code.value.clone();
        let documented = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let texts = [
            (format::TITLE, Some(self.title())),
            (format::PUBLIC_AS, self.either(|keys| keys.public_as.get()).map(code)),
            (format::OWNER, self.either(|keys| keys.owner.get()).cloned()),
            (format::RUNBOOK, self.either(|keys| keys.runbook.get()).cloned()),
            (format::HELP, owner.help.get().cloned()),
            (format::SINCE, owner.since.get().cloned()),
            (format::DEPRECATED, owner.deprecated.get().cloned()),
            (format::REPLACED_BY, owner.replaced_by.get().map(code)),
            (format::EXPLANATION, documented(&self.docs.explanation)),
            (format::INTERNAL_NOTE, documented(&self.docs.internal)),
        ];
        entries.extend(texts.into_iter().filter_map(|(tag, text)| Some(Entry::Text(tag, text?))));
        let tags = [self.defaults, Some(self.own)]
            .into_iter()
            .flatten()
            .filter_map(|keys| keys.tags.get())
            .flatten();
        entries.extend(tags.map(|tag| Entry::Text(format::TAG, tag.value.clone())));
        let aliases = owner.alias.get().into_iter().flatten();
        entries.extend(aliases.map(|alias| Entry::Text(format::ALIAS, alias.value.clone())));
    }
}

/// The message for a field that is none, where a bare name stands.
pub(crate) fn unknown_field(name: &str, span: Span, fields: &[Field<'_>], errors: &Errors) {
    let hint = nearest::hint(name, fields.iter().map(|field| field.name.as_str()));
    errors.at(span, format_args!("unknown field `{name}`{hint}"));
}

/// The fields that some text for clients names.
fn named_to_clients(entries: &[Entry]) -> Vec<usize> {
    let display = || {
        entries.iter().find_map(|entry| {
            if let Entry::Template(format::DISPLAY, template) = entry {
                Some(template)
            } else {
                None
            }
        })
    };
    let templates = entries.iter().filter_map(|entry| match entry {
        Entry::User { template, .. } => template.as_ref().or_else(display),
        _ => None,
    });
    templates.flat_map(|template| template.fields().map(|placeholder| placeholder.field)).collect()
}

/// The field's entry in `details`.
fn detail(field: &Field<'_>, named: &[usize]) -> Option<Entry> {
    let detail = field.item.detail.get();
    if field.is_sensitive() || detail.is_some_and(|detail| detail.skip.is_some()) {
        return None;
    }
    let (used, kind) = match detail {
        Some(detail) if detail.as_string => (Use::Json, format::DETAIL_STRING),
        Some(_) => (Use::Json, format::DETAIL_JSON),
        None if named.contains(&field.index) => (Use::Text, format::DETAIL_TEXT),
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

fn subject_kind(kind: SubjectKind) -> u8 {
    match kind {
        SubjectKind::Pointer => format::SUBJECT_POINTER,
        SubjectKind::Parameter => format::SUBJECT_PARAMETER,
        SubjectKind::Header => format::SUBJECT_HEADER,
    }
}

fn retry_kind(said: &Retryable) -> u8 {
    match said {
        Retryable { inherit: Some(_), .. } => format::RETRY_INHERIT,
        Retryable { when: Some(_), .. } => format::RETRY_WHEN,
        Retryable { yes: true, .. } => format::RETRY_YES,
        Retryable { yes: false, .. } => format::RETRY_NO,
    }
}

fn alert_over(alert: Alert) -> Option<Entry> {
    alert.over.map(|(count, millis)| Entry::AlertOver { count, millis })
}
