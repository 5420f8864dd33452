//! The boundary of a task: what an adapter's layer is to a request.

use crate::{
    Context, Report, Served,
    boundary::{Boundary, lower_error},
    contain,
    log::log_event,
};
use errcode_core::{Failure, FaultError, FrameworkFault, IntoFailure, Retry};
use std::{
    fmt,
    future::poll_fn,
    pin::Pin,
    process::{ExitCode, Termination},
    task::{self, Poll},
    time::Duration,
};
use tokio::time::{Sleep, sleep_until};

/// Runs a task in its context and gives back what to do about it.
///
/// It does for a task what an adapter's layer does for a request: the work has the context, a failure or panic in it
/// is one event with the context's ids, at the level of its code, and a success is one event of the target `access`.
/// So is a failure that was reported before, for example by a task that this one waited for.
/// Work that is not done by the context's deadline is dropped, and fails with [`FrameworkFault::DeadlineExceeded`].
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use errcode_core::AppError;
/// use errcode_runtime::{Context, TaskOutcome, guarded};
///
/// #[derive(Debug, AppError)]
/// #[error("the tracker answered {0}", code = "E2301", category = external, retryable(after = "30s"))]
/// struct Tracker(u16);
///
/// async fn comment(ticket: &str) -> Result<(), Tracker> {
///     Err(Tracker(503))
/// }
///
/// match guarded(Context::task("APEX-17"), comment("APEX-17")).await {
///     TaskOutcome::Done(()) => println!("done"),
///     TaskOutcome::Retry { after, failure } => println!("{} again in {after:?}", failure.spec().code()),
///     TaskOutcome::Defer { after, .. } => println!("not before {after:?}"),
///     TaskOutcome::Failed(failure) => println!("{failure:?}"),
///     _ => {}
/// }
/// # });
/// ```
pub async fn guarded<T, E, F>(context: Context, work: F) -> TaskOutcome<T>
where
    F: Future<Output = Result<T, E>>,
    E: IntoFailure,
{
    let deadline = context.deadline();
    let boundary = Boundary::open(context);
    let mut work = Box::pin(boundary.context().scope(work));
    let mut late = deadline.map(|deadline| Box::pin(sleep_until(deadline)));
    let ended = poll_fn(|cx| match boundary.poll(work.as_mut(), cx) {
        Poll::Ready(ended) => Poll::Ready(ended),
        Poll::Pending => poll_deadline(late.as_mut(), cx).map(Err),
    })
    .await;
    // A destructor is the user's code too. What it broke counts only if nothing else failed.
    let dropped = boundary.call(|| drop(work));
    end(&boundary, ended.and_then(|result| dropped.map(|()| result)))
}

/// Runs a closure as [`guarded`] runs a future. Nothing can stop a closure, so the context's deadline does not end it.
///
/// ```
/// use errcode_core::{Failure, ResultExt as _};
/// use errcode_runtime::{Context, guarded_blocking};
///
/// let outcome = guarded_blocking(Context::task("nightly report"), || {
///     let text = std::fs::read_to_string("/no such file").unexpected("reading the template")?;
///     Ok::<_, Failure>(text.len())
/// });
/// assert_eq!(outcome.failure().unwrap().spec().code(), "SERVER_ERROR");
/// ```
pub fn guarded_blocking<T, E: IntoFailure>(
    context: Context,
    work: impl FnOnce() -> Result<T, E>,
) -> TaskOutcome<T> {
    let boundary = Boundary::open(context);
    let ended = boundary.call(work);
    end(&boundary, ended)
}

fn poll_deadline(late: Option<&mut Pin<Box<Sleep>>>, cx: &mut task::Context<'_>) -> Poll<Failure> {
    let late = late.map_or(Poll::Pending, |late| late.as_mut().poll(cx));
    late.map(|()| {
        let text = "the task was not done by its deadline";
        Failure::fault(FrameworkFault::DeadlineExceeded, text)
    })
}

/// Reports how the work ended, once.
fn end<T, E: IntoFailure>(
    boundary: &Boundary,
    ended: Result<Result<T, E>, Failure>,
) -> TaskOutcome<T> {
    let context = boundary.context();
    let failure = match ended {
        Ok(Ok(value)) => {
            boundary
                .within(|| emit_access("the task is done", "success", None, boundary.elapsed()));
            return TaskOutcome::Done(value);
        }
        Ok(Err(error)) => contain::run(|| error.into_failure())
            .unwrap_or_else(|panicked| Ok(panicked.into_failure()))
            .unwrap_or_else(|error| lower_error(context.catalog(), error)),
        Err(failure) => failure,
    };
    let served = Served { duration: boundary.elapsed(), ..Served::default() };
    boundary.within(|| {
        if !boundary.report_first(&failure, served, None) {
            let code = Report::new(&failure, served).spec().code();
            emit_access("the task failed", "failure", Some(code.as_str()), boundary.elapsed());
        }
    });
    TaskOutcome::of(failure, context)
}

