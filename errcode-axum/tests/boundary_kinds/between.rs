//! What stands between a handler and the layer: other layers, nested routers, answers that are replaced, long bodies.

use crate::listener::{Answer, Log, exchange, get};
use axum::{
    BoxError, Extension, Router,
    body::Body,
    extract::Request,
    http::{StatusCode, header},
    middleware::{self, Next},
    response::{AppendHeaders, IntoResponse, Response},
    routing::get as on_get,
};
use bytes::Bytes;
use errcode_axum::ErrorLayer;
use errcode_core::AppError;
use futures_util::stream;
use http_body::{Frame, SizeHint};
use http_body_util::{BodyExt as _, StreamBody};
use std::{
    convert::Infallible,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};
use tower::{Layer, Service, ServiceBuilder};

#[derive(Debug, AppError, errcode_axum::IntoResponse)]
enum GateError {
    #[error("no token", code = "G1", status = 401, retryable(after = "3s"), headers("WWW-Authenticate" = "Bearer"))]
    NoToken,
    #[error("closed", code = "G2", status = 409)]
    Closed,
}

errcode_core::catalog! { static GATE = [GateError]; }

fn layer() -> ErrorLayer {
    ErrorLayer::new(&GATE)
}

fn assert_refused(answer: &Answer, log: &Log) {
    assert_eq!((answer.status, answer.header("x-error-code")), (401, Some("G1")), "{answer:?}");
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    assert_eq!(answer.json()["error"]["retry_after"], 3);
    let [line] = &log.lines()[..] else { panic!("one line: {}", log.0) };
    assert_eq!((&line["event"], &line["code"]), (&"failure".into(), &"G1".into()));
}

/// A layer that is not ready.
#[derive(Clone, Copy)]
enum Unready {
    Refuses,
    Panics,
}

impl<S> Layer<S> for Unready {
    type Service = Gate<S>;

    fn layer(&self, _: S) -> Gate<S> {
        Gate(*self, None)
    }
}

#[derive(Clone)]
struct Gate<S>(Unready, Option<S>);

impl<S> Service<Request> for Gate<S> {
    type Response = Response;
    type Error = BoxError;
    type Future = std::future::Pending<Result<Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        match self.0 {
            Unready::Refuses => Poll::Ready(Err(GateError::NoToken.into())),
            Unready::Panics => panic!("no gate"),
        }
    }

    fn call(&mut self, _: Request) -> Self::Future {
        panic!("called without being ready")
    }
}

#[test]
fn a_layer_that_is_not_ready_is_not_called_and_its_error_is_answered() {
    let gated = |gate| {
        let stack = ServiceBuilder::new().layer(layer()).layer(gate);
        Router::new().route("/", on_get(async || "ok")).layer(stack)
    };
    let (answer, log) = exchange(gated(Unready::Refuses), &get("/", ""));
    assert_refused(&answer, &log);
    let (answer, log) = exchange(gated(Unready::Refuses).layer(layer()), &get("/", ""));
    assert_refused(&answer, &log);
    let (answer, log) = exchange(gated(Unready::Panics), &get("/", ""));
    assert_eq!(answer.json()["error"]["code"], "SERVER_ERROR");
    assert_eq!(log.lines()[0]["msg"], "panicked: no gate");
}

#[test]
fn a_typed_error_is_found_in_what_holds_it() {
    type Hold = fn(GateError) -> BoxError;
    let holders: [Hold; 4] = [
        |error| io::Error::other(error).into(),
        |error| io::Error::other(io::Error::other(errcode_core::Failure::from(error))).into(),
        |error| BoxError::from(Box::new(error)),
        |error| BoxError::from(Arc::new(error)),
    ];
    for hold in holders {
        let fail =
            move |_: Result<Response, Infallible>| Err::<Response, _>(hold(GateError::NoToken));
        let stack = ServiceBuilder::new().layer(layer()).map_result(fail);
        let app = Router::new().route("/", on_get(async || "ok")).layer(stack);
        let (answer, log) = exchange(app, &get("/", ""));
        assert_refused(&answer, &log);
    }
}

/// A body whose destructor panics.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("no end");
    }
}

