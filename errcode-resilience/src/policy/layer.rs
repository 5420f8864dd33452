//! Policies for tower services.

use super::Policy;
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
        PolicyLayer { policy: Arc::new(self), repeat: ByClone }
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
pub struct PolicyLayer<C = ByHints, R = ByClone> {
    policy: Arc<Policy<C>>,
    repeat: R,
}

impl<C, R> PolicyLayer<C, R> {
    /// Sets how a request is copied for another attempt; `None` means that it is made once.
    ///
    /// A request that changes something must not be repeated unless it carries an idempotency key.
    #[must_use]
    pub fn repeat<N>(self, repeat: N) -> PolicyLayer<C, N> {
        PolicyLayer { policy: self.policy, repeat }
    }
}

/// A service with a [`Policy`].
pub struct PolicyService<S, C = ByHints, R = ByClone> {
    inner: S,
    policy: Arc<Policy<C>>,
    repeat: R,
}

/// The future of a [`PolicyService`].
pub type PolicyFuture<T, E> = Pin<Box<dyn Future<Output = Result<T, CallError<E>>> + Send>>;

impl<S, C, R: Clone> Layer<S> for PolicyLayer<C, R> {
    type Service = PolicyService<S, C, R>;

    fn layer(&self, inner: S) -> Self::Service {
        PolicyService { inner, policy: Arc::clone(&self.policy), repeat: self.repeat.clone() }
    }
}

impl<S, C, R, Q> Service<Q> for PolicyService<S, C, R>
where
    S: Service<Q> + Clone + Send + 'static,
    S::Future: Send,
    S::Response: Send,
    S::Error: fmt::Display + Send,
    C: Classify<S::Response, S::Error> + Send + Sync + 'static,
    R: Repeat<Q> + Clone + Send + 'static,
    Q: Send + 'static,
{
    type Response = S::Response;
    type Error = CallError<S::Error>;
    type Future = PolicyFuture<S::Response, S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context).map_err(|error| CallError::new(Reason::Failed(error), None))
    }

    fn call(&mut self, request: Q) -> Self::Future {
        let clone = self.inner.clone();
        // The service that was polled ready makes the first attempt, since a clone may not be ready.
        let mut ready = Some(mem::replace(&mut self.inner, clone.clone()));
        let (policy, repeat) = (Arc::clone(&self.policy), self.repeat.clone());
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
        Box::pin(async move { policy.run(repeatable, make).await })
    }
}

impl<C, R: Clone> Clone for PolicyLayer<C, R> {
    fn clone(&self) -> Self {
        Self { policy: Arc::clone(&self.policy), repeat: self.repeat.clone() }
    }
}

impl<S: Clone, C, R: Clone> Clone for PolicyService<S, C, R> {
    fn clone(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            policy: Arc::clone(&self.policy),
            repeat: self.repeat.clone(),
        }
    }
}

impl<C, R> fmt::Debug for PolicyLayer<C, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyLayer").field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl<S, C, R> fmt::Debug for PolicyService<S, C, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PolicyService").field("policy", &self.policy).finish_non_exhaustive()
    }
}
