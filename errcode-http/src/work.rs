//! The service's work on one request.

use errcode_core::Failure;
use errcode_runtime::{Scoped, boundary::Boundary};
use pin_project_lite::pin_project;
use std::{
    fmt,
    pin::Pin,
    task::{self, Poll},
};

/// What an adapter keeps of a request while the service works on it.
pub trait InFlight {
    /// Returns the boundary of the request.
    fn boundary(&self) -> &Boundary;

    /// Returns the path of the request.
    fn path(&self) -> &str;

    /// Reports that the client went away.
    fn abandoned(&self) {
        self.boundary().abandoned(Some(self.path()));
    }
}

pin_project! {
    /// A service's work on one request, in the boundary of that request.
    ///
    /// Its output is what was kept of the request, and what the service's future gave, or the failure of a panic.
    /// Dropped before, it reports that the client went away.
    pub struct Work<Fut, X>
    where
        X: InFlight,
    {
        #[pin]
        state: State<Fut, X>,
    }
}

pin_project! {
    #[project = StateProjection]
    enum State<Fut, X>
    where
        X: InFlight,
    {
        Running { #[pin] future: Scoped<Fut>, request: Option<X> },
        Failed { failure: Option<Failure>, request: Option<X> },
    }

    impl<Fut, X> PinnedDrop for State<Fut, X>
    where
        X: InFlight,
    {
        fn drop(this: Pin<&mut Self>) {
            if let StateProjection::Running { request: Some(request), .. } = this.project() {
                request.abandoned();
            }
        }
    }
}

impl<Fut: Future, X: InFlight> Work<Fut, X> {
    /// Calls the service.
    #[inline]
    pub fn start(request: X, call: impl FnOnce() -> Fut) -> Self {
        // The scopes get references only: the call holds the request, and each scope would move it and the future.
        let (mut call, mut future) = (Some(call), None);
        let called = request.boundary().call(|| future = call.take().map(|call| call()));
        let state = match future {
            Some(future) => {
                let future = request.boundary().context().scope(future);
                State::Running { future, request: Some(request) }
            }
            None => State::Failed { failure: called.err(), request: Some(request) },
        };
        Self { state }
    }

    /// Answers a request to a service that cannot be called.
    #[must_use]
    pub fn failed(request: X, failure: Failure) -> Self {
        Self { state: State::Failed { failure: Some(failure), request: Some(request) } }
    }
}

impl<Fut: Future, X: InFlight> Future for Work<Fut, X> {
    type Output = (X, Result<Fut::Output, Failure>);

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let (outcome, request) = match self.project().state.project() {
            StateProjection::Failed { failure, request } => {
                let Some(failure) = failure.take() else { return Poll::Pending };
                (Err(failure), request.take())
            }
            StateProjection::Running { future, request } => {
                let Some(running) = request.as_ref() else { return Poll::Pending };
                (task::ready!(running.boundary().poll(future, cx)), request.take())
            }
        };
        match request {
            Some(request) => Poll::Ready((request, outcome)),
            None => Poll::Pending,
        }
    }
}

impl<Fut, X: InFlight> fmt::Debug for Work<Fut, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").finish_non_exhaustive()
    }
}
