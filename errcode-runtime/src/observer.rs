//! Observers of events: metrics, alerts, error trackers, tests.

use crate::{Event, contain};
use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicUsize, Ordering},
};

/// Receives every [`Event`], whether or not it is logged.
///
/// It is called on the thread of the request or task, after the answer is ready, and must not block: do slow work on a
/// thread or task of its own. A panic in it is caught, and only this observer misses the event.
///
/// ```
/// use errcode_runtime::{Event, observe};
///
/// let observing = observe(|event: &Event<'_>| {
///     if let Event::Failure(failure) = event {
///         println!("{} {}", failure.spec.code(), failure.message);
///     }
/// });
/// observing.stop();
/// ```
pub trait Observer: Send + Sync {
    /// Handles the event.
    fn event(&self, event: &Event<'_>);
}

impl<F: Fn(&Event<'_>) + Send + Sync> Observer for F {
    fn event(&self, event: &Event<'_>) {
        self(event);
    }
}

impl<O: Observer + ?Sized> Observer for Arc<O> {
    fn event(&self, event: &Event<'_>) {
        (**self).event(event);
    }
}

type Observers = Vec<(usize, Arc<dyn Observer>)>;

static OBSERVERS: RwLock<Observers> = RwLock::new(Vec::new());
/// Read before the lock is taken: most processes have no observers.
static COUNT: AtomicUsize = AtomicUsize::new(0);
static NEXT: AtomicUsize = AtomicUsize::new(0);

/// Adds an observer of all events of the process, for as long as the process runs or until [`Observing::stop`].
///
/// ```
/// use errcode_runtime::{Event, event::BreakerState, observe};
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// static OPENED: AtomicU64 = AtomicU64::new(0);
///
/// observe(|event: &Event<'_>| {
///     if let Event::Breaker(breaker) = event
///         && breaker.to == BreakerState::Open
///     {
///         OPENED.fetch_add(1, Ordering::Relaxed);
///     }
/// });
/// ```
pub fn observe(observer: impl Observer + 'static) -> Observing {
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    change(|observers| observers.push((id, Arc::new(observer))));
    Observing { id }
}

/// An active observer, as [`observe`] returns it. Dropping this does not stop it.
///
/// In a test, it ends with the test:
///
/// ```
/// use errcode_core::Failure;
/// use errcode_runtime::{Context, Event, guarded_blocking, observe};
/// use std::sync::{Arc, Mutex};
///
/// # #[derive(Debug, errcode_core::AppError)]
/// # #[error("no project {0}", code = "E2001", status = 404)]
/// # struct NotFound(u64);
/// let codes = Arc::new(Mutex::new(Vec::new()));
/// let seen = Arc::clone(&codes);
/// let observing = observe(move |event: &Event<'_>| {
///     if let Event::Failure(failure) = event {
///         seen.lock().unwrap().push(failure.spec.code());
///     }
/// });
/// let _ = guarded_blocking(Context::task("cleanup"), || Err::<(), _>(NotFound(17)));
/// observing.stop();
/// assert_eq!(*codes.lock().unwrap(), ["E2001"]);
/// ```
#[derive(Debug)]
pub struct Observing {
    id: usize,
}

impl Observing {
    /// Removes the observer, which receives no further events.
    pub fn stop(self) {
        change(|observers| observers.retain(|(id, _)| *id != self.id));
    }
}

fn change(change: impl FnOnce(&mut Observers)) {
    let mut observers = OBSERVERS.write().unwrap_or_else(PoisonError::into_inner);
    change(&mut observers);
    COUNT.store(observers.len(), Ordering::Release);
}

/// Returns whether there are observers.
pub(crate) fn any() -> bool {
    COUNT.load(Ordering::Acquire) > 0
}

/// Passes the event to all observers. The list is cloned, because an observer may add or stop one.
pub(crate) fn tell(event: &Event<'_>) {
    if !any() {
        return;
    }
    let observers = OBSERVERS.read().unwrap_or_else(PoisonError::into_inner).clone();
    for (_, observer) in observers {
        // It may report failures, which it receives too.
        if let Err(panicked) = contain::nested(|| observer.event(event)) {
            let location = panicked.location.as_deref();
            tracing::warn!(target: "app", event = "observer_panicked", location, "an observer panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{observe, tell};
    use crate::{Event, event::FlagEvent};
    use std::sync::{Arc, Mutex};

    #[test]
    fn each_is_called_until_it_stops_and_a_panic_stops_no_other() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let to = Arc::clone(&seen);
        let broken = observe(|_: &Event<'_>| panic!("broken"));
        let observing = observe(move |event: &Event<'_>| {
            if let Event::Flag(flag) = event
                && flag.flag == "observer-test"
            {
                to.lock().unwrap().push(flag.to.to_owned());
            }
        });
        tell(&Event::Flag(&FlagEvent::new("observer-test", "a", "b", "test")));
        observing.stop();
        tell(&Event::Flag(&FlagEvent::new("observer-test", "b", "c", "test")));
        broken.stop();
        assert_eq!(*seen.lock().unwrap(), ["b"]);
    }
}
