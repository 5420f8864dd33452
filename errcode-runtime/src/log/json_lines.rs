//! The layer of `tracing-subscriber` that writes the lines.

use super::{
    dialect::Dialect,
    failure, failure_line,
    fields::Fields,
    layout::Layout,
    line::{self, Parts},
    listener::Levels,
    queue::{self, Queue},
    request_line,
};
use crate::{Context, Served, contain, event::FailureEvent};
use std::{
    cell::Cell,
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};
use tracing_core::{
    Dispatch, Event, Level, LevelFilter, Metadata, Subscriber,
    span::{Attributes, Current, Id, Record},
};
use tracing_log::NormalizeEvent as _;
use tracing_subscriber::{
    Layer, Registry,
    filter::{Filtered, Targets},
    layer::{Context as LayerContext, Layered},
    registry::{LookupSpan, Scope},
};

/// A `tracing-subscriber` layer that writes each event as one JSON line, in a [`Dialect`].
///
/// Default: `plain`, `ts lvl logger service event msg traceId taskId requestId code httpStatus uri method status
/// durationMs retryCount` and the event's other fields.
///
/// The fields of the spans around an event are members of its line too; of fields with the same name the innermost
/// counts. A field with the name of a standard member is written as `extra.NAME`.
///
/// For a subscriber of your own; [`init`](crate::init) and [`Logging`](crate::Logging) install theirs with it:
///
/// ```
/// use errcode_runtime::JsonLines;
/// use std::sync::{Arc, Mutex};
/// use tracing_subscriber::layer::SubscriberExt as _;
///
/// let log = Arc::new(Mutex::new(Vec::new()));
/// let lines = Arc::clone(&log);
/// let layer = JsonLines::to(move |line| lines.lock().unwrap().extend_from_slice(line));
/// let subscriber = tracing_subscriber::registry().with(layer);
/// tracing::subscriber::with_default(subscriber, || tracing::info!(port = 3000, "listening"));
///
/// let log = String::from_utf8(log.lock().unwrap().clone()).unwrap();
/// assert!(log.contains(r#""msg":"listening""#) && log.contains(r#""port":3000"#), "{log}");
/// ```
pub struct JsonLines {
    format: Format,
    out: Output,
    /// What is logged, if nothing else listens. Known once there is a dispatcher.
    pub(super) alone: OnceLock<Levels>,
    /// Whether any span has had fields. Without one, no line has to look for the spans around it.
    has_spans: AtomicBool,
}

/// How lines look.
#[derive(Clone)]
pub(super) enum Format {
    Pretty,
    Plain,
    /// Members with other names.
    Named(Arc<Layout>),
}

impl Format {
    /// Returns the line that reports missing lines.
    pub(super) fn dropped_line(&self) -> queue::DroppedLine {
        match self {
            Self::Pretty => Box::new(line::write_dropped_pretty),
            Self::Plain => Box::new(line::write_dropped),
            Self::Named(layout) => {
                let layout = Arc::clone(layout);
                Box::new(move |count, out| layout.write_dropped(count, out))
            }
        }
    }
}

pub(super) enum Output {
    Queue(Queue),
    Writer(Writer),
}

pub(super) type Writer = Box<dyn Fn(&[u8]) + Send + Sync>;

/// An event's fields and its line. The thread reuses them.
#[derive(Default)]
pub(crate) struct Buffers {
    fields: Fields,
    of_spans: Vec<u8>,
    line: Vec<u8>,
}

impl JsonLines {
    /// Creates a layer that passes each line, with its newline, to the closure.
    #[must_use]
    pub fn to(write: impl Fn(&[u8]) + Send + Sync + 'static) -> Self {
        Self::new(Format::Plain, Output::Writer(Box::new(write)))
    }

    /// Sets the dialect.
    #[must_use]
    pub fn dialect(self, dialect: Dialect) -> Self {
        let format = match Layout::new(dialect, &[]).0 {
            Some(layout) => Format::Named(Arc::new(layout)),
            None => Format::Plain,
        };
        Self { format, ..self }
    }

