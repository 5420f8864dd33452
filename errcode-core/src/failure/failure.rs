//! Any errcode error, from where it was made to the boundary that answers and logs it.

use super::{
    chain::chain, fault_error::FaultError, framework_fault::FrameworkFault, journey::Journey,
};
use crate::spec::{
    captured::is_in_std,
    coded::Coded,
    error_spec::ErrorSpec,
    message,
    retry::Retry,
    retry_hint,
    rows::{self, Captured, Rows},
    violation::FieldViolation,
};
use core::{
    any::Any,
    error::Error,
    fmt::{self, Write as _},
    iter::successors,
    mem,
    ops::Deref,
    panic::{AssertUnwindSafe, Location},
    time::Duration,
};
use std::{
    borrow::Cow,
    panic::catch_unwind,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Any errcode error, with the location where it became a `Failure` and what was attached to it for the log.
///
/// `?` and `.into()` make one from any `Coded + Send + Sync + 'static` error. Clones share the error. It does not
/// implement [`Error`], so that `From` can accept every error.
///
/// ```
/// use errcode_core::{AppError, Failure};
///
/// #[derive(Debug, AppError)]
/// #[error("project {id} not found", code = "E2001", status = 404)]
/// struct NotFound { id: u64 }
///
/// fn find(id: u64) -> Result<(), Failure> {
///     Err(NotFound { id })?
/// }
///
/// let failure = find(17).unwrap_err().attach("tenant", "acme");
/// assert_eq!(failure.spec().code(), "E2001");
/// assert_eq!(failure.downcast_ref::<NotFound>().map(|error| error.id), Some(17));
/// assert!(failure.location().file().ends_with(".rs"));
/// ```
#[derive(Clone)]
pub struct Failure {
    shared: Owner,
    notes: Option<Arc<Note>>,
}

/// The error and its origin, in one allocation.
pub(crate) trait Shared: Any + Send + Sync {
    fn error(&self) -> &(dyn Coded + Send + Sync);
    fn rows(&self) -> &dyn Rows;
    fn origin(&self) -> &Origin;
    fn as_any(&self) -> &dyn Any;
}

/// What a failure has besides its error.
pub(crate) struct Origin {
    location: &'static Location<'static>,
    /// Whether the location is in the user's code, or in a library that the user called.
    known: bool,
    reported: AtomicBool,
}

impl Origin {
    pub(crate) fn new(location: &'static Location<'static>, known: bool) -> Self {
        Self { location, known, reported: AtomicBool::new(false) }
    }

    /// Returns the location if it helps to find the error.
    #[inline]
    fn place(&self) -> Option<&'static Location<'static>> {
        (self.known && !is_in_std(self.location)).then_some(self.location)
    }
}

/// An owner of the error. A failure ends where no code of the user's runs that could handle a panic: in the extensions
/// of a response, in a queue. So a panic of the error's destructor ends here, after the panic hook has reported it.
#[derive(Clone)]
struct Owner(Option<Arc<dyn Shared>>);

impl Deref for Owner {
    type Target = dyn Shared;

    #[inline]
    fn deref(&self) -> &Self::Target {
        match &self.0 {
            Some(shared) => &**shared,
            None => unreachable!("it is held until it is dropped"),
        }
    }
}

impl Drop for Owner {
    #[inline]
    fn drop(&mut self) {
        if let Some(shared) = self.0.take() {
            let dropped = catch_unwind(AssertUnwindSafe(|| drop(shared)));
            // The panic's payload is a user's value too.
            dropped.unwrap_or_else(mem::forget);
        }
    }
}

struct Held<E> {
    origin: Origin,
    error: E,
}

impl<E: Coded + Send + Sync + 'static> Shared for Held<E> {
    fn error(&self) -> &(dyn Coded + Send + Sync) {
        &self.error
    }
    fn rows(&self) -> &dyn Rows {
        self.error.as_rows()
    }
    fn origin(&self) -> &Origin {
        &self.origin
    }
    fn as_any(&self) -> &dyn Any {
        &self.error
    }
}

