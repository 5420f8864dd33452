//! An event's fields, each already written as a JSON value, sorted into those the dialects know and the rest.

use errcode_core::json::{self, Escaped};
use std::{
    fmt::{self, Debug, Write as _},
    ops::Range,
};
use tracing_core::{Event, Field, field::Visit};

/// The fields that dialects give a name of their own, by the name under which events carry them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    Message,
    Event,
    Code,
    HttpStatus,
    Uri,
    Method,
    Outcome,
    DurationMs,
    RetryCount,
    Extra,
}

const KNOWN: [(&str, Known); 10] = [
    ("message", Known::Message),
    ("event", Known::Event),
    ("code", Known::Code),
    ("http_status", Known::HttpStatus),
    ("uri", Known::Uri),
    ("method", Known::Method),
    ("outcome", Known::Outcome),
    ("duration_ms", Known::DurationMs),
    ("retry_count", Known::RetryCount),
    ("errcode.extra", Known::Extra),
];

/// No value is longer than this in a line, in bytes.
const LONGEST: usize = 16 * 1024;

/// The values of one event. Reused from event to event.
#[derive(Default)]
pub(super) struct Fields {
    values: Vec<u8>,
    known: [Range<usize>; KNOWN.len()],
    others: Vec<(&'static str, Range<usize>)>,
    /// The members of attached facts: only events of this crate may bring them.
    extra: Vec<u8>,
    ours: bool,
}

impl Fields {
    pub(super) fn collect(&mut self, event: &Event<'_>) {
        self.values.clear();
        self.others.clear();
        self.extra.clear();
        self.known = Default::default();
        self.ours = event.metadata().module_path() == Some("errcode_runtime::report");
        event.record(self);
    }

    /// The value as JSON.
    pub(super) fn known(&self, which: Known) -> Option<&[u8]> {
        let range = self.known[which as usize].clone();
        self.values.get(range).filter(|value| !value.is_empty())
    }

    /// The remaining fields, by name, as JSON.
    pub(super) fn others(&self) -> impl Iterator<Item = (&'static str, &[u8])> {
        self.others
            .iter()
            .map(|(name, range)| (*name, self.values.get(range.clone()).unwrap_or_default()))
    }

    /// The attached facts, as members of an object.
    pub(super) fn extra(&self) -> &[u8] {
        &self.extra
    }

    fn put(&mut self, field: &Field, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.values.len();
        write(&mut self.values);
        let range = start..self.values.len();
        let name = field.name();
        match KNOWN.iter().find(|(known, _)| *known == name) {
            Some((_, which)) => self.known[*which as usize] = range,
            None => self.others.push((name.strip_prefix("r#").unwrap_or(name), range)),
        }
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has no word for infinity.
        self.put(field, |out| {
            if value.is_finite() {
                let _ = write!(Escaped(out), "{value}");
            } else {
                out.extend_from_slice(b"null");
            }
        });
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, |out| json::push_i64(out, value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, |out| json::push_u64(out, value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, |out| out.extend_from_slice(if value { b"true" } else { b"false" }));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "errcode.extra" && self.ours {
            return self.extra.extend_from_slice(value.as_bytes());
        }
        self.put(field, |out| {
            out.push(b'"');
            let _ = Bounded { out, left: LONGEST }.write_str(value);
            out.push(b'"');
        });
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field, |out| {
            out.push(b'"');
            let _ = write!(Bounded { out, left: LONGEST }, "{value:?}");
            out.push(b'"');
        });
    }
}

/// Escapes, and cuts what is too long.
struct Bounded<'a> {
    out: &'a mut Vec<u8>,
    left: usize,
}

impl fmt::Write for Bounded<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.len() <= self.left {
            self.left -= text.len();
            json::push_escaped(self.out, text);
            return Ok(());
        }
        if self.left > 0 {
            let mut end = self.left;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            json::push_escaped(self.out, &text[..end]);
            json::push_escaped(self.out, "…");
            self.left = 0;
        }
        Err(fmt::Error)
    }
}
