//! The circuit breaker.

mod builder;
mod count_window;
mod half_open;
mod machine;
mod metrics;
mod permit;
mod rate;
mod tally;
mod time_window;
mod word;

#[cfg(test)]
mod interleavings;

use crate::{
    Refusal,
    clock::Clock,
    sync::{Arc, AtomicU64, Mutex, MutexGuard, Ordering},
};
use builder::Kind;
use errcode_runtime::{
    Event,
    event::{BreakerEvent, BreakerState, RefusedBy},
};
use machine::Machine;
use std::{fmt, sync::PoisonError, time::Duration};
use tally::Tally;
use time_window::Successes;
use word::{Needs, Word};

pub use builder::CircuitBreakerBuilder;
pub use metrics::BreakerMetrics;
use permit::Call;
pub(crate) use permit::Held;
pub use permit::Permit;

/// Stops calls to a failing dependency for a while, then tries a few.
///
/// A clone is another handle to the same breaker. Every handle can control it, also while a policy holds
/// another one.
///
/// ```
/// use errcode_resilience::{CircuitBreaker, Dependency, event::BreakerState};
/// use std::time::Duration;
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(async {
/// static LLM: Dependency = Dependency::new("llm");
///
/// // Five failures in a row open it for thirty seconds; then three probes decide.
/// let breaker = CircuitBreaker::consecutive(5, Duration::from_secs(30), 3).build(&LLM);
/// for _ in 0..5 {
///     breaker.try_acquire()?.failure();
/// }
/// assert_eq!(breaker.state(), BreakerState::Open);
/// assert_eq!(breaker.try_acquire().unwrap_err().retry_after(), Some(Duration::from_secs(30)));
///
/// tokio::time::advance(Duration::from_secs(30)).await;
/// for _ in 0..3 {
///     breaker.try_acquire()?.success();
/// }
/// assert_eq!(breaker.state(), BreakerState::Closed);
/// # Ok::<(), errcode_resilience::Refusal>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct CircuitBreaker {
    shared: Arc<Shared>,
}

/// The state that the handles of a breaker share.
struct Shared {
    /// See [`Word`].
    word: AtomicU64,
    /// The time at which an open breaker becomes half-open.
    open_until: AtomicU64,
    refused: AtomicU64,
    window: Window,
    /// The successes that a window of time does not have yet.
    successes: Successes,
    /// The duration from which a call is slow, in nanoseconds.
    slow_after: Option<u64>,
    needs: Needs,
    dependency: &'static str,
    clock: Clock,
    machine: Mutex<Machine>,
}

/// What a success changes without the lock, while it changes anything.
enum Window {
    Consecutive(u32),
    /// The successes that the window does not have yet, and how many it takes to fill it with them.
    Count(Tally, u32),
    Time,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    failed: bool,
    slow: bool,
}

impl CircuitBreaker {
    /// Builds a breaker that opens after `failures` consecutive failures, stays open for `open_for`, and closes
    /// after `probes` successful probes.
    pub fn consecutive(failures: u32, open_for: Duration, probes: u32) -> CircuitBreakerBuilder {
        CircuitBreakerBuilder::consecutive(failures, open_for, probes)
    }

    /// Builds a breaker that opens when this share of the last `size` calls has failed.
    ///
    /// The window is exact: two bits per call, a lock for each failure, and a counter that all threads share for each
    /// success while the window has a failure.
    pub fn count_window(size: u32, failure_rate: f64) -> CircuitBreakerBuilder {
        CircuitBreakerBuilder::count_window(size, failure_rate)
    }

    /// Builds a breaker that opens when this share of the calls in the last `length` of time has failed.
    pub fn time_window(length: Duration, failure_rate: f64) -> CircuitBreakerBuilder {
        CircuitBreakerBuilder::time_window(length, failure_rate)
    }

    fn new(settings: CircuitBreakerBuilder, dependency: &'static str) -> Self {
        let window = match settings.window {
            Kind::Consecutive(failures) => Window::Consecutive(failures),
            Kind::Count(size) => Window::Count(Tally::new(), size),
            Kind::Time { .. } => Window::Time,
        };
        let slow_after = match settings.window {
            Kind::Consecutive(_) => None,
            _ => settings.slow.map(|(at_least, _)| at_least),
        };
        let needs = match (slow_after, &window) {
            (Some(_), _) => Needs::Duration,
            (None, Window::Time) => Needs::End,
            (None, _) => Needs::Nothing,
        };
        let word = Word::new(BreakerState::Closed, needs, 0);
        let is_idle = matches!(window, Window::Consecutive(_));
        let word = if is_idle { word } else { word.with_most() };
        let shared = Shared {
            word: AtomicU64::new(word.0),
            open_until: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            window,
            successes: Successes::new(word),
            slow_after,
            needs,
            dependency,
            clock: Clock::new(),
            machine: Mutex::new(Machine::new(settings)),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Acquires a permit for one call.
    ///
    /// # Errors
    ///
    /// Returns a refusal if the breaker is open, or half-open with all probes in flight.
    #[inline]
    pub fn try_acquire(&self) -> Result<Permit<'_>, Refusal> {
        let shared = &*self.shared;
        let word = shared.word();
        if !word.lets_pass() {
            return shared.acquire_slowly();
        }
        Ok(Permit { shared, call: Call::untimed(word) })
    }

    /// Returns the state. If the open time is over, this call makes the breaker half-open.
    #[must_use]
    pub fn state(&self) -> BreakerState {
        let state = self.shared.word().state();
        if matches!(state, BreakerState::Open | BreakerState::HalfOpen) {
            self.shared.locked(|machine, shared| machine.advance(shared, shared.clock.now()));
        }
        self.shared.word().state()
    }

    /// Returns a snapshot of the counts.
    #[must_use]
    pub fn metrics(&self) -> BreakerMetrics {
        let mut metrics = BreakerMetrics::default();
        self.shared.locked(|machine, shared| {
            let now = shared.clock.now();
            let event = machine.advance(shared, now);
            metrics = machine.metrics(shared, now);
            event
        });
        metrics
    }

    /// Returns the dependency that it protects.
    #[must_use]
    pub fn dependency(&self) -> &'static str {
        self.shared.dependency
    }

    /// Refuses all calls until the next manual change.
    pub fn force_open(&self) {
        self.steer(BreakerState::ForcedOpen);
    }

    /// Lets all calls through and counts nothing until the next manual change.
    pub fn disable(&self) {
        self.steer(BreakerState::Disabled);
    }

    /// Opens it for its open time, as a failing dependency would.
    pub fn open(&self) {
        self.steer(BreakerState::Open);
    }

    /// Closes it with an empty window, from any state.
    pub fn close(&self) {
        self.steer(BreakerState::Closed);
    }

    fn steer(&self, to: BreakerState) {
        self.shared.locked(|machine, shared| machine.change(shared, to, shared.clock.now()));
    }
}

impl Shared {
    #[inline]
    fn word(&self) -> Word {
        Word(self.word.load(Ordering::Acquire))
    }

    /// Runs under the lock and emits the event of a state change after it, because an observer may use the
    /// breaker.
    fn locked(&self, run: impl FnOnce(&mut Machine, &Self) -> Option<BreakerEvent>) {
        let event = run(&mut self.machine(), self);
        if let Some(event) = event {
            Event::Breaker(&event).emit();
        }
    }

    /// No user code runs under the lock, so nothing can poison it.
    fn machine(&self) -> MutexGuard<'_, Machine> {
        self.machine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cold]
    fn acquire_slowly(&self) -> Result<Permit<'_>, Refusal> {
        let (now, word) = (self.clock.now(), self.word());
        let until = self.open_until.load(Ordering::Acquire);
        match word.state() {
            BreakerState::Closed => {
                let call = Call { given: word, mark: self.slow_from(now) };
                return Ok(Permit { shared: self, call });
            }
            BreakerState::Open if now < until => {
                return Err(self.refuse(Some(Duration::from_nanos(until - now))));
            }
            _ => {}
        }
        let mut given = Err(None);
        self.locked(|machine, shared| {
            let event = machine.advance(shared, now);
            given = machine.admit(shared, now);
            event
        });
        match given {
            Ok(call) => Ok(Permit { shared: self, call }),
            Err(retry_after) => Err(self.refuse(retry_after)),
        }
    }

    fn refuse(&self, retry_after: Option<Duration>) -> Refusal {
        self.refused.fetch_add(1, Ordering::Relaxed);
        Refusal::emit(self.dependency, RefusedBy::Breaker, retry_after)
    }

    #[inline]
    fn success(&self, call: Call) {
        if call.given.is_by_time() {
            // Not in `count_success`: that would save the call once more while the clock is read.
            if !self.successes.try_count(call.given, self.clock.direct()) {
                self.count_success(Call::untimed(call.given));
            }
        } else if self.word().count() != 0 {
            // With a count of zero a success changes nothing.
            self.count_success(call);
        }
    }

    /// Out of line, so that a success that changes nothing does not pay for its stack frame.
    #[inline(never)]
    fn count_success(&self, call: Call) {
        let is_counted = match &self.window {
            Window::Time => {
                let now = self.clock.direct();
                now < call.mark && self.successes.count(call.given, now)
            }
            Window::Count(tally, _) => !self.is_slow(call) && tally.count(call.given.with_most()),
            Window::Consecutive(_) => false,
        };
        if !is_counted {
            self.end(call, Some(false));
        }
    }

    #[inline]
    fn is_slow(&self, call: Call) -> bool {
        call.mark != u64::MAX && self.has_come(call.mark)
    }

    #[cold]
    fn has_come(&self, moment: u64) -> bool {
        self.clock.now() >= moment
    }

    fn slow_from(&self, now: u64) -> u64 {
        self.slow_after.map_or(u64::MAX, |after| now.saturating_add(after))
    }

    /// Records the result of a call, or its absence.
    #[cold]
    fn end(&self, call: Call, failed: Option<bool>) {
        match (call.given.state(), failed, &self.window) {
            (BreakerState::HalfOpen, _, _) => self.end_probe(call, failed),
            (BreakerState::Closed, Some(failed), Window::Consecutive(limit)) => {
                self.end_in_a_row(call.given, failed, *limit);
            }
            (BreakerState::Closed, Some(failed), _) => self.record(call, failed),
            _ => {}
        }
    }

    fn end_probe(&self, call: Call, failed: Option<bool>) {
        let now = self.clock.now();
        self.locked(|machine, shared| {
            if !shared.word().is_as(call.given) {
                return None;
            }
            machine.end_probe(shared, call.mark, failed, now)
        });
    }

    fn end_in_a_row(&self, given: Word, failed: bool, limit: u32) {
        let mut old = self.word.load(Ordering::Acquire);
        loop {
            let word = Word(old);
            let next = if failed { word.plus_one() } else { word.without_count() };
            if !word.is_as(given) || next == word {
                return;
            }
            match self.word.compare_exchange_weak(old, next.0, Ordering::AcqRel, Ordering::Acquire)
            {
                Ok(_) if next.count() >= limit => break,
                Ok(_) => return,
                Err(now) => old = now,
            }
        }
        self.locked(|machine, shared| {
            let word = shared.word();
            let still = word.is_as(given) && word.count() >= limit;
            let now = shared.clock.now();
            if still { machine.change(shared, BreakerState::Open, now) } else { None }
        });
    }

    fn record(&self, call: Call, failed: bool) {
        let needs_time = self.slow_after.is_some() || matches!(self.window, Window::Time);
        let now = if needs_time { self.clock.now() } else { 0 };
        let outcome = Outcome { failed, slow: now >= call.mark };
        self.locked(|machine, shared| {
            if !shared.word().is_as(call.given) {
                return None;
            }
            machine.record(shared, outcome, now)
        });
    }
}

impl fmt::Debug for CircuitBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CircuitBreaker")
            .field("dependency", &self.shared.dependency)
            .field("state", &self.shared.word().state())
            .finish_non_exhaustive()
    }
}