/// One item of the list that clones share.
struct Note {
    content: Content,
    earlier: Option<Arc<Note>>,
}

/// One after the other: the destructor of a long list would otherwise call itself for each note, until the stack ends.
impl Drop for Note {
    fn drop(&mut self) {
        let mut next = self.earlier.take();
        while let Some(mut note) = next.and_then(Arc::into_inner) {
            next = note.earlier.take();
        }
    }
}

enum Content {
    Attachment(Cow<'static, str>, String),
    /// What was being done.
    Context(Cow<'static, str>),
    Journey(Journey),
    /// Where the failure was passed on, if its origin does not help.
    Place(&'static Location<'static>),
    /// A panic's backtrace.
    Backtrace(String),
}

impl<E: Coded + Send + Sync + 'static> From<E> for Failure {
    #[track_caller]
    fn from(mut error: E) -> Self {
        error.locate(Location::caller());
        Self::held(error, Origin::new(Location::caller(), true))
    }
}

impl Failure {
    fn held<E: Coded + Send + Sync + 'static>(error: E, origin: Origin) -> Self {
        Self::from_shared(Arc::new(Held { origin, error }))
    }

    pub(crate) fn from_shared(shared: Arc<dyn Shared>) -> Self {
        Self { shared: Owner(Some(shared)), notes: None }
    }

