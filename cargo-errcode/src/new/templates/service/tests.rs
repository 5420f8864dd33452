{% if database == "postgres" %}
{% set open_store = "let Some(store) = store().await else { return };" %}
{% elif database == "sqlite" %}
{% set open_store = "let store = store().await;" %}
{% else %}
{% set open_store = "let store = Store::default();" %}
{% endif %}
//! What clients get.

use axum::{
    body::{Body, to_bytes},
    http::{Request, Response},
};
use errcode_axum::{error_of, test::{assert_code, assert_no_leak}};
use serde_json::{Value, json};
use tower::ServiceExt as _;
use {{ crate }}::{CATALOG, NoteError, Store, app};

{% if database == "postgres" %}
/// Returns the store, or says that the test is skipped.
async fn store() -> Option<Store> {
    let Ok(url) = std::env::var("DATABASE_URL") else {
        println!("skipped: `DATABASE_URL` is not set");
        return None;
    };
    Some(Store::open(&url).await.expect("a database"))
}
{% elif database == "sqlite" %}
async fn store() -> Store {
    Store::open("sqlite::memory:").await.expect("a database")
}
{% endif %}

async fn send(store: &Store, request: Request<String>) -> Response<Body> {
    app(store.clone()).oneshot(request.map(Body::from)).await.expect("an answer")
}

fn get(path: &str) -> Request<String> {
    Request::get(path).body(String::new()).expect("a request")
}

fn post(text: &str) -> Request<String> {
    let request = Request::post("/notes").header("content-type", "application/json");
    request.body(json!({ "text": text }).to_string()).expect("a request")
}

async fn body(response: Response<Body>) -> Value {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    serde_json::from_slice(&bytes).expect("JSON")
}

#[tokio::test]
async fn a_note_is_kept() {
    {{ open_store }}
    let added = body(send(&store, post("buy milk")).await).await;
    let found = send(&store, get(&format!("/notes/{}", added["id"]))).await;
    assert_eq!(found.status(), 200);
    assert_eq!(body(found).await["text"], "buy milk");
}

#[tokio::test]
async fn a_missing_note_has_a_code_and_a_message() {
    {{ open_store }}
    let answer = send(&store, get("/notes/0")).await;
    assert_eq!(answer.status(), 404);
    assert_code!(answer, NoteError::NotFound);
    assert_eq!(body(answer).await["error"]["message"], "There is no note 0.");
}

#[tokio::test]
async fn what_is_refused_has_a_code_too() {
    {{ open_store }}
    assert_code!(send(&store, post(&"x".repeat(1001))).await, "N1002");
    assert_code!(send(&store, get("/notes/x")).await, "HTTP_400");
    assert_code!(send(&store, get("/nowhere")).await, "HTTP_404");
}

{% if database %}
#[tokio::test]
async fn a_broken_database_shows_nothing_of_itself() {
    {{ open_store }}
    store.close().await;
    let answer = send(&store, get("/notes/1")).await;
    assert_code!(answer, NoteError::Database);
    let failure = error_of(&answer).expect("a failure").clone();
    assert_no_leak(failure.error(), body(answer).await.to_string());
}
{% else %}
#[tokio::test]
async fn a_failure_shows_only_what_clients_may_see() {
    {{ open_store }}
    let answer = send(&store, post(&"x".repeat(1001))).await;
    let failure = error_of(&answer).expect("a failure").clone();
    assert_no_leak(failure.error(), body(answer).await.to_string());
}
{% endif %}

#[tokio::test]
async fn metrics_have_a_series_for_each_code() {
    {{ open_store }}
    let metrics = to_bytes(send(&store, get("/metrics")).await.into_body(), usize::MAX).await;
    let metrics = String::from_utf8(metrics.expect("a body").into()).expect("UTF-8");
    for spec in CATALOG.errors() {
        assert!(metrics.contains(&format!("code=\"{}\"", spec.code())), "{metrics}");
    }
}

#[test]
fn every_text_is_translated() {
    CATALOG.check_translations().unwrap();
}