impl http_body::Body for Bomb {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(None)
    }
}

#[test]
fn a_body_that_panics_when_it_is_replaced_breaks_nothing() {
    let answering = async || {
        let text = [(header::CONTENT_TYPE, "text/plain")];
        (StatusCode::CONFLICT, text, Body::new(Bomb))
    };
    let app = Router::new().route("/", on_get(answering)).layer(layer());
    let (answer, log) = exchange(app, &get("/", ""));
    assert_eq!((answer.status, answer.header("x-error-code")), (409, Some("HTTP_409")));
    let line = &log.lines()[0];
    assert!(line["broken"].as_str().is_some_and(|broken| broken.contains("no end")), "{line}");
}

#[test]
fn extensions_of_an_answer_survive_its_rendering() {
    #[derive(Clone)]
    struct Audit(u16);
    async fn audited(request: Request, next: Next) -> Response {
        let mut response = next.run(request).await;
        if let Some(Audit(number)) = response.extensions().get() {
            let number = (*number).into();
            response.headers_mut().insert("x-audit", number);
        }
        response
    }
    let typed = async || (Extension(Audit(7)), GateError::NoToken);
    let plain = async || (StatusCode::CONFLICT, Extension(Audit(7)), "taken");
    let app = Router::new()
        .route("/typed", on_get(typed))
        .route("/plain", on_get(plain))
        .layer(layer())
        .layer(middleware::from_fn(audited));
    for path in ["/typed", "/plain"] {
        for accept in ["", "Accept: application/problem+json\r\n"] {
            let (answer, _) = exchange(app.clone(), &get(path, accept));
            assert_eq!(answer.header("x-audit"), Some("7"), "{path} {accept}");
            assert!(answer.header("x-error-code").is_some());
        }
    }
}

#[test]
fn a_nested_layer_names_the_path_that_the_client_asked_for() {
    let inner = || {
        let refuse = async || GateError::NoToken.into_response();
        Router::new().route("/keys/{id}", on_get(refuse)).layer(layer())
    };
    for app in [
        Router::new().nest("/api/v1", inner()),
        Router::new().nest("/api", Router::new().nest("/v1", inner())),
        Router::new().nest_service("/api/v1", inner()),
    ] {
        let request = get("/api/v1/keys/7", "Accept: application/problem+json\r\n");
        let (answer, log) = exchange(app, &request);
        assert_eq!(answer.json()["instance"], "/api/v1/keys/7");
        assert_eq!(log.lines()[0]["uri"], "/api/v1/keys/7");
    }
}

#[test]
fn the_body_has_the_delay_that_the_service_put_into_the_header() {
    for (header, told) in [("7", 7), ("0", 1), ("3", 3)] {
        let answer = async move || ([(header::RETRY_AFTER, header)], GateError::NoToken);
        let app = Router::new().route("/", on_get(answer)).layer(layer());
        let (answer, _) = exchange(app, &get("/", ""));
        let told_in_header = told.to_string();
        assert_eq!(answer.header("retry-after"), Some(told_in_header.as_str()));
        assert_eq!(answer.json()["error"]["retry_after"], told);
        assert_eq!(answer.headers("retry-after").count(), 1);
    }
}

