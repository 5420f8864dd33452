//! Policies for tower services.

use super::{CallEnd, Ongoing, Policy};
use crate::{ByHints, CallError, Classify, Reason};
use std::{
    fmt,
    future::poll_fn,
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tower_layer::Layer;
use tower_service::Service;

impl<C> Policy<C> {
    /// Returns a layer that applies this policy to a service. Requests are repeated by cloning them; for those
    /// that cannot be cloned or must not be repeated, see [`PolicyLayer::repeat`].
    #[must_use]
    pub fn layer(self) -> PolicyLayer<C> {
        PolicyLayer { policy: Arc::new(self), repeat: ByClone, finish: AtOnce }
    }
}

/// Copies a request for another attempt. Closures implement it.
pub trait Repeat<R> {
    /// Returns the copy, or `None` if the request must not or cannot be repeated. The decision must be the same
    /// each time for the same request.
    fn repeat(&self, request: &R) -> Option<R>;
}

/// Repeats every request by cloning it.
#[derive(Clone, Copy, Debug, Default)]
pub struct ByClone;

impl<R: Clone> Repeat<R> for ByClone {
    fn repeat(&self, request: &R) -> Option<R> {
        Some(request.clone())
    }
}

impl<R, F: Fn(&R) -> Option<R>> Repeat<R> for F {
    fn repeat(&self, request: &R) -> Option<R> {
        self(request)
    }
}

/// Says when a call ends that has been answered, and what the caller gets. Closures take it as one that
/// [goes on](Ongoing).
pub trait Finish<T> {
    /// What the caller gets.
    type Output;

    /// Whether the call goes on after its answer. If not, it has ended before [`finish`](Self::finish).
    const GOES_ON: bool;

    /// Returns what the caller gets. The end of a call that goes on must be kept in it, or be recorded.
    fn finish(&self, begun: Ongoing<T>) -> Self::Output;
}

/// A call ends with its answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct AtOnce;

impl<T> Finish<T> for AtOnce {
    type Output = T;
    const GOES_ON: bool = false;

    fn finish(&self, begun: Ongoing<T>) -> T {
        begun.value
    }
}

impl<T, U, F: Fn(Ongoing<T>) -> U> Finish<T> for F {
    type Output = U;
    const GOES_ON: bool = true;

    fn finish(&self, begun: Ongoing<T>) -> U {
        self(begun)
    }
}

/// Applies a [`Policy`] to a service.
///
/// The service's error is a [`CallError`]. In a box, it keeps its code and its history, so an errcode layer around this
/// one answers with the code, logs the history and tells callers that retries are exhausted.
///
/// ```
/// use errcode_core::AppError;
/// use errcode_resilience::{Dependency, Policy, Retry};
/// use tower::{Layer, Service, ServiceExt};
///
/// #[derive(Debug, AppError)]
/// #[error("busy", code = "E2301", category = external)]
/// struct Busy;
///
/// static TRACKER: Dependency = Dependency::new("tracker");
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
/// let tracker = tower::service_fn(|number: u32| async move { Ok::<_, Busy>(number + 1) });
/// let mut tracker = Policy::new(&TRACKER).retry(Retry::new(3)).layer().layer(tracker);
/// assert_eq!(tracker.ready().await.unwrap().call(1).await.unwrap(), 2);
/// # });
/// ```
pub struct PolicyLayer<C = ByHints, R = ByClone, K = AtOnce> {
    policy: Arc<Policy<C>>,
    repeat: R,
    finish: K,
}

impl<C, R, K> PolicyLayer<C, R, K> {
    /// Sets how a request is copied for another attempt; `None` means that it is made once.
    ///
    /// A request that changes something must not be repeated unless it carries an idempotency key.
    #[must_use]
    pub fn repeat<N>(self, repeat: N) -> PolicyLayer<C, N, K> {
        PolicyLayer { policy: self.policy, repeat, finish: self.finish }
    }

    /// Sets when a call ends. By default it ends with its answer, so a stream in the answer is no longer one of the
    /// concurrent calls that are limited, and its failure does not count against the breaker.
    #[must_use]
    pub fn finish<N>(self, finish: N) -> PolicyLayer<C, R, N> {
        PolicyLayer { policy: self.policy, repeat: self.repeat, finish }
    }

    /// Ends a call when the body of its response ends. Until then it is one of the concurrent calls that are limited. A
    /// body that fails is a failure of the dependency; it is not repeated.
    #[cfg(feature = "http")]
    #[must_use]
    pub fn until_body_ends(self) -> PolicyLayer<C, R, super::UntilBodyEnds> {
        self.finish(super::UntilBodyEnds)
    }
}

/// A service with a [`Policy`].
pub struct PolicyService<S, C = ByHints, R = ByClone, K = AtOnce> {
    inner: S,
    policy: Arc<Policy<C>>,
    repeat: R,
    finish: K,
}

/// The future of a [`PolicyService`].
pub type PolicyFuture<T, E> = Pin<Box<dyn Future<Output = Result<T, CallError<E>>> + Send>>;

impl<S, C, R: Clone, K: Clone> Layer<S> for PolicyLayer<C, R, K> {
    type Service = PolicyService<S, C, R, K>;

    fn layer(&self, inner: S) -> Self::Service {
        let Self { policy, repeat, finish } = self.clone();
        PolicyService { inner, policy, repeat, finish }
    }
}

impl<S, C, R, K, Q> Service<Q> for PolicyService<S, C, R, K>
where
    S: Service<Q> + Clone + Send + 'static,
    S::Future: Send,
    S::Response: Send,
    S::Error: fmt::Display + Send,
    C: Classify<S::Response, S::Error> + Send + Sync + 'static,
    R: Repeat<Q> + Clone + Send + 'static,
    K: Finish<S::Response> + Clone + Send + 'static,
    Q: Send + 'static,
{
    type Response = K::Output;
    type Error = CallError<S::Error>;
    type Future = PolicyFuture<K::Output, S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context).map_err(|error| CallError::new(Reason::Failed(error), None))
    }

    fn call(&mut self, request: Q) -> Self::Future {
        let clone = self.inner.clone();
        // The service that was polled ready makes the first attempt, since a clone may not be ready.
        let mut ready = Some(mem::replace(&mut self.inner, clone.clone()));
        let (policy, repeat) = (Arc::clone(&self.policy), self.repeat.clone());
        let finish = self.finish.clone();
        let first = repeat.repeat(&request);
        let (repeatable, mut first) = (first.is_some(), first);
        let mut request = Some(request);
        let make = move || {
            let copy = first.take().or_else(|| repeat.repeat(request.as_ref()?));
            let request =
                copy.or_else(|| request.take()).expect("a request that is repeated has a copy");
            let (mut service, is_ready) = match ready.take() {
                Some(service) => (service, true),
                None => (clone.clone(), false),
            };
            async move {
                if !is_ready {
                    poll_fn(|context| service.poll_ready(context)).await?;
                }
                service.call(request).await
            }
        };
        Box::pin(async move {
            let begun = if K::GOES_ON {
                policy.begin(repeatable, make).await?
            } else {
                let value = policy.run(repeatable, make).await?;
                Ongoing { value, end: CallEnd::default() }
            };
            Ok(finish.finish(begun))
        })
    }
}

impl<C, R: Clone, K: Clone> Clone for PolicyLayer<C, R, K> {
    fn clone(&self) -> Self {
        let Self { policy, repeat, finish } = self;
        Self { policy: Arc::clone(policy), repeat: repeat.clone(), finish: finish.clone() }
    }
}

impl<S: Clone, C, R: Clone, K: Clone> Clone for PolicyService<S, C, R, K> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            policy: Arc::clone(&self.policy),
            repeat: self.repeat.clone(),
            finish: self.finish.clone(),
        }
    }
}

impl<C, R, K> fmt::Debug for PolicyLayer<C, R, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyLayer").field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl<S, C, R, K> fmt::Debug for PolicyService<S, C, R, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyService").field("policy", &self.policy).finish_non_exhaustive()
    }
}
