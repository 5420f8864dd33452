//! Who gets a slot or a turn: first come, first served.

use errcode_core::AppError;
use errcode_resilience::{
    CallError, CircuitBreaker, Dependency, Limits, Policy, Reason, event::RefusedBy,
};
use futures_util::{FutureExt as _, future::BoxFuture, poll};
use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::{
    runtime::Builder,
    sync::oneshot,
    task::yield_now,
    time::{Instant, advance},
};

#[derive(Debug, AppError)]
#[error("no answer", code = "E5004", category = external)]
struct Unavailable;

static LLM: Dependency = Dependency::new("limits");

const LONG: Duration = Duration::from_secs(60);

type Called<'a> = BoxFuture<'a, Result<Instant, CallError<Unavailable>>>;

/// A call that ends at once when it has a slot and a turn. It says when.
fn call(policy: &Policy) -> Called<'_> {
    policy.call(|| ready(Ok(Instant::now()))).boxed()
}

fn refused(result: Result<Instant, CallError<Unavailable>>) -> (RefusedBy, Option<Duration>) {
    match result.map_err(CallError::into_reason) {
        Err(Reason::Refused(refusal)) => (refusal.by(), refusal.retry_after()),
        other => panic!("{other:?}"),
    }
}

/// Returns a call in flight, which ends when the sender is dropped or used.
async fn hold(policy: &Policy) -> (oneshot::Sender<()>, Called<'_>) {
    let (end, ended) = oneshot::channel::<()>();
    let mut ended = Some(ended);
    let make = move || {
        let ended = ended.take();
        async {
            let _ = ended.expect("one attempt").await;
            Ok(Instant::now())
        }
    };
    let mut held = policy.call(make).boxed();
    assert!(poll!(&mut held).is_pending());
    (end, held)
}

#[tokio::test(start_paused = true)]
async fn a_new_call_does_not_overtake_one_that_waits() {
    let limits = Limits::new().concurrency(1);
    let patient = Policy::new(&LLM).limits(limits.clone().wait(LONG));
    let impatient = Policy::new(&LLM).limits(limits);
    let (end, held) = hold(&patient).await;
    let mut first = call(&patient);
    assert!(poll!(&mut first).is_pending());
    let mut second = call(&patient);
    assert!(poll!(&mut second).is_pending());
    end.send(()).unwrap();
    held.await.unwrap();
    // The slot is free, and the call that waits for it has not been polled since.
    assert_eq!(refused(call(&impatient).await).0, RefusedBy::Concurrency);
    let mut third = call(&patient);
    assert!(poll!(&mut third).is_pending() && poll!(&mut second).is_pending());
    first.await.unwrap();
    assert!(poll!(&mut third).is_pending());
    second.await.unwrap();
    third.await.unwrap();
    call(&impatient).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_cancelled_gives_its_place_on() {
    let patient = Policy::new(&LLM).limits(Limits::new().concurrency(1).wait(LONG));
    // Cancelled before the slot is free, or when it has it already and has not been polled since.
    for early in [true, false] {
        let (end, held) = hold(&patient).await;
        let mut waiting: Vec<_> = (0..4).map(|_| call(&patient)).collect();
        for one in &mut waiting {
            assert!(poll!(one).is_pending());
        }
        if early {
            waiting.drain(..2);
        }
        end.send(()).unwrap();
        held.await.unwrap();
        waiting.truncate(3);
        while waiting.len() > 1 {
            drop(waiting.remove(0));
        }
        waiting.remove(0).await.unwrap();
        // Those that time out have no place either.
        let (end, held) = hold(&patient).await;
        let start = Instant::now();
        assert_eq!(refused(call(&patient).await).0, RefusedBy::Concurrency);
        assert_eq!(start.elapsed(), LONG);
        drop(end);
        held.await.unwrap();
        call(&patient).await.unwrap();
    }
}

const SLOTS: u32 = 3;

static IN_FLIGHT: AtomicU32 = AtomicU32::new(0);

struct InFlight(());

impl InFlight {
    fn new() -> Self {
        assert!(IN_FLIGHT.fetch_add(1, Ordering::SeqCst) < SLOTS);
        Self(())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        IN_FLIGHT.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Threads that race for slots, wait, and give up.
#[test]
fn no_slot_is_lost_and_none_is_given_twice() {
    let policy = Arc::new(Policy::new(&LLM).limits(Limits::new().concurrency(SLOTS).wait(LONG)));
    let work = || async {
        let _in_flight = InFlight::new();
        yield_now().await;
        Ok::<_, Unavailable>(())
    };
    let runtime = Builder::new_multi_thread().worker_threads(4).enable_time().build().unwrap();
    runtime.block_on(async {
        let tasks = (0..16).map(|number| {
            let policy = Arc::clone(&policy);
            tokio::spawn(async move {
                for round in number..number + 500 {
                    // Every third call is dropped after a few polls, unless it is over by then.
                    let mut called = policy.call(work).boxed();
                    for _ in 0..round % 3 {
                        let _ = poll!(&mut called);
                        yield_now().await;
                    }
                    if round % 3 != 2 {
                        called.await.unwrap();
                    }
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        let mut held = Vec::new();
        for _ in 0..SLOTS {
            held.push(hold(&policy).await);
        }
        assert!(poll!(call(&policy)).is_pending());
    });
}

#[tokio::test(start_paused = true)]
async fn a_turn_belongs_to_the_call_that_waits_for_it() {
    let limits = Limits::new().rate(1, Duration::from_secs(1));
    let patient = Policy::new(&LLM).limits(limits.clone().wait(LONG));
    let impatient = Policy::new(&LLM).limits(limits);
    let start = call(&patient).await.unwrap();
    let [mut second, mut third] = [call(&patient), call(&patient)];
    assert!(poll!(&mut second).is_pending() && poll!(&mut third).is_pending());
    advance(Duration::from_secs(1)).await;
    let wait = Some(Duration::from_secs(2));
    assert_eq!(refused(call(&impatient).await), (RefusedBy::Rate, wait));
    second.await.unwrap();
    // The turn of a call that is cancelled is the next one's.
    drop(third);
    let fourth = call(&patient).await.unwrap();
    assert_eq!((fourth - start).as_millis(), 2_000);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_the_breaker_refuses_takes_no_turn() {
    let second = Duration::from_secs(1);
    let breaker = CircuitBreaker::consecutive(1, Duration::from_secs(30), 1);
    let limits = Limits::new().concurrency(1).rate(2, second);
    let policy = Policy::new(&LLM).limits(limits).breaker(breaker);
    assert!(policy.call(|| ready(Err::<Instant, _>(Unavailable))).await.is_err());
    for left in [30, 29] {
        for _ in 0..10 {
            let wait = Some(Duration::from_secs(left));
            assert_eq!(refused(call(&policy).await), (RefusedBy::Breaker, wait));
            let opened = policy.open(|| ready(Ok::<Instant, Unavailable>(Instant::now()))).await;
            assert_eq!(refused(opened.map(|open| open.value)), (RefusedBy::Breaker, wait));
        }
        advance(second).await;
    }
    policy.circuit_breaker().expect("a breaker").close();
    for _ in 0..2 {
        call(&policy).await.expect("the calls of a second");
    }
    assert_eq!(refused(call(&policy).await).0, RefusedBy::Rate);
}