/// RFC 9110 section 10.2.3: a number of seconds, or a date in one of three formats, in one header.
#[test]
fn a_delay_that_no_client_can_read_is_left_out() {
    const PAST: [&str; 3] = [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ];
    let cases: [(&[&str], Option<&str>); 16] = [
        (&["soon"], None),
        (&[""], None),
        (&["-5"], None),
        (&["+5"], None),
        (&["1.5"], None),
        (&["0x10"], None),
        (&["5, 10"], None),
        (&["1994-11-06T08:49:37Z"], None),
        (&["soon", "later"], None),
        (&["soon", "7"], Some("7")),
        (&["7", "9"], Some("7")),
        (&["99999999999999999999999"], Some("2147483647")),
        (&[" 5 "], Some("5")),
        (&PAST[..1], Some("1")),
        (&PAST[1..2], Some("1")),
        (&PAST[2..], Some("1")),
    ];
    for (values, told) in cases {
        let all = || AppendHeaders(values.iter().map(|value| (header::RETRY_AFTER, *value)));
        let typed = |error: fn() -> Response| {
            let answer = async move || (all(), error()).into_response();
            let app = Router::new().route("/", on_get(answer)).layer(layer());
            let (answer, _) = exchange(app, &get("/", ""));
            let told = answer.json()["error"]["retry_after"].as_u64().map(|told| told.to_string());
            let headers: Vec<_> = answer.headers("retry-after").map(str::to_owned).collect();
            assert_eq!(headers, Vec::from_iter(told.clone()), "{values:?}");
            told
        };
        let told = told.map(str::to_owned);
        assert_eq!(typed(|| GateError::Closed.into_response()), told, "typed, {values:?}");
        let plain = || (StatusCode::SERVICE_UNAVAILABLE, "busy").into_response();
        assert_eq!(typed(plain), told, "plain text, {values:?}");
        // This code has a delay of its own.
        let own = told.or_else(|| Some("3".to_owned()));
        assert_eq!(typed(|| GateError::NoToken.into_response()), own, "with a delay, {values:?}");
    }
}

#[test]
fn a_status_above_599_is_a_failure() {
    let app = Router::new()
        .route("/", on_get(async || StatusCode::from_u16(799).unwrap_or_default()))
        .layer(layer());
    let (answer, log) = exchange(app, &get("/", ""));
    assert_eq!((answer.status, answer.header("x-error-code")), (500, Some("SERVER_ERROR")));
    assert_eq!(log.lines()[0]["event"], "failure");
}

/// The body of another service, which promised ten bytes.
struct Proxied {
    pieces: Vec<Option<&'static str>>,
}

impl http_body::Body for Proxied {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let piece = self.pieces.pop();
        Poll::Ready(piece.map(|piece| match piece {
            Some(text) => Ok(Frame::data(Bytes::from_static(text.as_bytes()))),
            None => Err("the other service hung up".into()),
        }))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(10)
    }
}

#[track_caller]
fn assert_fails_after_five_bytes(app: Router) {
    let (answer, log) = exchange(app, &get("/", ""));
    // What was ready before the failure is sent.
    assert_eq!((answer.status, &*answer.text()), (200, "12345"));
    let [failure, access] = &log.lines()[..] else { panic!("two lines: {}", log.0) };
    assert_eq!((&failure["phase"], &failure["bytes_sent"]), (&"body".into(), &5.into()));
    assert_eq!(access["status"], "aborted");
}

#[test]
fn a_body_whose_length_was_promised_may_fail_too() {
    let proxied = |pieces: &'static [Option<&'static str>]| {
        let answer = async || {
            let length = [(header::CONTENT_LENGTH, "10")];
            (length, Body::new(Proxied { pieces: pieces.to_vec() }))
        };
        Router::new().route("/", on_get(answer)).layer(layer())
    };
    assert_fails_after_five_bytes(proxied(&[None, Some("12345")]));

    // Nobody reads a body of an answer to HEAD.
    let head = b"HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let (_, log) = exchange(proxied(&[Some("67890"), Some("12345")]), head);
    assert_eq!(log.lines()[0]["status"], "success", "{}", log.0);

    // A server stops at the promised length, without looking for the end.
    let (answer, log) = exchange(proxied(&[Some("67890"), Some("12345")]), &get("/", ""));
    assert_eq!(answer.text(), "1234567890");
    let [access] = &log.lines()[..] else { panic!("one line: {}", log.0) };
    assert_eq!((&access["status"], &access["bytes_sent"]), (&"success".into(), &10.into()));
}

/// Returns whether an answer without more than this was the whole answer.
#[track_caller]
fn assert_whole(app: Router, method: &str, sent: &str) -> Answer {
    let request =
        format!("{method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTE: trailers\r\n\r\n");
    let (answer, log) = exchange(app, request.as_bytes());
    let [access] = &log.lines()[..] else { panic!("one line: {}", log.0) };
    assert_eq!((&*answer.text(), &access["status"]), (sent, &"success".into()), "{}", log.0);
    answer
}