    /// Creates a failure where no location in the user's code is known, for example in the code of a derive.
    #[doc(hidden)]
    #[must_use]
    #[track_caller]
    pub fn without_place<E: Coded + Send + Sync + 'static>(error: E) -> Self {
        Self::held(error, Origin::new(Location::caller(), false))
    }

    /// Creates a failure from a framework's fault, with a text for the log.
    #[track_caller]
    pub fn fault(fault: FrameworkFault, text: impl Into<Cow<'static, str>>) -> Self {
        Self::refusal(fault, text, Vec::new())
    }

    /// Creates a failure from a framework's fault with its violations. Clients see them with any code that the
    /// fault gets.
    #[track_caller]
    pub fn refusal(
        fault: FrameworkFault,
        text: impl Into<Cow<'static, str>>,
        violations: Vec<FieldViolation>,
    ) -> Self {
        Self::refusal_of_many(fault, text, violations, 0)
    }

    /// Creates a failure from a framework's fault with the first of its violations, and the number of the others.
    #[track_caller]
    pub fn refusal_of_many(
        fault: FrameworkFault,
        text: impl Into<Cow<'static, str>>,
        violations: Vec<FieldViolation>,
        omitted: u64,
    ) -> Self {
        let text = text.into();
        FaultError { fault, text, cause: None, violations, omitted, after: None }.into()
    }

    /// Creates a failure from a framework's fault with a delay. Clients see it with any code that the fault gets.
    #[track_caller]
    pub fn fault_after(
        fault: FrameworkFault,
        text: impl Into<Cow<'static, str>>,
        after: Duration,
    ) -> Self {
        let (text, after) = (text.into(), Some(after));
        FaultError { fault, text, cause: None, violations: Vec::new(), omitted: 0, after }.into()
    }

    /// Creates a failure from the fault of another system: with the delay that the system asks for, which clients see
    /// with any code that the fault gets, and with the error of its driver or client, which only the log shows.
    ///
    /// ```
    /// use errcode_core::{Failure, FrameworkFault};
    /// use std::{io, time::Duration};
    ///
    /// let (refused, after) = (io::ErrorKind::ConnectionRefused.into(), Some(Duration::from_secs(2)));
    /// let failure = Failure::fault_of::<io::Error>(FrameworkFault::Upstream, "no answer", after, Some(refused));
    /// assert_eq!(failure.retry().after_seconds(), Some(2));
    /// assert_eq!(failure.causes().as_deref(), Some("connection refused"));
    /// ```
    #[track_caller]
    pub fn fault_of<E: Into<Box<dyn Error + Send + Sync>>>(
        fault: FrameworkFault,
        text: impl Into<Cow<'static, str>>,
        after: Option<Duration>,
        cause: Option<E>,
    ) -> Self {
        let (text, cause) = (text.into(), cause.map(Into::into));
        FaultError { fault, text, cause, violations: Vec::new(), omitted: 0, after }.into()
    }

    /// Returns the error.
    #[must_use]
    pub fn error(&self) -> &(dyn Coded + Send + Sync) {
        self.shared.error()
    }

    /// Returns the row of the error's code.
    #[must_use]
    pub fn spec(&self) -> ErrorSpec {
        self.rows().row()
    }

    /// Returns the value that counts: for a `transparent` variant, the error in it.
    #[inline]
    pub(crate) fn rows(&self) -> &dyn Rows {
        rows::resolve(self.shared.rows())
    }

    /// Returns whether and when the same call may succeed. The delay of a framework's fault takes precedence over that
    /// of its code.
    #[must_use]
    pub fn retry(&self) -> Retry {
        let own = retry_hint::of(self.rows());
        match self.downcast_ref::<FaultError>().and_then(FaultError::retry_after) {
            Some(delay) => own.delayed(self.spec(), delay),
            None => own,
        }
    }

    /// Writes the message of the log line: the `log` text, else `Display`.
    ///
    /// # Errors
    ///
    /// Returns the error of the writer or of a field's `Display`.
    pub fn write_log_message(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        message::write_log_message(self.rows(), out)
    }

    /// Appends the message of the log line if it only has strings and numbers. Returns whether it does; if not, what
    /// was appended is of no use.
    #[doc(hidden)]
    #[must_use]
    pub fn push_simple_log_message(&self, out: &mut Vec<u8>) -> bool {
        message::push_simple_log_message(self.rows(), out)
    }

    /// Returns the source of the error; `None` for a `#[sensitive]` source.
    #[must_use]
    pub fn cause(&self) -> Option<&(dyn Error + 'static)> {
        self.rows().caused_by()
    }

    /// Returns [`cause`](Self::cause) and its sources, outermost first, up to the 32nd: an error may be its own source.
    ///
    /// ```
    /// use errcode_core::{AppError, Failure};
    /// use std::io;
    ///
    /// #[derive(Debug, AppError)]
    /// #[error("reading the settings", code = "E1001", status = 500)]
    /// struct Settings(#[source] io::Error);
    ///
    /// let failure = Failure::from(Settings(io::ErrorKind::NotFound.into()));
    /// let kind = failure.sources().find_map(|error| error.downcast_ref().map(io::Error::kind));
    /// assert_eq!(kind, Some(io::ErrorKind::NotFound));
    /// ```
    pub fn sources(&self) -> impl Iterator<Item = &(dyn Error + 'static)> {
        self.cause().into_iter().flat_map(chain)
    }

    /// Returns the texts of the [`sources`](Self::sources), for the log. A text that the one before it ends with is not
    /// repeated.
    ///
    /// ```
    /// use errcode_core::{AppError, Failure};
    ///
    /// #[derive(Debug, AppError)]
    /// #[error("reading the settings", code = "E1001", status = 500)]
    /// struct Settings(#[source] std::io::Error);
    ///
    /// let failure = Failure::from(Settings(std::io::Error::other("disk full")));
    /// assert_eq!(failure.causes().as_deref(), Some("disk full"));
    /// ```
    #[must_use]
    pub fn causes(&self) -> Option<String> {
        let first = self.cause()?;
        // `to_string` would panic if a `Display` fails.
        let mut text = displayed(first);
        for cause in self.sources().skip(1) {
            let cause = displayed(cause);
            if !text.ends_with(&cause) {
                text.push_str(": ");
                text.push_str(&cause);
            }
        }
        Some(text)
    }

    /// Returns where the error became a `Failure`.
    #[must_use]
    pub fn location(&self) -> &'static Location<'static> {
        self.shared.origin().location
    }

    /// Returns the first of these that helps to find the error, because it is neither in the standard library, as with
    /// `map_err(Failure::from)`, nor in a framework: the error's `Location` field, [`location`](Self::location), the
    /// place of its [`context`](Self::context).
    ///
    /// ```
    /// use errcode_core::{AppError, Failure};
    /// use std::{io, panic::Location};
    ///
    /// #[derive(Debug, AppError)]
    /// #[error("reading the settings", code = "E1001", status = 500)]
    /// struct Settings {
    ///     #[from]
    ///     cause: io::Error,
    ///     location: &'static Location<'static>,
    /// }
    ///
    /// fn read() -> Result<(), Settings> {
    ///     Err(io::Error::other("disk full"))? // this line
    /// }
    ///
    /// let error = read().unwrap_err();
    /// let line = error.location.line();
    /// assert_eq!(Failure::from(error).place().map(Location::line), Some(line));
    /// ```
    #[must_use]
    pub fn place(&self) -> Option<&'static Location<'static>> {
        self.place_with(self.rows().captured())
    }

    fn place_with(&self, captured: Captured<'_>) -> Option<&'static Location<'static>> {
        // The first one, which is the last of the list.
        let noted = || {
            let places = self.notes().filter_map(|content| match content {
                Content::Place(location) => Some(*location),
                _ => None,
            });
            places.last()
        };
        let own = captured.location.filter(|location| !is_in_std(location));
        own.or_else(|| self.shared.origin().place()).or_else(noted)
    }

    /// Notes a location for [`place`](Self::place), if the own one does not help.
    #[doc(hidden)]
    #[must_use]
    #[inline]
    pub fn or_place(mut self, location: &'static Location<'static>) -> Self {
        if self.shared.origin().place().is_none() {
            self.note_place(location);
        }
        self
    }

    #[cold]
    fn note_place(&mut self, location: &'static Location<'static>) {
        if !is_in_std(location) {
            self.note(Content::Place(location));
        }
    }

    /// Returns the backtrace, if the error has captured one in a `Backtrace` field, or if it is a panic. Both capture
    /// one only if `RUST_BACKTRACE` asks for it. For the log: clients never see it.
    #[must_use]
    pub fn backtrace(&self) -> Option<&dyn fmt::Display> {
        self.backtrace_with(self.rows().captured())
    }

    /// Returns [`place`](Self::place) and [`backtrace`](Self::backtrace), for the log.
    #[doc(hidden)]
    #[must_use]
    pub fn traces(&self) -> (Option<&'static Location<'static>>, Option<&dyn fmt::Display>) {
        let captured = self.rows().captured();
        (self.place_with(captured), self.backtrace_with(captured))
    }

    fn backtrace_with<'a>(&'a self, captured: Captured<'a>) -> Option<&'a dyn fmt::Display> {
        if let Some(backtrace) = captured.backtrace {
            return Some(backtrace);
        }
        self.notes().find_map(|content| match content {
            Content::Backtrace(text) => Some(text as &dyn fmt::Display),
            _ => None,
        })
    }

    /// Sets the backtrace of an error that has none, for example of a panic.
    #[doc(hidden)]
    #[must_use]
    pub fn with_backtrace(mut self, text: String) -> Self {
        self.note(Content::Backtrace(text));
        self
    }

    /// Marks the failure as reported. Returns true the first time: then the caller must report it.
    #[doc(hidden)]
    #[must_use]
    pub fn report_once(&self) -> bool {
        !self.shared.origin().reported.swap(true, Ordering::Relaxed)
    }

    /// Attaches a value to the log event. Clients never see it. A text of more than 64 KiB is cut, and so is one whose
    /// `Display` fails or panics.
    #[must_use]
    pub fn attach(mut self, key: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Self {
        self.note(Content::Attachment(key.into(), displayed(&value)));
        self
    }

    fn note(&mut self, content: Content) {
        let earlier = self.notes.take();
        self.notes = Some(Arc::new(Note { content, earlier }));
    }

    fn notes(&self) -> impl Iterator<Item = &Content> {
        successors(self.notes.as_deref(), |link| link.earlier.as_deref()).map(|link| &link.content)
    }

    /// Returns what was attached, the latest first.
    pub fn attachments(&self) -> impl Iterator<Item = (&str, &str)> {
        self.notes().filter_map(|content| match content {
            Content::Attachment(key, value) => Some((&**key, value.as_str())),
            _ => None,
        })
    }

    /// Adds what was being done, for the log. Code, status and type of the error stay the same.
    #[must_use]
    #[track_caller]
    pub fn context(self, doing: impl Into<Cow<'static, str>>) -> Self {
        let mut failure = self.or_place(Location::caller());
        failure.note(Content::Context(doing.into()));
        failure
    }

    /// Returns what was being done, the outermost first.
    pub fn contexts(&self) -> impl Iterator<Item = &str> {
        self.notes().filter_map(|content| match content {
            Content::Context(doing) => Some(&**doing),
            _ => None,
        })
    }

    /// Attaches the history of the call, for the log and for callers that might retry. Clients never see it.
    #[must_use]
    pub fn with_journey(mut self, journey: Journey) -> Self {
        self.note(Content::Journey(journey));
        self
    }

    /// Returns the history of the call, if a policy attached it.
    #[must_use]
    pub fn journey(&self) -> Option<&Journey> {
        self.notes().find_map(|content| match content {
            Content::Journey(journey) => Some(journey),
            _ => None,
        })
    }

    /// Returns whether the error is a framework's fault, whose code the catalog gives.
    #[doc(hidden)]
    #[must_use]
    pub fn is_fault(&self) -> bool {
        self.shared.as_any().is::<FaultError>()
    }

    /// Drops this owner of the error without containing a panic of the error's destructor, for a caller that contains
    /// and reports it.
    #[doc(hidden)]
    #[inline]
    pub fn drop_uncontained(mut self) {
        drop(self.shared.0.take());
    }

    /// Returns the error as its own type. Neither the errors in `transparent` variants nor sources are searched.
    #[must_use]
    pub fn downcast_ref<E: 'static>(&self) -> Option<&E> {
        self.shared.as_any().downcast_ref()
    }

    /// Returns the error by value.
    ///
    /// # Errors
    ///
    /// Returns the failure if the error has another type or a clone shares it.
    pub fn downcast<E: Coded + Send + Sync + 'static>(self) -> Result<E, Self> {
        let held: &dyn Any = &*self.shared;
        if !held.is::<Held<E>>() {
            return Err(self);
        }
        let Self { mut shared, notes } = self;
        let any = shared.0.take().map(|shared| shared as Arc<dyn Any + Send + Sync>);
        let Some(Ok(held)) = any.map(Arc::downcast::<Held<E>>) else {
            unreachable!("it is a `Held<E>`")
        };
        let other_owners = |held| Self { shared: Owner(Some(held)), notes };
        Arc::try_unwrap(held).map(|held| held.error).map_err(|held| other_owners(held))
    }
}

