//! What a circuit breaker promises, line by line, on paused time.

use errcode_core::{Failure, FrameworkFault};
use errcode_resilience::{
    CircuitBreaker, CircuitBreakerBuilder, Dependency, Permit, Policy,
    event::{BreakerState, BreakerState::*, RefusedBy},
};
use errcode_runtime::{Event, observe};
use futures_util::FutureExt as _;
use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Barrier, Mutex},
    thread,
    time::Duration,
};
use tokio::time::advance;

static LLM: Dependency = Dependency::new("llm");

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn permit(breaker: &CircuitBreaker) -> Permit<'_> {
    breaker.try_acquire().expect("a permit")
}

/// Feeds results: `s`uccess, `f`ailure, `i`gnored; `r` expects a refusal.
fn feed(breaker: &CircuitBreaker, results: &str) {
    for (at, result) in results.chars().enumerate() {
        match (result, breaker.try_acquire()) {
            ('s', Ok(permit)) => permit.success(),
            ('f', Ok(permit)) => permit.failure(),
            ('i', Ok(permit)) => permit.ignore(),
            ('r', Err(_)) => {}
            (_, got) => panic!("`{result}` at {at} of {results}: {got:?}"),
        }
    }
}

/// All three kinds, set to open at the fifth failure.
fn kinds() -> [CircuitBreakerBuilder; 3] {
    [
        CircuitBreaker::consecutive(5, secs(30), 3),
        CircuitBreaker::count_window(10, 0.5).minimum_calls(5),
        CircuitBreaker::time_window(secs(10), 0.5).minimum_calls(5),
    ]
}

fn assert_state(breaker: &CircuitBreaker, state: BreakerState) {
    assert_eq!(breaker.state(), state, "{:?}", breaker.metrics());
}

#[tokio::test(start_paused = true)]
async fn line_1_after_a_million_successes_a_window_of_100_at_half_opens_at_the_50th_failure() {
    let breaker = CircuitBreaker::count_window(100, 0.5).build(&LLM);
    for _ in 0..1_000_000 {
        permit(&breaker).success();
    }
    feed(&breaker, &"f".repeat(49));
    assert_state(&breaker, Closed);
    feed(&breaker, "f");
    assert_state(&breaker, Open);
}

/// The ways in which successes pass without the lock: all of them while the window is full of successes, and counted
/// ones while it has a failure.
#[tokio::test(start_paused = true)]
async fn line_1_no_success_is_lost_and_no_failure_stays_however_successes_pass() {
    for timed in [false, true] {
        let mut builder = CircuitBreaker::count_window(100, 0.5);
        if timed {
            builder = builder.slow_calls(secs(1), 0.5);
        }
        let breaker = builder.build(&LLM);
        for full in [99, 100, 101, 250] {
            breaker.close();
            feed(&breaker, &"s".repeat(full));
            feed(&breaker, "f");
            for after in 1..100 {
                feed(&breaker, "s");
                // Reading the counts takes them over, so it is done at some places only.
                if matches!(after, 1 | 3 | 64 | 65 | 99) {
                    let metrics = breaker.metrics();
                    assert_eq!((metrics.calls, metrics.failures), (100, 1), "{full} {after}");
                }
            }
            feed(&breaker, "s");
            assert_eq!(breaker.metrics().failures, 0, "{full}: the failure has left");
        }
        // Of a hundred calls, 49 failures and what passes between them.
        breaker.close();
        feed(&breaker, &"s".repeat(1_000));
        feed(&breaker, &"fs".repeat(49));
        assert_state(&breaker, Closed);
        feed(&breaker, "f");
        assert_state(&breaker, Open);
        assert_eq!(breaker.metrics().failures, 50);
    }
}

