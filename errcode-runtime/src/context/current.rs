//! The context that the calling code runs in: a value of the thread, which is set around each poll of a future.
//!
//! tokio's task-local does the same, for any type. This one costs two thirds of it, on the path of every request, and
//! code that runs while the thread ends, such as destructors, runs without a context instead of panicking.

use super::Context;
use pin_project_lite::pin_project;
use std::{
    cell::RefCell,
    fmt, mem,
    pin::Pin,
    task::{self, Poll},
};

thread_local! { static CURRENT: RefCell<Option<Context>> = const { RefCell::new(None) }; }

/// Returns what the closure reads of the current context. It must not run code of the user's.
#[inline]
pub(super) fn with<R>(read: impl FnOnce(&Context) -> R) -> Option<R> {
    CURRENT.try_with(|current| current.borrow().as_ref().map(read)).ok().flatten()
}

/// Runs the closure in a context.
#[inline]
pub(super) fn enter<R>(context: Context, run: impl FnOnce() -> R) -> R {
    let mut context = Some(context);
    let _entered = Entered::new(&mut context);
    run()
}

/// While it exists, the context of the slot is the current one, and the slot keeps the one before. Dropped, also by a
/// panic, it swaps them back.
struct Entered<'a>(&'a mut Option<Context>);

impl<'a> Entered<'a> {
    #[inline]
    fn new(slot: &'a mut Option<Context>) -> Self {
        swap(slot);
        Self(slot)
    }
}

impl Drop for Entered<'_> {
    #[inline]
    fn drop(&mut self) {
        swap(self.0);
    }
}

#[inline]
fn swap(slot: &mut Option<Context>) {
    // While the thread ends there is no current context.
    let _ = CURRENT.try_with(|current| mem::swap(&mut *current.borrow_mut(), slot));
}

pin_project! {
    /// A future that runs in a [`Context`], made by [`Context::scope`].
    ///
    /// It is dropped in the context too, whether it has ended or not.
    pub struct Scoped<F> {
        // `None` once it has ended.
        #[pin]
        future: Option<F>,
        context: Option<Context>,
    }

    impl<F> PinnedDrop for Scoped<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if mem::needs_drop::<F>() && this.future.is_some() {
                let _entered = Entered::new(this.context);
                this.future.set(None);
            }
        }
    }
}

impl<F> Scoped<F> {
    pub(super) fn new(context: Context, future: F) -> Self {
        Self { future: Some(future), context: Some(context) }
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    /// # Panics
    ///
    /// Panics if the future has ended.
    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let _entered = Entered::new(this.context);
        let Some(future) = this.future.as_mut().as_pin_mut() else {
            panic!("a future in a context was polled after it had ended");
        };
        let output = task::ready!(future.poll(cx));
        // Its destructor is a part of the work.
        this.future.set(None);
        Poll::Ready(output)
    }
}

