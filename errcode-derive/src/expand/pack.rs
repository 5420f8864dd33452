//! Rows in the packed format: the only place that knows tags and bytes.

use crate::{
    format::{
        DetailData, EntryHead, HeaderData, NO_ARG, PlaceholderData, Record, SubjectData,
        TEMPLATE_AS_DISPLAY, ThresholdData, tag, template_flags,
    },
    location,
    model::{
        arguments::{Arguments, Use},
        row::{Entry, Row, TextKind, Value, used},
        template::Template,
    },
};

/// A type's rows as three literals.
#[derive(Default)]
pub(crate) struct Packed {
    pub(crate) text: String,
    pub(crate) rows: Vec<u8>,
    pub(crate) ops: Vec<u8>,
}

impl Packed {
    /// Adds a row of a type that is declared in `line`.
    pub(crate) fn row(&mut self, row: &Row, arguments: &Arguments, line: u32) {
        let below = location::line(row.span).map_or(0, |own| own.saturating_sub(line));
        let record = Record {
            text_at: long(self.text.len()),
            ops_at: long(self.ops.len()),
            status: row.status,
            line: u16::try_from(below).unwrap_or(u16::MAX),
            code_len: byte(row.code.len()),
            name_len: byte(row.name.len()),
            category: row.category,
            level: row.level,
            retry: row.retry,
            retry_is_explicit: row.retry_is_explicit,
            breaker: row.breaker,
            alert: row.alert,
            internal: row.internal,
            shared: row.is_shared,
        };
        self.rows.extend(record.pack().to_bytes());
        self.text.push_str(&row.code);
        self.text.push_str(&row.name);
        for entry in &row.entries {
            self.entry(entry, arguments);
        }
        self.ops.push(tag::END);
    }

    fn entry(&mut self, entry: &Entry, arguments: &Arguments) {
        let number = |field: &usize, used| arguments.number(*field, used);
        match entry {
            Entry::Text(kind, text) => self.put(text_tag(*kind), &[text], &[]),
            Entry::TextIn { kind, language, text } => {
                self.put(text_tag(*kind), &[language, text], &[byte(language.len())]);
            }
            Entry::Display(template) => self.template(tag::DISPLAY, template, arguments),
            Entry::Log(template) => self.template(tag::LOG, template, arguments),
            Entry::User { language, template } => self.user(language, template.as_ref(), arguments),
            Entry::Detail { field, used, kind, name, ty, example } => {
                let data = DetailData {
                    argument: number(field, *used),
                    kind: *kind,
                    name_len: short(name.len()),
                    type_len: short(ty.len()),
                };
                self.put(tag::DETAIL, &[name, ty, example], &data.to_bytes());
            }
            Entry::DetailDocs { field, used, text } => {
                self.put(tag::DETAIL_DOCS, &[text], &[number(field, *used)]);
            }
            Entry::Name { field, name } => {
                self.put(tag::ARG_NAME, &[name], &[number(field, Use::Text)]);
            }
            Entry::Subject { kind, value } => {
                let (argument, constant) = value_of(value, arguments);
                let data = SubjectData { kind: *kind, argument };
                self.put(tag::SUBJECT, &[constant], &data.to_bytes());
            }
            Entry::Header { name, value } => {
                let (argument, constant) = value_of(value, arguments);
                let data = HeaderData { name_len: short(name.len()), argument };
                self.put(tag::HEADER, &[name, constant], &data.to_bytes());
            }
            Entry::After(millis) => self.put(tag::AFTER, &[], &millis.to_le_bytes()),
            Entry::AfterField(field) => self.put(tag::AFTER_ARG, &[], &[number(field, Use::After)]),
            Entry::AlertOver(threshold) => {
                self.put(tag::ALERT_OVER, &[], &ThresholdData(*threshold).to_bytes());
            }
            Entry::Grpc(status) => self.put(tag::GRPC, &[], &[*status]),
            Entry::Violations(field) => {
                self.put(tag::VIOLATIONS, &[], &[number(field, Use::Violations)]);
            }
            Entry::Shared(row) => self.put(tag::SHARED, &[], &row.to_le_bytes()),
        }
    }

    fn template(&mut self, tag: u8, template: &Template, arguments: &Arguments) {
        self.put(tag, &[&literals(template)], &template_data(template, arguments));
    }

    fn user(&mut self, language: &str, template: Option<&Template>, arguments: &Arguments) {
        let mut data = vec![byte(language.len())];
        match template {
            Some(template) => {
                data.extend(template_data(template, arguments));
                self.put(tag::USER, &[language, &literals(template)], &data);
            }
            None => {
                data.push(TEMPLATE_AS_DISPLAY);
                self.put(tag::USER, &[language], &data);
            }
        }
    }

    fn put(&mut self, tag: u8, texts: &[&str], data: &[u8]) {
        let text_len = short(texts.iter().map(|text| text.len()).sum());
        let head = EntryHead { tag, text_len, data_len: short(data.len()) };
        self.ops.extend(head.to_bytes());
        self.ops.extend(data);
        self.text.extend(texts.iter().copied());
    }
}

const fn text_tag(kind: TextKind) -> u8 {
    match kind {
        TextKind::Title => tag::TITLE,
        TextKind::PublicAs => tag::PUBLIC_AS,
        TextKind::Owner => tag::OWNER,
        TextKind::Runbook => tag::RUNBOOK,
        TextKind::Help => tag::HELP,
        TextKind::Since => tag::SINCE,
        TextKind::Deprecated => tag::DEPRECATED,
        TextKind::ReplacedBy => tag::REPLACED_BY,
        TextKind::Explanation => tag::EXPLANATION,
        TextKind::InternalNote => tag::INTERNAL_NOTE,
        TextKind::Tag => tag::TAG,
        TextKind::Alias => tag::ALIAS,
        TextKind::When => tag::WHEN,
        TextKind::Message => tag::MESSAGE,
        TextKind::Unredacted => tag::UNREDACTED,
    }
}

/// Returns the template's literals as one text.
fn literals(template: &Template) -> String {
    let literals = template.pieces.iter().map(|(literal, _)| literal.as_str());
    literals.chain([template.tail.as_str()]).collect()
}

fn template_data(template: &Template, arguments: &Arguments) -> Vec<u8> {
    let mut data = vec![template_flags(&literals(template))];
    for (literal, placeholder) in &template.pieces {
        let argument = arguments.number(placeholder.field, used(placeholder.show));
        let placeholder = PlaceholderData { literal_len: short(literal.len()), argument };
        data.extend(placeholder.to_bytes());
    }
    data
}

fn value_of<'v>(value: &'v Value, arguments: &Arguments) -> (u8, &'v str) {
    match value {
        Value::Constant(text) => (NO_ARG, text),
        Value::Field(field) => (arguments.number(*field, Use::Text), ""),
    }
}

// `validate` has refused what does not fit into these numbers.
fn byte(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}

fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

fn long(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
