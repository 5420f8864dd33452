//! A policy around calls: the order of its parts, and what becomes of a call in each of them.

use errcode_core::{AppError, Failure, Hinted as _};
use errcode_resilience::{
    Budget, CallError, CircuitBreaker, Class, Dependency, Jitter, Limits, Policy, Reason, Retry,
    event::{BreakerState, RefusedBy},
    with_fallback,
};
use errcode_runtime::{Attempt, Context, Event, Observing, observe};
use std::{
    cell::{Cell, RefCell},
    future::{pending, ready},
    panic::AssertUnwindSafe,
    pin::pin,
    sync::{Arc, Mutex},
    task::Waker,
    time::Duration,
};
use tokio::time::{Instant, advance, sleep};

#[derive(Debug, AppError)]
enum LlmError {
    #[error("unavailable", code = "E5004", category = external)]
    Unavailable,
    #[error("throttled", code = "E5005", category = external, retryable(after = "2s"))]
    Throttled,
    #[error("no such model", code = "E5006", status = 404)]
    NoModel,
}

use LlmError::{NoModel, Throttled, Unavailable};

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Each test has a dependency of its own, so that its events and its budget are.
macro_rules! dependency {
    ($name:literal) => {{
        static DEPENDENCY: Dependency = Dependency::new($name);
        &DEPENDENCY
    }};
}

fn retry(attempts: u32) -> Retry {
    Retry::new(attempts).base(secs(1)).jitter(Jitter::None)
}

fn breaker(failures: u32) -> errcode_resilience::CircuitBreakerBuilder {
    CircuitBreaker::consecutive(failures, secs(30), 1)
}

/// Writes down what happens, with the time at which it does.
struct Log {
    lines: Arc<Mutex<Vec<String>>>,
    start: Instant,
    observing: Option<Observing>,
}

impl Log {
    fn of(dependency: &'static Dependency) -> Self {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (to, start, name) = (Arc::clone(&lines), Instant::now(), dependency.name());
        let observing = observe(move |event: &Event<'_>| {
            let line = match event {
                Event::Attempt(it) if it.dependency == name => {
                    format!("attempt {} failed ({}), wait {:?}", it.attempt, it.error, it.delay)
                }
                Event::GiveUp(it) if it.dependency == name => {
                    format!("gave up after {}: {}", it.attempts, it.reason.as_str())
                }
                Event::Refusal(it) if it.dependency == name => {
                    format!("refused by {}", it.by.as_str())
                }
                Event::Breaker(it) if it.dependency == name => format!("breaker {}", it.to),
                Event::Fallback(it) if it.dependency == name => format!("fallback {}", it.fallback),
                _ => return,
            };
            to.lock().unwrap().push(format!("{:?} {line}", start.elapsed()));
        });
        Self { lines, start, observing: Some(observing) }
    }

    fn add(&self, line: &str) {
        self.lines.lock().unwrap().push(format!("{:?} {line}", self.start.elapsed()));
    }

    fn lines(&mut self) -> Vec<String> {
        if let Some(observing) = self.observing.take() {
            observing.stop();
        }
        self.lines.lock().unwrap().clone()
    }
}

#[tokio::test(start_paused = true)]
async fn the_order_is_deadline_retry_limits_breaker_timeout_call() {
    let dependency = dependency!("order");
    let mut log = Log::of(dependency);
    let policy = Policy::new(dependency)
        .deadline(secs(60))
        .retry(retry(5))
        .limits(Limits::new().concurrency(1))
        .breaker(breaker(2))
        .attempt_timeout(secs(3));
    // Two attempts hang, each for its time; they open the breaker, whose refusal ends the retrying.
    let result: Result<(), CallError<LlmError>> = policy
        .call(|| {
            log.add("call");
            pending()
        })
        .await;
    let error = result.unwrap_err();
    assert!(
        matches!(error.reason(), Reason::Refused(refusal) if refusal.by() == RefusedBy::Breaker)
    );
    assert_eq!(
        log.lines(),
        [
            "0ns call",
            "3s attempt 1 failed (no result within 3s), wait 1s",
            "4s call",
            "7s breaker open",
            "7s attempt 2 failed (no result within 3s), wait 2s",
            "9s refused by breaker",
            "9s gave up after 2: refused",
        ]
    );
    let journey = error.journey().expect("a journey").clone();
    assert_eq!((journey.attempts, journey.gave_up), (2, Some("refused")));
    assert_eq!(journey.history, ["no result within 3s", "no result within 3s"]);
}

