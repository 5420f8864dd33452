//! Rows in the packed format.

use crate::{
    format,
    model::{
        arguments::{Arguments, Use},
        row::{Entry, Row, Value, used},
        template::Template,
    },
    source,
};

/// A type's rows as three literals.
#[derive(Default)]
pub(crate) struct Packed {
    pub(crate) text: String,
    pub(crate) rows: Vec<u8>,
    pub(crate) ops: Vec<u8>,
}

impl Packed {
    /// `line` is the type's own.
    pub(crate) fn row(&mut self, row: &Row, arguments: &Arguments, line: u32) {
        let below = source::line(row.span).map_or(0, |own| own.saturating_sub(line));
        self.rows.extend(long(self.text.len()).to_le_bytes());
        self.rows.extend(long(self.ops.len()).to_le_bytes());
        self.rows.extend(row.status.to_le_bytes());
        self.rows.extend(u16::try_from(below).unwrap_or(u16::MAX).to_le_bytes());
        self.rows.extend([byte(row.code.len()), byte(row.name.len()), row.class, row.flags]);
        self.text.push_str(&row.code);
        self.text.push_str(&row.name);
        for entry in &row.entries {
            self.entry(entry, arguments);
        }
        self.ops.push(format::END);
    }

    fn entry(&mut self, entry: &Entry, arguments: &Arguments) {
        match entry {
            Entry::Text(tag, text) => self.put(*tag, &[text], &[]),
            Entry::Template(tag, template) => {
                self.put(*tag, &[&text(template)], &data(template, arguments));
            }
            Entry::User { language, template: Some(template) } => {
                self.put(
                    format::USER,
                    &[language, &text(template)],
                    &tagged(language, &data(template, arguments)),
                );
            }
            Entry::User { language, template: None } => {
                self.put(
                    format::USER,
                    &[language],
                    &tagged(language, &[format::TEMPLATE_AS_DISPLAY]),
                );
            }
            Entry::Detail { field, used, kind, name, ty, example } => {
                let mut data = vec![arguments.number(*field, *used), *kind];
                data.extend(short(name.len()).to_le_bytes());
                data.extend(short(ty.len()).to_le_bytes());
                self.put(format::DETAIL, &[name, ty, example], &data);
            }
            Entry::Name { field, name } => {
                self.put(format::ARG_NAME, &[name], &[arguments.number(*field, Use::Text)]);
            }
            Entry::Subject { kind, value } => {
                let (argument, constant) = value_of(value, arguments);
                self.put(format::SUBJECT, &[constant], &[*kind, argument]);
            }
            Entry::Header { name, value } => {
                let (argument, constant) = value_of(value, arguments);
                let [low, high] = short(name.len()).to_le_bytes();
                self.put(format::HEADER, &[name, constant], &[low, high, argument]);
            }
            Entry::After(millis) => self.put(format::AFTER, &[], &millis.to_le_bytes()),
            Entry::AfterField(field) => {
                self.put(format::AFTER_ARG, &[], &[arguments.number(*field, Use::After)]);
            }
            Entry::AlertOver { count, millis } => {
                let data: Vec<u8> =
                    count.to_le_bytes().into_iter().chain(millis.to_le_bytes()).collect();
                self.put(format::ALERT_OVER, &[], &data);
            }
            Entry::Grpc(number) => self.put(format::GRPC, &[], &[*number]),
            Entry::Violations(field) => {
                self.put(format::VIOLATIONS, &[], &[arguments.number(*field, Use::Violations)]);
            }
            Entry::Shared(row) => self.put(format::SHARED, &[], &row.to_le_bytes()),
        }
    }

    fn put(&mut self, tag: u8, texts: &[&str], data: &[u8]) {
        let length = texts.iter().map(|text| text.len()).sum();
        self.ops.push(tag);
        self.ops.extend(short(length).to_le_bytes());
        self.ops.extend(short(data.len()).to_le_bytes());
        self.ops.extend(data);
        self.text.extend(texts.iter().copied());
    }
}

/// The template's literals, one behind the other.
fn text(template: &Template) -> String {
    template
        .pieces
        .iter()
        .map(|(literal, _)| literal.as_str())
        .chain([template.tail.as_str()])
        .collect()
}

fn data(template: &Template, arguments: &Arguments) -> Vec<u8> {
    let escapes =
        |text: &str| text.bytes().any(|byte| byte < b' ' || byte == b'"' || byte == b'\\');
    let mut data = vec![if escapes(&text(template)) { format::TEMPLATE_ESCAPE } else { 0 }];
    for (literal, placeholder) in &template.pieces {
        data.extend(short(literal.len()).to_le_bytes());
        data.push(arguments.number(placeholder.field, used(placeholder.show)));
    }
    data
}

fn tagged(language: &str, data: &[u8]) -> Vec<u8> {
    let mut tagged = vec![byte(language.len())];
    tagged.extend(data);
    tagged
}

fn value_of<'v>(value: &'v Value, arguments: &Arguments) -> (u8, &'v str) {
    match value {
        Value::Constant(text) => (format::NO_ARG, text),
        Value::Field(field) => (arguments.number(*field, Use::Text), ""),
    }
}

// Longer texts were refused by `validate`.
fn byte(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}

fn short(length: usize) -> u16 {
    u16::try_from(length).unwrap_or(u16::MAX)
}

fn long(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
