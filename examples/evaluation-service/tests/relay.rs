//! `POST /demo/relay` against targets on this machine: what it sends, and what it refuses to call.

mod support;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::routing::post as posted;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use support::{Client, post};
use tokio::net::TcpListener;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// A target, and every call that it got.
struct Target {
    url: String,
    calls: Arc<Mutex<Vec<(HeaderMap, String)>>>,
}

impl Target {
    /// `/teapot` answers 418, `/away` a redirect to it, `/` 200.
    async fn start() -> Self {
        let calls = Arc::new(Mutex::new(Vec::new()));
        let to = Arc::clone(&calls);
        let call = move |answer: StatusCode| {
            let to = Arc::clone(&to);
            posted(async move |headers: HeaderMap, body: String| {
                to.lock().unwrap().push((headers, body));
                (answer, [(header::LOCATION, "/teapot")])
            })
        };
        let app = Router::new()
            .route("/", call(StatusCode::OK))
            .route("/teapot", call(StatusCode::IM_A_TEAPOT))
            .route("/away", call(StatusCode::TEMPORARY_REDIRECT));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, calls }
    }

    fn call(&self, path: &str, arguments: Value) -> Value {
        json!({"url": format!("{}{path}", self.url), "arguments": arguments})
    }

    fn calls(&self) -> Vec<(HeaderMap, String)> {
        self.calls.lock().unwrap().clone()
    }
}

fn traced(calls: &Value) -> Request<Body> {
    let mut request = post("/demo/relay", "", calls);
    for (name, value) in [
        ("traceparent", format!("00-{TRACE}-{PARENT}-01")),
        ("tracestate", "foo=1,bar=2".to_owned()),
        ("x-request-id", "req-7".to_owned()),
        ("x-task-id", "APEX-17".to_owned()),
    ] {
        request.headers_mut().insert(name, value.parse().expect("a value"));
    }
    request
}

#[tokio::test]
async fn the_calls_carry_the_ids_on() {
    let (client, target) = (Client::open("sqlite::memory:", "relay").await, Target::start().await);
    let nested = json!([{"url": "http://127.0.0.1:1/", "arguments": []}]);
    let calls = json!([target.call("/", nested.clone()), target.call("/teapot", json!([1]))]);
    let answers = client.prepare(traced(&calls)).await;
    assert_eq!(
        answers,
        json!([
            {"url": format!("{}/", target.url), "status": 200},
            {"url": format!("{}/teapot", target.url), "status": 418},
        ])
    );
    let got = target.calls();
    assert_eq!(got.len(), 2);
    assert_eq!((&*got[0].1, &*got[1].1), (&*nested.to_string(), "[1]"));
    let mut parents = vec![PARENT.to_owned()];
    for (headers, _) in &got {
        let header = |name: &str| headers[name].to_str().expect("ASCII");
        assert_eq!(header("content-type"), "application/json");
        let (trace, parent) = header("traceparent").split_at(36);
        assert_eq!(trace, format!("00-{TRACE}-"));
        assert_eq!((parent.len(), &parent[16..]), (19, "-01"));
        parents.push(parent[..16].to_owned());
        assert_eq!(header("tracestate"), "foo=1,bar=2");
        assert_eq!((header("x-request-id"), header("x-task-id")), ("req-7", "APEX-17"));
    }
    parents.sort();
    parents.dedup();
    assert_eq!(parents.len(), 3, "each call has a parent id of its own");
}

#[tokio::test]
async fn every_address_is_checked_before_the_first_call() {
    let (client, target) =
        (Client::open("sqlite::memory:", "relay-checked").await, Target::start().await);
    for (code, status, field, other) in [
        ("E1004", 403, Value::Null, "http://192.0.2.1/"),
        ("E1002", 422, json!("[1].url"), "ftp://127.0.0.1/"),
        ("E1002", 422, json!("[1].url"), "no address"),
    ] {
        let calls = json!([target.call("/", json!([])), {"url": other, "arguments": []}]);
        let answer = client.send(post("/demo/relay", "", &calls)).await;
        answer.assert_code(code, status);
        assert_eq!(answer.json()["error"]["field"], field);
    }
    assert!(target.calls().is_empty());
}

#[tokio::test]
async fn a_redirect_is_an_answer_like_any_other() {
    let (client, target) =
        (Client::open("sqlite::memory:", "relay-redirect").await, Target::start().await);
    let answers =
        client.prepare(post("/demo/relay", "", &json!([target.call("/away", json!([]))]))).await;
    assert_eq!(answers[0]["status"], 307);
    assert_eq!(target.calls().len(), 1);
}

#[tokio::test]
async fn a_list_has_its_limit_and_a_target_that_does_not_answer_is_a_bad_gateway() {
    let client = Client::open("sqlite::memory:", "relay-failed").await;
    let calls: Vec<Value> =
        (0..17).map(|_| json!({"url": "http://127.0.0.1:1/", "arguments": []})).collect();
    client.send(post("/demo/relay", "", &json!(calls))).await.assert_code("E1002", 422);
    let answer = client.send(post("/demo/relay", "", &json!(calls[..16]))).await;
    answer.assert_code("HTTP_502", 502);
    assert_eq!(answer.json()["error"]["retryable"], json!(false), "a call may have arrived");
    assert!(!answer.text.contains("127.0.0.1"), "{}", answer.text);
}
