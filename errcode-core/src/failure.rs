//! Any errcode error on its way to the boundary that answers and logs it.

use crate::{
    Coded, DefaultFaults, ErrorSpec, FieldViolation, FrameworkFault, Journey, Retry, Rows, rows,
    template,
};
use core::{any::Any, error::Error, fmt, panic::Location, time::Duration};
use std::{borrow::Cow, sync::Arc};

/// Any errcode error, with the place where it became a `Failure` and what was attached for the log.
///
/// Made by `?` or `.into()` from every `Coded + Send + Sync + 'static` error. A clone shares the error. It does not implement
/// [`Error`], which is what lets `From` take every error.
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
    shared: Arc<dyn Shared>,
    notes: Option<Arc<Note>>,
}

/// The error and where it came from, behind one pointer and one allocation.
trait Shared: Any + Send + Sync {
    fn error(&self) -> &(dyn Coded + Send + Sync);
    fn rows(&self) -> &dyn Rows;
    fn location(&self) -> &'static Location<'static>;
    fn as_any(&self) -> &dyn Any;
}

struct Held<E> {
    location: &'static Location<'static>,
    error: E,
}

impl<E: Coded + Send + Sync + 'static> Shared for Held<E> {
    fn error(&self) -> &(dyn Coded + Send + Sync) {
        &self.error
    }
    fn rows(&self) -> &dyn Rows {
        self.error.as_rows()
    }
    fn location(&self) -> &'static Location<'static> {
        self.location
    }
    fn as_any(&self) -> &dyn Any {
        &self.error
    }
}

/// One link of the list that clones share.
struct Note {
    content: Content,
    earlier: Option<Arc<Note>>,
}

enum Content {
    Attachment(Cow<'static, str>, String),
    Journey(Journey),
}

impl<E: Coded + Send + Sync + 'static> From<E> for Failure {
    #[track_caller]
    fn from(error: E) -> Self {
        Self { shared: Arc::new(Held { location: Location::caller(), error }), notes: None }
    }
}

impl Failure {
    /// A framework's fault, with what is known of it for the log.
    #[track_caller]
    pub fn fault(fault: FrameworkFault, text: impl Into<Cow<'static, str>>) -> Self {
        FaultError { fault, text: text.into(), cause: None, violations: Vec::new() }.into()
    }

    /// A framework's fault that lies in these parts of the request. Clients see them, whatever code the fault gets.
    #[track_caller]
    pub fn refusal(
        fault: FrameworkFault,
        text: impl Into<Cow<'static, str>>,
        violations: Vec<FieldViolation>,
    ) -> Self {
        FaultError { fault, text: text.into(), cause: None, violations }.into()
    }

    /// The error itself.
    #[must_use]
    pub fn error(&self) -> &(dyn Coded + Send + Sync) {
        self.shared.error()
    }

    /// Everything that is said of the error's code.
    #[must_use]
    pub fn spec(&self) -> ErrorSpec {
        self.rows().row()
    }

    /// The value that counts: what a `transparent` variant holds.
    pub(crate) fn rows(&self) -> &dyn Rows {
        rows::resolve(self.shared.rows())
    }

    /// Whether and when the same call may succeed. The delay that a framework's fault knows comes before its code's own.
    #[must_use]
    pub fn retry(&self) -> Retry {
        let own = crate::retry::of(self.rows());
        match self.downcast_ref::<FaultError>().and_then(FaultError::retry_after) {
            Some(delay) => own.delayed(self.spec(), delay),
            None => own,
        }
    }

    /// Writes the log line's message: the `log` text, else `Display`.
    ///
    /// # Errors
    ///
    /// The writer's, or that of a field's `Display`.
    pub fn write_log_message(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        template::write_log_message(self.rows(), out)
    }

    /// The next error of the chain; `None` where a `#[sensitive]` source ends it.
    #[must_use]
    pub fn cause(&self) -> Option<&(dyn Error + 'static)> {
        self.rows().caused_by()
    }