    pub(super) fn new(format: Format, out: Output) -> Self {
        Self { format, out, alone: OnceLock::new(), has_spans: AtomicBool::new(false) }
    }

    /// Returns the current span, unless no span has fields.
    #[inline]
    fn current_span(&self, lines: &Dispatch) -> Option<Current> {
        self.has_spans.load(Ordering::Acquire).then(|| lines.current_span())
    }

    pub(super) fn is_plain(&self) -> bool {
        matches!(self.format, Format::Plain)
    }

    /// Writes a failure that bypasses the subscriber, within the registry's current span.
    pub(super) fn write_failure(
        &self,
        event: &FailureEvent<'_>,
        lines: &Dispatch,
        buffers: &mut Buffers,
    ) {
        let current = self.current_span(lines);
        let spans = scope_of(current.as_ref(), lines);
        if !self.is_plain() {
            let of = (failure::level(event.level), failure::TARGET.as_str());
            self.fill(buffers, event.context, |fields| failure::fill(fields, event), spans);
            return self.write(of, event.context, buffers);
        }
        self.fill(buffers, event.context, |fields| failure::add_others(fields, event), spans);
        let Buffers { fields, of_spans, line } = buffers;
        failure_line::write(event, fields, of_spans, line);
        self.push(line);
    }

    /// Does the same with another event of this crate.
    pub(super) fn write_own(
        &self,
        of: (Level, &str),
        fill: impl FnOnce(&mut Fields),
        lines: &Dispatch,
    ) {
        let current = self.current_span(lines);
        self.write_event(of, fill, scope_of(current.as_ref(), lines));
    }

    /// Does the same with the access line of a request. Returns `false` for lines that need all fields.
    pub(super) fn write_request(
        &self,
        served: &Served<'_>,
        outcome: &str,
        lines: &Dispatch,
    ) -> bool {
        if !self.is_plain() || !request_line::is_short(served) {
            return false;
        }
        let current = self.current_span(lines);
        let spans = scope_of(current.as_ref(), lines);
        with_buffers(|buffers| {
            let context = Context::current();
            let context = context.as_ref();
            self.fill(buffers, context, |fields| request_line::add_others(fields, served), spans);
            let Buffers { fields, of_spans, line } = buffers;
            request_line::write((served, outcome), context, (fields, of_spans), line);
            self.push(line);
        });
        true
    }

    fn write_event<S>(
        &self,
        of: (Level, &str),
        fill: impl FnOnce(&mut Fields),
        spans: Option<Scope<'_, S>>,
    ) where
        S: for<'a> LookupSpan<'a>,
    {
        with_buffers(|buffers| {
            let context = Context::current();
            self.fill(buffers, context.as_ref(), fill, spans);
            self.write(of, context.as_ref(), buffers);
        });
    }

    /// Collects the fields of an event and of the spans around it.
    fn fill<S>(
        &self,
        Buffers { fields, of_spans, line }: &mut Buffers,
        context: Option<&Context>,
        fill: impl FnOnce(&mut Fields),
        spans: Option<Scope<'_, S>>,
    ) where
        S: for<'a> LookupSpan<'a>,
    {
        fields.clear(spans.is_none() && self.is_plain());
        fill(fields);
        of_spans.clear();
        if let Some(spans) = spans {
            write_spans(spans, fields, of_spans);
        }
        if let Some(context) = context {
            context.for_each_attachment(|key, value| fields.attach(key, value));
        }
        line.clear();
        line.reserve(1024);
    }

    fn write(
        &self,
        (level, target): (Level, &str),
        context: Option<&Context>,
        Buffers { fields, of_spans, line }: &mut Buffers,
    ) {
        let parts = Parts { level, target, fields, of_spans };
        match &self.format {
            Format::Pretty => line::write_pretty(&parts, context, line),
            Format::Plain => line::write_plain(&parts, context, line),
            Format::Named(layout) => layout.write(&parts, context, line),
        }
        self.push(line);
    }

    fn push(&self, line: &[u8]) {
        match &self.out {
            Output::Queue(queue) => queue.push(line),
            Output::Writer(write) => {
                let _ = contain::run(|| write(line));
            }
        }
    }
}

