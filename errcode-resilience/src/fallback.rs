//! Fallbacks.

use crate::Dependency;
use errcode_core::{Failure, Journey};
use errcode_runtime::{Context, Event, boundary::displayed, event::FallbackEvent};
use pin_project_lite::pin_project;
use std::{
    future::ready,
    pin::Pin,
    task::{self, Poll, ready},
};

/// Adds fallbacks to a call: another model, a stale answer, a constant. Each has a name for log and metrics.
///
/// The first one that succeeds gives the answer. The answer, the context of the request ([`Context::degraded`])
/// and an event then say that it is degraded. If all fail, the failure is the call's own, and its
/// [`journey`](Failure::journey) contains those of the fallbacks.
///
/// ```
/// use errcode_core::{AppError, Failure};
/// use errcode_resilience::{Dependency, Policy, with_fallback};
///
/// #[derive(Debug, AppError)]
/// #[error("no answer", code = "E5004", category = external)]
/// struct NoAnswer;
///
/// static LARGE: Dependency = Dependency::new("large-model");
/// static SMALL: Dependency = Dependency::new("small-model");
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
/// let (large, small) = (Policy::new(&LARGE), Policy::new(&SMALL));
/// let answer = with_fallback(&LARGE, large.call(async || Err::<&str, _>(NoAnswer)))
///     .or("small model", |_| small.call(async || Err::<&str, _>(NoAnswer)))
///     .or_value("apology", || "Please ask again later.")
///     .await?;
/// assert_eq!((answer.value, answer.degraded), ("Please ask again later.", Some("apology")));
/// # Ok::<(), Failure>(())
/// # }).unwrap();
/// ```
pub fn with_fallback<T, E, P>(
    dependency: &'static Dependency,
    primary: P,
) -> WithFallback<impl Future<Output = Result<Answer<T>, Failed>>>
where
    P: Future<Output = Result<T, E>>,
    E: Into<Failure>,
{
    WithFallback { chain: Primary { primary }, dependency }
}

/// An answer, and where it comes from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answer<T> {
    /// The answer itself.
    pub value: T,
    /// The fallback that gave the answer; `None` if the call itself did.
    pub degraded: Option<&'static str>,
    /// The failure of the call itself, if a fallback gave the answer.
    pub error: Option<Failure>,
}

/// The failures so far.
#[derive(Debug)]
pub struct Failed {
    first: Failure,
    fallbacks: Vec<(&'static str, String)>,
}

impl From<Failed> for Failure {
    fn from(failed: Failed) -> Self {
        if failed.fallbacks.is_empty() {
            return failed.first;
        }
        let mut journey: Journey = failed.first.journey().cloned().unwrap_or_default();
        journey.fallbacks = failed.fallbacks;
        failed.first.with_journey(journey)
    }
}

pin_project! {
    /// A call with its fallbacks. Awaiting it gives the [`Answer`].
    #[must_use = "futures do nothing unless you `.await` them"]
    #[derive(Debug)]
    pub struct WithFallback<C> {
        #[pin]
        chain: C,
        dependency: &'static Dependency,
    }
}

impl<T, C: Future<Output = Result<Answer<T>, Failed>>> WithFallback<C> {
    /// Adds a fallback, which runs if everything before it fails. It gets the failure of the call itself.
    pub fn or<E, B, F>(
        self,
        name: &'static str,
        fallback: F,
    ) -> WithFallback<impl Future<Output = Result<Answer<T>, Failed>>>
    where
        F: FnOnce(Failure) -> B,
        B: Future<Output = Result<T, E>>,
        E: Into<Failure>,
    {
        self.or_if(true, name, fallback)
    }

    /// Adds a fallback if `enabled` is true, for example by a feature flag.
    pub fn or_if<E, B, F>(
        self,
        enabled: bool,
        name: &'static str,
        fallback: F,
    ) -> WithFallback<impl Future<Output = Result<Answer<T>, Failed>>>
    where
        F: FnOnce(Failure) -> B,
        B: Future<Output = Result<T, E>>,
        E: Into<Failure>,
    {
        let Self { chain, dependency } = self;
        let fallback = enabled.then_some((fallback, name, dependency));
        WithFallback { chain: Or::Before { chain, fallback }, dependency }
    }

    /// Adds a constant, which is the answer if everything before it fails.
    pub fn or_value<F>(
        self,
        name: &'static str,
        value: F,
    ) -> WithFallback<impl Future<Output = Result<Answer<T>, Failed>>>
    where
        F: FnOnce() -> T,
    {
        self.or(name, |_| ready(Ok::<_, Failure>(value())))
    }
}

pin_project! {
    /// The call itself. It is not an async block, which would keep the call twice.
    struct Primary<P> {
        #[pin]
        primary: P,
    }
}

impl<T, E, P> Future for Primary<P>
where
    P: Future<Output = Result<T, E>>,
    E: Into<Failure>,
{
    type Output = Result<Answer<T>, Failed>;

    fn poll(self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(match ready!(self.project().primary.poll(context)) {
            Ok(value) => Ok(Answer { value, degraded: None, error: None }),
            Err(error) => Err(Failed { first: error.into(), fallbacks: Vec::new() }),
        })
    }
}

pin_project! {
    /// A chain with one more fallback. It has room for one of them at a time.
    #[project = OrProjection]
    enum Or<C, F, B> {
        Before { #[pin] chain: C, fallback: Option<(F, &'static str, &'static Dependency)> },
        After {
            #[pin]
            fallback: B,
            failed: Option<Failed>,
            name: &'static str,
            dependency: &'static Dependency,
        },
    }
}

impl<T, E, C, F, B> Future for Or<C, F, B>
where
    C: Future<Output = Result<Answer<T>, Failed>>,
    F: FnOnce(Failure) -> B,
    B: Future<Output = Result<T, E>>,
    E: Into<Failure>,
{
    type Output = Result<Answer<T>, Failed>;

    fn poll(mut self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<Self::Output> {
        if let OrProjection::Before { chain, fallback } = self.as_mut().project() {
            let result = ready!(chain.poll(context));
            let (failed, (fallback, name, dependency)) = match (result, fallback.take()) {
                (Err(failed), Some(fallback)) => (failed, fallback),
                (result, _) => return Poll::Ready(result),
            };
            let fallback = fallback(failed.first.clone());
            self.set(Self::After { fallback, failed: Some(failed), name, dependency });
        }
        let OrProjection::After { fallback, failed, name, dependency } = self.project() else {
            return Poll::Pending;
        };
        let result = ready!(fallback.poll(context));
        let Some(mut failed) = failed.take() else { return Poll::Pending };
        Poll::Ready(match result {
            Ok(value) => Ok(failed.answered(value, name, dependency)),
            Err(error) => {
                failed.fallbacks.push((*name, displayed(&error.into())));
                Err(failed)
            }
        })
    }
}

impl Failed {
    fn answered<T>(
        self,
        value: T,
        name: &'static str,
        dependency: &'static Dependency,
    ) -> Answer<T> {
        Context::mark_degraded(name);
        let failure = Failure::from(self);
        let error = displayed(&failure);
        Event::Fallback(&FallbackEvent::new(dependency.name(), name, &error)).emit();
        Answer { value, degraded: Some(name), error: Some(failure) }
    }
}

impl<T, C: Future<Output = Result<Answer<T>, Failed>>> Future for WithFallback<C> {
    type Output = Result<Answer<T>, Failure>;

    fn poll(self: Pin<&mut Self>, context: &mut task::Context<'_>) -> Poll<Self::Output> {
        self.project().chain.poll(context).map_err(Failure::from)
    }
}