#[tokio::test(start_paused = true)]
async fn line_1_a_slow_success_counts_as_slow_however_successes_pass() {
    for kind in [CircuitBreaker::count_window(20, 1.0), CircuitBreaker::time_window(secs(60), 1.0)]
    {
        let breaker = kind.slow_calls(secs(1), 0.09).build(&LLM);
        feed(&breaker, &"s".repeat(18));
        feed(&breaker, "f");
        let slow = permit(&breaker);
        advance(secs(1)).await;
        slow.success();
        assert_eq!((breaker.metrics().calls, breaker.metrics().slow), (20, 1));
        let slow = permit(&breaker);
        advance(secs(1)).await;
        feed(&breaker, "s");
        assert_state(&breaker, Closed);
        slow.success();
        assert_state(&breaker, Open);
    }
}

#[tokio::test(start_paused = true)]
async fn line_1_a_time_window_ages_by_the_clock_alone() {
    let breaker = CircuitBreaker::time_window(secs(10), 0.5).minimum_calls(4).build(&LLM);
    feed(&breaker, "fff");
    advance(secs(10) - millis(1)).await;
    assert_eq!(breaker.metrics().failures, 3);
    advance(millis(1)).await;
    assert_eq!((breaker.metrics().calls, breaker.metrics().failures), (0, 0));
    feed(&breaker, "fff");
    assert_state(&breaker, Closed);
    advance(secs(10) - millis(1)).await;
    feed(&breaker, "f");
    assert_state(&breaker, Open);
}

