//! Panics: each is one event and is not printed again.

use crate::{Context, Event, contain, event::PanicEvent, log};
use errcode_core::{Failure, FrameworkFault};
use std::{
    any::Any,
    backtrace::{Backtrace, BacktraceStatus},
    cell::{Cell, RefCell},
    fmt,
    panic::{self, PanicHookInfo},
    sync::{Once, mpsc},
    thread,
    time::Duration,
};
use tracing::{Dispatch, Span, dispatcher};

thread_local! {
    static LAST: RefCell<Option<Panicked>> = const { RefCell::new(None) };
    /// How many callers catch a panic and report it.
    static CAUGHT: Cell<u32> = const { Cell::new(0) };
    /// This thread reports a panic of another one.
    static REPORTS: Cell<bool> = const { Cell::new(false) };
}

/// A panic that a boundary caught.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Panicked {
    /// The panic's message.
    pub message: String,
    /// `file:line:column`, if the hook of [`init`](crate::init) is installed.
    pub location: Option<String>,
    /// The backtrace, if the hook of [`init`](crate::init) is installed and `RUST_BACKTRACE` asks for it.
    pub backtrace: Option<String>,
}

impl Panicked {
    /// Creates the description of the panic with this payload, which `catch_unwind` returned.
    #[must_use]
    pub fn from_payload(payload: &(dyn Any + Send)) -> Self {
        let message = payload_text(payload);
        // A destructor of another thread-local value may run after this one is gone.
        let last = LAST.try_with(RefCell::take).ok().flatten();
        last.filter(|seen| seen.message == message).unwrap_or(Self {
            message,
            location: None,
            backtrace: None,
        })
    }

    /// Returns the panic as a failure, for the boundary that caught it.
    #[must_use]
    pub fn into_failure(self) -> Failure {
        let failure = Failure::fault(FrameworkFault::Panic, format!("panicked: {}", self.message));
        let failure = match self.location {
            Some(location) => failure.attach("panickedAt", location),
            None => failure,
        };
        match self.backtrace {
            Some(backtrace) => failure.with_backtrace(backtrace),
            None => failure,
        }
    }

    fn from_hook(info: &PanicHookInfo<'_>) -> Self {
        let backtrace = Backtrace::capture();
        Self {
            message: payload_text(info.payload()),
            location: info.location().map(ToString::to_string),
            backtrace: (backtrace.status() == BacktraceStatus::Captured)
                .then(|| backtrace.to_string()),
        }
    }
}

/// Writes `panicked at src/main.rs:10:5: the message`.
impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.location {
            Some(location) => write!(f, "panicked at {location}: {}", self.message),
            None => write!(f, "panicked: {}", self.message),
        }
    }
}

fn payload_text(payload: &dyn Any) -> String {
    let text = payload
        .downcast_ref::<&'static str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without a message").to_owned()
}

/// While it exists, code on this thread catches panics and reports them.
pub(crate) struct Caught(());

impl Caught {
    pub(crate) fn enter() -> Self {
        CAUGHT.set(CAUGHT.get() + 1);
        Self(())
    }
}

impl Drop for Caught {
    fn drop(&mut self) {
        CAUGHT.set(CAUGHT.get().saturating_sub(1));
    }
}

/// Installs the hook, once.
///
/// If a boundary catches the panic, the hook only records it for the boundary's one event: the default hook would
/// print it again, with any secrets in its message. In a context without a boundary (a detached task, a thread) it
/// writes the event `panic`. Without a context it calls the hook that was installed before.
pub(crate) fn install_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            // Then nothing is caught, and the process ends when this returns.
            let aborts = cfg!(panic = "abort");
            if CAUGHT.get() > 0 && !aborts {
                let _ = LAST.try_with(|last| last.replace(Some(Panicked::from_hook(info))));
            } else {
                let context = Context::current().filter(|_| !REPORTS.get());
                let is_told =
                    context.is_some_and(|context| report(Panicked::from_hook(info), context));
                if !is_told {
                    before(info);
                }
            }
            if aborts {
                log::flush(Duration::from_secs(1));
            }
        }));
    });
}

/// How long the hook waits for the report: what an observer needs may be locked by the thread that panics.
const REPORT_TIME: Duration = Duration::from_secs(1);

/// Emits the event on another thread: a panic of an observer or of a subscriber's layer within the hook would end the
/// process. Returns whether there was a thread.
fn report(panicked: Panicked, context: Context) -> bool {
    let (dispatch, span) = (dispatcher::get_default(Dispatch::clone), Span::current());
    let (done, is_done) = mpsc::channel::<()>();
    let emit = move || {
        REPORTS.set(true);
        let event = PanicEvent {
            message: &panicked.message,
            location: panicked.location.as_deref(),
            backtrace: panicked.backtrace.as_deref(),
            context: Some(&context),
        };
        let emit = || span.in_scope(|| context.enter(|| Event::Panic(&event).emit()));
        let _ = contain::run(|| dispatcher::with_default(&dispatch, emit));
        drop(done);
    };
    let is_told = thread::Builder::new().spawn(emit).is_ok();
    let _ = is_done.recv_timeout(REPORT_TIME);
    is_told
}
