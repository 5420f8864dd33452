//! A failure's line: its fields are put in place directly, since to write them needs no visit by names.

use super::{
    ANY, BUFFERS, escape,
    fields::{Fields, Known},
};
use crate::event::FailureEvent;
use errcode_core::{Level, json};
use std::{fmt, sync::atomic::Ordering};
use tracing_core::Metadata;

/// Whether the event is a failure's, by its call site.
pub(super) fn is_of(metadata: &Metadata<'_>) -> bool {
    metadata.module_path() == Some(module_path!())
}

/// An event at a level that is known only at run time. A layer of others reads the fields; ours finds them prepared.
macro_rules! failure_event {
    ($level:ident, $event:ident) => {
        tracing::event!(
            target: "app",
            tracing::Level::$level,
            event = "failure",
            code = $event.spec.code().as_str(),
            http_status = $event.served.http_status,
            uri = $event.served.uri,
            method = $event.served.method,
            outcome = "failure",
            duration_ms = $event.served.millis(),
            category = $event.spec.category().as_str(),
            location = $event.location.map(|place| tracing::field::display(Place(place))),
            cause = $event.cause,
            owner = $event.spec.owner(),
            broken = $event.broken,
            phase = $event.served.phase,
            errcode.extra = tracing::field::display(Attached($event)),
            "{}",
            $event.message
        )
    };
}

/// Writes the one log event of a failure, at the level of its code.
pub(crate) fn write(event: &FailureEvent<'_>) {
    if ANY.load(Ordering::Acquire) {
        let mut buffers = BUFFERS.take().unwrap_or_default();
        fill(&mut buffers.fields, event);
        buffers.prepared = true;
        BUFFERS.set(Some(buffers));
    }
    match event.level {
        Level::Error => failure_event!(ERROR, event),
        Level::Warn => failure_event!(WARN, event),
        Level::Info => failure_event!(INFO, event),
        Level::Debug => failure_event!(DEBUG, event),
        Level::Trace => failure_event!(TRACE, event),
    }
    if let Some(mut buffers) = BUFFERS.take() {
        buffers.prepared = false;
        BUFFERS.set(Some(buffers));
    }
}

fn fill(fields: &mut Fields, event: &FailureEvent<'_>) {
    fields.clear();
    let (spec, served) = (event.spec, &event.served);
    fields.put_plain(Known::Event, "failure");
    fields.put_text(Known::Message, event.message);
    fields.put_plain(Known::Code, spec.code().as_str());
    if let Some(status) = served.http_status {
        fields.put(Known::HttpStatus, |out| json::push_u64(out, status.into()));
    }
    let texts = [
        (Known::Uri, served.uri),
        (Known::Method, served.method),
        (Known::Cause, event.cause),
        (Known::Owner, spec.owner()),
        (Known::Broken, event.broken),
        (Known::Phase, served.phase),
    ];
    for (known, text) in texts {
        if let Some(text) = text {
            fields.put_text(known, text);
        }
    }
    fields.put_plain(Known::Outcome, "failure");
    fields.put(Known::DurationMs, |out| json::push_u64(out, served.millis()));
    fields.put_plain(Known::Category, spec.category().as_str());
    if let Some(place) = event.location {
        fields.put(Known::Location, |out| {
            out.push(b'"');
            escape::push_text(out, place.file());
            out.push(b':');
            json::push_u64(out, place.line().into());
            out.push(b'"');
        });
    }
    for (key, value) in event.failure.attachments() {
        fields.attach(key, value);
    }
}

struct Place(&'static std::panic::Location<'static>);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.0.file(), self.0.line())
    }
}

/// What is attached to the failure and its context, as the members of a JSON object, for the layers of others.
struct Attached<'a>(&'a FailureEvent<'a>);

impl fmt::Display for Attached<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = Fields::default();
        for (key, value) in self.0.failure.attachments() {
            fields.attach(key, value);
        }
        if let Some(context) = self.0.context {
            context.for_each_attachment(|key, value| fields.attach(key, value));
        }
        f.write_str(&String::from_utf8_lossy(fields.extra()))
    }
}