#[test]
fn a_body_is_whole_where_a_server_does_not_ask_for_its_end() {
    let ten = || Body::from_stream(stream::iter(["12345", "67890"].map(Ok::<_, BoxError>)));
    // A body of another service that is passed on with its headers, but as a stream.
    let passed_on = async move || ([(header::CONTENT_LENGTH, "10")], ten());
    assert_whole(Router::new().route("/", on_get(passed_on)).layer(layer()), "GET", "1234567890");
    for status in [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED] {
        let app = Router::new().route("/", on_get(async move || (status, ten()))).layer(layer());
        assert_eq!(assert_whole(app, "GET", "").status, status.as_u16());
    }
    let with_trailers = || {
        let frames =
            stream::iter(["1", "2"].map(|text| Ok::<_, BoxError>(Frame::data(text.into()))));
        let trailers = async { Some(Ok(http::HeaderMap::new())) };
        StreamBody::new(frames).with_trailers(trailers)
    };
    assert_whole(streaming(with_trailers), "GET", "12");
}

#[test]
fn an_answer_to_head_has_the_length_of_the_body_that_is_not_sent() {
    let app = Router::new().route("/", on_get(async || "12345")).layer(layer());
    let answer = assert_whole(app, "HEAD", "");
    assert_eq!(answer.header("content-length"), Some("5"));
    // The destructor of the body is the service's code.
    let (answer, log) =
        exchange(streaming(|| Bomb), b"HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_eq!((answer.status, answer.header("x-error-code")), (500, Some("SERVER_ERROR")));
    let [line] = &log.lines()[..] else { panic!("one line: {}", log.0) };
    assert_eq!(line["msg"], "panicked: no end");
}

#[test]
fn an_interim_status_is_a_failure() {
    for status in [100, 103] {
        let interim = StatusCode::from_u16(status).expect("a status");
        let app = Router::new().route("/", on_get(async move || interim)).layer(layer());
        let (answer, log) = exchange(app, &get("/", ""));
        assert_eq!((answer.status, answer.header("x-error-code")), (500, Some("SERVER_ERROR")));
        let [line] = &log.lines()[..] else { panic!("one line: {}", log.0) };
        let text = format!("the service answered with an interim status, {status}");
        assert_eq!((&line["event"], &line["msg"]), (&"failure".into(), &text.into()));
    }
}

fn streaming<B>(body: fn() -> B) -> Router
where
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    Router::new().route("/", on_get(async move || Body::new(body()))).layer(layer())
}

#[test]
fn a_short_body_may_fail_too() {
    assert_fails_after_five_bytes(streaming(|| Proxied { pieces: vec![None, Some("12345")] }));

    // If nothing was sent, there is still an answer.
    let (answer, log) = exchange(streaming(|| Proxied { pieces: vec![None] }), &get("/", ""));
    assert_eq!((answer.status, answer.header("x-error-code")), (500, Some("SERVER_ERROR")));
    let [failure] = &log.lines()[..] else { panic!("one line: {}", log.0) };
    assert_eq!(failure["msg"], "a layer below failed: the other service hung up");
    assert_eq!(failure["phase"], serde_json::Value::Null);

    let (answer, log) =
        exchange(streaming(|| Proxied { pieces: vec![Some("1234567890")] }), &get("/", ""));
    assert_eq!(
        (answer.text().as_str(), answer.header("content-length")),
        ("1234567890", Some("10"))
    );
    let [access] = &log.lines()[..] else { panic!("one line: {}", log.0) };
    assert_eq!((&access["status"], &access["bytes_sent"]), (&"success".into(), &10.into()));
}

/// What of a body panics.
#[derive(Clone, Copy, PartialEq)]
enum Panics {
    IsEndStream,
    SizeHint,
    PollFrame,
    Drop,
}

struct Faulty {
    panics: Panics,
    text: Option<&'static str>,
}

impl Faulty {
    fn new<const AT: usize>() -> Self {
        let all = [Panics::IsEndStream, Panics::SizeHint, Panics::PollFrame, Panics::Drop];
        Self { panics: all[AT], text: Some("ok") }
    }

    fn reach(&self, at: Panics) {
        assert!(self.panics != at || std::thread::panicking(), "no body");
    }
}

