//! Fault drills: what an order makes of calls, and what it leaves alone.

use errcode_core::{
    AppError, Failure, Hinted as _,
    drill::{Drill, DrillKey},
};
use errcode_resilience::{
    CircuitBreaker, Dependency, Jitter, Policy, Reason, Retry, event::BreakerState, with_fallback,
};
use errcode_runtime::Context;
use std::{
    cell::Cell,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

#[derive(Debug, AppError)]
enum LlmError {
    /// Model busy
    #[error("model {model} is busy", code = "E5004", status = 503, category = external, retryable(after = "2s"))]
    Busy { model: String },
    #[error("no such model", code = "E5006", status = 404)]
    NoModel,
}

errcode_core::catalog! { static CATALOG = [LlmError]; }

static LLM: Dependency = Dependency::new("llm");
static TRACKER: Dependency = Dependency::new("tracker");

fn drill(code: &str, dependency: &str, rate: f64) -> Drill {
    let key = DrillKey::new("0123456789abcdef").unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    key.verify(&key.sign(code, dependency, rate, now + 60).unwrap(), now).unwrap()
}

fn context(drill: Drill) -> Context {
    Context::builder().catalog(&CATALOG).drill(Some(drill)).build()
}

fn policy(dependency: &'static Dependency) -> Policy {
    Policy::new(dependency)
        .retry(Retry::new(3).jitter(Jitter::None))
        .breaker(CircuitBreaker::consecutive(3, Duration::from_secs(30), 1))
}

#[tokio::test(start_paused = true)]
async fn each_attempt_fails_with_the_code_and_its_example_values() {
    let (policy, calls) = (policy(&LLM), Cell::new(0));
    let call = async || {
        calls.set(calls.get() + 1);
        Ok::<_, LlmError>("an answer")
    };
    let error = context(drill("E5004", "llm", 1.0)).scope(policy.call(call)).await.unwrap_err();
    assert_eq!(calls.get(), 0, "the dependency is not called");
    assert!(matches!(error.reason(), Reason::Injected(_)));
    assert!(error.hints().exhausted);
    let failure = Failure::from(error);
    assert_eq!((failure.spec().code().as_str(), failure.spec().status()), ("E5004", 503));
    assert_eq!(failure.to_string(), "fault drill: Model busy");
    // There is no value of the type, so only the code tells.
    assert!(failure.downcast_ref::<LlmError>().is_none());
    assert_eq!(failure.retry().after_seconds(), Some(2));
    assert_eq!(failure.journey().unwrap().attempts, 3);
    assert_eq!(policy.circuit_breaker().unwrap().state(), BreakerState::Open);
}

#[tokio::test(start_paused = true)]
async fn a_code_that_does_not_count_leaves_the_breaker_closed_and_is_not_retried() {
    let policy = policy(&LLM);
    let call = async || Ok::<_, LlmError>("an answer");
    let error = context(drill("E5006", "*", 1.0)).scope(policy.call(call)).await.unwrap_err();
    let failure = Failure::from(error.map(|own| own));
    assert_eq!((failure.spec().code().as_str(), failure.journey().unwrap().attempts), ("E5006", 1));
    assert_eq!(policy.circuit_breaker().unwrap().state(), BreakerState::Closed);
}

#[tokio::test(start_paused = true)]
async fn a_fallback_answers_as_it_would_for_the_dependency() {
    let policy = policy(&LLM);
    let context = context(drill("E5004", "llm", 1.0));
    let call = policy.call(async || Ok::<_, LlmError>("an answer"));
    let answer = with_fallback(&LLM, call).or_value("apology", || "later");
    let answer = context.scope(answer).await.unwrap();
    assert_eq!((answer.value, context.degraded()), ("later", Some("apology")));
}

#[tokio::test(start_paused = true)]
async fn other_calls_are_made() {
    let call = async || Ok::<_, LlmError>("an answer");
    for (order, dependency) in [
        (drill("E5004", "llm", 1.0), &TRACKER),
        (drill("E5004", "llm", 0.0), &LLM),
        (drill("E9999", "llm", 1.0), &LLM),
    ] {
        let answer = context(order).scope(policy(dependency).call(call)).await;
        assert_eq!(answer.unwrap(), "an answer");
    }
    let without = Context::builder().catalog(&CATALOG).build();
    assert_eq!(without.scope(policy(&LLM).call(call)).await.unwrap(), "an answer");
    assert!(!LlmError::NoModel.hints().breaker);
    assert_eq!(LlmError::Busy { model: "a".into() }.to_string(), "model a is busy");
}

#[tokio::test(start_paused = true)]
async fn streams_fail_before_they_begin_and_the_order_goes_out() {
    let context = context(drill("E5004", "llm", 1.0));
    let policy = policy(&LLM);
    let begun = context.scope(policy.open(async || Ok::<_, LlmError>("head"))).await;
    assert!(matches!(begun.unwrap_err().into_reason(), Reason::Injected(_)));
    let (_, order) =
        context.outgoing().into_iter().find(|(name, _)| *name == "errcode-inject").unwrap();
    assert_eq!(order, context.drill().unwrap().as_str());
    let part = Context::builder().child_of(&context).build();
    assert_eq!(part.drill(), context.drill());
}