impl<F> fmt::Debug for Scoped<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scoped").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::Context;
    use std::{
        cell::RefCell,
        future::{pending, poll_fn},
        panic::{AssertUnwindSafe, catch_unwind},
        pin::{Pin, pin},
        sync::{Arc, Mutex},
        task::{self, Poll, Waker},
    };

    fn current() -> Option<String> {
        Context::current().map(|context| context.request_id().to_string())
    }

    #[expect(clippy::unnecessary_wraps, reason = "compared with the result of `current`")]
    fn id(context: &Context) -> Option<String> {
        Some(context.request_id().to_string())
    }

    fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut task::Context::from_waker(Waker::noop()))
    }

    type Seen = Arc<Mutex<Vec<Option<String>>>>;

    /// Notes the context that it is dropped in.
    struct Noting(Seen);

    impl Drop for Noting {
        fn drop(&mut self) {
            self.0.lock().unwrap().push(current());
        }
    }

    #[test]
    fn contexts_are_nested_also_in_polls_in_turn() {
        let (outer, inner) = (Context::new(), Context::new());
        outer.enter(|| {
            inner.enter(|| assert_eq!(current(), id(&inner)));
            assert_eq!(current(), id(&outer));
        });
        let mut polls = 0;
        let mut one = pin!(outer.scope(poll_fn(|_| {
            polls += 1;
            let nested = inner.enter(current);
            assert_eq!((nested, current()), (id(&inner), id(&outer)));
            if polls < 3 { Poll::Pending } else { Poll::Ready(()) }
        })));
        let mut other = pin!(inner.scope(outer.scope(async { current() })));
        assert!(poll(one.as_mut()).is_pending());
        assert_eq!(poll(other.as_mut()), Poll::Ready(id(&outer)));
        inner.enter(|| {
            assert!(poll(one.as_mut()).is_pending());
            assert_eq!(current(), id(&inner));
        });
        assert!(poll(one.as_mut()).is_ready());
        assert_eq!(current(), None);
    }

    #[test]
    fn a_panic_leaves_the_context() {
        let (outer, inner) = (Context::new(), Context::new());
        outer.enter(|| {
            let mut broken = pin!(inner.scope(async { panic!("a bug") }));
            for _ in 0..2 {
                let polled = catch_unwind(AssertUnwindSafe(|| poll(broken.as_mut())));
                assert!(polled.is_err());
                assert_eq!(current(), id(&outer));
            }
            let enter = || inner.enter(|| panic!("a bug"));
            let entered = catch_unwind(AssertUnwindSafe(enter));
            assert!(entered.is_err());
            assert_eq!(current(), id(&outer));
        });
        assert_eq!(current(), None);
    }

    #[test]
    fn a_future_is_dropped_in_its_context() {
        let (context, seen) = (Context::new(), Seen::default());
        let holding = || {
            let noting = Noting(Arc::clone(&seen));
            context.scope(async move {
                let _held = noting;
                pending::<()>().await;
            })
        };
        drop(holding());
        let mut started = Box::pin(holding());
        assert!(poll(started.as_mut()).is_pending());
        Context::new().enter(|| drop(started));
        let noting = Noting(Arc::clone(&seen));
        let mut ended = pin!(context.scope(poll_fn(move |_| {
            let _held = &noting;
            Poll::Ready(())
        })));
        assert!(poll(ended.as_mut()).is_ready());
        assert_eq!(*seen.lock().unwrap(), [id(&context), id(&context), id(&context)]);
        assert_eq!(current(), None);
    }

    #[test]
    #[should_panic(expected = "polled after it had ended")]
    fn a_future_that_has_ended_is_not_polled() {
        let mut ended = pin!(Context::new().scope(async {}));
        assert!(poll(ended.as_mut()).is_ready());
        let _ = poll(ended.as_mut());
    }

    #[test]
    fn a_destructor_at_the_end_of_a_thread_runs_with_or_without_a_context() {
        struct Last(Seen);

        impl Drop for Last {
            fn drop(&mut self) {
                let inner = Context::new();
                let seen = inner.enter(current);
                // Thread-local values are destroyed in no order that is specified.
                let seen = seen.filter(|seen| Some(seen) != id(&inner).as_ref());
                self.0.lock().unwrap().push(seen);
            }
        }

        thread_local! { static LAST: RefCell<Vec<Last>> = const { RefCell::new(Vec::new()) }; }

        let seen = Seen::default();
        for current_is_first in [true, false] {
            let last = Last(Arc::clone(&seen));
            let work = move || {
                if current_is_first {
                    Context::new().enter(|| LAST.with_borrow_mut(|all| all.push(last)));
                } else {
                    LAST.with_borrow_mut(|all| all.push(last));
                    Context::new().enter(|| ());
                }
            };
            std::thread::spawn(work).join().expect("no panic");
        }
        assert_eq!(*seen.lock().unwrap(), [None, None]);
    }
}
