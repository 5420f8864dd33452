//! The windows of the circuit breaker, compared with naive ones that keep every call.

use errcode_resilience::{CircuitBreaker, Dependency, event::BreakerState};
use proptest::prelude::*;
use std::{collections::VecDeque, time::Duration};

static LLM: Dependency = Dependency::new("llm");

/// A call that ends at once.
#[derive(Clone, Copy, Debug)]
struct Call {
    /// How long after the call before it, in some unit.
    wait: u64,
    fails: bool,
    drops: bool,
    /// The counts are read after it. That takes them over, so it must not be after each call.
    counts: bool,
}

fn calls(longest_wait: u64) -> impl Strategy<Value = Vec<Call>> {
    // Few failures leave windows full of successes.
    prop_oneof![Just(0.35), Just(0.03)].prop_flat_map(move |share| {
        let fails = prop::bool::weighted(share);
        let call = (0..=longest_wait, fails, prop::bool::weighted(0.1), prop::bool::weighted(0.2));
        let call =
            call.prop_map(|(wait, fails, drops, counts)| Call { wait, fails, drops, counts });
        prop::collection::vec(call, 1..200)
    })
}

/// Says whether the window is full of failures after each call.
fn opens(window: &VecDeque<(u64, bool)>, minimum: usize, percent: usize) -> bool {
    let failures = window.iter().filter(|(_, fails)| *fails).count();
    window.len() >= minimum && failures > 0 && failures * 100 >= percent * window.len()
}

fn paused(run: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().expect("a runtime").block_on(run);
}

/// Makes the calls, and closes the breaker by hand where it opens.
async fn replay(
    breaker: &CircuitBreaker,
    unit: Duration,
    calls: &[Call],
    mut keep: impl FnMut(u64, &mut VecDeque<(u64, bool)>),
    (minimum, percent): (usize, usize),
) {
    let (mut window, mut now) = (VecDeque::new(), 0);
    for (at, call) in calls.iter().enumerate() {
        tokio::time::advance(unit * u32::try_from(call.wait).expect("a small wait")).await;
        now += call.wait;
        let permit = breaker.try_acquire().expect("closed");
        match call {
            Call { drops: true, .. } => drop(permit),
            Call { fails: true, .. } => permit.failure(),
            Call { .. } => permit.success(),
        }
        keep(now, &mut window);
        if !call.drops {
            window.push_back((now, call.fails));
            keep(now, &mut window);
            let open = breaker.state() == BreakerState::Open;
            assert_eq!(open, opens(&window, minimum, percent), "at {at} of {calls:?}");
        }
        if breaker.state() == BreakerState::Open {
            breaker.close();
            window.clear();
        }
        if call.counts || at + 1 == calls.len() {
            let failures = window.iter().filter(|(_, fails)| *fails).count();
            let metrics = breaker.metrics();
            assert_eq!((metrics.calls, metrics.failures), (window.len() as u64, failures as u64));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn a_count_window_is_the_last_so_many_calls(
        calls in calls(0), size in 1_usize..130, minimum in 1_usize..40, percent in 1_usize..=100,
    ) {
        let minimum = minimum.min(size);
        let breaker = CircuitBreaker::count_window(size as u32, percent as f64 / 100.0)
            .minimum_calls(minimum as u32);
        paused(async {
            let keep = |_, window: &mut VecDeque<_>| while window.len() > size {
                window.pop_front();
            };
            replay(&breaker.build(&LLM), Duration::ZERO, &calls, keep, (minimum, percent)).await;
        });
    }

    /// Calls that are a multiple of a bucket's length apart: then the window is exact.
    #[test]
    fn a_time_window_is_the_calls_of_the_last_while(
        calls in calls(4), buckets in 1_u64..=100, minimum in 1_usize..20, percent in 1_usize..=100,
    ) {
        let unit = Duration::from_millis(250);
        let breaker = CircuitBreaker::time_window(unit * buckets as u32, percent as f64 / 100.0)
            .buckets(buckets as u32)
            .minimum_calls(minimum as u32);
        paused(async {
            let keep = |now, window: &mut VecDeque<(u64, bool)>| {
                window.retain(|(at, _)| now - at < buckets);
            };
            replay(&breaker.build(&LLM), unit, &calls, keep, (minimum, percent)).await;
        });
    }

    /// Calls at any time: none is counted for longer than the window, none for less than the window without a bucket.
    #[test]
    fn a_time_window_errs_by_less_than_a_bucket(calls in calls(700), buckets in 1_u64..=30) {
        const LENGTH: u64 = 3_000;
        let breaker = CircuitBreaker::time_window(Duration::from_millis(LENGTH), 1.0)
            .buckets(buckets as u32)
            .minimum_calls(u32::MAX)
            .build(&LLM);
        let least = LENGTH - LENGTH.div_ceil(buckets);
        paused(async {
            let (mut ends, mut now) = (Vec::new(), 0);
            for call in &calls {
                tokio::time::advance(Duration::from_millis(call.wait)).await;
                now += call.wait;
                let permit = breaker.try_acquire().expect("closed");
                if call.fails { permit.failure() } else { permit.success() }
                ends.push(now);
                let younger = |age: u64| ends.iter().filter(|end| now - **end < age).count() as u64;
                let counted = breaker.metrics().calls;
                assert!((younger(least).max(1)..=younger(LENGTH)).contains(&counted), "{counted}");
            }
        });
    }
}
