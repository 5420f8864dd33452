//! Answers as streams: what they give, how they end, and what the breaker makes of it.

mod support;

use errcode_reqwest::{HttpError, HttpFault, Peer, Streaming};
use errcode_resilience::{Limits, Policy, Reason, event::BreakerState};
use errcode_runtime::Attempt;
use futures_util::TryStreamExt as _;
use std::time::Duration;
use support::{Answers, Calls, Does, Hangs, Server, answer, client, dependency, with_breaker};
use tokio::time::Instant;

const HEAD: &str = "HTTP/1.1 200 OK\r\nX-Model: small\r\nTransfer-Encoding: chunked\r\n\r\n";

fn chunks(pieces: &[&str], end: &str) -> String {
    let pieces = pieces.iter().map(|piece| format!("{:x}\r\n{piece}\r\n", piece.len()));
    format!("{HEAD}{}{end}", pieces.collect::<String>())
}

fn whole() -> Does {
    Answers(chunks(&["The ", "answer"], "0\r\n\r\n"))
}

fn cut() -> Does {
    Answers(chunks(&["The ", "ans"], ""))
}

/// Reads a stream: its text until its end, and the error.
async fn read(mut stream: Streaming) -> (String, Option<HttpError>) {
    let mut text = String::new();
    loop {
        match stream.next().await {
            Ok(Some(piece)) => text.push_str(str::from_utf8(&piece).unwrap()),
            Ok(None) => return (text, None),
            Err(error) => {
                assert!(matches!(stream.next().await, Ok(None)), "it ends after its error");
                return (text, Some(error));
            }
        }
    }
}

fn state(peer: &Peer) -> BreakerState {
    peer.policy().circuit_breaker().unwrap().state()
}

#[tokio::test]
async fn a_stream_is_one_event_at_its_end() {
    let (dependency, server) = (dependency("streams"), Server::start([whole()]).await);
    let (calls, peer) = (Calls::of(dependency), with_breaker(dependency, 1));
    let stream = peer.call(client().get(&server.url)).stream().await.unwrap();
    assert_eq!(
        (stream.status().as_u16(), &stream.headers()["x-model"]),
        (200, &"small".parse().unwrap())
    );
    assert!(calls.lines().is_empty());
    let (text, error) = read(stream).await;
    assert!(error.is_none());
    assert_eq!(
        (text.as_str(), calls.lines()),
        ("The answer", vec![format!("GET {}/ 200 0 -", server.url)])
    );
    // The same as a `Stream`.
    let stream = peer.call(client().get(&server.url)).stream().await.unwrap();
    let pieces: Vec<_> = stream.try_collect().await.unwrap();
    assert_eq!(pieces.concat(), b"The answer");
    assert_eq!(state(&peer), BreakerState::Closed);
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_one_failure() {
    let (dependency, server) = (dependency("breaks-off"), Server::start([cut()]).await);
    let (calls, peer) = (Calls::of(dependency), with_breaker(dependency, 2));
    for failures in 1..=2 {
        assert_eq!(state(&peer), BreakerState::Closed);
        let stream = peer.call(client().get(&server.url)).stream().await.unwrap();
        let (text, error) = read(stream).await;
        assert_eq!((text.as_str(), error.unwrap().fault()), ("The ans", HttpFault::CutOff));
        assert_eq!(calls.lines().len(), failures, "it is not repeated");
    }
    // Each had begun well, and yet both count.
    assert_eq!(state(&peer), BreakerState::Open);
    let shown = format!("GET {}/ 200 0 the answer of `breaks-off` was cut off: ", server.url);
    assert!(calls.lines().iter().all(|line| line.starts_with(&shown)), "{:?}", calls.lines());
    assert!(peer.call(client().get(&server.url)).stream().await.is_err());
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_stream_is_repeated_until_it_begins() {
    let (dependency, script) = (dependency("begins"), [answer(503, "", ""), whole()]);
    let (server, calls) = (Server::start(script).await, Calls::of(dependency));
    let stream = with_breaker(dependency, 9).call(client().get(&server.url)).stream().await;
    assert_eq!(read(stream.unwrap()).await.0, "The answer");
    let url = &server.url;
    assert_eq!(
        calls.lines(),
        [format!("GET {url}/ 503 0 `begins` answered 503"), format!("GET {url}/ 200 1 -")]
    );
}

#[tokio::test]
async fn a_stream_that_stops_ends_by_its_idle_timeout_or_by_the_deadline() {
    let stops = Hangs(chunks(&["The "], ""));
    let dependency = dependency("stops");
    let server = Server::start([stops]).await;
    let peer = with_breaker(dependency, 1).idle_timeout(Duration::from_millis(20));
    let stream = peer.call(client().get(&server.url)).stream().await.unwrap();
    let (text, error) = read(stream).await;
    assert_eq!((text.as_str(), error.unwrap().fault()), ("The ", HttpFault::Idle));
    assert_eq!(state(&peer), BreakerState::Open);

    let peer = with_breaker(dependency, 1);
    let caller = Attempt::new("caller", 1, Some(Instant::now() + Duration::from_secs(1)));
    let stream = caller.scope(peer.call(client().get(&server.url)).stream()).await.unwrap();
    let (text, error) = read(stream).await;
    assert_eq!((text.as_str(), error.unwrap().fault()), ("The ", HttpFault::Deadline));
    assert_eq!(state(&peer), BreakerState::Closed, "the caller had too little time");
}

#[tokio::test]
async fn a_stream_that_is_dropped_counts_neither_way() {
    let dependency = dependency("dropped");
    let server = Server::start([Hangs(chunks(&["The "], ""))]).await;
    let (calls, peer) = (Calls::of(dependency), with_breaker(dependency, 1));
    let mut stream = peer.call(client().get(&server.url)).stream().await.unwrap();
    assert_eq!(stream.next().await.unwrap().as_deref(), Some(&b"The "[..]));
    drop(stream);
    assert_eq!(calls.lines(), [format!("GET {}/ 200 0 cut off before its end", server.url)]);
    assert_eq!(state(&peer), BreakerState::Closed);
}

#[tokio::test]
async fn a_stream_is_one_of_the_limited_calls_until_it_ends() {
    let (dependency, server) = (dependency("limited"), Server::start([whole()]).await);
    let limits = Limits::new().concurrency(2);
    let peer = Peer::new(Policy::new(dependency).limits(limits));
    let begin = async || peer.call(client().get(&server.url)).stream().await;
    let (first, second) = (begin().await.unwrap(), begin().await.unwrap());
    let refused = begin().await.expect_err("both slots are taken");
    assert!(matches!(refused.reason(), Reason::Refused(_)), "{refused}");
    // One that was read to its end, though not dropped, and one that was dropped.
    let mut read = first;
    while read.next().await.unwrap().is_some() {}
    let third = begin().await.unwrap();
    assert!(begin().await.is_err());
    drop(second);
    assert!(begin().await.is_ok());
    drop((read, third));
}
