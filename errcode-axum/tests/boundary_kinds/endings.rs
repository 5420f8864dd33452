//! How an answer ends: bodies that are shorter than they promised, and errors that break when they are dropped.

use crate::listener::{Log, exchange, get};
use axum::{
    BoxError, Router,
    body::Body,
    extract::Request,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get as on_get,
};
use bytes::Bytes;
use errcode_axum::ErrorLayer;
use errcode_core::AppError;
use http_body::{Frame, SizeHint};
use serde_json::Value;
use std::{
    error::Error,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};
use tower::{ServiceBuilder, service_fn};

#[derive(Debug, AppError, errcode_axum::IntoResponse)]
enum EndError {
    #[error("caused", code = "N1", status = 409)]
    Caused(#[source] Bomb),
    #[error("not reached", code = "N2", status = 503)]
    Unreachable(#[source] Told),
}

errcode_core::catalog! { static CATALOG = [EndError]; }

/// An error that breaks when it is dropped.
#[derive(Debug)]
struct Bomb;

impl fmt::Display for Bomb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a bomb")
    }
}

impl Error for Bomb {}

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "the end of an error");
    }
}

/// What an HTTP client says.
#[derive(Debug)]
struct Told(&'static str);

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for Told {}

type Make<T> = fn() -> T;

fn serving<R: IntoResponse + 'static>(answer: Make<R>) -> Router {
    let handler = async move || answer().into_response();
    Router::new().route("/", on_get(handler)).layer(ErrorLayer::new(&CATALOG))
}

fn failing_below(error: Make<BoxError>) -> Router {
    let failing = move |_: axum::routing::Route| {
        service_fn(move |_: Request| async move { Err::<Response, _>(error()) })
    };
    let layers = ServiceBuilder::new().layer(ErrorLayer::new(&CATALOG)).layer_fn(failing);
    Router::new().route("/", on_get(async || ())).layer(layers)
}

/// A body of these pieces, whatever length it has promised.
struct Pieces {
    pieces: Vec<&'static str>,
    promised: Option<u64>,
}

