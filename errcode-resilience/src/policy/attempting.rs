//! One attempt: the call and its timeout.

use crate::Permit;
use errcode_runtime::Attempt;
use pin_project_lite::pin_project;
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};

/// The outcome of an attempt.
pub(super) enum Polled<T> {
    Ready(T),
    TimedOut(Duration),
    DeadlineExceeded,
}

/// When an attempt is cut off.
#[derive(Clone, Copy)]
pub(super) struct Ending {
    at: Instant,
    /// The attempt's own timeout, if that ends first.
    timeout: Option<Duration>,
}

/// Reads the clock only when a call is not ready at once; no timer could have interrupted it before.
pub(super) fn ending(timeout: Option<Duration>, deadline: Option<Instant>) -> Option<Ending> {
    let until = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
    let at = match (until, deadline) {
        (Some(until), Some(deadline)) => until.min(deadline),
        (until, deadline) => until.or(deadline)?,
    };
    Some(Ending { at, timeout: timeout.filter(|_| until == Some(at)) })
}

impl Ending {
    pub(super) fn timer(&self) -> Sleep {
        sleep_until(self.at)
    }

    pub(super) fn polled<T>(&self) -> Polled<T> {
        self.timeout.map_or(Polled::DeadlineExceeded, Polled::TimedOut)
    }
}

pin_project! {
    /// Runs a call until it is ready or timed out.
    pub(super) struct Attempting<'c, 'p, F> {
        #[pin]
        call: F,
        permit: &'c mut Option<Permit<'p>>,
        #[pin]
        timer: Option<Sleep>,
        scope: Attempt,
        ending: Option<Ending>,
    }
}

impl<'c, 'p, F> Attempting<'c, 'p, F> {
    pub(super) fn new(
        call: F,
        permit: &'c mut Option<Permit<'p>>,
        scope: Attempt,
        timeout: Option<Duration>,
    ) -> Self {
        let ending = ending(timeout, scope.deadline);
        Self { call, permit, timer: ending.as_ref().map(Ending::timer), scope, ending }
    }
}

impl<F: Future> Future for Attempting<'_, '_, F> {
    type Output = Polled<F::Output>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(output) = poll_call(this.call, this.permit, *this.scope, context) {
            return Poll::Ready(Polled::Ready(output));
        }
        match (this.timer.as_pin_mut(), this.ending) {
            (Some(timer), Some(ending)) => {
                ready!(timer.poll(context));
                Poll::Ready(ending.polled())
            }
            _ => Poll::Pending,
        }
    }
}

/// Polls the call with the attempt in its context.
#[inline]
pub(super) fn poll_call<F: Future>(
    call: Pin<&mut F>,
    permit: &mut Option<Permit<'_>>,
    scope: Attempt,
    context: &mut Context<'_>,
) -> Poll<F::Output> {
    // The first attempt of a call without a deadline needs no context.
    let is_plain = scope.deadline.is_none() && scope.number == 1;
    on_panic(permit, || match is_plain {
        true => call.poll(context),
        false => scope.enter(|| call.poll(context)),
    })
}

/// Runs a part of the call. A panic in it counts as a failure; otherwise a dropped permit does not.
#[inline]
pub(super) fn on_panic<R>(permit: &mut Option<Permit<'_>>, run: impl FnOnce() -> R) -> R {
    struct Running<'a, 'p>(&'a mut Option<Permit<'p>>);
    impl Drop for Running<'_, '_> {
        fn drop(&mut self) {
            if let Some(permit) = self.0.take() {
                permit.failure();
            }
        }
    }
    let running = Running(permit);
    let result = run();
    std::mem::forget(running);
    result
}
