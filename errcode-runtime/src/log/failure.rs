//! A failure's line. If the log is the only listener, it is written directly from the typed event; otherwise it is a
//! `tracing` event, which every layer receives.

use super::{Buffers, JsonLines, escape, fields::Fields, known::Known, repeats};
use crate::{contain, event::FailureEvent};
use errcode_core::{ErrorSpec, Level, json};
use std::fmt::{self, Write as _};
use tracing_core::{Dispatch, LevelFilter, Metadata, dispatcher};
use tracing_subscriber::{
    Registry,
    filter::{Filtered, Targets},
    layer::Layered,
};

/// The target of failures.
pub(super) const TARGET: &str = "app";

/// A registry with only the layer of lines, as tests create it and [`Logging`](crate::Logging) installs it.
type Lines = Layered<JsonLines, Registry>;
type FilteredLines = Layered<Filtered<JsonLines, Targets, Registry>, Registry>;

/// Returns whether the event is a failure's, by its call site.
pub(super) fn is_of(metadata: &Metadata<'_>) -> bool {
    metadata.module_path() == Some(module_path!())
}

/// What listens to failures.
#[derive(Clone, Copy)]
pub(crate) enum Listener<'a> {
    /// Only the layer of lines, with this dispatcher.
    Lines(&'a JsonLines, &'a Dispatch),
    /// Any subscriber.
    Subscriber,
}

impl<'a> Listener<'a> {
    /// Returns what listens to failures of the level, if anything does.
    pub(crate) fn of(dispatch: &'a Dispatch, level: Level) -> Option<Self> {
        let lines = dispatch.downcast_ref::<JsonLines>();
        match lines.and_then(|lines| Some((lines, lines.alone.get()?))) {
            Some((lines, most)) => (of(level) <= *most).then_some(Self::Lines(lines, dispatch)),
            None => enabled(level).then_some(Self::Subscriber),
        }
    }

    /// Returns whether it needs a simple message as text.
    pub(crate) fn needs_text(self) -> bool {
        match self {
            Self::Lines(lines, _) => !lines.is_plain(),
            Self::Subscriber => true,
        }
    }
}

/// Returns whether the layer of lines is the only listener.
pub(crate) fn is_only_listener() -> bool {
    dispatcher::get_default(|dispatch| {
        dispatch.downcast_ref::<JsonLines>().is_some_and(|lines| lines.alone.get().is_some())
    })
}

/// Returns the level up to which failures are logged, if the layer of lines is the dispatcher's only listener.
pub(super) fn if_alone(dispatch: &Dispatch) -> Option<LevelFilter> {
    if !dispatch.is::<Lines>() && !dispatch.is::<FilteredLines>() {
        return None;
    }
    let Some(filter) = dispatch.downcast_ref::<Targets>() else { return Some(LevelFilter::TRACE) };
    let levels = [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error].map(of);
    let most = levels.into_iter().find(|level| filter.would_enable(TARGET, level));
    Some(most.map_or(LevelFilter::OFF, LevelFilter::from_level))
}

const fn of(level: Level) -> tracing::Level {
    match level {
        Level::Error => tracing::Level::ERROR,
        Level::Warn => tracing::Level::WARN,
        Level::Info => tracing::Level::INFO,
        Level::Debug => tracing::Level::DEBUG,
        Level::Trace => tracing::Level::TRACE,
    }
}

fn enabled(level: Level) -> bool {
    match level {
        Level::Error => tracing::enabled!(target: TARGET, tracing::Level::ERROR),
        Level::Warn => tracing::enabled!(target: TARGET, tracing::Level::WARN),
        Level::Info => tracing::enabled!(target: TARGET, tracing::Level::INFO),
        Level::Debug => tracing::enabled!(target: TARGET, tracing::Level::DEBUG),
        Level::Trace => tracing::enabled!(target: TARGET, tracing::Level::TRACE),
    }
}

/// Writes the one log event of a failure.
#[inline]
pub(crate) fn write(event: &FailureEvent<'_>, listener: Listener<'_>, buffers: &mut Buffers) {
    let shortened;
    let event = if repeats::is_repeat(event) {
        shortened = FailureEvent { cause: None, backtrace: None, ..*event };
        &shortened
    } else {
        event
    };
    match listener {
        Listener::Lines(lines, dispatch) => lines.write_failure(event, dispatch, buffers),
        Listener::Subscriber => {
            // A layer of the subscriber may panic, which must not cost the answer.
            let _ = contain::run(|| dispatch(event));
        }
    }
}

/// An event at a level that is known only at run time.
macro_rules! failure_event {
    ($level:ident, $event:ident) => {
        tracing::event!(
            target: TARGET,
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

fn dispatch(event: &FailureEvent<'_>) {
    match event.level {
        Level::Error => failure_event!(ERROR, event),
        Level::Warn => failure_event!(WARN, event),
        Level::Info => failure_event!(INFO, event),
        Level::Debug => failure_event!(DEBUG, event),
        Level::Trace => failure_event!(TRACE, event),
    }
}

pub(super) const fn level(event: &FailureEvent<'_>) -> tracing::Level {
    of(event.level)
}

/// Sets the fields.
pub(super) fn fill(fields: &mut Fields, event: &FailureEvent<'_>) {
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
