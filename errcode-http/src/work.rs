//! The service's work on one request.

use errcode_core::Failure;
use errcode_runtime::boundary::Boundary;
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

    /// Reports that the request was dropped before it was answered.
    fn abandoned(&self) {
        self.boundary().abandoned(Some(self.path()));
    }
}

pin_project! {
    /// A service's work on one request, in the boundary of that request.
    ///
    /// Its output is what was kept of the request, and what the service's future gave, or the failure of a panic.
    /// Dropped before, it reports that the request was not answered.
    pub struct Work<Fut, X>
    where
        X: InFlight,
    {
        // `None` once it has ended.
        #[pin]
        future: Option<Fut>,
        // The failure of a service that could not be called, in place of a future.
        failed: Option<Failure>,
        // `None` once the output was returned.
        request: Option<X>,
    }

    impl<Fut, X> PinnedDrop for Work<Fut, X>
    where
        X: InFlight,
    {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.future.is_some()
                && let Some(request) = this.request
            {
                request.abandoned();
                // Destructors of the work are part of it.
                request.boundary().within(|| this.future.set(None));
            }
        }
    }
}

impl<Fut: Future, X: InFlight> Work<Fut, X> {
    /// Calls the service.
    #[inline]
    pub fn start(request: X, call: impl FnOnce() -> Fut) -> Self {
        let mut work = Self::new(request, None);
        let mut call = Some(call);
        work.call(&mut call, |call| call());
        work
    }

    /// Answers a request to a service that cannot be called.
    #[must_use]
    pub fn failed(request: X, failure: Failure) -> Self {
        Self::new(request, Some(failure))
    }

    /// Keeps the request, to a service that cannot be called if there is a failure. Otherwise the work begins with
    /// [`call`](Self::call), which writes the future into its place: returning the work would move it.
    #[inline]
    pub(crate) fn new(request: X, failed: Option<Failure>) -> Self {
        Self { future: None, failed, request: Some(request) }
    }

    /// Calls the service with the argument, unless it cannot be called.
    // The scopes get references only: each would move the argument and the future, which are large.
    #[inline]
    pub(crate) fn call<A>(&mut self, argument: &mut Option<A>, mut call: impl FnMut(A) -> Fut) {
        let Self { future, failed, request } = self;
        let (None, Some(request)) = (&failed, request) else { return };
        let called = request.boundary().call(|| {
            if let Some(argument) = argument.take() {
                *future = Some(call(argument));
            }
        });
        *failed = called.err();
    }

    /// Polls the service's future. Once it has ended, its output is in `output`, unless it panicked, and the caller
    /// takes what was kept of the [`request`](Self::request). So neither is moved. `ask` sees the output in the same
    /// boundary.
    pub(crate) fn poll_output(
        self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
        output: &mut Option<Fut::Output>,
        ask: impl FnOnce(&Fut::Output),
    ) -> Poll<Option<Failure>> {
        let mut this = self.project();
        let Some(request) = this.request else { return Poll::Pending };
        if let Some(failure) = this.failed.take() {
            return Poll::Ready(Some(failure));
        }
        let polled = request.boundary().call(|| {
            if let Some(future) = this.future.as_mut().as_pin_mut()
                && let Poll::Ready(ready) = future.poll(cx)
            {
                ask(output.insert(ready));
                this.future.set(None);
            }
        });
        match polled {
            Ok(()) if output.is_none() => Poll::Pending,
            Ok(()) => Poll::Ready(None),
            Err(panicked) => {
                // The first panic is the one that is reported.
                let _ = request.boundary().call(|| this.future.set(None));
                let _ = request.boundary().call(|| *output = None);
                Poll::Ready(Some(panicked))
            }
        }
    }

    /// Returns what was kept of the request.
    pub(crate) fn request(self: Pin<&mut Self>) -> &mut Option<X> {
        self.project().request
    }
}

impl<Fut: Future, X: InFlight> Future for Work<Fut, X> {
    type Output = (X, Result<Fut::Output, Failure>);

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let mut output = None;
        let panicked = task::ready!(self.as_mut().poll_output(cx, &mut output, |_| ()));
        match (self.request().take(), panicked, output) {
            (Some(request), Some(failure), _) => Poll::Ready((request, Err(failure))),
            (Some(request), None, Some(output)) => Poll::Ready((request, Ok(output))),
            _ => Poll::Pending,
        }
    }
}

impl<Fut, X: InFlight> fmt::Debug for Work<Fut, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").finish_non_exhaustive()
    }
}