/// Calls the closure with the thread's buffers. An event within a `Display` that is being logged finds them taken, and
/// gets its own.
fn with_buffers(write: impl FnOnce(&mut Buffers)) {
    thread_local! { static BUFFERS: Cell<Option<Box<Buffers>>> = const { Cell::new(None) }; }
    // A destructor of another thread-local value may log after this one is gone.
    let mut buffers = BUFFERS.try_with(Cell::take).ok().flatten().unwrap_or_default();
    write(&mut buffers);
    let _ = BUFFERS.try_with(|of_thread| of_thread.set(Some(buffers)));
}

impl<S> Layer<S> for JsonLines
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    fn on_register_dispatch(&self, dispatch: &Dispatch) {
        if let Some(levels) = levels_if_alone(dispatch) {
            let _ = self.alone.set(levels);
        }
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: LayerContext<'_, S>) {
        // The ids of this crate's own spans are in every line already.
        if is_ours(attributes.metadata()) || attributes.metadata().fields().is_empty() {
            return;
        }
        // A value's `Debug` may log an event, whose line reads the span. So none is written while the span is locked.
        let fields = Fields::of_span(attributes);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
            self.has_spans.store(true, Ordering::Release);
        }
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: LayerContext<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let later = Fields::of_record(span.metadata(), record);
        if let Some(fields) = span.extensions_mut().get_mut::<Fields>() {
            fields.replace(&later);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: LayerContext<'_, S>) {
        let spans = context.event_scope(event);
        let metadata = event.metadata();
        let own = failure::is_of(metadata);
        let fill = |fields: &mut Fields| fields.collect(event, own);
        // The target of the call sites that `tracing-log` writes records of `log` to.
        let of_log = if metadata.target() == "log" { event.normalized_metadata() } else { None };
        match of_log {
            Some(of_log) => self.write_event((*of_log.level(), of_log.target()), fill, spans),
            None => self.write_event((*metadata.level(), metadata.target()), fill, spans),
        }
    }
}

/// A registry with only the layer of lines, as tests create it and [`Logging`](crate::Logging) installs it.
type Lines = Layered<JsonLines, Registry>;
type FilteredLines = Layered<Filtered<JsonLines, Targets, Registry>, Registry>;

/// Returns what is logged, if the layer of lines is the dispatcher's only listener.
fn levels_if_alone(dispatch: &Dispatch) -> Option<Levels> {
    if !dispatch.is::<Lines>() && !dispatch.is::<FilteredLines>() {
        return None;
    }
    let Some(filter) = dispatch.downcast_ref::<Targets>() else {
        return Some(Levels::new(|_| LevelFilter::TRACE));
    };
    Some(Levels::new(|target| {
        let mut most_first = errcode_core::Level::ALL.map(failure::level).into_iter().rev();
        let most = most_first.find(|level| filter.would_enable(target.as_str(), level));
        most.map_or(LevelFilter::OFF, LevelFilter::from_level)
    }))
}

/// Returns the spans around an event that bypasses the subscriber.
fn scope_of<'a>(current: Option<&Current>, lines: &'a Dispatch) -> Option<Scope<'a, Registry>> {
    let id = current?.id()?;
    Some(lines.downcast_ref::<Registry>()?.span(id)?.scope())
}

fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.module_path().is_some_and(|path| path.starts_with("errcode_runtime::"))
}

/// Appends the fields of the spans around the event, the innermost first, except those that it or an inner span has.
fn write_spans<'s, S>(spans: Scope<'s, S>, event: &Fields, out: &mut Vec<u8>)
where
    S: for<'a> LookupSpan<'a>,
{
    for span in spans {
        let extensions = span.extensions();
        let Some(fields) = extensions.get::<Fields>() else { continue };
        for (key, value) in fields.others() {
            let written = event.has(key) || out.windows(key.len()).any(|window| window == key);
            if !written {
                out.extend_from_slice(key);
                out.extend_from_slice(value);
            }
        }
    }
}

impl fmt::Debug for JsonLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonLines").finish_non_exhaustive()
    }
}
