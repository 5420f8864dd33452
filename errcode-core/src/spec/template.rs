//! Message templates.

use super::{
    arg::{Arg, Kind},
    table::Entry,
};
use crate::json;
use core::fmt;
use errcode_format::{PlaceholderData, TEMPLATE_AS_DISPLAY, TEMPLATE_ESCAPE, template_flags};

/// A packed template: literals with arguments between them.
#[derive(Clone, Copy)]
pub(crate) struct Template {
    text: &'static str,
    data: &'static [u8],
}

impl Template {
    pub(crate) const fn new(text: &'static str, data: &'static [u8]) -> Self {
        Self { text, data }
    }

    /// Returns the language tag of a `USER` entry, empty if it has none, and its template.
    pub(crate) fn tagged(entry: Entry) -> (&'static str, Self) {
        let (tag, text) = entry.text().split_at(usize::from(entry.byte()));
        (tag, Self::new(text, entry.data.get(1..).unwrap_or_default()))
    }

    fn flags(self) -> u8 {
        self.data.first().copied().unwrap_or(0)
    }

    /// Returns whether the literals need no JSON escape.
    pub(crate) fn is_clean(self) -> bool {
        self.flags() & TEMPLATE_ESCAPE == 0
    }

    pub(crate) fn is_display(self) -> bool {
        self.flags() & TEMPLATE_AS_DISPLAY != 0
    }

    pub(crate) fn has_arguments(self) -> bool {
        self.data.len() > 1
    }

    /// Calls `then` with each placeholder's argument and the literal before it, and returns the literal after the last
    /// one.
    #[inline]
    pub(crate) fn each(self, mut then: impl FnMut(&'static str, usize)) -> &'static str {
        let mut text = self.text;
        let (placeholders, _) = self.data.get(1..).unwrap_or_default().as_chunks();
        for bytes in placeholders {
            let placeholder = PlaceholderData::from_bytes(*bytes);
            let (literal, rest) = text.split_at(usize::from(placeholder.literal_len));
            then(literal, usize::from(placeholder.argument));
            text = rest;
        }
        text
    }

    /// Returns the text as it is written, with its placeholders. One without a name has its number.
    pub(crate) fn with_names(self, name: impl Fn(usize) -> Option<&'static str>) -> String {
        let mut text = String::new();
        let escaped = |literal: &str| literal.replace('{', "{{").replace('}', "}}");
        let mut number = 0..;
        let tail = self.each(|literal, argument| {
            let number = number.next().unwrap_or(0).to_string();
            text.push_str(&escaped(literal));
            text.push('{');
            text.push_str(name(argument).unwrap_or(&number));
            text.push('}');
        });
        text + &escaped(tail)
    }

    /// Writes the text with its values.
    pub(crate) fn render(self, args: &[Arg<'_>], out: &mut dyn fmt::Write) -> fmt::Result {
        let mut result = Ok(());
        let tail = self.each(|literal, index| {
            if result.is_ok() {
                let arg = args.get(index).copied().unwrap_or(Arg::NONE);
                result = out.write_str(literal).and_then(|()| write_arg(arg, out));
            }
        });
        result.and_then(|()| out.write_str(tail))
    }

    /// Appends the text with its values without a formatter, if it only has strings and numbers. Returns whether it
    /// has.
    pub(crate) fn push_simple(self, args: &[Arg<'_>], out: &mut Vec<u8>) -> bool {
        let mut simple = true;
        let tail = self.each(|literal, index| {
            out.extend_from_slice(literal.as_bytes());
            match args.get(index).map(|arg| arg.0) {
                Some(Kind::Str(text)) => out.extend_from_slice(text.as_bytes()),
                Some(Kind::U64(number)) => json::push_u64(out, number),
                Some(Kind::I64(number)) => json::push_i64(out, number),
                Some(_) => simple = false,
                None => {}
            }
        });
        out.extend_from_slice(tail.as_bytes());
        simple
    }
}

/// A template that is made at run time, from a translation file.
#[derive(Default)]
pub(crate) struct Literals {
    text: String,
    data: Vec<u8>,
    /// Where the current literal begins.
    from: usize,
}

impl Literals {
    pub(crate) fn push(&mut self, literal: &str) {
        self.text.push_str(literal);
    }

    pub(crate) fn argument(&mut self, argument: u8) {
        // Longer texts have been refused.
        let literal_len = u16::try_from(self.text.len() - self.from).unwrap_or(u16::MAX);
        self.data.extend(PlaceholderData { literal_len, argument }.to_bytes());
        self.from = self.text.len();
    }

    pub(crate) fn leak(self) -> Template {
        let data = [vec![template_flags(&self.text)], self.data].concat();
        Template { text: self.text.leak(), data: data.leak() }
    }
}

/// Writes a value as `Display` shows it, with a formatter of its own, as `write!` does.
pub(crate) fn write_arg(arg: Arg<'_>, out: &mut dyn fmt::Write) -> fmt::Result {
    match arg.0 {
        Kind::None => Ok(()),
        Kind::Redacted => out.write_str("[redacted]"),
        Kind::Str(text) => out.write_str(text),
        Kind::U64(number) => out.write_fmt(format_args!("{number}")),
        Kind::I64(number) => out.write_fmt(format_args!("{number}")),
        Kind::Bool(value) => out.write_str(if value { "true" } else { "false" }),
        Kind::Text(value) => out.write_fmt(format_args!("{value}")),
        Kind::Both(value) => out.write_fmt(format_args!("{value}")),
        Kind::Debug(value) => out.write_fmt(format_args!("{value:?}")),
        Kind::Path(path) => out.write_fmt(format_args!("{}", path.display())),
        Kind::Json(value) => {
            let mut json = Vec::new();
            value.to_json(&mut json).map_err(|_| fmt::Error)?;
            out.write_str(&String::from_utf8_lossy(&json))
        }
        Kind::After(after) => {
            after.map_or(Ok(()), |after| out.write_fmt(format_args!("{}", after.as_secs())))
        }
        Kind::Violations(violations) => out.write_fmt(format_args!("{}", violations.len())),
    }
}
