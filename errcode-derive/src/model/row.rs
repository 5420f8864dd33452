//! A row before it is packed.

use super::{
    arguments::Use,
    template::{Show, Template},
};
use crate::{
    format::{Alert, AlertThreshold, Category, DetailKind, Level, RetryRule, SubjectKind},
    spanned::Spanned,
};
use proc_macro2::Span;

/// One code, and everything that its attributes say.
pub(crate) struct Row {
    pub(crate) code: Spanned<String>,
    /// The code is another row's, so that the row has no key of its own.
    pub(crate) is_shared: bool,
    pub(crate) aliases: Vec<Spanned<String>>,
    /// The name of the variant; empty for a row of the type itself.
    pub(crate) name: String,
    /// Where the row is declared, for its line.
    pub(crate) span: Span,
    pub(crate) status: u16,
    pub(crate) category: Category,
    pub(crate) level: Level,
    pub(crate) retry: RetryRule,
    pub(crate) retry_is_explicit: bool,
    pub(crate) breaker: bool,
    pub(crate) alert: Alert,
    pub(crate) internal: bool,
    pub(crate) entries: Vec<Entry>,
}

/// One fact that not every row has.
pub(crate) enum Entry {
    Text(TextKind, String),
    /// A constant text in one of several languages.
    TextIn {
        kind: TextKind,
        language: String,
        text: String,
    },
    Display(Template),
    Log(Template),
    User {
        /// Empty for the catalog's default language.
        language: String,
        /// `None`: the text is that of [`Entry::Display`].
        template: Option<Template>,
    },
    Detail {
        field: usize,
        used: Use,
        kind: DetailKind,
        name: String,
        ty: String,
        example: String,
    },
    /// The doc comment of the field of a detail.
    DetailDocs {
        field: usize,
        used: Use,
        text: String,
    },
    /// The name of a field that a text for clients shows and that is not a detail under this name.
    Name {
        field: usize,
        name: String,
    },
    Subject {
        kind: SubjectKind,
        value: Value,
    },
    /// Milliseconds to wait before a retry.
    After(u64),
    AfterField(usize),
    Header {
        name: String,
        value: Value,
    },
    AlertOver(AlertThreshold),
    /// The number of the gRPC status.
    Grpc(u8),
    Violations(usize),
    /// The number of the row whose code this one shares.
    Shared(u32),
}

/// What a constant text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextKind {
    Title,
    PublicAs,
    Owner,
    Runbook,
    Help,
    Since,
    Deprecated,
    ReplacedBy,
    Explanation,
    InternalNote,
    Tag,
    Alias,
    /// The condition of `retryable(when = …)`, as it was written.
    When,
    /// The log line's message, as it was written.
    Message,
    /// The name of a sensitive field that a `Display` may show.
    Unredacted,
}

/// A constant or a field's text.
pub(crate) enum Value {
    Constant(String),
    Field(usize),
}

impl Entry {
    /// Adds the fields that the entry shows, and how it uses them.
    fn add_uses(&self, uses: &mut Vec<(usize, Use)>) {
        match self {
            Self::Display(template)
            | Self::Log(template)
            | Self::User { template: Some(template), .. } => {
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
            Self::Text(..)
            | Self::TextIn { .. }
            | Self::User { template: None, .. }
            | Self::DetailDocs { .. }
            | Self::Name { .. }
            | Self::Subject { value: Value::Constant(_), .. }
            | Self::After(_)
            | Self::Header { value: Value::Constant(_), .. }
            | Self::AlertOver(_)
            | Self::Grpc(_)
            | Self::Shared(_) => {}
        }
    }
}

/// Returns how a placeholder uses its field.
pub(crate) fn used(show: Show) -> Use {
    match show {
        Show::Display => Use::Text,
        Show::Debug => Use::Debug,
    }
}

impl Row {
    /// Returns the fields that the row's entries show, and how they use them.
    pub(crate) fn uses(&self) -> Vec<(usize, Use)> {
        let mut uses = Vec::new();
        for entry in &self.entries {
            entry.add_uses(&mut uses);
        }
        uses
    }

    /// Returns the codes that the row names, each with the attribute.
    pub(crate) fn references(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Text(TextKind::PublicAs, code) => Some(("public_as", code.as_str())),
            Entry::Text(TextKind::ReplacedBy, code) => Some(("replaced_by", code.as_str())),
            _ => None,
        })
    }

    /// Returns whether the field is in what clients see.
    pub(crate) fn clients_see(&self, index: usize) -> bool {
        let named = |template: &Template| template.fields().any(|shown| shown.field == index);
        self.entries.iter().any(|entry| match entry {
            Entry::User { template, .. } => template.as_ref().or(self.display()).is_some_and(named),
            Entry::Detail { field, .. }
            | Entry::Subject { value: Value::Field(field), .. }
            | Entry::Header { value: Value::Field(field), .. } => *field == index,
            _ => false,
        })
    }

    /// Returns the template of `Display`.
    pub(crate) fn display(&self) -> Option<&Template> {
        display(&self.entries)
    }
}

/// Returns the template of `Display` among a row's entries.
pub(super) fn display(entries: &[Entry]) -> Option<&Template> {
    entries.iter().find_map(|entry| match entry {
        Entry::Display(template) => Some(template),
        _ => None,
    })
}
