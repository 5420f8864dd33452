//! The panic hook: each panic is one event and is not printed again.

use crate::{
    Context, Event, contain,
    event::PanicEvent,
    log,
    panic::{Panicked, is_caught, keep, take_kept},
};
use std::{
    cell::Cell,
    panic::{self, PanicHookInfo},
    sync::{Once, mpsc},
    thread,
    time::Duration,
};
use tracing::{Dispatch, Span, dispatcher};

thread_local! {
    /// This thread reports a panic of another one.
    static REPORTS: Cell<bool> = const { Cell::new(false) };
}

/// Installs the hook, once.
///
/// If a boundary catches the panic, the hook only records it for the boundary's one event: the default hook would
/// print it again, with any secrets in its message. In a context without a boundary (a detached task, a thread) it
/// writes the event `panic`. Without a context it calls the hook that was installed before.
pub(crate) fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            // Then nothing is caught, and the process ends when the hook returns.
            let aborts = cfg!(panic = "abort") || cannot_unwind(info);
            if is_caught() && !aborts {
                if let Some((earlier, context)) = keep(Panicked::from_hook(info)) {
                    report(earlier, context);
                }
            } else {
                if let Some((earlier, context)) = take_kept() {
                    report(earlier, context);
                }
                let context = Context::current().filter(|_| !REPORTS.get());
                let is_told =
                    context.is_some_and(|context| report(Panicked::from_hook(info), Some(context)));
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

/// Returns whether the process ends because of a panic that cannot unwind, as the standard library says it: a second
/// one, of a destructor that runs because of the first, or one within a function of another language.
fn cannot_unwind(info: &PanicHookInfo<'_>) -> bool {
    const MESSAGES: [&str; 2] =
        ["panic in a destructor during cleanup", "panic in a function that cannot unwind"];
    let message = info.payload().downcast_ref::<&'static str>();
    message.is_some_and(|message| MESSAGES.contains(message))
}

/// How long the hook waits for the report: what an observer needs may be locked by the thread that panics.
const REPORT_TIME: Duration = Duration::from_secs(1);

/// Emits the event on another thread: a panic of an observer or of a subscriber's layer within the hook would end the
/// process. Returns whether there was a thread.
fn report(panicked: Panicked, context: Option<Context>) -> bool {
    let (dispatch, span) = (dispatcher::get_default(Dispatch::clone), Span::current());
    let (done, is_done) = mpsc::channel::<()>();
    let report = move || {
        REPORTS.set(true);
        let emit = || span.in_scope(|| emit(&panicked, context.as_ref()));
        let _ = contain::run(|| dispatcher::with_default(&dispatch, emit));
        drop(done);
    };
    let is_told = thread::Builder::new().spawn(report).is_ok();
    let _ = is_done.recv_timeout(REPORT_TIME);
    is_told
}

/// Emits the event of a panic that no boundary answers.
pub(crate) fn emit(panicked: &Panicked, context: Option<&Context>) {
    let message = panicked.shown();
    let event = PanicEvent {
        message: &message,
        location: panicked.location.as_deref(),
        backtrace: panicked.backtrace.as_deref(),
        context,
    };
    let emit = || Event::Panic(&event).emit();
    let _ = contain::run(|| match context {
        Some(context) => context.enter(emit),
        None => emit(),
    });
}
