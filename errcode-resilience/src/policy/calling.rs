//! The future of a call: the first attempt is polled by hand, the rest is an async block.

use super::{
    Due, Ended, Policy,
    attempting::{Ending, Polled, ending, on_panic, poll_call},
};
use crate::{CallError, Class, Classify, Permit, classify::Health, limits::Slot};
use errcode_runtime::Attempt;
use pin_project_lite::pin_project;
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::time::Sleep;

pin_project! {
    /// Most calls are ready at once and succeed. They are polled in place: without a timer, and without moving
    /// or keeping anything.
    #[must_use = "futures do nothing unless you `.await` them"]
    pub(super) struct Calling<'p, C, A, F, N, R> {
        policy: &'p Policy<C>,
        begin: Option<(F, N)>,
        #[pin]
        first: Option<A>,
        #[pin]
        later: Later<'p, R>,
    }
}

pin_project! {
    /// What most calls do not need, in one place: dropping a call is a part of its cost.
    #[project = LaterProjection]
    enum Later<'p, R> {
        Nothing,
        /// The first attempt is pending.
        First { held: Held<'p>, #[pin] timer: Option<Sleep> },
        /// In a box, since most calls are over before it is needed.
        Rest { rest: Pin<Box<R>> },
    }
}

/// The state of the first attempt while it is pending.
struct Held<'p> {
    permit: Option<Permit<'p>>,
    slot: Option<Slot<'p>>,
    due: Due,
    ending: Option<Ending>,
}

/// The state from which the rest of a call continues.
pub(super) enum Before<T, E> {
    /// Not started: it waits for the limits.
    Waiting,
    /// The first attempt, which did not succeed.
    Ended(Ended<T, E>),
}

impl<'p, C, A, F, N, R> Calling<'p, C, A, F, N, R> {
    #[inline]
    pub(super) fn new(policy: &'p Policy<C>, make: F, rest: N) -> Self {
        let begin = Some((make, rest));
        Self { policy, begin, first: None, later: Later::Nothing }
    }
}

impl<'p, T, E, C, A, F, N, R> Future for Calling<'p, C, A, F, N, R>
where
    C: Classify<T, E>,
    A: Future<Output = Result<T, E>>,
    F: FnMut() -> A,
    N: FnOnce(F, Due, Before<T, E>) -> R,
    R: Future<Output = Result<T, CallError<E>>>,
{
    type Output = Result<T, CallError<E>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.as_mut().project();
        let policy = *this.policy;
        if this.first.is_none() && matches!(*this.later, Later::Nothing) {
            let plan = &policy.plan;
            let due = match plan.due() {
                Ok(due) => due,
                Err(refusal) => {
                    let due = Due { at: None, is_own: false };
                    return self.go_on(due, Before::Ended(Ended::Refused(refusal)), context);
                }
            };
            plan.dependency.budget().deposit();
            // The general path checks for a drill before each attempt.
            #[cfg(feature = "inject")]
            if crate::inject::concerns(plan.dependency.name()) {
                return self.go_on(due, Before::Waiting, context);
            }
            let slot = match &plan.limits {
                None => None,
                Some(limits) => match limits.try_acquire() {
                    Ok(slot) => slot,
                    Err(_) => return self.go_on(due, Before::Waiting, context),
                },
            };
            let permit = match &plan.breaker {
                None => None,
                Some(breaker) => match breaker.try_acquire() {
                    Ok(permit) => Some(permit),
                    Err(refusal) => {
                        let ended = plan.refused(refusal);
                        return self.go_on(due, Before::Ended(ended), context);
                    }
                },
            };
            return self.begin(due, slot, permit, context);
        }
        self.poll_later(context)
    }
}