impl Pieces {
    fn body(pieces: &[&'static str], promised: Option<u64>) -> Body {
        Body::new(Self { pieces: pieces.iter().rev().copied().collect(), promised })
    }
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Poll::Ready(self.pieces.pop().map(|piece| Ok(Frame::data(piece.into()))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        self.promised.map_or_else(SizeHint::default, SizeHint::with_exact)
    }
}

fn declared(length: &'static str, body: Body) -> Response {
    ([(header::CONTENT_LENGTH, length)], body).into_response()
}

fn only(log: &Log) -> Value {
    let lines = log.lines();
    assert_eq!(lines.len(), 1, "{}", log.0);
    lines[0].clone()
}

/// A server sends nothing of such an answer if it is told of the end before it has sent the beginning.
#[test]
fn a_body_that_ends_before_its_length_is_a_failure_and_what_there_is_of_it_is_sent() {
    let short: [Make<Response>; 4] = [
        || declared("10", Pieces::body(&["12", "345"], None)),
        || declared("10", Pieces::body(&["12345"], None)),
        || declared("70000", Pieces::body(&["12345"], Some(70_000))),
        || Pieces::body(&["123", "45"], Some(10)).into_response(),
    ];
    for answer in short {
        let (answer, log) = exchange(serving(answer), &get("/", ""));
        assert_eq!((answer.status, &*answer.text()), (200, "12345"));
        let [failure, access] = &log.lines()[..] else { panic!("two lines: {}", log.0) };
        let missing = if answer.header("content-length") == Some("10") { 5 } else { 69_995 };
        let text = format!("the body ended {missing} bytes before its length");
        assert_eq!((&failure["msg"], &failure["phase"]), (&text.into(), &"body".into()));
        assert_eq!((&failure["lvl"], &failure["bytes_sent"]), (&"ERROR".into(), &5.into()));
        assert_eq!((&access["status"], &access["bytes_sent"]), (&"aborted".into(), &5.into()));
    }
}

#[test]
fn a_short_body_that_ends_before_its_length_at_once_is_answered_with_an_error() {
    let short: [Make<Response>; 4] = [
        || Pieces::body(&["12345"], Some(10)).into_response(),
        || Pieces::body(&[], Some(10)).into_response(),
        || declared("10", Body::empty()),
        || declared("10", Body::from("12345")),
    ];
    for answer in short {
        let (answer, log) = exchange(serving(answer), &get("/", ""));
        assert_eq!((answer.status, answer.header("x-error-code")), (500, Some("SERVER_ERROR")));
        assert_eq!(answer.json()["success"], false);
        let line = only(&log);
        assert_eq!((&line["event"], &line["httpStatus"]), (&"failure".into(), &500.into()));
    }
}

#[test]
fn a_whole_body_is_a_success_whatever_says_its_length() {
    let whole: [Make<Response>; 5] = [
        || declared("5", Pieces::body(&["12", "345"], None)),
        || declared("5", Body::from("12345")),
        || Pieces::body(&["12345"], Some(5)).into_response(),
        || Pieces::body(&["12", "345"], Some(5)).into_response(),
        || Pieces::body(&["12", "", "345"], None).into_response(),
    ];
    for answer in whole {
        let (answer, log) = exchange(serving(answer), &get("/", ""));
        assert_eq!((answer.status, &*answer.text()), (200, "12345"));
        assert_eq!(only(&log)["status"], "success", "{}", log.0);
    }
    // An answer to HEAD has the length of the one to GET.
    let head = b"HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let (answer, log) = exchange(serving(|| declared("5", Body::empty())), head);
    assert_eq!((answer.status, answer.header("content-length")), (200, Some("5")));
    assert_eq!(only(&log)["status"], "success");
}

#[test]
fn a_refusal_with_a_body_that_does_not_end_is_answered() {
    struct Endless;

    impl http_body::Body for Endless {
        type Data = Bytes;
        type Error = BoxError;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
            Poll::Ready(Some(Ok(Frame::data(Bytes::new()))))
        }
    }

    let refusal = || {
        let text = [(header::CONTENT_TYPE, "text/plain")];
        (StatusCode::CONFLICT, text, Body::new(Endless)).into_response()
    };
    let (answer, log) = exchange(serving(refusal), &get("/", ""));
    assert_eq!((answer.status, answer.header("x-error-code")), (409, Some("HTTP_409")));
    assert_eq!(only(&log)["msg"], "answered 409 without a body");
}

#[test]
fn the_log_has_the_status_that_the_service_answered() {
    let refusals: [(Make<Response>, &str); 3] = [
        (|| status(999).into_response(), "answered 999 without a body"),
        (|| (status(999), "secret").into_response(), "the service answered 999 in plain text"),
        (|| (status(418), "secret").into_response(), "the service answered 418 in plain text"),
    ];
    for (answer, text) in refusals {
        let (_, log) = exchange(serving(answer), &get("/", ""));
        assert_eq!(only(&log)["msg"], text);
    }
}

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).expect("a status")
}

/// A server drops the error with the answer, outside of what the layer could catch.
#[test]
fn an_error_whose_destructor_panics_is_answered() {
    let typed = || EndError::Caused(Bomb).into_response();
    for accept in ["", "Accept: application/problem+json\r\n"] {
        let (answer, log) = exchange(serving(typed), &get("/", accept));
        assert_eq!((answer.status, answer.header("x-error-code")), (409, Some("N1")));
        assert_eq!(answer.json().get("code").is_some(), !accept.is_empty());
        assert_eq!(only(&log)["code"], "N1");
    }
    let boxed: [(Make<BoxError>, u16, &str); 2] = [
        (|| Box::new(Bomb), 500, "SERVER_ERROR"),
        (|| Box::new(EndError::Caused(Bomb)), 409, "N1"),
    ];
    for (error, status, code) in boxed {
        let (answer, log) = exchange(failing_below(error), &get("/", ""));
        assert_eq!((answer.status, answer.header("x-error-code")), (status, Some(code)));
        assert_eq!(only(&log)["code"], code);
    }
}

#[test]
fn the_log_has_no_secrets_of_urls() {
    fn told() -> Told {
        Told("error sending request for url (https://app:hunter2@[::1]/x?ids[]=1&sig=hunter2)")
    }
    let services: [Router; 3] = [
        serving(|| EndError::Unreachable(told())),
        serving(|| -> StatusCode { panic!("called `unwrap`: {}", told()) }),
        failing_below(|| Box::new(told())),
    ];
    for service in services {
        let (_, log) = exchange(service, &get("/", ""));
        let line = only(&log).to_string();
        assert!(line.contains("error sending request for url (https://[::1]/x)"), "{line}");
        assert!(!line.contains("hunter2"), "{line}");
    }
}
