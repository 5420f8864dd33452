//! An event's fields, written as JSON values, and sorted into those that dialects have names for and others.

use super::{
    escape::{self, Bounded},
    known::Known,
    site::{self, Key, Site, SiteKind},
};
use crate::contain;
use errcode_core::json;
use std::{
    fmt::{self, Debug, Write as _},
    ops::Range,
};
use tracing_core::{
    Event, Field, Metadata,
    field::Visit,
    span::{Attributes, Record},
};

/// The values of one event or span. Reused from event to event.
#[derive(Default)]
pub(super) struct Fields {
    values: Vec<u8>,
    /// The range of each known field that is present.
    known: [Range<usize>; Known::ALL.len()],
    /// The set of known fields that are present.
    present: u32,
    /// The other fields as members of a line: `,"name":value` each.
    others: Vec<u8>,
    /// The key of each other field, and the range of its value.
    places: Vec<(&'static [u8], Range<usize>)>,
    /// Nothing asks for the places.
    flat: bool,
    /// The attached facts, as members of an object.
    extra: Vec<u8>,
}

impl Fields {
    /// Removes all fields. `flat` says that the next ones are only asked for as a whole, and by their known names.
    pub(super) fn clear(&mut self, flat: bool) {
        (self.present, self.flat) = (0, flat);
        self.values.clear();
        self.others.clear();
        self.places.clear();
        self.extra.clear();
    }

    /// Adds the fields of an event. `own` says that it is this crate's.
    pub(super) fn collect(&mut self, event: &Event<'_>, own: bool) {
        let site = site::of(event.metadata(), SiteKind::Event);
        event.record(&mut Visitor { fields: self, site, own });
    }

    pub(super) fn of_span(attributes: &Attributes<'_>) -> Self {
        let mut fields = Self::default();
        let site = site::of(attributes.metadata(), SiteKind::Span);
        attributes.record(&mut Visitor { fields: &mut fields, site, own: false });
        fields
    }

    /// Collects fields that are recorded on a span later.
    pub(super) fn of_record(metadata: &'static Metadata<'static>, record: &Record<'_>) -> Self {
        let mut fields = Self::default();
        let site = site::of(metadata, SiteKind::Span);
        record.record(&mut Visitor { fields: &mut fields, site, own: false });
        fields
    }

    /// Adds the other fields of `later`. One that there is already is replaced.
    pub(super) fn replace(&mut self, later: &Self) {
        for (key, value) in later.others() {
            if let Some(at) = self.places.iter().position(|(known, _)| *known == key) {
                self.remove(at);
            }
            self.put_other(key, |out| out.extend_from_slice(value));
        }
    }

    /// Returns the value as JSON.
    pub(super) fn known(&self, which: Known) -> Option<&[u8]> {
        let is_present = self.present & which.bit() != 0;
        let range = || self.known[which as usize].clone();
        if is_present { self.values.get(range()).filter(|value| !value.is_empty()) } else { None }
    }

    /// Returns those of the dialect `plain` after event and message.
    pub(super) fn rest_of_plain(&self) -> impl Iterator<Item = (Known, &[u8])> {
        Known::rest_of_plain(self.present).filter_map(|known| Some((known, self.known(known)?)))
    }

    /// Returns the other fields: each key as `,"name":`, and the value as JSON.
    pub(super) fn others(&self) -> impl Iterator<Item = (&'static [u8], &[u8])> {
        self.places
            .iter()
            .map(|(key, range)| (*key, self.others.get(range.clone()).unwrap_or_default()))
    }

    /// Returns the other fields as members that follow others.
    pub(super) fn all_others(&self) -> &[u8] {
        &self.others
    }

    pub(super) fn has(&self, key: &[u8]) -> bool {
        self.places.iter().any(|(known, _)| *known == key)
    }

    /// Returns the attached facts, as members of an object.
    pub(super) fn extra(&self) -> &[u8] {
        &self.extra
    }

