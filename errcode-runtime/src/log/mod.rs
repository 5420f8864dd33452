//! Log lines: one JSON object per event, or a readable line on a terminal.

mod escape;
mod failure;
mod fields;
mod install;
mod line;
mod queue;
mod site;

use crate::Context;
use fields::Fields;
use line::Parts;
use queue::Queue;
use std::{
    cell::Cell,
    mem,
    sync::atomic::{AtomicBool, Ordering},
};
use tracing_core::{
    Event, Metadata, Subscriber,
    span::{Attributes, Id, Record},
};
use tracing_log::NormalizeEvent as _;
use tracing_subscriber::{Layer, layer::Context as LayerContext, registry::LookupSpan};

pub(crate) use failure::write as write_failure;
pub use install::{Guard, Logging, flush, init};

/// Whether a layer was made at all: without one nobody prepares lines.
static ANY: AtomicBool = AtomicBool::new(false);

/// A `tracing-subscriber` layer that writes each event as one JSON line, in the dialect `plain`:
/// `ts lvl logger service event msg traceId taskId requestId code httpStatus uri method status durationMs retryCount`
/// and what else the event has.
///
/// The fields of the spans around an event are members of its line too; of two with one name the inner one counts. A
/// field that has the name of a member that every line has is written as `extra.NAME`.
pub struct JsonLines {
    pretty: bool,
    out: Output,
}

enum Output {
    Queue(Queue),
    Writer(Writer),
}

type Writer = Box<dyn Fn(&[u8]) + Send + Sync>;

/// An event's fields and its line, kept by the thread from event to event.
#[derive(Default)]
struct Buffers {
    fields: Fields,
    /// The fields are those of a failure that is being emitted.
    prepared: bool,
    of_spans: Vec<u8>,
    line: Vec<u8>,
}

thread_local! {
    static BUFFERS: Cell<Option<Box<Buffers>>> = const { Cell::new(None) };
}

impl JsonLines {
    /// Hands each line, with its newline, to the closure.
    #[must_use]
    pub fn to(write: impl Fn(&[u8]) + Send + Sync + 'static) -> Self {
        Self::new(false, Output::Writer(Box::new(write)))
    }

    fn new(pretty: bool, out: Output) -> Self {
        ANY.store(true, Ordering::Release);
        Self { pretty, out }
    }

    fn write(&self, metadata: &Metadata<'_>, buffers: &mut Buffers) {
        buffers.line.clear();
        {
            let context = Context::current();
            let Buffers { fields, of_spans, line, .. } = buffers;
            if let Some(context) = &context {
                context.for_each_attachment(|key, value| fields.attach(key, value));
            }
            let parts = Parts { metadata, fields, of_spans };
            if self.pretty {
                line::write_pretty(&parts, context.as_ref(), line);
            } else {
                line::write_plain(&parts, context.as_ref(), line);
            }
        }
        match &self.out {
            Output::Queue(queue) => queue.push(&buffers.line),
            Output::Writer(write) => write(&buffers.line),
        }
    }
}

impl<S> Layer<S> for JsonLines
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: LayerContext<'_, S>) {
        // The ids of this crate's own spans are in every line already.
        if is_ours(attributes.metadata()) || attributes.metadata().fields().is_empty() {
            return;
        }
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Fields::of_span(attributes));
        }
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: LayerContext<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            fields.record(span.metadata(), record);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: LayerContext<'_, S>) {
        // An event inside a `Display` that is being logged finds the buffers taken and gets its own.
        let mut buffers = BUFFERS.take().unwrap_or_default();
        let is_failure = failure::is_of(event.metadata());
        // So does an event of another layer that is told of a failure before this one.
        let kept =
            if buffers.prepared && !is_failure { Some(mem::take(&mut buffers)) } else { None };
        if !(buffers.prepared && is_failure) {
            buffers.fields.collect(event);
        }
        write_spans(event, &context, &mut buffers);
        match event.normalized_metadata() {
            Some(metadata) => self.write(&metadata, &mut buffers),
            None => self.write(event.metadata(), &mut buffers),
        }
        BUFFERS.set(Some(kept.unwrap_or(buffers)));
    }
}

fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.module_path().is_some_and(|path| path.starts_with("errcode_runtime::"))
}

/// Appends the fields of the spans around the event, the innermost first, without those that it or an inner span has.
fn write_spans<S>(event: &Event<'_>, context: &LayerContext<'_, S>, buffers: &mut Buffers)
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    buffers.of_spans.clear();
    let Some(scope) = context.event_scope(event) else { return };
    for span in scope {
        let extensions = span.extensions();
        let Some(fields) = extensions.get::<Fields>() else { continue };
        for (key, value) in fields.others() {
            let written = buffers.fields.has(key)
                || buffers.of_spans.windows(key.len()).any(|window| window == key);
            if !written {
                buffers.of_spans.extend_from_slice(key);
                buffers.of_spans.extend_from_slice(value);
            }
        }
    }
}

impl std::fmt::Debug for JsonLines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JsonLines").field("pretty", &self.pretty).finish_non_exhaustive()
    }
}
