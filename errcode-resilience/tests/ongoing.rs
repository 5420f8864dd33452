//! Calls that go on after their attempt: what the breaker counts, and when.

use bytes::Bytes;
use errcode_core::AppError;
use errcode_resilience::{
    CallEnd, CircuitBreaker, Class, Dependency, Jitter, Limits, Ongoing, Policy, Reason, Retry,
    event::BreakerState,
};
use futures_util::FutureExt as _;
use http::Response;
use http_body::Frame;
use http_body_util::{BodyExt as _, Empty, Full, StreamBody, channel::Channel};
use std::{
    cell::Cell, convert::Infallible, future::ready, io, panic::AssertUnwindSafe, pin::pin,
    task::Poll, time::Duration,
};
use tokio::{
    sync::mpsc::{UnboundedSender, unbounded_channel},
    time::advance,
};
use tower::{Layer as _, ServiceExt as _, service_fn};

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

#[tokio::test(start_paused = true)]
async fn a_call_is_one_of_the_limited_until_it_ends() {
    static STREAM: Dependency = Dependency::new("stream");
    let policy = policy(&STREAM, 2).limits(Limits::new().concurrency(2));
    let refused = async || match policy.open(async || Ok::<_, Unavailable>("head")).await {
        Err(error) => matches!(error.reason(), Reason::Refused(_)),
        Ok(begun) => {
            begun.end.success();
            false
        }
    };
    // However it ends, its slot is free then, and not before.
    for end in [CallEnd::success, CallEnd::failure, drop] {
        let (first, second) = (begin(&policy).await, begin(&policy).await);
        assert!(refused().await);
        end(first.end);
        assert!(!refused().await);
        second.end.success();
    }
    // One that waits for its turn gets it from one that ends.
    let waiting = policy.clone().limits(Limits::new().concurrency(1).wait(OPEN));
    let first = begin(&waiting).await;
    let (second, ()) = tokio::join!(begin(&waiting), async { first.end.success() });
    second.end.success();
}

#[tokio::test(start_paused = true)]
async fn a_value_that_counts_as_a_failure_has_its_slot_until_its_end_too() {
    static STREAM: Dependency = Dependency::new("stream");
    let policy = Policy::new(&STREAM)
        .retry(Retry::new(2).base(OPEN).jitter(Jitter::None))
        .limits(Limits::new().concurrency(1))
        .classify(|result: &Result<u16, Unavailable>| match result {
            Ok(503) => Class::TRANSIENT,
            Ok(404) => Class::IGNORED,
            Ok(_) => Class::SUCCESS,
            Err(_) => Class::PERMANENT,
        });
    for status in [200, 404, 503] {
        let begun = policy.open(async || Ok(status)).await.unwrap();
        let refused = policy.open(async || Ok(200)).await.unwrap_err();
        assert!(matches!(refused.reason(), Reason::Refused(_)), "{status}: {refused:?}");
        drop(begun);
        policy.open(async || Ok(200)).await.unwrap().end.success();
    }
    // Nothing has a slot while it waits for the next attempt, or after an error.
    let mut retried = pin!(policy.open(async || Ok(503)));
    assert!(retried.as_mut().now_or_never().is_none());
    policy.open(async || Ok(200)).await.unwrap().end.success();
    advance(OPEN).await;
    assert_eq!(retried.await.unwrap().value, 503);
    policy.open(async || Err(Unavailable)).await.unwrap_err();
    policy.open(async || Ok(200)).await.unwrap().end.success();
}

type Boxed = http_body_util::combinators::UnsyncBoxBody<Bytes, io::Error>;
type Sender = http_body_util::channel::Sender<Bytes, io::Error>;

/// A response with no body, a whole one, or one whose sender the test gets.
fn response(kind: &str, senders: &UnboundedSender<Sender>) -> Response<Boxed> {
    let never = |never: Infallible| match never {};
    Response::new(match kind {
        "empty" => Empty::new().map_err(never).boxed_unsync(),
        "whole" => Full::from("whole").map_err(never).boxed_unsync(),
        _ => {
            let (sender, body) = Channel::new(1);
            senders.send(sender).unwrap();
            body.boxed_unsync()
        }
    })
}

#[tokio::test(start_paused = true)]
async fn a_response_of_a_service_is_a_call_until_its_body_ends() {
    static STREAM: Dependency = Dependency::new("stream");
    let policy = policy(&STREAM, 2).limits(Limits::new().concurrency(1));
    let breaker = policy.circuit_breaker().unwrap().clone();
    let (to_test, mut senders) = unbounded_channel();
    let inner = service_fn(move |kind| ready(Ok::<_, Unavailable>(response(kind, &to_test))));
    let service = policy.layer().until_body_ends().layer(inner);
    let call = async |kind| service.clone().oneshot(kind).await.map(Response::into_body);

    // A body without bytes has ended, one that is whole ends with its only frame.
    drop(call("empty").await.unwrap());
    let mut whole = call("whole").await.unwrap();
    assert!(call("empty").await.is_err());
    whole.frame().await.unwrap().unwrap();
    let after = call("empty").await;
    assert!(after.is_ok(), "the slot is free before the body is dropped");

    // A stream has its slot until its end.
    let mut stream = call("stream").await.unwrap();
    let mut sender = senders.recv().await.unwrap();
    sender.send_data("piece".into()).await.unwrap();
    stream.frame().await.unwrap().unwrap();
    assert!(call("empty").await.is_err());
    drop(sender);
    assert!(stream.frame().await.is_none());
    assert!(call("empty").await.is_ok());

    // Its failure counts, its drop does not.
    for failures in [1, 2] {
        let mut stream = call("stream").await.unwrap();
        senders.recv().await.unwrap().abort(io::Error::other("cut off"));
        assert!(stream.frame().await.unwrap().is_err());
        if failures == 1 {
            drop(call("stream").await.unwrap());
            drop(senders.recv().await);
            assert_eq!(breaker.metrics().failures, 1);
        }
    }
    assert_eq!(breaker.state(), BreakerState::Open);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_panics_is_a_failure_and_has_no_slot() {
    static STREAM: Dependency = Dependency::new("stream");
    let policy = policy(&STREAM, 1).limits(Limits::new().concurrency(1));
    let breaker = policy.circuit_breaker().unwrap().clone();
    let inner = service_fn(|()| {
        let body = futures_util::stream::poll_fn(|_| -> Poll<Option<io::Result<Frame<Bytes>>>> {
            panic!("in the middle of a body")
        });
        ready(Ok::<_, Unavailable>(Response::new(StreamBody::new(body))))
    });
    let service = policy.layer().until_body_ends().layer(inner);
    let mut body = service.clone().oneshot(()).await.unwrap().into_body();
    let panicked = AssertUnwindSafe(body.frame()).catch_unwind().await;
    assert!(panicked.is_err());
    assert_eq!(breaker.state(), BreakerState::Open);
    breaker.close();
    service.oneshot(()).await.expect("a slot, before the body is dropped");
}
