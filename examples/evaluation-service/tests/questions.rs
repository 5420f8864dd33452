//! Questions about documents: the answers while everything works, and what is answered while parts of it do not.

mod support;

use axum::body::Body;
use axum::http::Request;
use errcode_runtime::{Event, observe};
use evaluation_service::Feature;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use support::{Answer, Client, Prepared, post, upload};
use tower::ServiceExt as _;

async fn prepared(name: &str) -> (Client, Prepared) {
    let client = Client::open("sqlite::memory:", name).await;
    let prepared = Prepared::new(&client).await;
    let path = format!("/projects/{}/documents", prepared.project);
    let text = "Price\nten per day\n\nQuality\nvery good\n";
    client.prepare(upload(&path, &prepared.manager, "terms.txt", text, None)).await;
    client.prepare(question(&prepared, "index", json!({}))).await;
    (client, prepared)
}

fn question(prepared: &Prepared, what: &str, body: Value) -> Request<Body> {
    post(&format!("/projects/{}/{what}", prepared.project), &prepared.manager, &body)
}

fn ask(prepared: &Prepared, question_text: &str) -> Request<Body> {
    question(prepared, "ask", json!({"question": question_text}))
}

fn degraded(answer: &Answer) -> (Value, &str) {
    (answer.json()["degraded"].clone(), answer.header("x-degraded"))
}

#[tokio::test]
async fn a_question_is_answered_from_what_a_search_finds() {
    let (client, prepared) = prepared("questions").await;
    let answer = client.send(ask(&prepared, "price per day")).await;
    assert_eq!(degraded(&answer), (Value::Null, ""));
    let body = answer.json();
    assert_eq!(body["answer"], "The large model on “price per day”: ten per day");
    assert_eq!(body["passages"][0]["heading"], "Price");
    let streamed = client.prepare_text(question(
        &prepared,
        "ask/stream",
        json!({"question": "price per day"}),
    ));
    assert_eq!(streamed.await, "The large model on “price per day”: ten per day");
}

#[tokio::test]
async fn a_document_that_cannot_be_parsed_is_skipped_with_its_error() {
    let (client, prepared) = prepared("skipped").await;
    let path = format!("/projects/{}", prepared.empty);
    let token = prepared.manager.as_str();
    client.prepare(upload(&format!("{path}/documents"), token, "a.txt", "Price\nten", None)).await;
    let indexed = client.prepare(post(&format!("{path}/index"), token, &json!({}))).await;
    assert_eq!(indexed["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(indexed["skipped"][0]["index"], 0, "`broken.json` came first");
    assert_eq!(indexed["skipped"][0]["error"]["code"], "E3002");
}

#[tokio::test]
async fn while_the_index_fails_the_words_are_searched() {
    let (client, prepared) = prepared("words").await;
    for mode in ["broken", "down"] {
        client.upstream_does(&json!({"search": mode})).await;
        let answer = client.send(question(&prepared, "search", json!({"query": "ten DAY"}))).await;
        assert_eq!(degraded(&answer), (json!("keyword-search"), "keyword-search"));
        assert_eq!(answer.json()["passages"][0]["text"], "ten per day\n");
    }
}

#[tokio::test]
async fn without_the_feature_the_index_is_not_asked() {
    let (client, prepared) = prepared("features").await;
    client.upstream_does(&json!({"search": "down"})).await;
    client.service.features().set(Feature::RagEnhanced, false);
    let answer = client.send(question(&prepared, "search", json!({"query": "ten DAY"}))).await;
    assert_eq!(degraded(&answer), (Value::Null, ""), "it is what was wanted");
    assert_eq!(answer.json()["passages"][0]["text"], "ten per day\n");
}

#[tokio::test]
async fn without_the_feature_nothing_simpler_answers() {
    let (client, prepared) = prepared("no-degraded-answers").await;
    client.service.features().set(Feature::DegradedAnswers, false);
    client.upstream_does(&json!({"search": "down"})).await;
    let answer = client.send(question(&prepared, "search", json!({"query": "ten DAY"}))).await;
    answer.assert_code("E5004", 503);
    client.upstream_does(&json!({"large": "down"})).await;
    client.send(ask(&prepared, "price per day")).await.assert_code("E5005", 503);
    client.service.features().unset(Feature::DegradedAnswers);
    let answer = client.send(ask(&prepared, "price per day")).await;
    assert_eq!(degraded(&answer), (json!("small-model"), "small-model"));
}

#[tokio::test]
async fn while_the_model_fails_a_smaller_one_answers_and_then_the_last_answer_is_repeated() {
    let (client, prepared) = prepared("models").await;
    client.upstream_does(&json!({"large": "down"})).await;
    let answer = client.send(ask(&prepared, "price per day")).await;
    assert_eq!(degraded(&answer), (json!("small-model"), "small-model"));
    assert_eq!(answer.json()["answer"], "The small model on “price per day”: ten per day");

    client.upstream_does(&json!({"large": "broken", "small": "broken"})).await;
    let answer = client.send(ask(&prepared, "price per day")).await;
    assert_eq!(degraded(&answer), (json!("last-answer"), "last-answer"));
    // Nobody has asked this before.
    let answer = client.send(ask(&prepared, "quality")).await;
    answer.assert_code("E5005", 503);
    assert_eq!(answer.header("x-degraded"), "");
    let journey = answer.failure.as_ref().and_then(|failure| failure.journey()).expect("a journey");
    let fallbacks: Vec<_> = journey.fallbacks.iter().map(|(name, _)| *name).collect();
    assert_eq!(fallbacks, ["small-model", "last-answer"]);
}

#[tokio::test]
async fn a_delay_that_the_model_asks_for_is_passed_on() {
    let (client, prepared) = prepared("delay").await;
    client.upstream_does(&json!({"large": "down", "small": "down"})).await;
    let answer = client.send(ask(&prepared, "price per day")).await;
    answer.assert_code("E5005", 503);
    assert_eq!((answer.header("retry-after"), answer.header("x-retries-exhausted")), ("1", "true"));
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_one_failure_with_the_models_code() {
    let (client, prepared) = prepared("breaks-off").await;
    client.upstream_does(&json!({"large": "broken"})).await;
    let failures = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&failures);
    let observing = observe(move |event: &Event<'_>| {
        if let Event::Failure(failure) = event {
            to.lock().unwrap().push(failure.spec.code().to_string());
        }
    });
    let request = question(&prepared, "ask/stream", json!({"question": "price per day"}));
    let response = client.app.clone().oneshot(request).await.expect("the service never fails");
    assert_eq!(response.status().as_u16(), 200);
    let mut body = response.into_body();
    let (mut text, mut broke_off) = (String::new(), false);
    while let Some(frame) = body.frame().await {
        match frame {
            Ok(frame) => text.push_str(str::from_utf8(&frame.into_data().expect("data")).unwrap()),
            Err(_) => broke_off = true,
        }
    }
    drop(body);
    observing.stop();
    assert_eq!((text.as_str(), broke_off), ("The large ", true));
    assert_eq!(*failures.lock().unwrap(), ["E5005"]);
}
