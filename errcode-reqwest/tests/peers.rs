//! What is kept of a peer's answer, and what is not.

mod support;

use errcode_core::{AppError, Failure};
use errcode_reqwest::{HttpError, Peer};
use errcode_resilience::event::BreakerState;
use serde::Deserialize;
use std::time::Duration;
use support::{Answers, Calls, Server, answer, client, dependency, ok, policy, with_breaker};

#[derive(Debug, AppError)]
enum RagError {
    #[error("the model is unavailable", code = "E5005", status = 503, category = external)]
    LlmUnavailable(#[source] HttpError),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ticket {
    #[expect(dead_code, reason = "the answer has another shape")]
    id: u32,
}

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[tokio::test]
async fn the_journey_has_the_peers_code_status_and_trace() {
    let headers = format!("X-Error-Code: E2001\r\nX-Trace-Id: {TRACE}\r\n");
    let server = Server::start([answer(503, &headers, "busy")]).await;
    for (with_retry, attempts) in [(true, 3), (false, 1)] {
        let dependency = dependency("journey");
        let policy = if with_retry {
            policy(dependency)
        } else {
            errcode_resilience::Policy::new(dependency)
        };
        let error = Peer::new(policy).call(client().get(&server.url)).send().await.unwrap_err();
        let failure = Failure::from(error.map(RagError::LlmUnavailable));
        assert_eq!(failure.spec().code(), "E5005");
        let journey = failure.journey().unwrap();
        assert_eq!(journey.dependency, Some("journey"));
        assert_eq!(journey.attempts, attempts);
        assert_eq!(journey.upstream.as_deref(), Some("E2001"));
        assert_eq!(journey.upstream_status, Some(503));
        assert_eq!(journey.upstream_trace_id.as_deref(), Some(TRACE));
    }
}

/// Everything that is written of a failed call.
async fn written(does: support::Does, name: &'static str) -> String {
    let (dependency, server) = (dependency(name), Server::start([does]).await);
    let calls = Calls::of(dependency);
    let peer = Peer::new(policy(dependency)).max_body(60);
    let url = format!("{}/t?token=hunter2", server.url);
    let error = peer.call(client().get(url)).json::<Ticket>().await.unwrap_err();
    let failure = Failure::from(error.map(RagError::LlmUnavailable));
    format!(
        "{failure:?} {failure} {:?} {:?} {:?}",
        failure.causes(),
        failure.journey(),
        calls.lines()
    )
}

#[tokio::test]
async fn nothing_of_the_peers_text_is_written() {
    let secret = "hunter2";
    let code = format!("X-Error-Code: {secret} é\r\nX-Trace-Id: {secret}/{secret}\r\n");
    let reason = format!("HTTP/1.1 503 {secret}\r\nContent-Length: 0\r\n\r\n");
    for does in [
        ok(&format!("{{\"id\": \"{secret}\"}}")),
        ok(&format!("{{\"{secret}\": 1}}")),
        ok(secret),
        ok(&secret.repeat(20)),
        answer(503, "", secret),
        answer(404, "", secret),
        answer(503, &code, secret),
        Answers(reason),
        Answers(format!("HTTP/1.1 200 OK\r\n{secret}\r\n\r\n")),
        Answers(format!("HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n{secret}")),
        Answers(format!("{secret} {secret}\r\n\r\n")),
    ] {
        let written = written(does.clone(), "quiet").await;
        assert!(!written.contains(secret), "{does:?}: {written}");
    }
}

#[tokio::test]
async fn a_body_of_another_shape_is_found_by_its_place() {
    let server = Server::start([ok("{\n \"id\": \"seven\"}")]).await;
    let peer = Peer::new(policy(dependency("shape")));
    let error = peer.call(client().get(&server.url)).json::<Ticket>().await.unwrap_err();
    let error = RagError::LlmUnavailable(error.into_reason().failed());
    let cause = Failure::from(error).causes().unwrap();
    let place = "JSON of another shape at line 2 column 14";
    assert_eq!(cause, format!("the answer of `shape` cannot be read: {place}"));
}

/// The error of an attempt.
trait Failed {
    fn failed(self) -> HttpError;
}

impl Failed for errcode_resilience::Reason<HttpError> {
    fn failed(self) -> HttpError {
        match self {
            Self::Failed(error) => error,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_peer_that_has_given_up_is_not_asked_again() {
    for (value, calls) in [("true", 1), ("false", 3), ("", 3), ("1", 3)] {
        let headers = format!("X-Retries-Exhausted: {value}\r\nX-Error-Code: E1\r\n");
        let server = Server::start([answer(503, &headers, "")]).await;
        let peer = with_breaker(dependency("exhausted"), 1);
        let peer = if value == "true" { peer } else { Peer::new(policy(dependency("again"))) };
        let error = peer.call(client().get(&server.url)).send().await.unwrap_err();
        assert_eq!(server.requests().len(), calls, "{value}");
        let journey = error.journey().unwrap();
        assert!(journey.exhausted, "this service gives up too");
        if value == "true" {
            assert_eq!(journey.gave_up, Some("exhausted"));
            let state = peer.policy().circuit_breaker().unwrap().state();
            assert_eq!(state, BreakerState::Open, "the peer failed all the same");
        }
    }
}

#[tokio::test]
async fn texts_are_utf_8_and_whole_responses_have_their_headers() {
    let server = Server::start([answer(200, "X-A: b\r\n", "é")]).await;
    let peer = Peer::new(policy(dependency("whole"))).idle_timeout(Duration::from_secs(5));
    let call = || peer.call(client().get(&server.url));
    assert_eq!(call().text().await.unwrap(), "é");
    assert_eq!(call().bytes().await.unwrap(), "é".as_bytes());
    let response = call().send().await.unwrap();
    assert_eq!(
        (response.headers()["x-a"].as_bytes(), response.status().as_u16()),
        (&b"b"[..], 200)
    );
}
