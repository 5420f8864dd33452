//! Panics, and who catches them.

use crate::{Context, texts::without_url_secrets};
use errcode_core::{Failure, FrameworkFault};
use std::{
    any::Any,
    backtrace::{Backtrace, BacktraceStatus},
    borrow::Cow,
    cell::{Cell, RefCell},
    fmt,
    panic::PanicHookInfo,
};

thread_local! {
    /// The last panic, until the code that caught it takes it.
    static LAST: RefCell<Option<Kept>> = const { RefCell::new(None) };
    /// Whether there is one.
    static IS_KEPT: Cell<bool> = const { Cell::new(false) };
    /// How many callers catch a panic and report it.
    static CAUGHT: Cell<u32> = const { Cell::new(0) };
}

/// A panic, and the context it happened in.
pub(crate) type Kept = (Panicked, Option<Context>);

/// A panic that a boundary caught.
///
/// For code that calls `catch_unwind` itself:
///
/// ```
/// use errcode_runtime::Panicked;
///
/// let payload = std::panic::catch_unwind(|| panic!("a bug")).unwrap_err();
/// let panicked = Panicked::from_payload(&*payload);
/// assert_eq!(panicked.message, "a bug");
/// assert_eq!(panicked.into_failure().spec().code(), "SERVER_ERROR");
/// ```
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
        let kept = take_if(|(kept, _)| kept.message == message);
        kept.map_or_else(|| Self { message, ..Self::default() }, |(kept, _)| kept)
    }

    /// Returns the panic as a failure, for the boundary that caught it.
    #[cold]
    #[must_use]
    pub fn into_failure(self) -> Failure {
        let text = format!("panicked: {}", self.shown());
        let failure = Failure::fault(FrameworkFault::Panic, text);
        let failure = match self.location {
            Some(location) => failure.attach("panickedAt", location),
            None => failure,
        };
        match self.backtrace {
            Some(backtrace) => failure.with_backtrace(backtrace),
            None => failure,
        }
    }

    /// Returns the message for the log: `unwrap` writes the errors of drivers and HTTP clients, which contain URLs.
    pub(crate) fn shown(&self) -> Cow<'_, str> {
        without_url_secrets(&self.message)
    }

    /// Returns the panic that the hook was called for.
    pub(crate) fn from_hook(info: &PanicHookInfo<'_>) -> Self {
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
            Some(location) => write!(f, "panicked at {location}: {}", self.shown()),
            None => write!(f, "panicked: {}", self.shown()),
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
    #[inline]
    pub(crate) fn enter() -> Self {
        CAUGHT.set(CAUGHT.get() + 1);
        Self(())
    }

    /// Returns whether no caller of this code catches panics.
    #[inline]
    pub(crate) fn is_outermost(&self) -> bool {
        CAUGHT.get() == 1
    }
}

impl Drop for Caught {
    #[inline]
    fn drop(&mut self) {
        CAUGHT.set(CAUGHT.get().saturating_sub(1));
    }
}

/// Returns whether code on this thread catches panics and reports them.
pub(crate) fn is_caught() -> bool {
    CAUGHT.get() > 0
}

/// Keeps a panic for the code that catches it. Returns the one before, if nobody has taken it.
pub(crate) fn keep(panicked: Panicked) -> Option<Kept> {
    let kept = (panicked, Context::current());
    let before = LAST.try_with(|last| last.replace(Some(kept))).ok()?;
    IS_KEPT.set(true);
    before
}

/// Returns whether a panic is kept.
#[inline]
pub(crate) fn is_kept() -> bool {
    IS_KEPT.get()
}

/// Takes the panic that is kept, if there is one.
pub(crate) fn take_kept() -> Option<Kept> {
    take_if(|_| true)
}

/// Takes the panic that is kept, if it is such a one.
fn take_if(is_it: impl FnOnce(&Kept) -> bool) -> Option<Kept> {
    if !IS_KEPT.get() {
        return None;
    }
    // A destructor of another thread-local value may run after this one is gone.
    let taken = LAST.try_with(|last| last.borrow_mut().take_if(|kept| is_it(kept))).ok()?;
    IS_KEPT.set(taken.is_none());
    taken
}
