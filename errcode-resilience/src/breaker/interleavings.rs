//! Interleavings of calls, run by shuttle: all of them if there are few steps, else many random ones.

use super::{CircuitBreaker, CircuitBreakerBuilder};
use crate::Dependency;
use errcode_runtime::event::BreakerState::{Closed, HalfOpen, Open};
use shuttle::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};
use std::{sync::Arc, time::Duration};

static LLM: Dependency = Dependency::new("llm");
const RANDOM: usize = 1_000;
/// Enough for every interleaving of the smallest cases, and a limit for the rest.
const SYSTEMATIC: usize = 4_000;

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

fn consecutive() -> CircuitBreakerBuilder {
    CircuitBreaker::consecutive(2, secs(30), 2)
}

fn counting() -> CircuitBreakerBuilder {
    CircuitBreaker::count_window(10, 0.5).minimum_calls(2).half_open_calls(2)
}

fn timed() -> CircuitBreakerBuilder {
    CircuitBreaker::time_window(secs(10), 0.5).minimum_calls(2).half_open_calls(2)
}

const KINDS: [fn() -> CircuitBreakerBuilder; 3] = [consecutive, counting, timed];

fn check(run: impl Fn(CircuitBreaker) + Copy + Send + Sync + 'static) {
    for kind in KINDS {
        shuttle::check_dfs(move || run(kind().build(&LLM)), Some(SYSTEMATIC));
        shuttle::check_random(move || run(kind().build(&LLM)), RANDOM);
        shuttle::check_pct(move || run(kind().build(&LLM)), RANDOM, 3);
    }
}

fn open(breaker: &CircuitBreaker) {
    for _ in 0..2 {
        breaker.try_acquire().expect("closed").failure();
    }
    assert_eq!(breaker.state(), Open);
}

fn spawn(
    breaker: &CircuitBreaker,
    run: impl FnOnce(CircuitBreaker) + Send + 'static,
) -> thread::JoinHandle<()> {
    let breaker = breaker.clone();
    thread::spawn(move || run(breaker))
}

fn join(threads: impl IntoIterator<Item = thread::JoinHandle<()>>) {
    for thread in threads {
        thread.join().expect("a thread that does not panic");
    }
}

#[test]
fn exactly_n_of_all_racing_callers_become_probes() {
    check(|breaker| {
        open(&breaker);
        breaker.shared.clock.advance(secs(30));
        let through = Arc::new(AtomicUsize::new(0));
        let racers: Vec<_> = (0..3)
            .map(|_| {
                let through = Arc::clone(&through);
                spawn(&breaker, move |breaker| {
                    if let Ok(permit) = breaker.try_acquire() {
                        through.fetch_add(1, Ordering::SeqCst);
                        std::mem::forget(permit);
                    }
                })
            })
            .collect();
        join(racers);
        assert_eq!(through.load(Ordering::SeqCst), 2);
        assert_eq!((breaker.state(), breaker.metrics().probes), (HalfOpen, 2));
    });
}

#[test]
fn probes_that_succeed_and_one_that_is_dropped_leave_no_place_taken() {
    check(|breaker| {
        open(&breaker);
        breaker.shared.clock.advance(secs(30));
        let dropping = spawn(&breaker, |breaker| drop(breaker.try_acquire()));
        let succeeding = spawn(&breaker, |breaker| {
            if let Ok(permit) = breaker.try_acquire() {
                permit.success();
            }
        });
        join([dropping, succeeding]);
        assert_eq!((breaker.state(), breaker.metrics().probes), (HalfOpen, 0));
        breaker.try_acquire().expect("a place").success();
        if breaker.state() == HalfOpen {
            breaker.try_acquire().expect("a place").success();
        }
        assert_eq!(breaker.state(), Closed);
    });
}

#[test]
fn a_result_that_is_late_counts_nowhere() {
    check(|breaker| {
        let late = spawn(&breaker, |breaker| {
            if let Ok(permit) = breaker.try_acquire() {
                permit.success();
            }
        });
        let steering = spawn(&breaker, |breaker| {
            breaker.force_open();
            breaker.close();
            // Of the current closed generation: the same, or a success that came after it.
            assert!(breaker.metrics().calls <= 1);
        });
        join([late, steering]);
        let before = breaker.metrics();
        assert_eq!((before.state, before.failures), (Closed, 0));
        let (calls, permit) = (before.calls, breaker.try_acquire().expect("closed"));
        breaker.close();
        permit.success();
        assert!(breaker.metrics().calls == 0 && calls <= 1);
    });
}

#[test]
fn a_result_from_before_a_change_does_not_count_after_it() {
    for fails in [false, true] {
        for kind in KINDS {
            let run = move || {
                let breaker = kind().build(&LLM);
                let at_work = Arc::new(AtomicUsize::new(0));
                let begun = Arc::clone(&at_work);
                let late = spawn(&breaker, move |breaker| {
                    let permit = breaker.try_acquire().expect("closed");
                    begun.store(1, Ordering::SeqCst);
                    if fails { permit.failure() } else { permit.success() }
                });
                // Only then is the permit certainly older than the change.
                let is_older = at_work.load(Ordering::SeqCst) == 1;
                if is_older {
                    breaker.close();
                }
                join([late]);
                let metrics = breaker.metrics();
                assert!(!is_older || (metrics.calls, metrics.failures) == (0, 0), "{metrics:?}");
            };
            shuttle::check_dfs(run, Some(SYSTEMATIC));
            shuttle::check_random(run, RANDOM);
        }
    }
}

