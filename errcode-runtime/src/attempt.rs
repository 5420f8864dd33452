//! The current attempt of a call, and its deadline.

use crate::Context;
use pin_project_lite::pin_project;
use std::{
    cell::Cell,
    pin::Pin,
    task::{self, Poll},
    time::Duration,
};
use tokio::time::Instant;

thread_local! {
    // Set around each poll. The value is small and has no destructor, which makes this a fifth of a task-local.
    static CURRENT: Cell<Option<Attempt>> = const { Cell::new(None) };
}

/// One attempt of a call to another system. A policy sets it around the call, and the code that makes the call can
/// read it.
///
/// ```
/// use errcode_runtime::{Attempt, Context};
///
/// let attempt = Attempt::new("llm", 2, None);
/// assert_eq!(attempt.enter(|| Attempt::current().map(|now| now.number)), Some(2));
/// assert!(Attempt::current().is_none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The dependency that is called.
    pub dependency: &'static str,
    /// Which attempt it is, from 1.
    pub number: u32,
    /// When the call must have ended.
    pub deadline: Option<Instant>,
}

impl Attempt {
    /// Creates the description of an attempt.
    #[must_use]
    pub const fn new(dependency: &'static str, number: u32, deadline: Option<Instant>) -> Self {
        Self { dependency, number, deadline }
    }

    /// Returns the attempt that the calling code is part of, if a policy runs it.
    ///
    /// ```
    /// use errcode_runtime::Attempt;
    ///
    /// /// Asks the second replica where the first one has failed.
    /// fn replica() -> &'static str {
    ///     match Attempt::current() {
    ///         Some(attempt) if attempt.number > 1 => "http://replica-2",
    ///         _ => "http://replica-1",
    ///     }
    /// }
    ///
    /// assert_eq!(replica(), "http://replica-1");
    /// assert_eq!(Attempt::new("search", 2, None).enter(replica), "http://replica-2");
    /// ```
    #[must_use]
    #[inline]
    pub fn current() -> Option<Self> {
        CURRENT.get()
    }

    #[inline]
    pub(crate) fn deadline_of_current() -> Option<Instant> {
        CURRENT.get().and_then(|attempt| attempt.deadline)
    }

    /// Runs the future as this attempt.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use errcode_runtime::Attempt;
    ///
    /// let number = async { Attempt::current().map(|attempt| attempt.number) };
    /// assert_eq!(Attempt::new("llm", 3, None).scope(number).await, Some(3));
    /// # });
    /// ```
    pub fn scope<F: Future>(self, future: F) -> Attempted<F> {
        Attempted { attempt: self, future }
    }

    /// Runs the closure as this attempt.
    #[inline]
    pub fn enter<R>(self, run: impl FnOnce() -> R) -> R {
        struct Restore<'a>(&'a Cell<Option<Attempt>>, Option<Attempt>);
        impl Drop for Restore<'_> {
            #[inline]
            fn drop(&mut self) {
                self.0.set(self.1);
            }
        }
        CURRENT.with(|current| {
            let _restore = Restore(current, current.replace(Some(self)));
            run()
        })
    }
}

pin_project! {
    /// A future that runs as an [`Attempt`]. [`Attempt::scope`] returns it.
    #[derive(Debug)]
    pub struct Attempted<F> {
        attempt: Attempt,
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for Attempted<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.attempt.enter(|| this.future.poll(context))
    }
}

/// Returns the deadline of the current work: the earlier of the context's and the current attempt's.
///
/// ```
/// use errcode_runtime::{Context, deadline};
/// use std::time::Duration;
/// use tokio::time::Instant;
///
/// /// Returns how long a query may take: what is left for the request, at most 30 seconds.
/// fn statement_timeout() -> Duration {
///     let left = deadline().map(|deadline| deadline.saturating_duration_since(Instant::now()));
///     left.unwrap_or(Duration::MAX).min(Duration::from_secs(30))
/// }
///
/// assert_eq!(statement_timeout(), Duration::from_secs(30));
/// let soon = Instant::now() + Duration::from_secs(5);
/// let context = Context::builder().deadline(Some(soon)).build();
/// assert!(context.enter(statement_timeout) <= Duration::from_secs(5));
/// ```
#[must_use]
#[inline]
pub fn deadline() -> Option<Instant> {
    earlier(Context::own_deadline(), Attempt::deadline_of_current())
}