const WHOLE_ORDER: [&str; 25] = [
    "0ns call",
    "3s attempt 1 failed (no result within 3s), wait 1s",
    "6s refused by concurrency",
    "6s gave up after 1: refused",
    "6s fallback cache",
    "6s answer, the limit of concurrent calls to `whole-order` is reached",
    "6.5s slot free",
    "6.5s call",
    "9.5s attempt 1 failed (no result within 3s), wait 1s",
    "10.5s call",
    "13.5s breaker open",
    "13.5s attempt 2 failed (no result within 3s), wait 2s",
    "15.5s refused by breaker",
    "15.5s gave up after 2: refused",
    "15.5s fallback cache",
    "15.5s answer, the circuit breaker of `whole-order` is open",
    "15.5s refused by breaker",
    "15.5s fallback cache",
    "15.5s answer, the circuit breaker of `whole-order` is open",
    "15.5s call",
    "18.5s attempt 1 failed (no result within 3s), wait 1s",
    "19.5s call",
    "20.5s gave up after 2: deadline",
    "20.5s fallback cache",
    "20.5s answer, the deadline has passed",
];

/// One log shows each part within the one around it: the attempt timeout ends a call, the breaker counts that and
/// refuses an attempt, the limits are asked again by each attempt, both refusals end the retries, the deadline cuts off
/// an attempt, and the fallback answers whatever it was.
#[tokio::test(start_paused = true)]
async fn the_whole_order_is_fallback_deadline_retry_limits_breaker_timeout_call() {
    let dependency = dependency!("whole-order");
    let mut log = Log::of(dependency);
    let policy = Policy::new(dependency)
        .deadline(secs(10))
        .retry(retry(5))
        .limits(Limits::new().concurrency(1).wait(secs(2)))
        .breaker(breaker(2))
        .attempt_timeout(secs(3));
    let answer = async |policy: &Policy| {
        let call = policy.call(|| {
            log.add("call");
            pending::<Result<(), LlmError>>()
        });
        let answer = with_fallback(dependency, call).or_value("cache", || ()).await.unwrap();
        log.add(&format!("answer, {}", answer.error.expect("the call's failure")));
    };
    // A call that holds the only slot from the fourth second on, which is before the second attempt.
    let held = async {
        sleep(millis(3_500)).await;
        let hold = async || {
            sleep(secs(3)).await;
            Ok::<_, LlmError>(())
        };
        policy.call(hold).await.expect("an answer");
        log.add("slot free");
    };
    tokio::join!(answer(&policy), held);
    answer(&policy).await;
    answer(&policy).await;
    // Retries that are cut off by the deadline, in a policy whose breaker stays closed.
    let patient = Policy::new(dependency)
        .deadline(secs(5))
        .retry(retry(5))
        .limits(Limits::new().concurrency(1))
        .breaker(breaker(9))
        .attempt_timeout(secs(3));
    answer(&patient).await;
    assert_eq!(log.lines(), WHOLE_ORDER);
}

