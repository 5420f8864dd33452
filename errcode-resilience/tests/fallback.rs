//! Fallbacks and batches.

use errcode_core::{AppError, Failure};
use errcode_resilience::{Batch, Dependency, Policy, Retry, with_fallback};
use errcode_runtime::{Context, Event, observe};
use std::sync::{Arc, Mutex};

#[derive(Debug, AppError)]
enum LlmError {
    #[error("unavailable", code = "E5004", category = external, user_msg = "try later")]
    Unavailable,
    #[error("no entry", code = "E5007", status = 404, user_msg = "nothing here")]
    NoEntry,
}

use LlmError::{NoEntry, Unavailable};

#[tokio::test(start_paused = true)]
async fn the_first_that_answers_does_and_the_answer_says_so() {
    static LLM: Dependency = Dependency::new("fallback-chain");
    let events = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&events);
    let observing = observe(move |event: &Event<'_>| {
        if let Event::Fallback(it) = event
            && it.dependency == "fallback-chain"
        {
            to.lock().unwrap().push(format!("{}: {}", it.fallback, it.error));
        }
    });
    let policy = Policy::new(&LLM).retry(Retry::new(2));
    let context = Context::new();
    let answer = context
        .scope(
            with_fallback(&LLM, policy.call(async || Err::<u8, _>(Unavailable)))
                .or("cache", async |_| Err::<u8, _>(NoEntry))
                .or("small model", async |first| {
                    assert_eq!(first.spec().code(), "E5004");
                    Ok::<_, LlmError>(2)
                })
                .or_value("constant", || unreachable!()),
        )
        .await
        .unwrap();
    observing.stop();
    assert_eq!((answer.value, answer.degraded), (2, Some("small model")));
    assert_eq!(context.degraded(), Some("small model"));
    assert_eq!(*events.lock().unwrap(), ["small model: unavailable"]);
    let failure = answer.error.expect("the call's own failure");
    let journey = failure.journey().expect("a journey");
    assert_eq!(
        (journey.attempts, &journey.fallbacks[..]),
        (2, &[("cache", "no entry".to_owned())][..])
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_that_answers_is_not_degraded() {
    static LLM: Dependency = Dependency::new("fallback-none");
    let context = Context::new();
    let calling = with_fallback(&LLM, async { Ok::<_, LlmError>(1) }).or_value("constant", || 2);
    let answer = context.scope(calling).await.unwrap();
    assert_eq!((answer.value, answer.degraded, context.degraded()), (1, None, None));
    assert!(answer.error.is_none());
}

#[tokio::test(start_paused = true)]
async fn where_all_fail_the_call_s_own_error_counts_and_the_others_are_kept() {
    static LLM: Dependency = Dependency::new("fallback-all");
    let failure = with_fallback(&LLM, async { Err::<u8, _>(Unavailable) })
        .or("cache", async |_| Err(NoEntry))
        .or("second cache", async |_| Err(NoEntry))
        .await
        .unwrap_err();
    assert!(matches!(failure.downcast_ref(), Some(Unavailable)));
    let fallbacks = &failure.journey().expect("a journey").fallbacks;
    assert_eq!(
        fallbacks[..],
        [("cache", "no entry".to_owned()), ("second cache", "no entry".to_owned())]
    );
}

#[tokio::test(start_paused = true)]
async fn a_flag_switches_a_fallback_off() {
    static LLM: Dependency = Dependency::new("fallback-flag");
    for on in [true, false] {
        let result = with_fallback(&LLM, async { Err::<u8, _>(Unavailable) })
            .or_if(on, "cache", async |_| Ok::<_, LlmError>(3))
            .await;
        assert_eq!(result.is_ok(), on);
    }
}

#[test]
fn a_batch_skips_what_fails_and_reports_it_once() {
    let reported = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&reported);
    let observing = observe(move |event: &Event<'_>| {
        if let Event::Failure(failure) = event {
            to.lock().unwrap().push(failure.spec.code().to_string());
        }
    });
    let context = Context::new();
    let batch: Batch<u8> = context.enter(|| {
        let results = [Ok(1), Err(Unavailable), Ok(2), Err(NoEntry)];
        results.into_iter().map(|result| result.map_err(Failure::from)).collect()
    });
    observing.stop();
    assert_eq!(*reported.lock().unwrap(), ["E5004", "E5007"]);
    assert!(!batch.is_complete());
    let mut json = serde_json::to_value(&batch).unwrap();
    for skipped in json["skipped"].as_array_mut().unwrap() {
        let error = skipped["error"].as_object_mut().unwrap();
        assert_eq!(error.remove("request_id").unwrap(), context.request_id().to_string());
        error.remove("trace_id").and_then(|_| error.remove("timestamp")).expect("ids and time");
    }
    assert_eq!(
        json,
        serde_json::json!({"items": [1, 2], "skipped": [
            {"index": 1, "error": {"code": "E5004", "message": "try later", "retryable": true}},
            {"index": 3, "error": {"code": "E5007", "message": "nothing here", "retryable": false}},
        ]})
    );
}

#[derive(Debug, AppError)]
#[error("it breaks", code = "E5008", category = external, user_msg = "broken")]
struct Breaks {
    #[detail]
    detail: Panics,
}

#[derive(Debug)]
struct Panics;

impl serde_core::Serialize for Panics {
    fn serialize<S: serde_core::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        panic!("a bug in an item");
    }
}

#[test]
fn an_item_whose_error_cannot_be_written_is_skipped_too() {
    let results = [Ok(1), Err(Breaks { detail: Panics }), Ok(2)];
    let batch: Batch<u8> = results.into_iter().collect();
    assert_eq!(batch.items, [1, 2]);
    let [skipped] = &batch.skipped[..] else { panic!("{batch:?}") };
    assert_eq!((skipped.index, skipped.error.code.as_str()), (1, "E5008"));
}

#[test]
fn what_was_reported_before_is_not_reported_again_by_a_batch() {
    let reported = Arc::new(Mutex::new(0));
    let to = Arc::clone(&reported);
    let observing = observe(move |event: &Event<'_>| {
        if matches!(event, Event::Failure(failure) if failure.spec.code() == "E5009") {
            *to.lock().unwrap() += 1;
        }
    });
    let failure = Failure::from(Once);
    let batch: Batch<u8> = [Err(failure.clone()), Err(failure)].into_iter().collect();
    observing.stop();
    assert_eq!((batch.skipped.len(), *reported.lock().unwrap()), (2, 1));
}

#[derive(Debug, AppError)]
#[error("once", code = "E5009", category = external)]
struct Once;