impl<'p, T, E, C, A, F, N, R> Calling<'p, C, A, F, N, R>
where
    C: Classify<T, E>,
    A: Future<Output = Result<T, E>>,
    F: FnMut() -> A,
    N: FnOnce(F, Due, Before<T, E>) -> R,
    R: Future<Output = Result<T, CallError<E>>>,
{
    /// Makes the call and polls it for the first time.
    #[inline]
    fn begin(
        mut self: Pin<&mut Self>,
        due: Due,
        slot: Option<Slot<'p>>,
        mut permit: Option<Permit<'p>>,
        context: &mut Context<'_>,
    ) -> Poll<Result<T, CallError<E>>> {
        let mut this = self.as_mut().project();
        let Some((make, _)) = this.begin else { return Poll::Pending };
        let call = on_panic(&mut permit, make);
        this.first.set(Some(call));
        let Some(call) = this.first.as_mut().as_pin_mut() else { return Poll::Pending };
        let scope = this.policy.plan.scope(1, due);
        match poll_call(call, &mut permit, scope, context) {
            Poll::Ready(result) => self.ended(due, permit, Polled::Ready(result), context),
            Poll::Pending => {
                let held = Held { permit, slot, due, ending: None };
                this.later.set(Later::First { held, timer: None });
                self.wait(context)
            }
        }
    }

    /// Polls the first attempt again, or the rest.
    #[cold]
    fn poll_later(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Result<T, CallError<E>>> {
        let this = self.as_mut().project();
        let held = match this.later.project() {
            LaterProjection::First { held, .. } => held,
            LaterProjection::Rest { rest } => return rest.as_mut().poll(context),
            LaterProjection::Nothing => return Poll::Pending,
        };
        let Some(call) = this.first.as_pin_mut() else { return Poll::Pending };
        let (due, scope) = (held.due, this.policy.plan.scope(1, held.due));
        match poll_call(call, &mut held.permit, scope, context) {
            Poll::Pending => self.wait(context),
            Poll::Ready(result) => {
                // The slot must not wait until the future is dropped.
                let (permit, _slot) = (held.permit.take(), held.slot.take());
                self.ended(due, permit, Polled::Ready(result), context)
            }
        }
    }

    /// Waits for the timeout of the first attempt.
    #[cold]
    fn wait(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T, CallError<E>>> {
        let this = self.as_mut().project();
        let LaterProjection::First { held, mut timer } = this.later.project() else {
            return Poll::Pending;
        };
        if held.ending.is_none() {
            let Some(ending) = ending(this.policy.plan.attempt_timeout, held.due.at) else {
                return Poll::Pending;
            };
            timer.set(Some(ending.timer()));
            held.ending = Some(ending);
        }
        if let Some(timer) = timer.as_pin_mut() {
            ready!(timer.poll(context));
        }
        let polled = held.ending.as_ref().map_or(Polled::DeadlineExceeded, Ending::polled);
        let (due, permit) = (held.due, held.permit.take());
        self.ended(due, permit, polled, context)
    }

    /// Returns the answer if the attempt succeeded, and continues with the rest if not.
    #[inline]
    fn ended(
        self: Pin<&mut Self>,
        due: Due,
        permit: Option<Permit<'p>>,
        polled: Polled<Result<T, E>>,
        context: &mut Context<'_>,
    ) -> Poll<Result<T, CallError<E>>> {
        match self.policy.judge(polled, self.policy.plan.scope(1, due), due, permit) {
            Ok((value, permit)) => {
                if let Some(permit) = permit {
                    permit.success();
                }
                Poll::Ready(Ok(value))
            }
            Err(ended) => self.go_on(due, Before::Ended(ended), context),
        }
    }

    #[cold]
    fn go_on(
        mut self: Pin<&mut Self>,
        due: Due,
        before: Before<T, E>,
        context: &mut Context<'_>,
    ) -> Poll<Result<T, CallError<E>>> {
        let mut this = self.as_mut().project();
        let Some((make, rest)) = this.begin.take() else { return Poll::Pending };
        // Drops the failed call before the wait, to free its connection and its slot.
        this.first.set(None);
        this.later.set(Later::Rest { rest: Box::pin(rest(make, due, before)) });
        self.poll_later(context)
    }
}

impl<C> Policy<C> {
    /// Records a failed attempt in the breaker. One that succeeded keeps its permit.
    #[inline]
    pub(super) fn judge<'p, T, E>(
        &self,
        polled: Polled<Result<T, E>>,
        scope: Attempt,
        due: Due,
        permit: Option<Permit<'p>>,
    ) -> Result<(T, Option<Permit<'p>>), Ended<T, E>>
    where
        C: Classify<T, E>,
    {
        let ended = match polled {
            Polled::Ready(result) => match (self.classify.classify(&result), result) {
                (Class { health: Health::Good, .. }, Ok(value)) => return Ok((value, permit)),
                (class, result) => Ended::Result(result, class),
            },
            Polled::TimedOut(after) => Ended::TimedOut(after),
            Polled::DeadlineExceeded => Ended::DeadlineExceeded(self.plan.hung(scope, due)),
        };
        ended.tell(permit);
        Err(ended)
    }
}