#[tokio::test(start_paused = true)]
async fn line_1_an_outcome_of_a_time_window_leaves_at_its_age_and_not_with_its_neighbours() {
    let breaker = CircuitBreaker::time_window(secs(10), 1.0).minimum_calls(100).build(&LLM);
    for _ in 0..10 {
        feed(&breaker, "fs");
        advance(secs(1)).await;
    }
    for left in (0..10).rev() {
        // The first of them is ten seconds old at first.
        assert_eq!((breaker.metrics().failures, breaker.metrics().calls), (left, 2 * left));
        advance(secs(1)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn line_1_successes_that_leave_a_time_window_let_it_open() {
    let breaker = CircuitBreaker::time_window(secs(10), 0.5).minimum_calls(4).build(&LLM);
    feed(&breaker, "ssssssss");
    advance(secs(5)).await;
    feed(&breaker, "fff");
    assert_state(&breaker, Closed);
    advance(secs(5)).await;
    // Three failures of four: the last call is a success, and completes the minimum.
    feed(&breaker, "s");
    assert_state(&breaker, Open);
}

#[tokio::test(start_paused = true)]
async fn line_1_slow_calls_open_it_too() {
    for kind in [CircuitBreaker::count_window(10, 0.5), CircuitBreaker::time_window(secs(60), 0.5)]
    {
        let breaker = kind.minimum_calls(4).slow_calls(millis(200), 0.75).build(&LLM);
        for (took, state) in [(300, Closed), (199, Closed), (200, Closed), (500, Open)] {
            let permit = permit(&breaker);
            advance(millis(took)).await;
            permit.success();
            assert_state(&breaker, state);
        }
        advance(secs(30)).await;
        for state in [HalfOpen, HalfOpen, Open] {
            let probe = permit(&breaker);
            advance(millis(250)).await;
            probe.success();
            assert_state(&breaker, state);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn line_2_a_result_from_an_older_state_changes_nothing() {
    for kind in kinds() {
        let breaker = kind.build(&LLM);
        let (late_success, late_failure) = (permit(&breaker), permit(&breaker));
        feed(&breaker, "fffffr");
        late_success.success();
        assert_state(&breaker, Open);
        advance(secs(30)).await;
        late_failure.failure();
        assert_state(&breaker, HalfOpen);
        let late_probe = permit(&breaker);
        breaker.open();
        late_probe.success();
        assert_state(&breaker, Open);
        advance(secs(30)).await;
        feed(&breaker, "sss");
        assert_state(&breaker, Closed);
        assert_eq!((breaker.metrics().calls, breaker.metrics().failures), (0, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn line_2_late_results_of_one_closed_state_do_not_count_in_the_next() {
    for kind in kinds() {
        let breaker = kind.build(&LLM);
        let late: Vec<_> = (0..20).map(|_| permit(&breaker)).collect();
        breaker.close();
        for (at, permit) in late.into_iter().enumerate() {
            if at % 4 == 0 { permit.success() } else { permit.failure() }
        }
        assert_state(&breaker, Closed);
        assert_eq!((breaker.metrics().calls, breaker.metrics().failures), (0, 0));
        feed(&breaker, "fffff");
        assert_state(&breaker, Open);
    }
}

#[tokio::test(start_paused = true)]
async fn line_2_dropped_and_ignored_calls_count_neither_way() {
    for kind in kinds() {
        let breaker = kind.build(&LLM);
        feed(&breaker, "ffff");
        drop(permit(&breaker));
        feed(&breaker, "iiiiii");
        assert_state(&breaker, Closed);
        feed(&breaker, "f");
        assert_state(&breaker, Open);
        advance(secs(30)).await;
        // In the half-open state they make room again.
        for _ in 0..10 {
            drop(permit(&breaker));
        }
        feed(&breaker, "iiisss");
        assert_state(&breaker, Closed);
    }
}

#[tokio::test(start_paused = true)]
async fn line_2_a_panic_counts_as_a_failure_and_is_raised_again() {
    for kind in kinds() {
        let policy = Policy::new(&LLM).breaker(kind);
        for _ in 0..5 {
            let call = policy.call(async || -> Result<(), Failure> { panic!("in the call") });
            let panicked = AssertUnwindSafe(call).catch_unwind().await.expect_err("a panic");
            assert_eq!(panicked.downcast_ref(), Some(&"in the call"));
        }
        assert_state(policy.circuit_breaker().expect("a breaker"), Open);
    }
}

#[tokio::test(start_paused = true)]
async fn line_3_half_open_lets_exactly_n_probes_through() {
    for kind in kinds() {
        let breaker = kind.half_open_calls(3).build(&LLM);
        feed(&breaker, "fffff");
        advance(secs(30)).await;
        let probes: Vec<_> = (0..3).map(|_| permit(&breaker)).collect();
        feed(&breaker, "rrrrr");
        assert_eq!(breaker.metrics().probes, 3);
        for probe in probes {
            assert_state(&breaker, HalfOpen);
            probe.success();
        }
        assert_state(&breaker, Closed);
    }
}

#[test]
fn line_3_half_open_lets_exactly_n_of_many_threads_through() {
    for kind in kinds() {
        let breaker =
            kind.half_open_calls(3).open_for(Duration::ZERO).probe_timeout(secs(60)).build(&LLM);
        feed(&breaker, "fffff");
        let start = Barrier::new(8);
        let through: usize = thread::scope(|scope| {
            let racer = || {
                start.wait();
                let permits: Vec<_> = (0..50).filter_map(|_| breaker.try_acquire().ok()).collect();
                start.wait();
                permits.len()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(racer)).collect();
            threads.into_iter().map(|thread| thread.join().expect("a racer")).sum()
        });
        assert_eq!(through, 3);
    }
}

#[tokio::test(start_paused = true)]
async fn line_3_a_hung_probe_cannot_pin_it() {
    for kind in kinds() {
        let breaker = kind.half_open_calls(2).probe_timeout(secs(5)).build(&LLM);
        feed(&breaker, "fffff");
        advance(secs(30)).await;
        let hung = permit(&breaker);
        let hung_too = permit(&breaker);
        advance(secs(5) - millis(1)).await;
        feed(&breaker, "r");
        assert_state(&breaker, HalfOpen);
        advance(millis(1)).await;
        assert_state(&breaker, Open);
        hung.success();
        drop(hung_too);
        advance(secs(30)).await;
        feed(&breaker, "ss");
        assert_state(&breaker, Closed);
    }
}

#[tokio::test(start_paused = true)]
async fn line_3_a_probe_does_not_hang_since_the_open_time_is_short() {
    for open_for in [Duration::ZERO, millis(10)] {
        for kind in kinds() {
            let breaker = kind.open_for(open_for).half_open_calls(1).build(&LLM);
            feed(&breaker, "fffff");
            advance(open_for).await;
            let probe = permit(&breaker);
            advance(millis(999)).await;
            probe.success();
            assert_state(&breaker, Closed);
            feed(&breaker, "fffff");
            advance(open_for).await;
            let hanging = permit(&breaker);
            advance(secs(1)).await;
            assert_ne!(breaker.state(), Closed);
            hanging.success();
            assert_ne!(breaker.state(), Closed);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn line_3_the_verdict_is_the_rate_over_n() {
    for (results, state) in [("sfsfssss", Closed), ("sfsfsfsf", Open), ("fffffffs", Open)] {
        for kind in
            [CircuitBreaker::count_window(10, 0.5), CircuitBreaker::time_window(secs(9), 0.5)]
        {
            let breaker = kind.half_open_calls(8).minimum_calls(5).build(&LLM);
            feed(&breaker, "fffff");
            advance(secs(30)).await;
            feed(&breaker, &results[..7]);
            assert_state(&breaker, HalfOpen);
            feed(&breaker, &results[7..]);
            assert_state(&breaker, state);
        }
    }
    // Where failures in a row count, the first one decides.
    let breaker = CircuitBreaker::consecutive(5, secs(30), 3).build(&LLM);
    feed(&breaker, "fffff");
    advance(secs(30)).await;
    feed(&breaker, "sf");
    assert_state(&breaker, Open);
}

#[tokio::test(start_paused = true)]
async fn line_4_a_handle_steers_it_by_hand() {
    for kind in kinds() {
        let breaker = kind.build(&LLM);
        let handle = breaker.clone();
        let boxed: Box<dyn Fn() -> bool> = Box::new(move || breaker.try_acquire().is_ok());
        handle.force_open();
        advance(secs(3600)).await;
        assert!(!boxed());
        assert_eq!(
            handle.try_acquire().map(drop).map_err(|refusal| refusal.retry_after()),
            Err(None)
        );
        assert_state(&handle, ForcedOpen);
        handle.disable();
        feed(&handle, &"f".repeat(100));
        assert!(boxed());
        assert_state(&handle, Disabled);
        handle.close();
        feed(&handle, "ffff");
        assert_state(&handle, Closed);
        feed(&handle, "fr");
        handle.close();
        assert!(boxed());
        assert_state(&handle, Closed);
    }
}

#[tokio::test(start_paused = true)]
async fn line_5_a_rate_needs_a_minimum_of_calls() {
    for kind in [CircuitBreaker::count_window(20, 0.5), CircuitBreaker::time_window(secs(10), 0.5)]
    {
        let breaker = kind.minimum_calls(10).build(&LLM);
        feed(&breaker, &"f".repeat(9));
        assert_state(&breaker, Closed);
        // The tenth call completes the minimum, whether it fails or not.
        feed(&breaker, "s");
        assert_state(&breaker, Open);
    }
}

#[tokio::test(start_paused = true)]
async fn line_5_the_open_time_has_jitter_that_a_seed_repeats() {
    let times = |seed| {
        let kind = CircuitBreaker::consecutive(1, secs(10), 1).open_jitter(0.5).seed(seed);
        let breaker = kind.build(&LLM);
        let mut times = Vec::new();
        for _ in 0..50 {
            breaker.open();
            times.push(breaker.metrics().open_for.expect("open"));
        }
        times
    };
    let first = times(1);
    assert_eq!(first, times(1));
    assert_ne!(first, times(2));
    assert!(first.iter().all(|time| (secs(10)..secs(15)).contains(time)), "{first:?}");
    let (least, most) = (first.iter().min(), first.iter().max());
    assert!(least < Some(&secs(11)) && most > Some(&secs(14)), "{least:?} {most:?}");
}

#[tokio::test(start_paused = true)]
async fn line_6_a_refusal_has_the_remaining_open_time() {
    for kind in kinds() {
        let breaker = kind.build(&LLM);
        feed(&breaker, "fffff");
        let mut seconds = Vec::new();
        for _ in 0..5 {
            let refusal = breaker.try_acquire().expect_err("a refusal");
            assert_eq!((refusal.dependency(), refusal.by()), ("llm", RefusedBy::Breaker));
            let FrameworkFault::CircuitOpen { dependency: "llm", retry_after: Some(_) } =
                refusal.fault()
            else {
                panic!("{:?}", refusal.fault());
            };
            let failure = Failure::from(refusal);
            assert_eq!(failure.spec().status(), 503);
            seconds.extend(failure.retry().after_seconds());
            advance(millis(7_250)).await;
        }
        assert_eq!(seconds, [30, 23, 16, 9, 1]);
        assert_eq!(breaker.metrics().refused, 5);
    }
}

#[tokio::test(start_paused = true)]
async fn the_preset_of_consecutive_failures() {
    let breaker = CircuitBreaker::consecutive(5, secs(30), 3).build(&LLM);
    feed(&breaker, "ffffsffffsffff");
    assert_state(&breaker, Closed);
    assert_eq!(breaker.metrics().failures, 4);
    feed(&breaker, "fr");
    advance(secs(30) - millis(1)).await;
    assert_state(&breaker, Open);
    advance(millis(1)).await;
    assert_state(&breaker, HalfOpen);
    feed(&breaker, "ss");
    assert_state(&breaker, HalfOpen);
    feed(&breaker, "s");
    assert_state(&breaker, Closed);
}

#[tokio::test(start_paused = true)]
async fn values_that_make_no_sense_are_moved_to_the_nearest_that_does() {
    let breaker = CircuitBreaker::count_window(0, f64::NAN).minimum_calls(0).build(&LLM);
    feed(&breaker, "ssss");
    assert_state(&breaker, Closed);
    feed(&breaker, "fr");
    let breaker = CircuitBreaker::time_window(Duration::ZERO, -1.0).buckets(0).minimum_calls(1);
    feed(&breaker.build(&LLM), "fr");
    let breaker = CircuitBreaker::consecutive(0, Duration::MAX, 0).open_jitter(f64::INFINITY);
    let breaker = breaker.build(&LLM);
    feed(&breaker, "fr");
    advance(secs(86_400 * 365)).await;
    assert_state(&breaker, Open);
}

#[tokio::test(start_paused = true)]
async fn each_change_and_each_refusal_is_one_event_and_an_observer_may_use_the_breaker() {
    static SEEN: Dependency = Dependency::new("breaker-events");
    let breaker = CircuitBreaker::consecutive(1, secs(30), 1).build(&SEEN);
    let log = Arc::new(Mutex::new(Vec::new()));
    let (to, handle) = (Arc::clone(&log), breaker.clone());
    let observing = observe(move |event: &Event<'_>| match event {
        Event::Breaker(change) if change.dependency == "breaker-events" => {
            let state = handle.state();
            to.lock().unwrap().push(format!("{} → {}, now {state}", change.from, change.to));
        }
        Event::Refusal(refusal) if refusal.dependency == "breaker-events" => {
            to.lock().unwrap().push(format!("refused, {:?}", refusal.retry_after));
        }
        _ => {}
    });
    feed(&breaker, "sfr");
    advance(secs(30)).await;
    feed(&breaker, "s");
    breaker.close();
    observing.stop();
    assert_eq!(
        *log.lock().unwrap(),
        [
            "closed → open, now open",
            "refused, Some(30s)",
            "open → half_open, now half_open",
            "half_open → closed, now closed",
        ]
    );
}
