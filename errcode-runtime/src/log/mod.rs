//! Log lines: one JSON object per event, or a readable line on a terminal.

mod fields;
mod line;

use crate::panic;
use fields::Fields;
use std::{
    cell::Cell,
    io::{self, IsTerminal, Write},
    str::FromStr,
};
use tracing_core::{Event, LevelFilter, Subscriber};
use tracing_subscriber::{
    Layer, Registry,
    filter::Targets,
    layer::{Context as LayerContext, SubscriberExt},
};

/// Starts logging to standard output: readable lines where that is a terminal, JSON lines (dialect `seed`) otherwise. Installs the panic hook
/// that keeps a panic inside a context to its one event.
///
/// `RUST_LOG` filters by target and level (`info`, `app=warn,sqlx=error`); without it everything from `info` on is written.
///
/// The first call counts; where another subscriber is installed already, that one stays. Returns whether this call's is in place.
pub fn init() -> bool {
    panic::install_hook();
    let wanted = std::env::var("RUST_LOG").unwrap_or_default();
    let (filter, complaint) = match Targets::from_str(&wanted) {
        Ok(targets) if !wanted.trim().is_empty() => (targets, None),
        Ok(_) => (default_filter(), None),
        Err(error) => (default_filter(), Some(error)),
    };
    let layer = JsonLines { pretty: io::stdout().is_terminal(), out: Output::Stdout };
    let subscriber = Registry::default().with(layer.with_filter(filter));
    let installed = tracing::subscriber::set_global_default(subscriber).is_ok();
    if let Some(error) = complaint {
        tracing::warn!(target: "app", "RUST_LOG is not understood ({error}); logging from `info` on");
    }
    installed
}

fn default_filter() -> Targets {
    Targets::new().with_default(LevelFilter::INFO)
}

/// A `tracing-subscriber` layer that writes each event as one JSON line in the dialect `seed`:
/// `ts lvl logger service event msg traceId taskId requestId code httpStatus uri method status durationMs retryCount` and what else the event has.
pub struct JsonLines {
    pretty: bool,
    out: Output,
}

enum Output {
    Stdout,
    Writer(Writer),
}

type Writer = Box<dyn Fn(&[u8]) + Send + Sync>;

/// An event's fields and its line, kept by the thread from event to event.
type Buffers = Box<(Fields, Vec<u8>)>;

impl JsonLines {
    /// Hands each line, with its newline, to the closure.
    #[must_use]
    pub fn to(write: impl Fn(&[u8]) + Send + Sync + 'static) -> Self {
        Self { pretty: false, out: Output::Writer(Box::new(write)) }
    }

    fn write(&self, line: &[u8]) {
        match &self.out {
            // A closed standard output must not fail the request.
            Output::Stdout => drop(io::stdout().lock().write_all(line)),
            Output::Writer(write) => write(line),
        }
    }
}

impl<S: Subscriber> Layer<S> for JsonLines {
    fn on_event(&self, event: &Event<'_>, _: LayerContext<'_, S>) {
        thread_local! { static BUFFERS: Cell<Option<Buffers>> = const { Cell::new(None) }; }
        // An event inside a `Display` that is being logged finds the buffers taken and gets its own.
        let mut buffers = BUFFERS.take().unwrap_or_default();
        let (fields, line) = &mut *buffers;
        fields.collect(event);
        line.clear();
        if self.pretty {
            line::write_pretty(event.metadata(), fields, line);
        } else {
            line::write_seed(event.metadata(), fields, line);
        }
        self.write(line);
        BUFFERS.set(Some(buffers));
    }
}

impl std::fmt::Debug for JsonLines {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("JsonLines").field("pretty", &self.pretty).finish_non_exhaustive()
    }
}
