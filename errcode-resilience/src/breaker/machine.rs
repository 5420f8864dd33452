//! The state machine, under the breaker's lock.

use super::{
    BreakerMetrics, Outcome, Shared, Window,
    builder::{CircuitBreakerBuilder, Kind},
    count_window::{CountWindow, Totals},
    half_open::HalfOpen,
    permit::Call,
    rate::Rate,
    time_window::TimeWindow,
    word::Word,
};
use crate::{clock::nanos, sync::Ordering};
use errcode_runtime::event::{BreakerEvent, BreakerState};
use std::time::Duration;

/// With a short open time, or none, every probe would be one that hangs, and the breaker would never close.
const SHORTEST_PATIENCE: u64 = 1_000_000_000;

#[derive(Debug)]
pub(super) struct Machine {
    counts: Counts,
    half_open: HalfOpen,
    failure_rate: Rate,
    slow_rate: Option<Rate>,
    minimum_calls: u64,
    open_for: u64,
    open_jitter: f64,
    random: fastrand::Rng,
}

#[derive(Debug)]
enum Counts {
    /// In the word.
    Consecutive,
    Count(CountWindow),
    Time(TimeWindow),
}

impl Counts {
    fn clear(&mut self) {
        match self {
            Self::Count(window) => window.clear(),
            Self::Time(window) => window.clear(),
            Self::Consecutive => {}
        }
    }
}