    /// The texts of [`cause`](Self::cause) and of the errors below it, outermost first, for the log. One that its holder's text ends with already is
    /// not repeated.
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
        /// An error that is its own source must not fill the log.
        const DEEPEST: usize = 32;
        let first = self.cause()?;
        let mut text = first.to_string();
        for cause in core::iter::successors(first.source(), |&error| error.source()).take(DEEPEST) {
            let cause = cause.to_string();
            if !text.ends_with(&cause) {
                text.push_str(": ");
                text.push_str(&cause);
            }
        }
        Some(text)
    }

    /// Where the error became a `Failure`.
    #[must_use]
    pub fn location(&self) -> &'static Location<'static> {
        self.shared.location()
    }

    /// Adds a fact to the log event. Clients never see it.
    #[must_use]
    pub fn attach(mut self, key: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Self {
        self.note(Content::Attachment(key.into(), value.to_string()));
        self
    }

    fn note(&mut self, content: Content) {
        let earlier = self.notes.take();
        self.notes = Some(Arc::new(Note { content, earlier }));
    }

    fn notes(&self) -> impl Iterator<Item = &Content> {
        core::iter::successors(self.notes.as_deref(), |link| link.earlier.as_deref())
            .map(|link| &link.content)
    }

    /// What was attached, the latest first.
    pub fn attachments(&self) -> impl Iterator<Item = (&str, &str)> {
        self.notes().filter_map(|content| match content {
            Content::Attachment(key, value) => Some((&**key, value.as_str())),
            Content::Journey(_) => None,
        })
    }

    /// Keeps what the call went through, for the log and for whoever might repeat it. Clients never see it.
    #[must_use]
    pub fn with_journey(mut self, journey: Journey) -> Self {
        self.note(Content::Journey(journey));
        self
    }

    /// Returns what the call went through, where a policy kept it.
    #[must_use]
    pub fn journey(&self) -> Option<&Journey> {
        self.notes().find_map(|content| match content {
            Content::Journey(journey) => Some(journey),
            Content::Attachment(..) => None,
        })
    }

    /// The error as its own type; looks into `transparent` variants' holders only, not into sources.
    #[must_use]
    pub fn downcast_ref<E: 'static>(&self) -> Option<&E> {
        self.shared.as_any().downcast_ref()
    }

    /// The error by value.
    ///
    /// # Errors
    ///
    /// Gives the failure back where the error is of another type or a clone still shares it.
    pub fn downcast<E: Coded + Send + Sync + 'static>(self) -> Result<E, Self> {
        if self.downcast_ref::<E>().is_none() {
            return Err(self);
        }
        let Self { shared, notes } = self;
        let any: Arc<dyn Any + Send + Sync> = shared;
        let Ok(held) = any.downcast::<Held<E>>() else {
            unreachable!("`downcast_ref` found an `E`")
        };
        Arc::try_unwrap(held).map(|held| held.error).map_err(|shared| Self { shared, notes })
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Failure({}: {} at {})",
            self.spec().code(),
            template::Shown(self.rows()),
            self.location()
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rows().show(f)
    }
}

/// A [`FrameworkFault`] as an error value: what `.unexpected()`, a panic or a refusal of a crate becomes.
///
/// Its own row is [`DefaultFaults`]'; a catalog replaces it by the code that its `faults` give.
#[derive(Debug)]
pub struct FaultError {
    fault: FrameworkFault,
    text: Cow<'static, str>,
    cause: Option<Box<dyn Error + Send + Sync>>,
    violations: Vec<FieldViolation>,
}

impl FaultError {
    /// The fault.
    #[must_use]
    pub fn fault(&self) -> &FrameworkFault {
        &self.fault
    }

    /// The parts of the request that it lies in.
    #[must_use]
    pub fn violations(&self) -> &[FieldViolation] {
        &self.violations
    }

    /// Returns the wait that the fault knows.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.fault.retry_after()
    }
}

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for FaultError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.caused_by()
    }
}

impl Rows for FaultError {
    fn row(&self) -> ErrorSpec {
        DefaultFaults::from_status(self.fault.status()).row()
    }
    fn args(&self, then: &mut dyn FnMut(&[crate::Arg<'_>])) {
        then(&[]);
    }
    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
    fn caused_by(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}

impl Coded for FaultError {
    fn as_rows(&self) -> &dyn Rows {
        self
    }
}

/// For the errors of others, which have no code.
pub trait ResultExt<T, E> {
    /// Passes an error on that nobody foresees here: clients get the catalog's unknown code, the log gets `doing` and the error's chain.
    ///
    /// ```
    /// use errcode_core::{Failure, prelude::*};
    ///
    /// fn port() -> Result<u16, Failure> {
    ///     Ok("80x".parse().unexpected("reading the port")?)
    /// }
    /// assert_eq!(port().unwrap_err().spec().code(), "SERVER_ERROR");
    /// ```
    ///
    /// # Errors
    ///
    /// The error, as a [`Failure`].
    #[track_caller]
    fn unexpected(self, doing: &'static str) -> Result<T, Failure>
    where
        E: Into<Box<dyn Error + Send + Sync>>;

    /// Gives the error one of your codes.
    ///
    /// # Errors
    ///
    /// The error, as what `make` makes of it.
    #[track_caller]
    fn or_code<C: Coded + Send + Sync + 'static>(
        self,
        make: impl FnOnce(E) -> C,
    ) -> Result<T, Failure>;
}

impl<T, E> ResultExt<T, E> for Result<T, E> {
    #[track_caller]
    fn unexpected(self, doing: &'static str) -> Result<T, Failure>
    where
        E: Into<Box<dyn Error + Send + Sync>>,
    {
        match self {
            Ok(value) => Ok(value),
            Err(error) => {
                let cause = Some(error.into());
                Err(FaultError {
                    fault: FrameworkFault::Unexpected,
                    text: Cow::Borrowed(doing),
                    cause,
                    violations: Vec::new(),
                }
                .into())
            }
        }
    }

    #[track_caller]
    fn or_code<C: Coded + Send + Sync + 'static>(
        self,
        make: impl FnOnce(E) -> C,
    ) -> Result<T, Failure> {
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(make(error).into()),
        }
    }
}