/// Writes the code, the message and the location, then a line for each context and each source: what
/// `fn main() -> Result<(), Failure>` prints.
/// Returns what a value's `Display` writes before it fails, panics or has written too much: the failure that it is
/// attached to, or a cause of, must not be lost.
fn displayed(value: &dyn fmt::Display) -> String {
    let mut text = Bounded(String::new());
    let _ = catch_unwind(AssertUnwindSafe(|| write!(text, "{value}"))).map_err(mem::forget);
    text.0
}

/// A text of bounded length.
struct Bounded(String);

impl fmt::Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        const LONGEST: usize = 64 * 1024;
        let left = LONGEST.saturating_sub(self.0.len());
        let end = (0..=left.min(text.len())).rev().find(|&end| text.is_char_boundary(end));
        let (part, rest) = text.split_at(end.unwrap_or(0));
        self.0.push_str(part);
        if rest.is_empty() { Ok(()) } else { Err(fmt::Error) }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Failure({}: {} at {})",
            self.spec().code(),
            self.rows(),
            self.place().unwrap_or_else(|| self.location())
        )?;
        for doing in self.contexts() {
            write!(f, "\nwhile {doing}")?;
        }
        for source in self.sources() {
            write!(f, "\ncaused by: {source}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rows().fmt(f)
    }
}
