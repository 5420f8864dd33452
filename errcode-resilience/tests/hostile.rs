//! Settings at their limits, and calls that are dropped or panic wherever they can.

use errcode_core::{AppError, Failure};
use errcode_resilience::{
    Batch, CallError, CircuitBreaker, Class, Dependency, Jitter, Limits, Policy, Reason, Retry,
    event::BreakerState, with_fallback,
};
use futures_util::FutureExt as _;
use std::{
    future::{pending, ready},
    panic::AssertUnwindSafe,
    pin::pin,
    task::{Context, Waker},
    time::Duration,
};
use tokio::{
    task::yield_now,
    time::{Instant, advance},
};

#[derive(Debug, AppError)]
enum LlmError {
    #[error("unavailable", code = "E5004", category = external, retryable)]
    Unavailable,
    #[error("an item is not valid", code = "E3001", status = 422, public)]
    Invalid,
}

use LlmError::Unavailable;

static LLM: Dependency = Dependency::new("llm");

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

fn is_refused<T, E>(result: Result<T, CallError<E>>) -> bool {
    result.is_err_and(|error| matches!(error.reason(), Reason::Refused(_)))
}

#[tokio::test(start_paused = true)]
async fn the_longest_times_are_neither_overflows_nor_nothing() {
    const FOREVER: Duration = Duration::MAX;
    for kind in [
        CircuitBreaker::consecutive(1, FOREVER, 1),
        CircuitBreaker::count_window(1, 1.0).open_for(FOREVER).open_jitter(f64::MAX),
        CircuitBreaker::time_window(FOREVER, 1.0).minimum_calls(1).open_for(FOREVER),
    ] {
        let breaker = kind.slow_calls(FOREVER, 1.0).probe_timeout(FOREVER).build(&LLM);
        breaker.try_acquire().unwrap().success();
        breaker.try_acquire().unwrap().failure();
        breaker.open();
        assert!(breaker.try_acquire().unwrap_err().retry_after() > Some(secs(1 << 29)));
        advance(secs(86_400 * 365)).await;
        assert_eq!(breaker.state(), BreakerState::Open);
    }
    let retry = Retry::new(2).base(FOREVER).cap(FOREVER).factor(f64::INFINITY);
    let policy = Policy::new(&LLM)
        .deadline(FOREVER)
        .attempt_timeout(FOREVER)
        .limits(Limits::new().concurrency(1).wait(FOREVER).rate(1, FOREVER))
        .retry(retry.jitter(Jitter::None).max_after(FOREVER));
    assert!(
        policy
            .call(async || {
                yield_now().await;
                Ok::<_, LlmError>(())
            })
            .await
            .is_ok()
    );
    // The next one may come, in a time that nobody has.
    let mut next = pin!(policy.call(async || Ok::<_, LlmError>(())));
    advance(secs(86_400 * 365)).await;
    assert!(futures_util::poll!(next.as_mut()).is_pending());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_waits_for_ever_gets_its_turn() {
    let policy = Policy::new(&LLM).limits(Limits::new().concurrency(1).wait(Duration::MAX));
    let first = policy.open(async || Ok::<_, LlmError>(())).await.unwrap();
    let mut second = pin!(policy.call(async || Ok::<_, LlmError>(())));
    assert!(futures_util::poll!(second.as_mut()).is_pending());
    advance(secs(86_400)).await;
    first.end.success();
    assert!(second.await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn no_time_and_no_place_are_what_they_say() {
    let ready_at_once = async || Ok::<_, LlmError>(());
    let never = pending::<Result<(), LlmError>>;
    // No place: each call is refused, also one that waits.
    for wait in [Duration::ZERO, secs(1)] {
        let none = Policy::new(&LLM).limits(Limits::new().concurrency(0).wait(wait));
        assert!(is_refused(none.call(ready_at_once).await));
    }
    // A rate of none is one, and a period of zero limits nothing.
    let one = Policy::new(&LLM).limits(Limits::new().rate(0, secs(60)));
    assert!(one.call(ready_at_once).await.is_ok());
    assert!(is_refused(one.call(ready_at_once).await));
    let any = Policy::new(&LLM).limits(Limits::new().rate(1, Duration::ZERO));
    for _ in 0..100 {
        advance(Duration::from_nanos(1)).await;
        assert!(any.call(ready_at_once).await.is_ok());
    }
    // No time: only what is ready at once.
    let timeout = Policy::new(&LLM).attempt_timeout(Duration::ZERO);
    let deadline = Policy::new(&LLM).deadline(Duration::ZERO);
    for policy in [&timeout, &deadline] {
        assert!(policy.call(ready_at_once).await.is_ok());
        assert!(policy.call(never).await.is_err());
    }
    // No attempt is one.
    let once = Policy::new(&LLM).retry(Retry::new(0));
    assert!(matches!(
        once.call(async || Err::<(), _>(Unavailable)).await.unwrap_err().reason(),
        Reason::Failed(_)
    ));
}

/// A policy whose every part would notice what is not given back.
fn strict() -> Policy {
    Policy::new(&LLM)
        .deadline(secs(60))
        .retry(Retry::new(1))
        .limits(Limits::new().concurrency(1))
        .breaker(CircuitBreaker::consecutive(1, secs(30), 1))
        .attempt_timeout(secs(10))
}

async fn half_open(policy: &Policy) -> CircuitBreaker {
    let breaker = policy.circuit_breaker().unwrap().clone();
    breaker.open();
    advance(secs(30)).await;
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
    breaker
}

#[tokio::test(start_paused = true)]
async fn a_thousand_calls_dropped_at_each_poll_keep_neither_slot_nor_probe() {
    let policy = strict();
    let breaker = half_open(&policy).await;
    for polls in 0..4 {
        for _ in 0..1_000 {
            let mut call = pin!(policy.call(async || {
                yield_now().await;
                yield_now().await;
                pending::<Result<(), LlmError>>().await
            }));
            for _ in 0..polls {
                assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            }
            assert_eq!(breaker.metrics().probes, u64::from(polls > 0));
        }
        let metrics = breaker.metrics();
        assert_eq!((metrics.state, metrics.probes), (BreakerState::HalfOpen, 0));
    }
    assert!(policy.call(async || Ok::<_, LlmError>(())).await.is_ok());
    assert_eq!(breaker.state(), BreakerState::Closed);
}

/// Where a call panics.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Panics {
    Made,
    FirstPoll,
    LaterPoll,
}

async fn call(panics: Panics) -> Result<(), LlmError> {
    assert_ne!(panics, Panics::FirstPoll, "at the first poll");
    yield_now().await;
    assert_ne!(panics, Panics::LaterPoll, "at a later poll");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn a_panic_anywhere_gives_back_the_slot_and_is_a_failed_probe() {
    let policy = strict();
    let make = |panics| {
        assert_ne!(panics, Panics::Made, "when it is made");
        call(panics)
    };
    for panics in [Panics::Made, Panics::FirstPoll, Panics::LaterPoll] {
        for way in 0..4 {
            let breaker = half_open(&policy).await;
            let before = breaker.metrics().generation;
            let call = async {
                match way {
                    0 => policy.call(|| make(panics)).await.is_ok(),
                    1 => policy.call_once(|| make(panics)).await.is_ok(),
                    2 => policy.open(|| make(panics)).await.is_ok(),
                    // Around it, a policy that has the same to lose.
                    _ => {
                        let inner = policy
                            .clone()
                            .shared_breaker(CircuitBreaker::consecutive(1, secs(30), 1).build(&LLM))
                            .limits(Limits::new());
                        policy.call(|| inner.call(|| make(panics))).await.is_ok()
                    }
                }
            };
            assert!(AssertUnwindSafe(call).catch_unwind().await.is_err(), "{panics:?} {way}");
            let metrics = breaker.metrics();
            assert_eq!(
                (metrics.state, metrics.probes),
                (BreakerState::Open, 0),
                "{panics:?} {way}"
            );
            assert_eq!(metrics.generation, before + 1);
            advance(secs(30)).await;
            assert!(policy.call(async || Ok::<_, LlmError>(())).await.is_ok(), "{panics:?} {way}");
            assert_eq!(breaker.state(), BreakerState::Closed);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_classifier_that_panics_is_not_the_dependency_s_failure() {
    let policy = strict().classify(|_: &Result<(), LlmError>| -> Class { panic!("no class") });
    let breaker = policy.circuit_breaker().unwrap().clone();
    breaker.open();
    advance(secs(30)).await;
    for _ in 0..10 {
        let call = policy.call(|| ready(Ok(())));
        assert!(AssertUnwindSafe(call).catch_unwind().await.is_err());
        let metrics = breaker.metrics();
        assert_eq!((metrics.state, metrics.probes), (BreakerState::HalfOpen, 0));
    }
}

/// Three policies within each other: the innermost refusal or failure ends it, once.
#[tokio::test(start_paused = true)]
async fn nested_policies_neither_multiply_attempts_nor_wait_for_each_other() {
    static INNER: Dependency = Dependency::new("inner");
    let retry = || Retry::new(3).base(secs(1)).jitter(Jitter::None);
    let (outer, middle) = (Policy::new(&LLM).retry(retry()), Policy::new(&LLM).retry(retry()));
    let inner =
        Policy::new(&INNER).retry(retry()).breaker(CircuitBreaker::consecutive(3, secs(30), 1));
    let calls = std::cell::Cell::new(0);
    let start = Instant::now();
    for (attempts, waited, gave_up) in [(3, 3, "exhausted"), (3, 3, "refused")] {
        let result = outer
            .call(|| {
                middle.call(|| {
                    inner.call(|| {
                        calls.set(calls.get() + 1);
                        ready(Err::<(), _>(Unavailable))
                    })
                })
            })
            .await;
        let failure = Failure::from(result.unwrap_err());
        // The second time, the breaker is open: nothing was attempted, so nothing is exhausted.
        assert_eq!((calls.get(), start.elapsed()), (attempts, secs(waited)));
        let journey = failure.journey().expect("a journey");
        assert_eq!((journey.gave_up, journey.exhausted), (Some(gave_up), gave_up == "exhausted"));
    }
}

/// Fails to be displayed, or panics.
#[derive(Clone, Copy, Debug)]
struct Unspeakable {
    panics: bool,
}

impl std::fmt::Display for Unspeakable {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        assert!(!self.panics, "no words");
        Err(std::fmt::Error)
    }
}

#[derive(Debug, AppError)]
#[error("lost {0}", code = "E5009", category = external, retryable)]
struct Lost(Unspeakable);

#[tokio::test(start_paused = true)]
async fn an_error_that_cannot_be_displayed_is_repeated_like_any_other() {
    for (panics, text) in [(false, "lost `Display` returned an error"), (true, "no words")] {
        let retry = Retry::new(2).jitter(Jitter::None);
        let policy = Policy::new(&LLM).retry(retry.clone());
        let calls = std::cell::Cell::new(0);
        let call = || {
            calls.set(calls.get() + 1);
            ready(Err::<(), _>(Lost(Unspeakable { panics })))
        };
        for error in
            [policy.call(call).await.unwrap_err(), retry.call(&LLM, call).await.unwrap_err()]
        {
            let history = &error.journey().expect("a journey").history;
            assert!(history.len() == 1 && history[0].contains(text), "{history:?}");
        }
        assert_eq!(calls.get(), 4);
        let answer = with_fallback(&LLM, call()).or("same", |_| call()).or_value("none", || ());
        assert_eq!(answer.await.expect("an answer").degraded, Some("none"));
    }
}

#[test]
fn a_batch_keeps_the_order_whatever_fails() {
    let of = |fails: &[usize], items: usize| -> Batch<usize> {
        let item = |at: usize| if fails.contains(&at) { Err(LlmError::Invalid) } else { Ok(at) };
        (0..items).map(item).collect()
    };
    for (fails, items) in
        [(&[][..], 0), (&[], 3), (&[0], 1), (&[1], 3), (&[0, 2, 3], 5), (&[0, 1, 2], 3)]
    {
        let batch = of(fails, items);
        let kept: Vec<_> = (0..items).filter(|at| !fails.contains(at)).collect();
        let skipped: Vec<_> = batch.skipped.iter().map(|skipped| skipped.index).collect();
        assert_eq!((&batch.items, &skipped[..]), (&kept, fails));
        assert_eq!(batch.is_complete(), fails.is_empty());
        assert!(batch.skipped.iter().all(|skipped| skipped.error.code == "E3001"));
    }
    let empty = serde_json::to_string(&Batch::<u8>::new()).unwrap();
    assert_eq!(empty, r#"{"items":[],"skipped":[]}"#);
    // Items that are added later are numbered on.
    let mut batch = of(&[1], 2);
    batch.extend([Err(LlmError::Invalid), Ok(3)]);
    assert_eq!((batch.items, batch.skipped[1].index), (vec![0, 3], 2));
}
