//! Calls that go on after their attempt: what the breaker counts, and when.

use errcode_core::AppError;
use errcode_resilience::{
    CircuitBreaker, Dependency, Jitter, Ongoing, Policy, Reason, Retry, event::BreakerState,
};
use std::{cell::Cell, time::Duration};
use tokio::time::advance;

#[derive(Debug, AppError)]
#[error("unavailable", code = "E5004", category = external)]
struct Unavailable;

const OPEN: Duration = Duration::from_secs(30);

fn policy(dependency: &'static Dependency, failures: u32) -> Policy {
    let retry = Retry::new(3).jitter(Jitter::None);
    Policy::new(dependency).retry(retry).breaker(CircuitBreaker::consecutive(failures, OPEN, 1))
}

fn state(policy: &Policy) -> BreakerState {
    policy.circuit_breaker().unwrap().state()
}

async fn begin(policy: &Policy) -> Ongoing<&'static str> {
    policy.open(async || Ok::<_, Unavailable>("head")).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_call_counts_when_it_ends() {
    static STREAM: Dependency = Dependency::new("stream");
    let policy = policy(&STREAM, 2);
    let (first, second) = (begin(&policy).await, begin(&policy).await);
    assert_eq!(first.value, "head");
    first.end.failure();
    // Beginning is not a success: it does not end the failures in a row.
    let third = begin(&policy).await;
    assert_eq!(state(&policy), BreakerState::Closed);
    second.end.failure();
    assert_eq!(state(&policy), BreakerState::Open);
    // A result from before the change says nothing about the new state.
    third.end.success();
    assert_eq!(state(&policy), BreakerState::Open);
}

#[tokio::test(start_paused = true)]
async fn a_success_at_the_end_ends_the_failures_in_a_row_and_a_drop_does_not() {
    static STREAM: Dependency = Dependency::new("stream");
    let policy = policy(&STREAM, 2);
    begin(&policy).await.end.failure();
    drop(begin(&policy).await);
    begin(&policy).await.end.success();
    begin(&policy).await.end.failure();
    assert_eq!(state(&policy), BreakerState::Closed);
    begin(&policy).await.end.failure();
    assert_eq!(state(&policy), BreakerState::Open);
}

#[tokio::test(start_paused = true)]
async fn a_probe_is_one_until_it_ends() {
    static STREAM: Dependency = Dependency::new("stream");
    let policy = policy(&STREAM, 1);
    begin(&policy).await.end.failure();
    advance(OPEN).await;
    let probe = begin(&policy).await;
    assert_eq!(state(&policy), BreakerState::HalfOpen);
    let other = policy.open(async || Ok::<_, Unavailable>("head")).await;
    assert!(matches!(other.unwrap_err().reason(), Reason::Refused(_)));
    // One that is dropped makes room for another.
    drop(probe);
    let probe = begin(&policy).await;
    probe.end.success();
    assert_eq!(state(&policy), BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn it_is_repeated_until_it_begins_and_once_if_it_must_not_be() {
    static STREAM: Dependency = Dependency::new("stream");
    let policy = policy(&STREAM, 9);
    let calls = Cell::new(0);
    let call = async || {
        calls.set(calls.get() + 1);
        if calls.get() < 3 { Err(Unavailable) } else { Ok(calls.get()) }
    };
    assert_eq!(policy.open(call).await.unwrap().value, 3);
    calls.set(0);
    let error = policy.open_once(call).await.unwrap_err();
    assert_eq!(error.journey().unwrap().gave_up, Some("not_idempotent"));
    assert_eq!(calls.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn without_a_breaker_the_end_is_nothing() {
    static STREAM: Dependency = Dependency::new("stream");
    let policy: Policy = Policy::new(&STREAM);
    begin(&policy).await.end.failure();
    begin(&policy).await.end.success();
}