/// A success of the closed state before, while those of the next one are counted without the lock.
#[test]
fn a_success_from_before_a_change_does_not_count_among_later_ones() {
    let run = || {
        let breaker = timed().minimum_calls(1).build(&LLM);
        let succeed = |breaker: &CircuitBreaker| {
            breaker.try_acquire().expect("closed").success();
        };
        let at_work = Arc::new(AtomicUsize::new(0));
        let begun = Arc::clone(&at_work);
        succeed(&breaker);
        let late = spawn(&breaker, move |breaker| {
            let permit = breaker.try_acquire().expect("closed");
            begun.store(1, Ordering::SeqCst);
            permit.success();
        });
        let is_older = at_work.load(Ordering::SeqCst) == 1;
        breaker.close();
        succeed(&breaker);
        join([late]);
        let calls = breaker.metrics().calls;
        assert!(calls == 1 || (calls == 2 && !is_older), "{calls}");
    };
    shuttle::check_dfs(run, Some(SYSTEMATIC));
    shuttle::check_random(run, RANDOM);
    shuttle::check_pct(run, RANDOM, 3);
}

/// Below the minimum of calls each success takes the lock, above it none.
#[test]
fn no_outcome_is_lost() {
    let locked = [counting().minimum_calls(10), timed().minimum_calls(10)];
    let counted =
        [CircuitBreaker::count_window(10, 1.0), CircuitBreaker::time_window(secs(10), 1.0)]
            .map(|kind| kind.minimum_calls(1).slow_calls(secs(1), 1.0));
    let passing = [CircuitBreaker::count_window(10, 1.0).minimum_calls(1)];
    for kind in locked.into_iter().chain(counted).chain(passing) {
        let run = move || {
            let breaker = kind.clone().build(&LLM);
            // With a rate of 1, a first failure would open it.
            breaker.try_acquire().expect("closed").success();
            let worker = |first_fails: bool| {
                spawn(&breaker, move |breaker| {
                    for fails in [first_fails, false] {
                        let permit = breaker.try_acquire().expect("closed");
                        if fails { permit.failure() } else { permit.success() }
                    }
                })
            };
            // Reading the counts takes over what was counted without the lock.
            let reader = spawn(&breaker, |breaker| assert!(breaker.metrics().calls <= 7));
            join([worker(true), worker(false), worker(false), reader]);
            let metrics = breaker.metrics();
            assert_eq!((metrics.calls, metrics.failures), (7, 1));
        };
        shuttle::check_dfs(run.clone(), Some(SYSTEMATIC));
        shuttle::check_random(run, RANDOM);
    }
}

/// Successes of a full window pass without a trace, those after a failure are counted.
#[test]
fn a_failure_among_racing_successes_of_a_full_window_stays_for_as_many_calls_as_it_has() {
    let run = || {
        let breaker = CircuitBreaker::count_window(4, 1.0).minimum_calls(1).build(&LLM);
        let succeed = |breaker: &CircuitBreaker| {
            breaker.try_acquire().expect("closed").success();
        };
        (0..4).for_each(|_| succeed(&breaker));
        let failing = spawn(&breaker, |breaker| {
            breaker.try_acquire().expect("closed").failure();
        });
        let succeeding = (0..2).map(|_| spawn(&breaker, move |breaker| succeed(&breaker)));
        join(succeeding.collect::<Vec<_>>().into_iter().chain([failing]));
        // Up to two successes came after it.
        let left = |breaker: &CircuitBreaker| breaker.metrics().failures;
        succeed(&breaker);
        assert_eq!((left(&breaker), breaker.metrics().calls), (1, 4));
        (0..3).for_each(|_| succeed(&breaker));
        assert_eq!((left(&breaker), breaker.metrics().calls), (0, 4));
    };
    shuttle::check_dfs(run, Some(SYSTEMATIC));
    shuttle::check_random(run, RANDOM);
    shuttle::check_pct(run, RANDOM, 3);
}

#[test]
fn whoever_completes_the_minimum_opens_it() {
    check(|breaker| {
        // Half of two calls is enough, whichever ends last.
        let failing = spawn(&breaker, |breaker| {
            for _ in 0..2 {
                if let Ok(permit) = breaker.try_acquire() {
                    permit.failure();
                }
            }
        });
        let succeeding = spawn(&breaker, |breaker| {
            if let Ok(permit) = breaker.try_acquire() {
                permit.success();
            }
        });
        join([failing, succeeding]);
        let metrics = breaker.metrics();
        let in_a_row = metrics.calls == 0 && metrics.failures < 2;
        assert!(metrics.state == Open || in_a_row, "{metrics:?}");
    });
}
