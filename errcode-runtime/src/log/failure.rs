//! A failure as a `tracing` event, and as the fields of a line.

use super::{escape, fields::Fields, known::Known, own_event::Target};
use crate::event::FailureEvent;
use errcode_core::{ErrorSpec, Level, json};
use std::fmt::{self, Write as _};
use tracing_core::Metadata;

/// The target of failures.
pub(super) const TARGET: Target = Target::App;

/// Returns whether the event is a failure's, by its call site.
pub(super) fn is_of(metadata: &Metadata<'_>) -> bool {
    metadata.module_path() == Some(module_path!())
}

/// Returns the level by the name that `tracing` has for it.
pub(super) const fn level(level: Level) -> tracing::Level {
    match level {
        Level::Error => tracing::Level::ERROR,
        Level::Warn => tracing::Level::WARN,
        Level::Info => tracing::Level::INFO,
        Level::Debug => tracing::Level::DEBUG,
        Level::Trace => tracing::Level::TRACE,
    }
}

/// Returns whether a subscriber wants failures of the level.
pub(super) fn is_enabled(level: Level) -> bool {
    match level {
        Level::Error => tracing::enabled!(target: TARGET.as_str(), tracing::Level::ERROR),
        Level::Warn => tracing::enabled!(target: TARGET.as_str(), tracing::Level::WARN),
        Level::Info => tracing::enabled!(target: TARGET.as_str(), tracing::Level::INFO),
        Level::Debug => tracing::enabled!(target: TARGET.as_str(), tracing::Level::DEBUG),
        Level::Trace => tracing::enabled!(target: TARGET.as_str(), tracing::Level::TRACE),
    }
}

/// An event at a level that is known only at run time.
macro_rules! failure_event {
    ($level:ident, $event:ident) => {
        tracing::event!(
            target: TARGET.as_str(),
            tracing::Level::$level,
            event = "failure",
            code = $event.spec.code().as_str(),
            http_status = $event.served.http_status,
            uri = $event.served.uri,
            method = $event.served.method,
            outcome = "failure",
            duration_ms = $event.served.millis(),
            retry_count = retries($event),
            category = $event.spec.category().as_str(),
            location = $event.location.map(|location| tracing::field::display(FileAndLine(location))),
            cause = $event.cause,
            owner = $event.spec.owner(),
            context = $event.doing,
            broken = $event.broken,
            phase = $event.served.phase,
            journey = $event.journey.map(tracing::field::display),
            backtrace = $event.backtrace,
            error_type = tracing::field::display(TypeAndVariant($event.spec)),
            bytes_sent = $event.served.bytes_sent,
            errcode.extra = tracing::field::display(Attached($event)),
            "{}",
            $event.message
        )
    };
}

/// Emits the `tracing` event.
pub(super) fn dispatch(event: &FailureEvent<'_>) {
    match event.level {
        Level::Error => failure_event!(ERROR, event),
        Level::Warn => failure_event!(WARN, event),
        Level::Info => failure_event!(INFO, event),
        Level::Debug => failure_event!(DEBUG, event),
        Level::Trace => failure_event!(TRACE, event),
    }
}

/// Sets the fields.
pub(super) fn fill(fields: &mut Fields, event: &FailureEvent<'_>) {
    let (spec, served) = (event.spec, &event.served);
    fields.put_plain(Known::Event, "failure");
    match event.message {
        "" => fields.put(Known::Message, |out| escape::push_bytes(out, event.simple)),
        message => fields.put_text(Known::Message, message),
    }
    fields.put_plain(Known::Code, spec.code().as_str());
    if let Some(status) = served.http_status {
        fields.put(Known::HttpStatus, |out| json::push_u64(out, status.into()));
    }
    let texts = [
        (Known::Uri, served.uri),
        (Known::Method, served.method),
        (Known::Cause, event.cause),
        (Known::Owner, spec.owner()),
        (Known::Context, event.doing),
        (Known::Broken, event.broken),
        (Known::Phase, served.phase),
        (Known::Backtrace, event.backtrace),
    ];
    for (known, text) in texts {
        if let Some(text) = text {
            fields.put_text(known, text);
        }
    }
    fields.put_plain(Known::Outcome, "failure");
    fields.put(Known::DurationMs, |out| json::push_u64(out, served.millis()));
    if let Some(retries) = retries(event) {
        fields.put(Known::RetryCount, |out| json::push_u64(out, retries));
    }
    fields.put_plain(Known::Category, spec.category().as_str());
    fields.put(Known::ErrorType, |out| {
        out.push(b'"');
        let _ = write!(json::Escaped(out), "{}", TypeAndVariant(spec));
        out.push(b'"');
    });
    if let Some(location) = event.location {
        fields.put(Known::Location, |out| {
            out.push(b'"');
            escape::push_text(out, location.file());
            out.push(b':');
            json::push_u64(out, location.line().into());
            out.push(b'"');
        });
    }
    if let Some(journey) = event.journey {
        fields.put(Known::Journey, |out| out.extend_from_slice(journey.as_bytes()));
    }
    add_others(fields, event);
}

/// Adds the fields without a name in dialects, and the attached facts.
pub(super) fn add_others(fields: &mut Fields, event: &FailureEvent<'_>) {
    if let Some(sent) = event.served.bytes_sent {
        fields.put_other(b",\"bytes_sent\":", |out| json::push_u64(out, sent));
    }
    for (key, value) in event.failure.attachments() {
        fields.attach(key, value);
    }
}

/// Returns how often the call was attempted again.
pub(super) fn retries(event: &FailureEvent<'_>) -> Option<u64> {
    let attempts = event.failure.journey()?.attempts;
    attempts.checked_sub(1).map(u64::from)
}

/// Writes `ProjectError::NotFound`, or the name of a struct.
struct TypeAndVariant(ErrorSpec);

impl fmt::Display for TypeAndVariant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (of, variant) = (self.0.type_name(), self.0.variant());
        if of == variant { f.write_str(of) } else { write!(f, "{of}::{variant}") }
    }
}

struct FileAndLine(&'static std::panic::Location<'static>);

impl fmt::Display for FileAndLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.0.file(), self.0.line())
    }
}

/// The facts that are attached to the failure, as members of a JSON object.
struct Attached<'a>(&'a FailureEvent<'a>);

impl fmt::Display for Attached<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = Fields::default();
        for (key, value) in self.0.failure.attachments() {
            fields.attach(key, value);
        }
        f.write_str(&String::from_utf8_lossy(fields.extra()))
    }
}
