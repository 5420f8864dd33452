//! Each way in which a call fails: its fault, how often it is made, and whether it counts against the breaker.

mod support;

use errcode_core::{Failure, Hinted as _};
use errcode_reqwest::{HttpFault, Peer};
use errcode_resilience::{Reason, event::BreakerState};
use serde::Deserialize;
use std::time::Duration;
use support::{
    Answers, Calls, Does, Hangs, Server, answer, client, dependency, fault, ok, policy,
    with_breaker,
};

#[derive(Debug, Deserialize, PartialEq)]
struct Ticket {
    id: u32,
}

/// Makes the call `GET /t` of a ticket: its fault, how often it was made, and whether the breaker counted each.
async fn outcome(does: Does) -> (HttpFault, usize, bool) {
    let (dependency, server) = (dependency("outcome"), Server::start([does]).await);
    let redirects = reqwest::redirect::Policy::limited(2);
    let client = reqwest::Client::builder().no_proxy().redirect(redirects).build().unwrap();
    let peer = with_breaker(dependency, 3).max_body(100).idle_timeout(Duration::from_millis(20));
    let call = || peer.call(client.get(format!("{}/t", server.url)));
    let fault = fault(call().json::<Ticket>().await);
    let calls = server.requests().len();
    // The calls that follow, until the breaker has seen three.
    for _ in calls..3 {
        let _ = call().json::<Ticket>().await;
    }
    let state = peer.policy().circuit_breaker().unwrap().state();
    (fault, calls, state == BreakerState::Open)
}

#[tokio::test]
async fn a_status_says_whether_another_attempt_helps() {
    for (status, calls, counts) in [
        (500, 3, true),
        (502, 3, true),
        (503, 3, true),
        (504, 3, true),
        (599, 3, true),
        (501, 1, true),
        (505, 1, true),
        (408, 3, true),
        (429, 3, false),
        (400, 1, false),
        (401, 1, false),
        (404, 1, false),
        (409, 1, false),
        (422, 1, false),
        (304, 1, false),
    ] {
        let got = outcome(answer(status, "", "")).await;
        assert_eq!(got, (HttpFault::Status(status), calls, counts), "{status}");
    }
}