impl http_body::Body for Faulty {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.reach(Panics::PollFrame);
        Poll::Ready(self.text.take().map(|text| Ok(Frame::data(text.into()))))
    }

    fn is_end_stream(&self) -> bool {
        self.reach(Panics::IsEndStream);
        self.text.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        self.reach(Panics::SizeHint);
        SizeHint::with_exact(self.text.map_or(0, |text| text.len() as u64))
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        self.reach(Panics::Drop);
    }
}

#[test]
fn a_short_body_that_panics_is_a_failure() {
    for faulty in [Faulty::new::<0>, Faulty::new::<1>, Faulty::new::<2>, Faulty::new::<3>] {
        let (answer, log) = exchange(streaming(faulty), &get("/", ""));
        assert_eq!((answer.status, answer.header("x-error-code")), (500, Some("SERVER_ERROR")));
        let [line] = &log.lines()[..] else { panic!("one line: {}", log.0) };
        assert_eq!(
            (&line["event"], &line["msg"]),
            (&"failure".into(), &"panicked: no body".into())
        );
    }
}

#[test]
fn a_panic_in_the_body_of_a_refusal_is_a_failure() {
    let refusing = async || {
        let text = [(header::CONTENT_TYPE, "text/plain")];
        (StatusCode::CONFLICT, text, Body::new(Faulty::new::<2>()))
    };
    let app = Router::new().route("/", on_get(refusing)).layer(layer());
    let (answer, log) = exchange(app, &get("/", ""));
    assert_eq!((answer.status, answer.header("x-error-code")), (500, Some("SERVER_ERROR")));
    let [line] = &log.lines()[..] else { panic!("one line: {}", log.0) };
    assert_eq!(line["msg"], "panicked: no body");
}

#[test]
fn a_streaming_body_whose_destructor_panics_is_sent_whole() {
    let (answer, log) = exchange(streaming(|| Bomb), &get("/", ""));
    assert_eq!((answer.status, answer.text().as_str()), (200, ""));
    assert!(answer.head.contains("chunked"), "{answer:?}");
    let [failure, access] = &log.lines()[..] else { panic!("two lines: {}", log.0) };
    assert_eq!((&failure["phase"], &failure["msg"]), (&"body".into(), &"panicked: no end".into()));
    assert_eq!(access["status"], "aborted");
}

/// A layer that gives up and a client that disconnects look the same from within.
#[test]
fn a_request_that_a_layer_around_drops_is_not_answered() {
    async fn impatient(request: Request, next: Next) -> Response {
        let waiting = tokio::time::timeout(std::time::Duration::from_millis(1), next.run(request));
        waiting.await.unwrap_or_else(|_| StatusCode::GATEWAY_TIMEOUT.into_response())
    }
    let app = Router::new()
        .route("/", on_get(std::future::pending::<()>))
        .layer(layer())
        .layer(middleware::from_fn(impatient));
    let (answer, log) = exchange(app, &get("/", ""));
    assert_eq!(answer.status, 504);
    let [line] = &log.lines()[..] else { panic!("one line: {}", log.0) };
    assert_eq!(
        (&line["lvl"], &line["event"], &line["msg"]),
        (
            &"DEBUG".into(),
            &"client_gone".into(),
            &"the client went away, or a layer around gave up, before the answer".into()
        )
    );
}

/// The client has the code, so the log has it too.
#[test]
fn an_answer_that_a_layer_has_copied_keeps_its_code_in_the_log() {
    async fn copied(request: Request, next: Next) -> Response {
        let (head, body) = next.run(request).await.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        (head.status, head.headers, bytes).into_response()
    }
    let app = Router::new()
        .route("/", on_get(async || GateError::Closed))
        .layer(middleware::from_fn(copied))
        .layer(layer());
    let (answer, log) = exchange(app, &get("/", ""));
    assert_eq!((answer.status, answer.header("x-error-code")), (409, Some("G2")));
    let [line] = &log.lines()[..] else { panic!("one line: {}", log.0) };
    assert_eq!((&line["event"], &line["code"]), (&"failure".into(), &"G2".into()));
    assert_eq!((&line["lvl"], &line["httpStatus"]), (&"WARN".into(), &409.into()));
}
