//! Logging of the whole process.

use super::{
    dialect::Dialect,
    json_lines::{Format, JsonLines, Output},
    layout::Layout,
    queue::Queue,
    repeats,
};
use crate::panic_hook;
use std::{
    cell::RefCell,
    fmt,
    io::{self, IsTerminal, Write},
    str::FromStr,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tracing_core::LevelFilter;
use tracing_subscriber::{Layer as _, Registry, filter::Targets, layer::SubscriberExt as _};

/// The queue of the process's log, for code that must see its line written before the process ends.
static QUEUE: OnceLock<Queue> = OnceLock::new();

thread_local! {
    /// The guard of [`init`]. It is dropped at the end of the thread that called it, which for the main thread is the
    /// end of the process.
    static AT_EXIT: RefCell<Option<Guard>> = const { RefCell::new(None) };
}

/// How long the end of the process waits for an output that is not read.
const AT_MOST: Duration = Duration::from_secs(1);

/// Starts logging to standard output: readable lines on a terminal, otherwise JSON lines in the dialect `plain`.
///
/// It also installs the panic hook that makes each panic one event. It does the same as [`Logging::new`]`().install()`
/// and keeps the guard until the calling thread ends.
///
/// ```
/// errcode_runtime::init(); // first in `main`
/// tracing::info!(port = 3000, "listening");
/// ```
///
/// `RUST_LOG` filters by target and level (`info`, `app=warn,sqlx=error`). Default: `info`.
///
/// The first call counts, and a subscriber that is already installed is kept. Returns whether this call installed its
/// own.
#[expect(clippy::must_use_candidate, reason = "called for its effect by every `main`")]
pub fn init() -> bool {
    let guard = Logging::new().install();
    let installed = guard.is_installed();
    AT_EXIT.with(|at_exit| at_exit.borrow_mut().get_or_insert(guard).installed |= installed);
    installed
}

/// Waits until the lines logged so far are written, at most for this time. Returns whether they are.
///
/// Call it before [`std::process::exit`] on a thread other than the one that installed logging.
///
/// ```no_run
/// use std::time::Duration;
///
/// std::thread::spawn(|| {
///     tracing::error!("the configuration is gone");
///     errcode_runtime::flush(Duration::from_secs(1));
///     std::process::exit(1);
/// });
/// ```
pub fn flush(longest: Duration) -> bool {
    QUEUE.get().is_none_or(|queue| queue.flush(longest))
}

/// The settings of the process's logging.
///
/// ```
/// # fn run() {}
/// let guard = errcode_runtime::Logging::new().json().filter("info,sqlx=warn").install();
/// run();
/// drop(guard); // writes the lines that are still queued
/// ```
#[must_use = "call `install`"]
pub struct Logging {
    pretty: Option<bool>,
    dialect: Dialect,
    renames: Vec<(String, String)>,
    filter: Option<String>,
    capacity: usize,
    repeats: Option<Duration>,
    out: Option<Box<dyn Write + Send>>,
}

impl Logging {
    /// Creates the settings that [`init`] uses.
    pub fn new() -> Self {
        Self {
            pretty: None,
            dialect: Dialect::Plain,
            renames: Vec::new(),
            filter: None,
            capacity: 4 << 20,
            repeats: None,
            out: None,
        }
    }

    /// Writes JSON lines, also to a terminal.
    pub fn json(self) -> Self {
        Self { pretty: Some(false), ..self }
    }

    /// Writes JSON lines in this dialect, also to a terminal.
    pub fn dialect(self, dialect: Dialect) -> Self {
        Self { dialect, ..self.json() }
    }

    /// Gives a standard member of the JSON lines another name, for example `rename("msg", "message")`. A warning says
    /// if there is no such member, or if the new name is taken.
    ///
    /// ```
    /// use errcode_runtime::Logging;
    ///
    /// let _guard = Logging::new().json().rename("msg", "message").rename("ts", "time").install();
    /// tracing::info!("started"); // {"time":"…","lvl":"INFO",…,"message":"started"}
    /// ```
    pub fn rename(mut self, member: impl Into<String>, to: impl Into<String>) -> Self {
        self.renames.push((member.into(), to.into()));
        self
    }

    /// Writes readable lines, also to a file or pipe.
    pub fn pretty(self) -> Self {
        Self { pretty: Some(true), ..self }
    }

    /// Filters by target and level, instead of by `RUST_LOG`: `info`, `app=warn,sqlx=error`.
    pub fn filter(self, filter: impl Into<String>) -> Self {
        Self { filter: Some(filter.into()), ..self }
    }

    /// Sets how many bytes of lines are queued for a slow or blocked output before lines are dropped. Default: 4 MiB.
    /// A line at their position says how many were dropped.
    pub fn capacity(self, bytes: usize) -> Self {
        Self { capacity: bytes, ..self }
    }

    /// Leaves out the causes and the backtrace of a failure if another one with its code, from the same place, was
    /// logged with them within this time. Its line stays, with its ids. Default: each line is whole.
    pub fn suppress_repeats(self, within: Duration) -> Self {
        Self { repeats: Some(within), ..self }
    }

    /// Sets the writer, which is used on a thread of its own, for example `File::options().append(true).open(…)?`.
    /// Default: standard output. What it logs itself is not written. Lines that it does not take are counted as
    /// dropped, unless it returns `WouldBlock`: then it is tried again.
    pub fn writer(self, out: impl Write + Send + 'static) -> Self {
        Self { out: Some(Box::new(out)), ..self }
    }

    /// Installs the logging for the process, with the panic hook, and converts records of the `log` crate.
    ///
    /// The first call counts, and a subscriber that is already installed is kept; see [`Guard::is_installed`]. The
    /// guard writes the last lines when it is dropped, so keep it in `main`.
    #[must_use = "the guard writes the last lines when it is dropped; keep it until the end of `main`"]
    pub fn install(self) -> Guard {
        panic_hook::install();
        let (filter, complaint) = self.targets();
        let (format, complaints) = self.format();
        let out = self.out.unwrap_or_else(|| Box::new(io::stdout()));
        // Without the thread there is no logging, but the service runs.
        let Ok(queue) = Queue::start(out, self.capacity, format.dropped_line()) else {
            return Guard { queue: None, installed: false };
        };
        let layer = JsonLines::new(format, Output::Queue(queue.clone()));
        let subscriber = Registry::default().with(layer.with_filter(filter));
        if tracing::subscriber::set_global_default(subscriber).is_err() {
            return Guard { queue: None, installed: false };
        }
        let _ = QUEUE.set(queue.clone());
        if let Some(within) = self.repeats {
            repeats::suppress_within(within);
        }
        // Fails if the service has a logger of its own, which is kept.
        let _ = tracing_log::LogTracer::init();
        if let Some(complaint) = complaint {
            tracing::warn!(target: "app", "{complaint}; logging from `info` on");
        }
        for complaint in complaints {
            tracing::warn!(target: "app", "logging: {complaint}");
        }
        Guard { queue: Some(queue), installed: true }
    }

    /// Returns how lines look, and what is wrong with the renames.
    fn format(&self) -> (Format, Vec<String>) {
        let is_terminal = || self.out.is_none() && io::stdout().is_terminal();
        if self.pretty.unwrap_or_else(is_terminal) {
            return (Format::Pretty, Vec::new());
        }
        let (layout, complaints) = Layout::new(self.dialect, &self.renames);
        (layout.map_or(Format::Plain, |layout| Format::Named(Arc::new(layout))), complaints)
    }

    /// Returns the filter, and what is wrong with the one in the settings or `RUST_LOG`.
    fn targets(&self) -> (Targets, Option<String>) {
        let default = || Targets::new().with_default(LevelFilter::INFO);
        let (wanted, whose) = match &self.filter {
            Some(filter) => (filter.clone(), "the filter"),
            None => (std::env::var("RUST_LOG").unwrap_or_default(), "`RUST_LOG`"),
        };
        match targets(&wanted) {
            Ok(targets) => (targets.unwrap_or_else(default), None),
            Err(error) => (default(), Some(format!("{whose} is invalid: {error}"))),
        }
    }
}

/// Reads a filter, `None` if it is empty.
///
/// # Errors
///
/// Returns what is wrong with it. Directives with spans and fields, which other filters have, would be read as the
/// names of targets that no event has, and nothing would be logged.
fn targets(filter: &str) -> Result<Option<Targets>, String> {
    let directives: Vec<_> =
        filter.split(',').map(str::trim).filter(|directive| !directive.is_empty()).collect();
    if directives.is_empty() {
        return Ok(None);
    }
    if let Some(directive) = directives.iter().find(|one| one.contains(['[', ']', '{', '}'])) {
        return Err(format!("`{directive}` filters by span or field; write `target=level`"));
    }
    Targets::from_str(&directives.join(",")).map(Some).map_err(|error| error.to_string())
}

impl Default for Logging {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Logging {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logging")
            .field("pretty", &self.pretty)
            .field("filter", &self.filter)
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

/// Writes the last lines when it is dropped, and waits at most a second for an output that is not read.
///
/// ```
/// use errcode_runtime::Logging;
/// use std::time::Duration;
///
/// let guard = Logging::new().json().install();
/// tracing::info!("started");
/// assert!(guard.flush(Duration::from_secs(1))); // before the process is replaced or suspended
/// ```
#[must_use = "it writes the last lines when it is dropped"]
pub struct Guard {
    queue: Option<Queue>,
    installed: bool,
}

impl Guard {
    /// Returns whether this logging is installed; `false` if another subscriber was installed before.
    #[must_use]
    pub fn is_installed(&self) -> bool {
        self.installed
    }

    /// Waits until the lines logged so far are written, at most for this time. Returns whether they are.
    #[expect(clippy::must_use_candidate, reason = "called for its effect")]
    pub fn flush(&self, longest: Duration) -> bool {
        self.queue.as_ref().is_none_or(|queue| queue.flush(longest))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.flush(AT_MOST);
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("installed", &self.installed).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::targets;
    use tracing_core::{Level, LevelFilter};

    #[test]
    fn a_filter_is_read_with_spaces_and_refused_with_spans() {
        let read = targets(" info , app = warn,, sqlx=error ,").map(|read| read.unwrap());
        assert!(read.is_err(), "spaces around `=`");
        let read = targets(" info , app=warn,, sqlx=error ,").unwrap().unwrap();
        assert_eq!(read.default_level(), Some(LevelFilter::INFO));
        assert!(!read.would_enable("app", &Level::INFO) && read.would_enable("app", &Level::WARN));
        assert!(!read.would_enable("sqlx::query", &Level::WARN));
        assert!(targets(" , ").unwrap().is_none());
        for filter in ["app[request]=info", "[{code}]", "info,[x{", "app=loud"] {
            assert!(targets(filter).is_err(), "{filter}");
        }
    }
}