#[tokio::test]
async fn a_connection_that_fails_is_tried_again_and_counts() {
    let cut = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{\"id\":";
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"i\r\n";
    for (does, fault) in [
        (Answers(String::new()), HttpFault::Disconnected),
        (Answers("HTTP/1.1 200 O".into()), HttpFault::Disconnected),
        (Answers("not HTTP at all\r\n\r\n".into()), HttpFault::Disconnected),
        (Answers(cut.into()), HttpFault::CutOff),
        (Answers(chunked.into()), HttpFault::CutOff),
        (Hangs(cut.into()), HttpFault::Idle),
        (Hangs(chunked.into()), HttpFault::Idle),
    ] {
        assert_eq!(outcome(does.clone()).await, (fault, 3, true), "{does:?}");
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_used_is_not_asked_for_again() {
    let long = "0".repeat(101);
    let chunked =
        format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n{long}\r\n0\r\n\r\n");
    let too_large = HttpFault::TooLarge { limit: 100 };
    for (does, fault, counts) in [
        (ok("{\"id\": "), HttpFault::Unreadable, true),
        (ok("{\"id\": \"seven\"}"), HttpFault::Unreadable, true),
        (ok("<html>busy</html>"), HttpFault::Unreadable, true),
        (ok(""), HttpFault::Unreadable, true),
        (ok(&long), too_large, false),
        (Answers(chunked), too_large, false),
    ] {
        assert_eq!(outcome(does.clone()).await, (fault, 1, counts), "{does:?}");
    }
}

#[tokio::test]
async fn redirects_end() {
    let (fault, calls, counts) = outcome(answer(302, "Location: /t\r\n", "")).await;
    assert_eq!((fault, calls, counts), (HttpFault::Redirects, 3, false), "two are followed");
}

#[tokio::test]
async fn a_peer_that_refuses_connections_is_unreachable() {
    let dependency = dependency("refused");
    let calls = Calls::of(dependency);
    let peer = with_breaker(dependency, 3);
    let result = peer.call(client().get("http://127.0.0.1:1/t")).send().await;
    assert_eq!(fault(result), HttpFault::Unreachable);
    assert_eq!(calls.lines().len(), 3);
    assert!(
        calls.lines()[2].starts_with("GET http://127.0.0.1:1/t - 2 `refused` cannot be reached: ")
    );
    assert_eq!(peer.policy().circuit_breaker().unwrap().state(), BreakerState::Open);
    // The refusal is not a call.
    let refused = peer.call(client().get("http://127.0.0.1:1/t")).send().await.unwrap_err();
    assert!(matches!(refused.reason(), Reason::Refused(_)));
    assert_eq!(calls.lines().len(), 3);
}

#[tokio::test]
async fn a_peer_that_hangs_is_cut_off_by_the_client_or_the_policy() {
    let (first, server) = (dependency("hangs"), Server::start([Hangs(String::new())]).await);
    let short = reqwest::Client::builder().no_proxy().timeout(Duration::from_millis(20));
    let peer = Peer::new(policy(first));
    let result = peer.call(short.build().unwrap().get(&server.url)).send().await;
    assert_eq!(fault(result), HttpFault::Timeout);
    assert_eq!(server.requests().len(), 3);

    let second = dependency("hangs-too");
    let calls = Calls::of(second);
    let server = Server::start([Hangs(String::new())]).await;
    let peer = Peer::new(policy(second).attempt_timeout(Duration::from_millis(20)));
    let error = peer.call(client().get(&server.url)).send().await.unwrap_err();
    assert!(matches!(error.reason(), Reason::TimedOut(_)));
    let url = &server.url;
    let line = |retries| format!("GET {url}/ - {retries} cut off before its end");
    assert_eq!(calls.lines(), [line(0), line(1), line(2)]);
}

#[tokio::test]
async fn the_next_attempt_may_succeed_also_after_a_broken_body() {
    let dependency = dependency("recovers");
    let calls = Calls::of(dependency);
    let cut = Answers("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".into());
    let server = Server::start([cut, answer(503, "", "busy"), ok("\u{feff}{\"id\": 7}")]).await;
    let peer = Peer::new(policy(dependency));
    let url = format!("{}/t", server.url.replace("http://", "http://user:secret@"));
    let ticket = peer.call(client().get(format!("{url}?key=secret#part"))).json::<Ticket>().await;
    assert_eq!(ticket.unwrap(), Ticket { id: 7 });
    let shown = format!("GET {}/t", server.url);
    let lines = calls.lines();
    assert!(lines[0].starts_with(&format!("{shown} 200 0 the answer of `recovers` was cut off: ")));
    assert_eq!(
        lines[1..],
        [format!("{shown} 503 1 `recovers` answered 503"), format!("{shown} 200 2 -"),]
    );
}

#[tokio::test]
async fn a_request_that_is_not_valid_is_not_a_call() {
    let dependency = dependency("invalid");
    let calls = Calls::of(dependency);
    let peer = with_breaker(dependency, 1);
    let client = client();
    for request in [
        peer.call(client.get("no address")),
        peer.call(client.get("http://127.0.0.1:1/").header("a b", "c")),
        peer.call(client.post("http://127.0.0.1:1/")).idempotency_key("ключ"),
    ] {
        let error = request.send().await.unwrap_err();
        assert_eq!(error.error().unwrap().fault(), HttpFault::Request);
        let failure = Failure::from(error);
        assert_eq!(failure.spec().status(), 500, "a bug of this service");
    }
    assert!(calls.lines().is_empty());
    assert_eq!(peer.policy().circuit_breaker().unwrap().state(), BreakerState::Closed);
}

#[tokio::test]
async fn the_framework_fault_follows_from_the_fault() {
    for (does, status) in [
        (answer(503, "", ""), 502),
        (answer(404, "", ""), 502),
        (ok("{"), 502),
        (Hangs("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".into()), 504),
    ] {
        let server = Server::start([does]).await;
        let peer = Peer::new(policy(dependency("faults"))).idle_timeout(Duration::from_millis(20));
        let error = peer.call(client().get(&server.url)).json::<Ticket>().await.unwrap_err();
        assert_eq!(Failure::from(error).spec().status(), status);
    }
}

#[tokio::test]
async fn a_peers_delay_is_read_in_each_form_and_passed_on() {
    // Far enough away that the time of the test does not matter.
    let date = "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT\r\n";
    for (headers, at_least, at_most) in [
        ("Retry-After: 120\r\n", Some(120_000), 120_000),
        ("retry-after-ms: 1500\r\nRetry-After: 120\r\n", Some(1_500), 1_500),
        (date, Some(1_000_000_000_000), u64::MAX),
        ("Retry-After: soon\r\n", None, 0),
        ("Retry-After: -1\r\n", None, 0),
        ("Retry-After: 1.5\r\n", None, 0),
        ("Retry-After: 5, 10\r\n", None, 0),
        ("Retry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n", None, 0),
        ("Retry-After: Thursday, 01-Jan-70 00:00:00 GMT\r\n", None, 0),
        ("Retry-After: Fri Dec 31 23:59:59 9999\r\n", Some(1_000_000_000_000), u64::MAX),
        ("Retry-After: soon\r\nRetry-After: 120\r\n", Some(120_000), 120_000),
        ("retry-after-ms: ?\r\nRetry-After: 120\r\n", Some(120_000), 120_000),
        ("Retry-After: 99999999999999999999\r\n", Some(1_000_000_000_000), u64::MAX),
        ("", None, 0),
    ] {
        for status in [429, 503] {
            let server = Server::start([answer(status, headers, "")]).await;
            let peer = Peer::new(policy(dependency("delays")));
            let error = peer.call(client().get(&server.url)).send().await.unwrap_err();
            let after = error.error().unwrap().retry_after();
            let millis = after.map(|after| after.as_millis() as u64);
            assert_eq!(millis.is_some(), at_least.is_some(), "{headers}");
            assert!(millis.is_none_or(|millis| Some(millis) >= at_least && millis <= at_most));
            assert_eq!(Failure::from(error).hints().retry.after, after);
        }
    }
}