    /// Adds an attached fact, unless there is one with this key or the line would be too long.
    pub(super) fn attach(&mut self, key: &str, value: &str) {
        const MOST: usize = 4 * escape::LONGEST;
        let start = self.extra.len();
        if start > MOST {
            return;
        }
        self.extra.extend_from_slice(if start == 0 { b"" } else { b"," });
        let named = self.extra.len();
        escape::push_string(&mut self.extra, key);
        self.extra.push(b':');
        if is_member(&self.extra[..start], &self.extra[named..]) {
            self.extra.truncate(start);
            return;
        }
        escape::push_string(&mut self.extra, value);
    }

    pub(super) fn put(&mut self, which: Known, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.values.len();
        write(&mut self.values);
        self.known[which as usize] = start..self.values.len();
        self.present |= which.bit();
    }

    /// Sets a known field or adds another one.
    pub(super) fn put_key(&mut self, key: Key, write: impl FnOnce(&mut Vec<u8>)) {
        match key {
            Key::Known(Known::Extra) | Key::Skipped => {}
            Key::Known(known) => self.put(known, write),
            Key::Other(key) => self.put_other(key, write),
        }
    }

    pub(super) fn put_text(&mut self, which: Known, text: &str) {
        self.put(which, |out| escape::push_string(out, text));
    }

    pub(super) fn put_other(&mut self, key: &'static [u8], write: impl FnOnce(&mut Vec<u8>)) {
        self.others.extend_from_slice(key);
        let start = self.others.len();
        write(&mut self.others);
        if !self.flat {
            self.places.push((key, start..self.others.len()));
        }
    }

    /// Sets a text that is formatted. Its values are this crate's, or plain texts and numbers.
    pub(super) fn put_display(&mut self, which: Known, text: fmt::Arguments<'_>) {
        self.put(which, |out| {
            out.push(b'"');
            // An error says that the text was cut.
            let _ = Bounded::new(out).write_fmt(text);
            out.push(b'"');
        });
    }

    /// Removes the other field at this position.
    fn remove(&mut self, at: usize) {
        let (key, value) = self.places.remove(at);
        let gone = value.start - key.len()..value.end;
        let length = gone.len();
        self.others.drain(gone);
        for (_, later) in &mut self.places[at..] {
            *later = later.start - length..later.end - length;
        }
    }

    /// Sets a text that needs no escape, for example a code.
    pub(super) fn put_plain(&mut self, which: Known, text: &str) {
        self.put(which, |out| {
            out.push(b'"');
            out.extend_from_slice(text.as_bytes());
            out.push(b'"');
        });
    }
}

/// Returns whether there is a member with this key. Quotes in values are escaped, so a match begins at a key.
fn is_member(members: &[u8], key: &[u8]) -> bool {
    members
        .windows(key.len())
        .enumerate()
        .any(|(at, window)| window == key && (at == 0 || members.get(at - 1) == Some(&b',')))
}

struct Visitor<'a> {
    fields: &'a mut Fields,
    site: &'static Site,
    /// It is an event of this crate's, some of whose fields are JSON already.
    own: bool,
}

impl Visitor<'_> {
    fn put(&mut self, field: &Field, write: impl FnOnce(&mut Vec<u8>)) {
        if let Some(key) = self.site.keys.get(field.index()) {
            self.fields.put_key(*key, write);
        }
    }
}

impl Visit for Visitor<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has neither infinity nor NaN.
        self.put(field, |out| {
            if value.is_finite() {
                let _ = write!(json::Escaped(out), "{value}");
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
        self.put(field, |out| escape::push_string(out, value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "errcode.extra" if self.own => {
                return self.fields.extra.extend_from_slice(format!("{value:?}").as_bytes());
            }
            "journey" if self.own => {
                return self
                    .put(field, |out| out.extend_from_slice(format!("{value:?}").as_bytes()));
            }
            _ => {}
        }
        self.put(field, |out| {
            out.push(b'"');
            // An error ends the value: it was cut, or its `Debug` failed.
            let panicked = contain::nested(|| {
                let _ = write!(Bounded::new(out), "{value:?}");
            })
            .err();
            if let Some(panicked) = panicked {
                let _ = write!(Bounded::new(out), "[{panicked}]");
            }
            out.push(b'"');
        });
    }
}
