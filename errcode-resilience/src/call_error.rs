//! The error of a call under a policy.

use crate::Refusal;
use errcode_core::{Failure, FailureError, FrameworkFault, Hinted, Hints, Journey, Retry};
use std::{error::Error, fmt, sync::OnceLock, time::Duration};

/// The error of a call under a policy: the reason, and the history of its attempts.
///
/// `?` converts it to a [`Failure`]: the call's own error keeps its type and code; a refusal or a timeout
/// becomes a [`FrameworkFault`].
///
/// In a box, as tower's layers return it, and as the source of another error, it keeps the code and the history too.
/// So an answer says that retries are exhausted, also with a code of your own:
/// `.or_code(|cause| SearchError::Unavailable { cause })`.
///
/// ```
/// use errcode_core::AppError;
/// use errcode_resilience::{Dependency, Policy, Reason, Retry};
///
/// #[derive(Debug, AppError)]
/// #[error("the index answered {0}", code = "E5001", category = external)]
/// struct IndexError(u16);
///
/// static INDEX: Dependency = Dependency::new("index");
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
/// let policy = Policy::new(&INDEX).retry(Retry::new(2));
/// let error = policy.call(async || Err::<(), _>(IndexError(503))).await.unwrap_err();
/// assert_eq!(error.journey().unwrap().attempts, 2);
/// match error.reason() {
///     Reason::Failed(error) => assert_eq!(error.0, 503),
///     Reason::Refused(refusal) => println!("not called: {refusal}"),
///     _ => println!("not in time"),
/// }
/// # });
/// ```
pub struct CallError<E> {
    reason: Reason<E>,
    journey: Option<Box<Journey>>,
    /// What it is in a box, if it is not the call's own error.
    fault: OnceLock<Box<FailureError>>,
}

/// The reason why a call failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Reason<E> {
    /// The call's own error, from the last attempt.
    Failed(E),
    /// The last attempt timed out.
    TimedOut(Duration),
    /// The deadline of the whole call passed.
    DeadlineExceeded,
    /// The call was refused, at its first attempt or a later one.
    Refused(Refusal),
    /// A fault drill made the call fail with this. It has the code, but is not the call's own error type: see
    /// [`Drill::failure`](errcode_core::drill::Drill::failure).
    #[cfg(feature = "inject")]
    Injected(Failure),
}

impl<E> CallError<E> {
    pub(crate) fn new(reason: Reason<E>, journey: Option<Journey>) -> Self {
        Self { reason, journey: journey.map(Box::new), fault: OnceLock::new() }
    }

    /// Returns the reason.
    #[must_use]
    pub fn reason(&self) -> &Reason<E> {
        &self.reason
    }

    /// Converts the error into its reason.
    #[must_use]
    pub fn into_reason(self) -> Reason<E> {
        self.reason
    }

    /// Returns the call's own error, if that is the reason.
    #[must_use]
    pub fn error(&self) -> Option<&E> {
        match &self.reason {
            Reason::Failed(error) => Some(error),
            _ => None,
        }
    }

    /// Returns the history of the attempts, or `None` if there was no failed attempt.
    #[must_use]
    pub fn journey(&self) -> Option<&Journey> {
        self.journey.as_deref()
    }

    /// Returns the history of the attempts, to add what only the caller knows, for example the peer's code. It is new
    /// if there was none.
    pub fn journey_mut(&mut self) -> &mut Journey {
        self.journey.get_or_insert_default()
    }

    /// Maps the call's own error, for example to one with a code.
    #[must_use]
    pub fn map<F>(self, map: impl FnOnce(E) -> F) -> CallError<F> {
        let reason = match self.reason {
            Reason::Failed(error) => Reason::Failed(map(error)),
            Reason::TimedOut(after) => Reason::TimedOut(after),
            Reason::DeadlineExceeded => Reason::DeadlineExceeded,
            Reason::Refused(refusal) => Reason::Refused(refusal),
            #[cfg(feature = "inject")]
            Reason::Injected(failure) => Reason::Injected(failure),
        };
        CallError { reason, journey: self.journey, fault: self.fault }
    }
}

impl<E: fmt::Display> fmt::Display for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Reason::Failed(error) => error.fmt(f),
            Reason::TimedOut(after) => write!(f, "no result within {after:?}"),
            Reason::DeadlineExceeded => f.write_str("the deadline has passed"),
            Reason::Refused(refusal) => refusal.fmt(f),
            #[cfg(feature = "inject")]
            Reason::Injected(failure) => failure.fmt(f),
        }
    }
}

impl<E> CallError<E> {
    fn in_a_box(&self, fault: impl FnOnce() -> Failure) -> &FailureError {
        self.fault.get_or_init(|| {
            let failure = with_journey(fault(), self.journey.clone());
            Box::new(failure.into_error())
        })
    }
}

impl<E: Error + 'static> Error for CallError<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        if let Some(journey) = self.journey() {
            Journey::offer(|| journey.clone());
        }
        Some(match &self.reason {
            Reason::Failed(error) => error,
            Reason::TimedOut(after) => self.in_a_box(|| timed_out(*after)),
            Reason::DeadlineExceeded => self.in_a_box(deadline_exceeded),
            Reason::Refused(refusal) => self.in_a_box(|| Failure::from(*refusal)),
            #[cfg(feature = "inject")]
            Reason::Injected(failure) => self.in_a_box(|| failure.clone()),
        })
    }
}

impl<E: Hinted> Hinted for CallError<E> {
    fn hints(&self) -> Hints {
        let hints = match &self.reason {
            Reason::Failed(error) => error.hints(),
            Reason::TimedOut(_) => Hints::new(Retry::new(true, None), true),
            Reason::DeadlineExceeded => Hints::new(Retry::new(true, None), false).exhausted(true),
            Reason::Refused(refusal) => refusal.hints(),
            #[cfg(feature = "inject")]
            Reason::Injected(failure) => failure.hints(),
        };
        let spent = self.journey().is_some_and(|journey| journey.exhausted);
        hints.exhausted(hints.exhausted || spent)
    }
}

impl<E> From<CallError<E>> for Failure
where
    Failure: From<E>,
{
    #[track_caller]
    fn from(error: CallError<E>) -> Self {
        let failure = match error.reason {
            Reason::Failed(error) => Self::from(error),
            Reason::TimedOut(after) => timed_out(after),
            Reason::DeadlineExceeded => deadline_exceeded(),
            Reason::Refused(refusal) => <Self as From<Refusal>>::from(refusal),
            #[cfg(feature = "inject")]
            Reason::Injected(failure) => failure,
        };
        with_journey(failure, error.journey)
    }
}

#[track_caller]
fn timed_out(after: Duration) -> Failure {
    Failure::fault(FrameworkFault::GatewayTimeout, format!("no result within {after:?}"))
}

#[track_caller]
fn deadline_exceeded() -> Failure {
    Failure::fault(FrameworkFault::DeadlineExceeded, "the deadline has passed")
}

fn with_journey(failure: Failure, journey: Option<Box<Journey>>) -> Failure {
    match journey {
        Some(journey) => failure.with_journey(*journey),
        None => failure,
    }
}

impl<E: fmt::Debug> fmt::Debug for CallError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { reason, journey, .. } = self;
        f.debug_struct("CallError").field("reason", reason).field("journey", journey).finish()
    }
}
