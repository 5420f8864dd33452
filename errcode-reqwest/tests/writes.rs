//! Which calls are repeated, and what they send.

mod support;

use errcode_reqwest::{HttpFault, Peer};
use errcode_runtime::{Attempt, Context, TraceParent};
use reqwest::Method;
use std::time::Duration;
use support::{Server, answer, client, dependency, fault, header, ok, policy};
use tokio::time::Instant;

async fn busy() -> Server {
    Server::start([answer(503, "", "")]).await
}

#[tokio::test]
async fn idempotent_methods_are_repeated_and_writes_with_a_key() {
    let client = client();
    for (method, key, attempts) in [
        ("GET", None, 3),
        ("HEAD", None, 3),
        ("OPTIONS", None, 3),
        ("TRACE", None, 3),
        ("PUT", None, 3),
        ("DELETE", None, 3),
        ("POST", None, 1),
        ("PATCH", None, 1),
        ("BREW", None, 1),
        ("POST", Some("k-1"), 3),
        ("PATCH", Some("a \"b\""), 3),
        ("BREW", Some("k"), 3),
    ] {
        let server = busy().await;
        let peer = Peer::new(policy(dependency("methods")));
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let call = peer.call(client.request(method.clone(), &server.url).body("work"));
        let call = if let Some(key) = key { call.idempotency_key(key) } else { call };
        let error = call.send().await.unwrap_err();
        let requests = server.requests();
        assert_eq!(requests.len(), attempts, "{method} {key:?}");
        let gave_up = if attempts == 1 { "not_idempotent" } else { "attempts" };
        assert_eq!(error.journey().unwrap().gave_up, Some(gave_up));
        let sent = key.map(|key| format!("\"{}\"", key.replace('"', "\\\"")));
        for request in &requests {
            assert_eq!(header(request, "idempotency-key"), sent.as_deref());
            assert!(request.ends_with("\r\n\r\nwork"), "{request}");
        }
    }
}

#[tokio::test]
async fn a_body_that_can_be_sent_once_is_not_repeated() {
    let server = busy().await;
    let peer = Peer::new(policy(dependency("once")));
    // Without a length known before, as of a stream.
    let body = reqwest::Body::wrap(http_body_util::BodyExt::boxed(StreamOfOne));
    let call = peer.call(client().put(&server.url).header("content-length", "0").body(body));
    assert_eq!(fault(call.idempotency_key("k").send().await), HttpFault::Status(503));
    assert_eq!(server.requests().len(), 1);
}

/// A body of a type of its own, which reqwest cannot copy.
struct StreamOfOne;

impl http_body::Body for StreamOfOne {
    type Data = bytes::Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<bytes::Bytes>, std::io::Error>>> {
        std::task::Poll::Ready(None)
    }
}

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn context() -> Context {
    let parent = TraceParent::parse(&format!("00-{TRACE}-00f067aa0ba902b7-01"));
    Context::builder()
        .trace_parent(parent)
        .trace_state(errcode_runtime::TraceState::parse(["vendor=1"]))
        .baggage("tier=gold")
        .task("APEX-17")
        .build()
}

#[tokio::test]
async fn each_attempt_sends_the_ids_of_the_work_with_a_parent_of_its_own() {
    let (server, context) = (busy().await, context());
    let peer = Peer::new(policy(dependency("ids")));
    let call = peer.call(client().get(&server.url).header("x-request-id", "own"));
    let _ = context.scope(call.send()).await;
    let requests = server.requests();
    let mut parents = Vec::new();
    for request in &requests {
        let parent = header(request, "traceparent").unwrap();
        assert!(parent.starts_with(&format!("00-{TRACE}-")) && parent.ends_with("-01"), "{parent}");
        parents.push(parent.to_owned());
        assert_eq!(header(request, "tracestate"), Some("vendor=1"));
        assert_eq!(header(request, "baggage"), Some("tier=gold"));
        assert_eq!(header(request, "x-trace-id"), Some(TRACE));
        assert_eq!(header(request, "x-task-id"), Some("APEX-17"));
        assert_eq!(header(request, "x-request-id"), Some("own"), "the caller's own header stays");
        assert_eq!(header(request, "x-request-timeout-ms"), None);
    }
    parents.sort();
    parents.dedup();
    assert_eq!(parents.len(), 3);
}

#[tokio::test]
async fn the_deadline_goes_out_as_the_time_that_is_left() {
    let left = |request: &str| -> u64 {
        header(request, "x-request-timeout-ms").expect("a deadline").parse().expect("a number")
    };
    let server = busy().await;
    let peer = Peer::new(policy(dependency("deadline")).deadline(Duration::from_secs(20)));
    // With a context and without one.
    let _ = context().scope(peer.call(client().get(&server.url)).send()).await;
    let _ = peer.call(client().get(&server.url)).send().await;
    // An earlier deadline of the caller's takes precedence.
    let soon = Instant::now() + Duration::from_secs(10);
    let caller = Attempt::new("caller", 1, Some(soon));
    let _ = caller.scope(peer.call(client().get(&server.url)).send()).await;
    let lefts: Vec<u64> = server.requests().iter().map(|request| left(request)).collect();
    assert_eq!(lefts.len(), 9);
    for three in lefts.chunks(3) {
        assert!(three.is_sorted_by(|a, b| a >= b), "{lefts:?}");
    }
    assert!(lefts[..6].iter().all(|left| (10_001..=20_000).contains(left)), "{lefts:?}");
    assert!(lefts[6..].iter().all(|left| *left <= 10_000), "{lefts:?}");
}

#[tokio::test]
async fn a_service_of_others_gets_no_ids() {
    let server = Server::start([ok("")]).await;
    let policy = policy(dependency("others")).deadline(Duration::from_secs(20));
    let peer = Peer::new(policy).without_context();
    context().scope(peer.call(client().get(&server.url)).send()).await.unwrap();
    let request = server.requests().remove(0);
    let names: Vec<_> = request.lines().filter_map(|line| line.split_once(':')).collect();
    let names: Vec<_> = names.into_iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    assert_eq!(names, ["accept", "host"]);
}