/// Writes the access event of a task that has no failure event of its own.
fn emit_access(text: &'static str, outcome: &'static str, code: Option<&str>, duration: Duration) {
    // A subscriber's layer may panic, which must not cost the outcome.
    let duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let _ = contain::run(|| {
        log_event!(
            Access INFO "task",
            { code: code, outcome: outcome, duration_ms: duration_ms },
            "{text}"
        );
    });
}

/// How a task ended, and what to do about it. The failure has been reported already.
///
/// As the result of `main` it is the exit status of the process, see [`exit_status`](Self::exit_status):
///
/// ```
/// use errcode_core::Failure;
/// use errcode_runtime::{Context, TaskOutcome, guarded_blocking};
///
/// fn main() -> TaskOutcome<()> {
///     errcode_runtime::init();
///     guarded_blocking(Context::task("nightly report"), || {
///         // …
///         Ok::<_, Failure>(())
///     })
/// }
/// ```
#[derive(Debug)]
#[must_use = "the task may have to be repeated"]
#[non_exhaustive]
pub enum TaskOutcome<T> {
    /// The task is done.
    Done(T),
    /// The task failed, and repeating it does not help.
    Failed(Failure),
    /// The task failed, and may succeed later.
    Retry {
        /// The least delay, if the failure knows one.
        after: Option<Duration>,
        /// The failure.
        failure: Failure,
    },
    /// The task was refused before anything was done (429, an open circuit breaker, a limit), so this counts as no
    /// attempt.
    Defer {
        /// The least delay, if the failure knows one.
        after: Option<Duration>,
        /// The failure.
        failure: Failure,
    },
}

impl<T> TaskOutcome<T> {
    fn of(failure: Failure, context: &Context) -> Self {
        // `retryable(when = …)` is the user's code.
        let retry = contain::run(|| failure.retry()).unwrap_or(Retry::new(false, None));
        let after = retry.after;
        if is_deferred(&failure) {
            Self::Defer { after, failure }
        } else if retry.retryable && !context.non_idempotent() {
            Self::Retry { after, failure }
        } else {
            Self::Failed(failure)
        }
    }

    /// Returns whether the task is done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done(_))
    }

    /// Returns the failure, if the task is not done.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Done(_) => None,
            Self::Failed(failure) | Self::Retry { failure, .. } | Self::Defer { failure, .. } => {
                Some(failure)
            }
        }
    }

    /// Returns the value, or the failure.
    ///
    /// ```
    /// use errcode_core::Failure;
    /// use errcode_runtime::{Context, guarded_blocking};
    ///
    /// let outcome = guarded_blocking(Context::task("sum"), || Ok::<_, Failure>(1 + 2));
    /// assert_eq!(outcome.into_result().unwrap(), 3);
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the failure of a task that is not done.
    pub fn into_result(self) -> Result<T, Failure> {
        match self {
            Self::Done(value) => Ok(value),
            Self::Failed(failure) | Self::Retry { failure, .. } | Self::Defer { failure, .. } => {
                Err(failure)
            }
        }
    }

    /// Returns the exit status of a process that runs this task alone, by the names of BSD's `sysexits.h`: 0 done, 75
    /// (`EX_TEMPFAIL`) retry or defer, otherwise by the status of the code: 77 (`EX_NOPERM`) for 401 and 403, 66
    /// (`EX_NOINPUT`) for 404 and 410, 65 (`EX_DATAERR`) for other client errors, 69 (`EX_UNAVAILABLE`) for 502 to
    /// 504, and 70 (`EX_SOFTWARE`) for the rest.
    #[must_use]
    pub fn exit_status(&self) -> u8 {
        match self {
            Self::Done(_) => 0,
            Self::Retry { .. } | Self::Defer { .. } => 75,
            Self::Failed(failure) => match failure.spec().status() {
                401 | 403 => 77,
                404 | 410 => 66,
                400..=499 => 65,
                502..=504 => 69,
                _ => 70,
            },
        }
    }
}

/// Returns whether the call was refused before it had an effect.
fn is_deferred(failure: &Failure) -> bool {
    use FrameworkFault::{CircuitOpen, LimitExceeded, Overloaded};
    let fault = failure.downcast_ref::<FaultError>().map(FaultError::fault);
    failure.spec().status() == 429
        || matches!(fault, Some(CircuitOpen { .. } | LimitExceeded { .. } | Overloaded))
}

impl<T> Termination for TaskOutcome<T> {
    fn report(self) -> ExitCode {
        crate::flush(Duration::from_secs(1));
        ExitCode::from(self.exit_status())
    }
}

/// Writes `done`, or the code and what to do.
impl<T> fmt::Display for TaskOutcome<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (failure, what, after) = match self {
            Self::Done(_) => return f.write_str("done"),
            Self::Failed(failure) => (failure, "failed", &None),
            Self::Retry { after, failure } => (failure, "retry", after),
            Self::Defer { after, failure } => (failure, "defer", after),
        };
        write!(f, "{what}: {}", failure.spec().code())?;
        match after {
            Some(after) => write!(f, " (after {after:?})"),
            None => Ok(()),
        }
    }
}