#[tokio::test(start_paused = true)]
async fn the_limit_is_asked_before_the_breaker_and_each_attempt_asks_again() {
    let dependency = dependency!("limit-order");
    let mut log = Log::of(dependency);
    let policy = Policy::new(dependency)
        .retry(retry(3))
        .limits(Limits::new().concurrency(1))
        .breaker(breaker(1));
    policy.circuit_breaker().expect("a breaker").force_open();
    let busy = Policy::new(dependency).limits(Limits::new().concurrency(0)).breaker(breaker(1));
    busy.circuit_breaker().expect("a breaker").force_open();
    let refused = |error: CallError<LlmError>| match error.into_reason() {
        Reason::Refused(refusal) => refusal.by(),
        reason => panic!("{reason:?}"),
    };
    let by_limit = busy.call(async || Ok::<(), _>(())).await.map_err(refused);
    let by_breaker = policy.call(async || Ok::<(), _>(())).await.map_err(refused);
    assert_eq!((by_limit, by_breaker), (Err(RefusedBy::Concurrency), Err(RefusedBy::Breaker)));
    // Refusals are neither retried nor charged.
    assert_eq!(dependency.budget().left(), 10);
    assert_eq!(
        log.lines(),
        [
            "0ns breaker forced_open",
            "0ns breaker forced_open",
            "0ns refused by concurrency",
            "0ns refused by breaker"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_fault_that_a_retry_fixes_is_not_a_failure() {
    let dependency = dependency!("heals");
    let mut log = Log::of(dependency);
    let policy = Policy::new(dependency).retry(retry(4)).breaker(breaker(5));
    let answers = RefCell::new(vec![Ok(17), Err(Throttled), Err(Unavailable)]);
    let answer = policy.call(async || answers.borrow_mut().pop().expect("an answer")).await;
    assert_eq!(answer.unwrap(), 17);
    // The error's own wait comes before the policy's.
    assert_eq!(
        log.lines(),
        ["0ns attempt 1 failed (unavailable), wait 1s", "1s attempt 2 failed (throttled), wait 2s"]
    );
    assert_eq!(dependency.budget().left(), 8);
}

#[tokio::test(start_paused = true)]
async fn each_reason_to_give_up() {
    let dependency = dependency!("give-up");
    let calls = Cell::new(0);
    let failing = |error: fn() -> LlmError| {
        let calls = &calls;
        move || {
            calls.set(calls.get() + 1);
            async move { Err::<(), _>(error()) }
        }
    };
    let policy = Policy::new(dependency).retry(retry(3));
    let gave_up = |error: CallError<LlmError>| {
        let journey = error.journey().expect("a journey").clone();
        (calls.replace(0), journey.gave_up.unwrap_or("none"), journey.exhausted)
    };
    let error = policy.call(failing(|| NoModel)).await.unwrap_err();
    assert_eq!(gave_up(error), (1, "not_retryable", false));
    let error = policy.call(failing(|| Unavailable)).await.unwrap_err();
    assert_eq!(gave_up(error), (3, "attempts", true));
    let error = policy.call_once(failing(|| Unavailable)).await.unwrap_err();
    assert_eq!(gave_up(error), (1, "not_idempotent", false));
    let error =
        policy.clone().deadline(millis(2_500)).call(failing(|| Unavailable)).await.unwrap_err();
    assert_eq!(gave_up(error), (2, "deadline", true));
    let exhausted = |_: &Result<(), LlmError>| Class::TRANSIENT.exhausted();
    let error = policy.clone().classify(exhausted).call(failing(|| Unavailable)).await.unwrap_err();
    assert_eq!(gave_up(error), (1, "exhausted", true));
    while dependency.budget().withdraw() {}
    let error = policy.call(failing(|| Unavailable)).await.unwrap_err();
    assert_eq!(gave_up(error), (1, "budget", true));
}

#[tokio::test(start_paused = true)]
async fn no_wait_passes_the_deadline_and_no_attempt_outlives_it() {
    let dependency = dependency!("deadline");
    let policy = Policy::new(dependency).deadline(secs(10)).retry(retry(10));
    let start = Instant::now();
    let mut attempts = 0;
    let result: Result<(), _> = policy
        .call(|| {
            attempts += 1;
            let hangs = attempts == 3;
            async move {
                if hangs {
                    pending::<()>().await;
                }
                Err(Unavailable)
            }
        })
        .await;
    let error = result.unwrap_err();
    assert!(matches!(error.reason(), Reason::DeadlineExceeded), "{error:?}");
    assert_eq!((start.elapsed(), attempts), (secs(10), 3));
    let failure = Failure::from(error);
    assert_eq!(failure.spec().code(), "HTTP_504");
    let journey = failure.journey().expect("a journey");
    assert_eq!(
        (journey.attempts, &journey.history[..]),
        (3, &["unavailable".to_owned(), "unavailable".to_owned()][..])
    );
    // A peer that asks for a wait beyond the deadline is not waited for.
    let start = Instant::now();
    let result: Result<(), _> = policy.deadline(secs(2)).call(async || Err(Throttled)).await;
    assert!(matches!(result.unwrap_err().reason(), Reason::Failed(Throttled)));
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn the_caller_s_deadline_counts_if_it_is_earlier_and_travels_on() {
    let dependency = dependency!("inherited");
    let policy = Policy::new(dependency).deadline(secs(30)).retry(retry(3));
    let context = |after| Context::builder().deadline(Some(Instant::now() + after)).build();
    let inner = Policy::new(dependency!("inherited-inner")).deadline(secs(7));
    let seen = context(secs(5))
        .scope(policy.call(|| inner.call(async || Ok::<_, LlmError>(errcode_runtime::deadline()))))
        .await
        .unwrap();
    assert_eq!(seen.map(|at| at - Instant::now()), Some(secs(5)));
    let seen = policy
        .call(|| async { Ok::<_, LlmError>((Context::new().outgoing(), Attempt::current())) })
        .await
        .unwrap();
    assert!(seen.0.contains(&("x-request-timeout-ms", "30000".to_owned())));
    assert_eq!(seen.1.map(|it| (it.dependency, it.number)), Some(("inherited", 1)));
    assert_eq!(Attempt::current(), None);
    // Time that is over is not spent on a call.
    let late = context(Duration::ZERO)
        .scope(policy.call(async || -> Result<(), LlmError> { unreachable!() }));
    let error = late.await.unwrap_err();
    assert!(
        matches!(error.reason(), Reason::Refused(refusal) if refusal.by() == RefusedBy::Deadline)
    );
    assert_eq!(Failure::from(error).spec().status(), 504);
}

#[tokio::test(start_paused = true)]
async fn the_number_of_the_attempt_is_known_inside() {
    let policy = Policy::new(dependency!("number")).retry(retry(3));
    let numbers = RefCell::new(Vec::new());
    let _ = policy
        .call(async || {
            numbers.borrow_mut().push(Attempt::current().map_or(1, |attempt| attempt.number));
            sleep(millis(5)).await;
            numbers.borrow_mut().push(Attempt::current().map_or(1, |attempt| attempt.number));
            Err::<(), _>(Unavailable)
        })
        .await;
    assert_eq!(numbers.into_inner(), [1, 1, 2, 2, 3, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_peer_s_wait_is_cut_and_a_wait_of_zero_is_the_policy_s_own() {
    let dependency = dependency!("asked");
    for (asked, waited) in [(secs(5), secs(5)), (secs(3600), secs(60)), (Duration::ZERO, secs(1))] {
        let asks = move |_: &Result<(), LlmError>| Class::TRANSIENT.after(Some(asked));
        let policy = Policy::new(dependency).retry(retry(2)).classify(asks);
        let start = Instant::now();
        let _ = policy.call(async || Err::<(), _>(Unavailable)).await;
        assert_eq!(start.elapsed(), waited);
    }
}

/// A chain of three services, each of which attempts its call three times; the last one calls a leaf that
/// always fails.
async fn amplified(honest: bool, budget: u32) -> usize {
    let hop =
        |name| &*Box::leak(Box::new(Dependency::new(name).retry_budget(Budget::new(budget, 0.1))));
    let policies = ["a", "b", "c"].map(|name| Policy::new(hop(name)).retry(retry(3)));
    let [a, b, c] = &policies;
    let leaf = Cell::new(0);
    let call_leaf = || {
        leaf.set(leaf.get() + 1);
        async { Err::<(), _>(Unavailable) }
    };
    // A service that keeps its failures' journey to itself answers with the bare code.
    let answer = |error: CallError<Failure>| {
        let failure = Failure::from(error);
        if honest { failure } else { Unavailable.into() }
    };
    let through_c = || async {
        c.call(|| async { call_leaf().await.map_err(Failure::from) }).await.map_err(answer)
    };
    let through_b = || async { b.call(through_c).await.map_err(answer) };
    assert!(a.call(through_b).await.is_err());
    leaf.get()
}

#[tokio::test(start_paused = true)]
async fn three_services_of_three_attempts_reach_the_leaf_three_times() {
    assert_eq!(amplified(true, 10).await, 3);
    // Without the mark the budgets bound it, not the product of the attempts.
    assert_eq!(amplified(false, 100).await, 27);
    assert!(amplified(false, 2).await <= 3 + 3 * 2);
}

#[tokio::test(start_paused = true)]
async fn while_a_dependency_is_down_retries_are_a_part_of_the_calls() {
    static DOWN: Dependency = Dependency::new("down").retry_budget(Budget::new(10, 0.1));
    let policy = Policy::new(&DOWN).retry(retry(3));
    let calls = Cell::new(0);
    for _ in 0..1_000 {
        let call = || {
            calls.set(calls.get() + 1);
            async { Err::<(), _>(Unavailable) }
        };
        let _ = policy.call(call).await;
    }
    assert!((1_100..=1_110).contains(&calls.get()), "{}", calls.get());
}

#[tokio::test(start_paused = true)]
async fn a_result_that_is_ok_may_be_a_failure() {
    let dependency = dependency!("ok-503");
    let by_status = |result: &Result<u16, LlmError>| match result {
        Ok(503) => Class::TRANSIENT,
        Ok(404) => Class::IGNORED,
        Ok(_) => Class::SUCCESS,
        Err(_) => Class::PERMANENT,
    };
    let policy = Policy::new(dependency).retry(retry(2)).breaker(breaker(3)).classify(by_status);
    assert_eq!(policy.call(async || Ok(404)).await.unwrap(), 404);
    assert_eq!(policy.call(async || Ok(503)).await.unwrap(), 503);
    let state = || policy.circuit_breaker().map(CircuitBreaker::state);
    assert_eq!(state(), Some(BreakerState::Closed));
    assert_eq!(policy.call_once(async || Ok(503)).await.unwrap(), 503);
    assert_eq!(state(), Some(BreakerState::Open));
}

#[tokio::test(start_paused = true)]
async fn the_code_says_what_counts() {
    let policy = Policy::new(dependency!("counts")).breaker(breaker(1));
    for _ in 0..10 {
        let _ = policy.call(async || Err::<(), _>(NoModel)).await;
    }
    let state = || policy.circuit_breaker().map(CircuitBreaker::state);
    assert_eq!(state(), Some(BreakerState::Closed));
    let _ = policy.call(async || Err::<(), _>(Unavailable)).await;
    assert_eq!(state(), Some(BreakerState::Open));
    // Somebody else's refusal says nothing about this dependency.
    let outer = Policy::new(dependency!("counts-outer")).retry(retry(3)).breaker(breaker(1));
    let refused = outer.call(|| policy.call(async || Ok::<(), LlmError>(()))).await.unwrap_err();
    assert!(refused.hints().refused && !refused.hints().exhausted);
    let journey = refused.journey().expect("a journey");
    assert_eq!((journey.attempts, journey.gave_up, journey.exhausted), (1, Some("refused"), false));
    assert_eq!(outer.circuit_breaker().map(CircuitBreaker::state), Some(BreakerState::Closed));
}

#[tokio::test(start_paused = true)]
async fn a_dependency_that_hangs_opens_the_breaker_whichever_time_is_over() {
    let hang = || pending::<Result<(), LlmError>>();
    let state = |policy: &Policy| policy.circuit_breaker().map(CircuitBreaker::state);
    let by_timeout =
        Policy::new(dependency!("hangs-1")).breaker(breaker(1)).attempt_timeout(secs(5));
    let _ = by_timeout.call(hang).await;
    assert_eq!(state(&by_timeout), Some(BreakerState::Open));
    let by_deadline = Policy::new(dependency!("hangs-2")).breaker(breaker(1)).deadline(secs(5));
    let _ = by_deadline.call(hang).await;
    assert_eq!(state(&by_deadline), Some(BreakerState::Open));
    // A caller in a hurry does not.
    let hurried = Policy::new(dependency!("hangs-3")).breaker(breaker(1)).deadline(secs(5));
    let context = Context::builder().deadline(Some(Instant::now() + millis(1))).build();
    let _ = context.scope(hurried.call(hang)).await;
    assert_eq!(state(&hurried), Some(BreakerState::Closed));
    let cut = Policy::new(dependency!("hangs-4"))
        .breaker(breaker(1))
        .deadline(secs(5))
        .attempt_timeout(secs(9));
    let _ = cut.call(hang).await;
    assert_eq!(state(&cut), Some(BreakerState::Closed));
}

#[tokio::test(start_paused = true)]
async fn a_panic_counts_as_a_failure_and_goes_on() {
    use futures_util::FutureExt as _;
    let policy =
        Policy::new(dependency!("panics")).breaker(breaker(2)).limits(Limits::new().concurrency(1));
    let made = policy.call(|| -> std::future::Ready<Result<(), LlmError>> { panic!("made") });
    assert!(AssertUnwindSafe(made).catch_unwind().await.is_err());
    let polled = policy.call(async || -> Result<(), LlmError> {
        sleep(millis(1)).await;
        panic!("polled")
    });
    assert!(AssertUnwindSafe(polled).catch_unwind().await.is_err());
    let breaker = policy.circuit_breaker().expect("a breaker");
    assert_eq!(breaker.state(), BreakerState::Open);
    // A panic next to the call is not part of it.
    breaker.close();
    let beside = async {
        let mut calling = pin!(policy.call(pending::<Result<(), LlmError>>));
        assert!(futures_util::poll!(calling.as_mut()).is_pending());
        panic!("beside")
    };
    let beside: Result<(), _> = AssertUnwindSafe(beside).catch_unwind().await;
    assert!(beside.is_err());
    assert_eq!((breaker.metrics().failures, breaker.state()), (0, BreakerState::Closed));
    assert!(policy.call(async || Ok::<_, LlmError>(())).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_at_any_await_leaves_nothing_taken() {
    let dependency = dependency!("dropped");
    let half_open = || {
        let policy = Policy::new(dependency)
            .deadline(secs(60))
            .retry(retry(3))
            .limits(Limits::new().concurrency(1).wait(secs(1)))
            .breaker(CircuitBreaker::consecutive(2, secs(30), 2).probe_timeout(secs(600)))
            .attempt_timeout(secs(9));
        policy.circuit_breaker().expect("a breaker").open();
        policy
    };
    for polls in 0..12 {
        let policy = half_open();
        advance(secs(30)).await;
        let before = dependency.budget().left();
        let work = || async {
            tokio::task::yield_now().await;
            sleep(millis(300)).await;
            Err::<(), _>(Unavailable)
        };
        {
            let mut call = pin!(policy.call(work));
            let mut context = std::task::Context::from_waker(Waker::noop());
            for _ in 0..polls {
                if call.as_mut().poll(&mut context).is_ready() {
                    break;
                }
                advance(millis(400)).await;
            }
        }
        let breaker = policy.circuit_breaker().expect("a breaker");
        assert_eq!(breaker.metrics().probes, 0, "after {polls} polls");
        // A retry that did not take place is given back, one that did is not.
        let spent = before - dependency.budget().left();
        assert!(spent <= 1, "{spent} after {polls} polls");
        breaker.close();
        assert!(policy.call(async || Ok::<_, LlmError>(())).await.is_ok(), "after {polls} polls");
        for _ in 0..20 {
            dependency.budget().deposit();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_bulkhead_refuses_or_waits() {
    let dependency = dependency!("bulkhead");
    let policy = |wait| Policy::new(dependency).limits(Limits::new().concurrency(2).wait(wait));
    let work = || async {
        sleep(secs(2)).await;
        Ok::<_, LlmError>(())
    };
    let impatient = policy(Duration::ZERO);
    let (a, b, c) = tokio::join!(impatient.call(work), impatient.call(work), impatient.call(work));
    assert!(a.is_ok() && b.is_ok());
    let failure = Failure::from(c.unwrap_err());
    assert_eq!((failure.spec().status(), failure.retry().after_seconds()), (503, Some(1)));
    let patient = policy(secs(3));
    let start = Instant::now();
    let five = futures_util::future::join_all((0..5).map(|_| patient.call(work))).await;
    let ok = five.iter().filter(|result| result.is_ok()).count();
    assert_eq!((ok, start.elapsed()), (4, secs(4)));
    assert!(patient.call(work).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_rate_refuses_with_the_exact_wait_or_waits() {
    let dependency = dependency!("rate");
    let limits = || Limits::new().rate(4, secs(2));
    let policy = Policy::new(dependency).limits(limits());
    let call = async |policy: &Policy| policy.call(async || Ok::<_, LlmError>(())).await;
    for _ in 0..4 {
        call(&policy).await.expect("within the burst");
    }
    let refusal = call(&policy).await.unwrap_err().into_reason();
    let Reason::Refused(refusal) = refusal else { panic!("{refusal:?}") };
    assert_eq!((refusal.by(), refusal.retry_after()), (RefusedBy::Rate, Some(millis(500))));
    advance(millis(500)).await;
    call(&policy).await.expect("a turn");
    let patient = Policy::new(dependency).limits(limits().wait(secs(1)));
    let start = Instant::now();
    for _ in 0..8 {
        call(&patient).await.expect("a turn");
    }
    assert_eq!(start.elapsed().as_millis() / 10, 200);
}

#[tokio::test(start_paused = true)]
async fn the_failure_keeps_the_error_and_its_place() {
    async fn handler(policy: &Policy) -> Result<(), Failure> {
        policy.call(async || Err(Throttled)).await?;
        Ok(())
    }
    let failure = handler(&Policy::new(dependency!("place")).retry(retry(2))).await.unwrap_err();
    assert!(matches!(failure.downcast_ref(), Some(Throttled)));
    assert!(failure.location().file().ends_with("policy.rs"), "{:?}", failure.location());
    assert_eq!(failure.retry().after_seconds(), Some(2));
    assert!(failure.hints().exhausted);
    let journey = failure.journey().expect("a journey");
    assert_eq!((journey.dependency, journey.attempts), (Some("place"), 2));
}

#[tokio::test(start_paused = true)]
async fn a_value_that_is_ignored_is_no_failure() {
    let dependency = dependency!("ignored");
    let mut log = Log::of(dependency);
    let policy = Policy::new(dependency).retry(retry(3)).breaker(breaker(9)).classify(
        |result: &Result<u16, LlmError>| match result {
            Ok(404) => Class::IGNORED,
            Ok(503) => Class::TRANSIENT,
            Ok(_) => Class::SUCCESS,
            Err(_) => Class::PERMANENT,
        },
    );
    assert_eq!(policy.call(async || Ok(404)).await.unwrap(), 404);
    assert_eq!(log.lines(), [""; 0]);
    // Also after a retry.
    let mut log = Log::of(dependency);
    let mut answers = [503, 404].into_iter();
    assert_eq!(policy.call(|| ready(Ok(answers.next().unwrap()))).await.unwrap(), 404);
    assert_eq!(log.lines(), ["0ns attempt 1 failed (the result counts as a failure), wait 1s"]);
}

#[tokio::test(start_paused = true)]
async fn a_service_is_called_under_the_policy() {
    use tower::{Layer as _, Service as _, ServiceExt as _, service_fn};
    let dependency = dependency!("service");
    let calls = Arc::new(Mutex::new(Vec::new()));
    let inner = {
        let calls = Arc::clone(&calls);
        service_fn(move |request: u32| {
            let mut calls = calls.lock().unwrap();
            calls.push(request);
            let fails = calls.len() % 3 != 0;
            async move { if fails { Err(Unavailable) } else { Ok(request + 1) } }
        })
    };
    let policy = Policy::new(dependency).retry(retry(3)).breaker(breaker(100));
    let breaker = policy.circuit_breaker().cloned().expect("a breaker");
    let layer = policy.layer();
    let mut service = tower::util::BoxService::new(layer.layer(inner.clone()));
    assert_eq!(service.ready().await.unwrap().call(7).await.unwrap(), 8);
    assert_eq!(*calls.lock().unwrap(), [7, 7, 7]);
    let mut once = layer.repeat(|request: &u32| (*request != 9).then_some(*request)).layer(inner);
    let error = once.ready().await.unwrap().call(9).await.unwrap_err();
    assert_eq!(error.journey().and_then(|journey| journey.gave_up), Some("not_idempotent"));
    // The handle steers the breaker that the service holds.
    breaker.force_open();
    assert!(matches!(service.call(7).await.unwrap_err().reason(), Reason::Refused(_)));
}

#[tokio::test(start_paused = true)]
async fn in_a_box_the_code_the_delay_and_the_history_are_found() {
    use std::error::Error;
    errcode_core::catalog! { static CATALOG = [LlmError]; }
    let dependency = dependency!("boxed");
    let policy = Policy::new(dependency).retry(retry(2)).breaker(breaker(2));
    let boxed = async || -> Box<dyn Error + Send + Sync> {
        policy.call(async || Err::<(), _>(Throttled)).await.unwrap_err().into()
    };
    // The call's own error, which opens the breaker.
    let failure = CATALOG.recognize(boxed().await).unwrap();
    assert!(matches!(failure.downcast_ref(), Some(Throttled)));
    assert_eq!(failure.retry().after_seconds(), Some(2));
    let journey = failure.journey().expect("a journey");
    assert_eq!((journey.attempts, journey.exhausted), (2, true));
    assert!(failure.hints().exhausted);
    advance(millis(10_500)).await;
    // The refusal, with the rest of the open time.
    let failure = CATALOG.recognize(boxed().await).unwrap();
    assert_eq!(failure.spec().code(), "HTTP_503");
    assert_eq!(failure.retry().after_seconds(), Some(20));
    // The timeout and the deadline, with the attempts before.
    let hang = Policy::new(dependency).retry(retry(2)).attempt_timeout(secs(1));
    for (policy, code, attempts) in
        [(hang.clone(), "HTTP_504", 2), (hang.deadline(millis(2_500)), "HTTP_504", 2)]
    {
        let error = policy.call(pending::<Result<(), LlmError>>).await.unwrap_err();
        let text = error.to_string();
        let failure = CATALOG.recognize(error.into()).unwrap();
        assert_eq!((failure.spec().code().as_str(), failure.to_string()), (code, text));
        let journey = failure.journey().expect("a journey");
        assert_eq!((journey.attempts, journey.exhausted), (attempts, true));
    }
}

/// An error around another one, as anyhow's context.
#[derive(Debug)]
struct Around(Box<dyn std::error::Error + Send + Sync>);

impl std::fmt::Display for Around {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("asking")
    }
}

impl std::error::Error for Around {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}

#[derive(Debug, AppError)]
#[error("no answer", code = "E6001", status = 502, retryable)]
struct NoAnswer(#[source] Box<dyn std::error::Error + Send + Sync>);

#[tokio::test(start_paused = true)]
async fn whatever_is_around_an_error_its_retries_stay_exhausted() {
    use errcode_core::prelude::*;
    errcode_core::catalog! { static CATALOG = [LlmError, NoAnswer]; }
    let dependency = dependency!("around");
    let boxed = async |error: fn() -> LlmError| -> Box<dyn std::error::Error + Send + Sync> {
        let policy = Policy::new(dependency).retry(retry(2));
        policy.call(async || Err::<(), _>(error())).await.unwrap_err().into()
    };
    let (given_up, not_tried): (fn() -> _, fn() -> _) = (|| Unavailable, || NoModel);
    for (error, is_exhausted, code) in [(given_up, true, "E5004"), (not_tried, false, "E5006")] {
        // As it is, in an error, in an `io::Error`, in an `Arc`.
        for around in 0..4 {
            let error = boxed(error).await;
            let error = match around {
                0 => error,
                1 => Around(error).into(),
                2 => Around(std::io::Error::other(error).into()).into(),
                _ => Around(Box::new(Arc::new(Around(error)))).into(),
            };
            let failure = CATALOG.recognize(error).unwrap();
            let journey = failure.journey().expect("a journey");
            assert_eq!(
                (failure.spec().code().as_str(), journey.attempts),
                (code, if is_exhausted { 2 } else { 1 })
            );
            assert_eq!(failure.hints().exhausted, is_exhausted, "{around}");
        }
        // With a code of the user's, as the cause of something unexpected, and back in a box.
        let coded = Err::<(), _>(boxed(error).await).or_code(NoAnswer).unwrap_err();
        let unexpected = Err::<(), _>(boxed(error).await).unexpected("asking").unwrap_err();
        for failure in [coded, unexpected] {
            assert_eq!(failure.hints().exhausted, is_exhausted);
            let around: Box<dyn std::error::Error + Send + Sync> =
                Around(Box::new(failure.into_error())).into();
            let failure = CATALOG.recognize(around).unwrap();
            assert_eq!(failure.hints().exhausted, is_exhausted);
        }
    }
    // So a policy around it does not multiply the attempts.
    let calls = Cell::new(0);
    let outer = Policy::new(dependency!("around-outer")).retry(retry(3));
    let failed = outer
        .call(async || {
            calls.set(calls.get() + 1);
            Err::<(), _>(boxed(given_up).await).or_code(NoAnswer)
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(calls.get(), 1);
}