impl Machine {
    pub(super) fn new(settings: CircuitBreakerBuilder) -> Self {
        let (counts, largest_minimum) = match settings.window {
            Kind::Consecutive(_) => (Counts::Consecutive, 1),
            Kind::Count(size) => (Counts::Count(CountWindow::new(size as usize)), size),
            Kind::Time { length, buckets } => {
                (Counts::Time(TimeWindow::new(length, buckets)), u32::MAX)
            }
        };
        let open_for = nanos(settings.open_for);
        let patience = settings.probe_timeout.map_or(open_for.max(SHORTEST_PATIENCE), nanos);
        Self {
            counts,
            half_open: HalfOpen::new(settings.half_open_calls as usize, patience.max(1)),
            failure_rate: settings.failure_rate,
            slow_rate: settings.slow.map(|(_, rate)| rate),
            minimum_calls: u64::from(settings.minimum_calls.min(largest_minimum)),
            open_for,
            open_jitter: settings.open_jitter,
            random: settings.seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed),
        }
    }

    /// Records the outcome of a call of the closed state, and opens the breaker if the threshold is reached.
    pub(super) fn record(
        &mut self,
        shared: &Shared,
        outcome: Outcome,
        now: u64,
    ) -> Option<BreakerEvent> {
        self.settle(shared, now);
        match &mut self.counts {
            Counts::Count(window) => window.record(outcome),
            Counts::Time(window) => window.record(outcome, now),
            Counts::Consecutive => {}
        }
        let totals = self.totals();
        if totals.calls >= self.minimum_calls && self.is_too_much(totals) {
            return self.open(shared);
        }
        self.publish(shared, totals, now);
        None
    }

    /// Takes over the successes that were counted without the lock. Until [`publish`](Self::publish), every success
    /// takes it.
    fn settle(&mut self, shared: &Shared, now: u64) {
        match (&mut self.counts, &shared.window) {
            (Counts::Count(window), Window::Count(tally, size)) => window.pass(tally.shut(*size)),
            (Counts::Time(window), _) => {
                window.pass(shared.successes.shut(shared.word()), now);
            }
            _ => {}
        }
    }

    fn totals(&self) -> Totals {
        match &self.counts {
            Counts::Consecutive => Totals::default(),
            Counts::Count(window) => window.totals(),
            Counts::Time(window) => window.totals(),
        }
    }

    /// Lets successes of the closed state pass without the lock, as long as none of them can open the breaker.
    fn publish(&self, shared: &Shared, totals: Totals, now: u64) {
        let word = shared.word();
        match (&self.counts, &shared.window) {
            _ if word.state() != BreakerState::Closed => {}
            (Counts::Count(window), Window::Count(tally, size)) => {
                // A slow success is an outcome of its own, so each call is timed.
                let is_idle = window.is_full_of_successes() && word.lets_pass();
                let new = if is_idle { word.without_count() } else { word.with_most() };
                if new != word {
                    shared.word.store(new.0, Ordering::Release);
                }
                // Each success lowers the rates from the minimum on.
                if totals.calls >= self.minimum_calls && !is_idle {
                    tally.open(word, *size);
                }
            }
            (Counts::Time(window), _) if shared.clock.is_direct() => {
                if let Some(until) = window.quiet_until(totals, self.minimum_calls) {
                    shared.successes.open(word, until, now);
                }
            }
            _ => {}
        }
    }

    /// Reads the clock if the window did not need it.
    #[cold]
    fn open(&mut self, shared: &Shared) -> Option<BreakerEvent> {
        self.change(shared, BreakerState::Open, shared.clock.now())
    }

    fn is_too_much(&self, totals: Totals) -> bool {
        self.failure_rate.is_reached(totals.failures, totals.calls)
            || self.slow_rate.is_some_and(|rate| rate.is_reached(totals.slow, totals.calls))
    }

    /// Applies the changes that depend on time only: an open breaker becomes half-open, and a hanging probe
    /// counts as failed.
    pub(super) fn advance(&mut self, shared: &Shared, now: u64) -> Option<BreakerEvent> {
        match shared.word().state() {
            BreakerState::Open if now >= shared.open_until.load(Ordering::Acquire) => {
                self.change(shared, BreakerState::HalfOpen, now)
            }
            BreakerState::HalfOpen if self.half_open.give_up(now) => self.verdict(shared, now),
            _ => None,
        }
    }

    /// Returns what a permit of the current state remembers, or when to ask again.
    pub(super) fn admit(&mut self, shared: &Shared, now: u64) -> Result<Call, Option<Duration>> {
        let word = shared.word();
        match word.state() {
            BreakerState::HalfOpen => match self.half_open.admit(now) {
                Some(ticket) => Ok(Call { given: word, mark: ticket }),
                // A probe may end at any moment.
                None => Err(Some(Duration::ZERO)),
            },
            BreakerState::Open => {
                let left = shared.open_until.load(Ordering::Acquire).saturating_sub(now);
                Err(Some(Duration::from_nanos(left)))
            }
            BreakerState::ForcedOpen => Err(None),
            _ => Ok(Call { given: word, mark: shared.slow_from(now) }),
        }
    }

    pub(super) fn end_probe(
        &mut self,
        shared: &Shared,
        ticket: u64,
        failed: Option<bool>,
        now: u64,
    ) -> Option<BreakerEvent> {
        let hung = self.half_open.give_up(now);
        let slow_after = shared.slow_after.unwrap_or(u64::MAX);
        let ended = self.half_open.end(ticket, |since| {
            failed.map(|failed| Outcome { failed, slow: now.saturating_sub(since) >= slow_after })
        });
        if hung || ended { self.verdict(shared, now) } else { None }
    }

    fn verdict(&mut self, shared: &Shared, now: u64) -> Option<BreakerEvent> {
        let results = self.half_open.results();
        let at_once = matches!(self.counts, Counts::Consecutive) && results.failures > 0;
        if at_once {
            return self.change(shared, BreakerState::Open, now);
        }
        if !self.half_open.is_complete() {
            return None;
        }
        let to = if self.is_too_much(results) { BreakerState::Open } else { BreakerState::Closed };
        self.change(shared, to, now)
    }

    /// Enters a state, as a new generation. The word is written last, so that a caller who reads it finds the
    /// rest updated.
    pub(super) fn change(
        &mut self,
        shared: &Shared,
        to: BreakerState,
        now: u64,
    ) -> Option<BreakerEvent> {
        // No tally is open for older calls than the next one.
        self.settle(shared, now);
        match to {
            BreakerState::Open => {
                let until = now.saturating_add(self.open_time());
                shared.open_until.store(until, Ordering::Release);
            }
            BreakerState::HalfOpen => self.half_open.begin(),
            _ => self.counts.clear(),
        }
        let is_idle = to == BreakerState::Closed && matches!(self.counts, Counts::Consecutive);
        // Consecutive failures change without the lock; the swap discards the old word whatever they were.
        let mut old = shared.word.load(Ordering::Acquire);
        loop {
            let new = Word::new(to, shared.needs, Word(old).generation() + 1);
            let new = if is_idle { new } else { new.with_most() };
            match shared.word.compare_exchange_weak(old, new.0, Ordering::AcqRel, Ordering::Acquire)
            {
                Ok(_) => break,
                Err(now) => old = now,
            }
        }
        let from = Word(old).state();
        (from != to).then(|| BreakerEvent::new(shared.dependency, from, to))
    }

    fn open_time(&mut self) -> u64 {
        let part = self.open_jitter * self.random.f64();
        self.open_for.saturating_add((self.open_for as f64 * part) as u64)
    }

    pub(super) fn metrics(&mut self, shared: &Shared, now: u64) -> BreakerMetrics {
        let word = shared.word();
        self.settle(shared, now);
        let totals = match (word.state(), &self.counts) {
            (BreakerState::HalfOpen, _) => self.half_open.results(),
            (BreakerState::Closed, Counts::Consecutive) => {
                Totals { failures: u64::from(word.count()), ..Totals::default() }
            }
            _ => self.totals(),
        };
        self.publish(shared, totals, now);
        let open = word.state() == BreakerState::Open;
        let left = shared.open_until.load(Ordering::Acquire).saturating_sub(now);
        let probes =
            if word.state() == BreakerState::HalfOpen { self.half_open.under_way() } else { 0 };
        BreakerMetrics {
            state: word.state(),
            generation: word.generation(),
            calls: totals.calls,
            failures: totals.failures,
            slow: totals.slow,
            probes: probes as u64,
            refused: shared.refused.load(Ordering::Relaxed),
            open_for: open.then(|| Duration::from_nanos(left)),
        }
    }
}