/// Returns the deadline for a value of `x-request-timeout-ms`; `None` if it is not a number of milliseconds.
///
/// A client can only shorten its own request with it.
///
/// ```
/// use errcode_runtime::deadline_in_millis;
/// use tokio::time::Instant;
///
/// assert!(deadline_in_millis("1500").unwrap() > Instant::now());
/// assert_eq!(deadline_in_millis("1.5 s"), None);
/// ```
#[must_use]
pub fn deadline_in_millis(value: &str) -> Option<Instant> {
    Instant::now().checked_add(Duration::from_millis(value.parse().ok()?))
}

/// Returns the deadline for a value of `grpc-timeout`: at most eight digits and a unit (gRPC over HTTP/2, "Timeout").
/// `None` if it is invalid.
///
/// ```
/// use errcode_runtime::deadline_in_grpc_timeout;
/// use tokio::time::Instant;
///
/// assert!(deadline_in_grpc_timeout("1500m").unwrap() > Instant::now()); // milliseconds
/// assert_eq!(deadline_in_grpc_timeout("1500"), None);
/// ```
#[must_use]
pub fn deadline_in_grpc_timeout(value: &str) -> Option<Instant> {
    Instant::now().checked_add(grpc_timeout(value)?)
}

fn grpc_timeout(value: &str) -> Option<Duration> {
    let (amount, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    if amount.len() > 8 || !amount.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let amount = amount.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(amount * 3600),
        "M" => Duration::from_secs(amount * 60),
        "S" => Duration::from_secs(amount),
        "m" => Duration::from_millis(amount),
        "u" => Duration::from_micros(amount),
        "n" => Duration::from_nanos(amount),
        _ => return None,
    })
}

/// Returns the earlier of two deadlines.
#[doc(hidden)]
#[must_use]
#[inline]
pub fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use super::{Attempt, deadline, deadline_in_millis, grpc_timeout};
    use crate::Context;
    use std::time::Duration;
    use tokio::time::Instant;

    #[test]
    fn the_earlier_deadline_counts_and_travels_as_the_time_that_is_left() {
        let now = Instant::now();
        let (soon, late) = (now + Duration::from_secs(20), now + Duration::from_secs(60));
        assert_eq!(deadline(), None);
        let context = Context::builder().deadline(Some(late)).build();
        context.enter(|| {
            assert_eq!(deadline(), Some(late));
            let left = Attempt::new("llm", 1, Some(soon)).enter(|| {
                assert_eq!((deadline(), context.deadline()), (Some(soon), Some(soon)));
                context.outgoing().into_iter().find(|(name, _)| *name == "x-request-timeout-ms")
            });
            let left: u64 = left.expect("a deadline").1.parse().expect("a number");
            assert!((1..=20_000).contains(&left), "{left}");
        });
        assert!(!Context::new().outgoing().iter().any(|(name, _)| name.contains("timeout")));
    }

    #[test]
    fn a_value_that_is_not_a_number_gives_no_deadline() {
        assert!(deadline_in_millis("1500").is_some_and(|at| at > Instant::now()));
        for value in ["", "-1", "1.5", "1s", "18446744073709551616", " 5"] {
            assert_eq!(deadline_in_millis(value), None, "{value}");
        }
    }

    #[test]
    fn timeouts_of_grpc() {
        assert_eq!(grpc_timeout("2H"), Some(Duration::from_secs(7200)));
        assert_eq!(grpc_timeout("99999999m"), Some(Duration::from_millis(99_999_999)));
        assert_eq!(grpc_timeout("5u"), Some(Duration::from_micros(5)));
        for invalid in ["", "S", "1", "1s", "-1S", "+1S", "123456789S", "1.5S", "é"] {
            assert_eq!(grpc_timeout(invalid), None, "{invalid}");
        }
    }

    #[test]
    fn the_first_mark_of_a_degraded_answer_stays() {
        let context = Context::new();
        Context::mark_degraded("nobody");
        context.enter(|| {
            Context::mark_degraded("cache");
            Context::mark_degraded("constant");
        });
        assert_eq!(context.degraded(), Some("cache"));
    }
}
