//! The layer among others: tower's stacks, nested routers, streams, upgrades, HTTP/2; what it replaces and what it
//! leaves alone.

mod support;

use axum::{
    BoxError, Router,
    body::Body,
    error_handling::HandleErrorLayer,
    extract::{Request, WebSocketUpgrade},
    response::{IntoResponse, Response, Sse, sse},
    routing::{any, get, post},
};
use bytes::Bytes;
use errcode_axum::{ErrorLayer, Foreign};
use errcode_core::{
    AppError,
    wire::{BodyFormat, ErrorView, JsonApi, Problem},
};
use futures_util::stream;
use http::{StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use std::{convert::Infallible, future::pending, time::Duration};
use support::{Seen, empty, request, send_to};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tower::ServiceBuilder;
use tracing_subscriber::layer::SubscriberExt as _;

#[derive(Debug, AppError)]
enum ShopError {
    #[error("secret {id}", code = "E1", status = 404, title = "No item", user_msg = "no item {id}")]
    Missing { id: u32 },
    #[error("slow", code = "E2", status = 504)]
    Slow,
}

errcode_core::catalog! {
    static CATALOG = [ShopError];
    docs = "https://errors.example/{code}";
    languages = ["en"];
}

async fn missing() -> errcode_axum::Result<()> {
    Err(ShopError::Missing { id: 17 })?
}

fn layer() -> ErrorLayer {
    ErrorLayer::new(&CATALOG)
}

fn routes() -> Router {
    Router::new()
        .route("/missing", get(missing))
        .route("/pending", get(pending::<()>))
        .route("/body", post(async |body: Bytes| body.len().to_string()))
        .route("/text", get(async || (StatusCode::CONFLICT, "mine")))
        .route("/bare", get(async || StatusCode::CONFLICT))
        .route(
            "/grpc",
            get(async || {
                (StatusCode::CONFLICT, [(header::CONTENT_TYPE, "application/grpc+proto")])
            }),
        )
}

/// Exactly one event, of this code; the same ids everywhere.
fn assert_failed(seen: &Seen, status: u16, code: &str) {
    let body = seen.json();
    assert_eq!((seen.status, seen.header("x-error-code")), (status, Some(code)), "{body}");
    assert_eq!(body["error"]["code"], code);
    let [event] = &seen.log[..] else { panic!("{:?}", seen.log) };
    assert_eq!((&event["code"], &event["requestId"]), (&code.into(), &body["request_id"]));
}

#[test]
fn tower_s_own_layers_fail_with_a_code() {
    let stack = ServiceBuilder::new().layer(layer()).timeout(Duration::ZERO);
    assert_failed(&send_to(routes().layer(stack), empty("GET", "/pending")), 504, "HTTP_504");
    let stack = ServiceBuilder::new().layer(layer()).load_shed().concurrency_limit(0);
    assert_failed(&send_to(routes().layer(stack), empty("GET", "/missing")), 503, "HTTP_503");
    let stack = ServiceBuilder::new()
        .layer(layer())
        .load_shed()
        .concurrency_limit(1)
        .timeout(Duration::from_secs(9));
    assert_failed(&send_to(routes().layer(stack), empty("GET", "/missing")), 404, "E1");
    // Wrapped once more, the error is found in the chain.
    let wrap = ServiceBuilder::new()
        .layer(layer())
        .map_err(|error: BoxError| BoxError::from(Wrapped(error)));
    let stack = wrap.timeout(Duration::ZERO);
    assert_failed(&send_to(routes().layer(stack), empty("GET", "/pending")), 504, "HTTP_504");
}

#[derive(Debug)]
struct Wrapped(BoxError);

impl std::fmt::Display for Wrapped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("wrapped")
    }
}

impl std::error::Error for Wrapped {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}

#[test]
fn tower_http_s_layers_fail_with_a_code() {
    use tower_http::{limit::RequestBodyLimitLayer, timeout::TimeoutLayer};
    // 408 would ask the client to send the request again, whose first one may still be at work.
    for status in [StatusCode::REQUEST_TIMEOUT, StatusCode::GATEWAY_TIMEOUT] {
        let timeout = TimeoutLayer::with_status_code(status, Duration::ZERO);
        let seen = send_to(routes().layer(timeout).layer(layer()), empty("GET", "/pending"));
        assert_failed(&seen, 504, "HTTP_504");
    }
    let limited = routes().layer(RequestBodyLimitLayer::new(4)).layer(layer());
    let declared =
        request("POST", "/body").header("content-length", "5").body("12345".into()).expect("valid");
    assert_failed(&send_to(limited.clone(), declared), 413, "HTTP_413");
    let chunks = stream::iter(["123", "45"].map(Ok::<_, Infallible>));
    let chunked = request("POST", "/body").body(Body::from_stream(chunks)).expect("valid");
    assert_failed(&send_to(limited, chunked), 413, "HTTP_413");
}

#[test]
fn handle_error_answers_first_and_is_rendered() {
    let bare = HandleErrorLayer::new(async |_: BoxError| StatusCode::REQUEST_TIMEOUT);
    let stack = ServiceBuilder::new().layer(layer()).layer(bare).timeout(Duration::ZERO);
    assert_failed(&send_to(routes().layer(stack), empty("GET", "/pending")), 504, "HTTP_504");
    let typed =
        HandleErrorLayer::new(async |_: BoxError| errcode_axum::Failure::from(ShopError::Slow));
    let stack = ServiceBuilder::new().layer(layer()).layer(typed).timeout(Duration::ZERO);
    assert_failed(&send_to(routes().layer(stack), empty("GET", "/pending")), 504, "E2");
}

#[test]
fn nested_routers_share_one_boundary() {
    let app = Router::new().nest("/a", Router::new().nest("/b", routes())).layer(layer());
    assert_failed(&send_to(app.clone(), empty("GET", "/a/b/missing")), 404, "E1");
    assert_failed(&send_to(app.clone(), empty("GET", "/a/b/nowhere")), 404, "HTTP_404");
    assert_failed(&send_to(app, empty("PUT", "/a/b/missing")), 405, "HTTP_405");
    let own =
        Router::new().fallback(async || errcode_axum::Failure::from(ShopError::Missing { id: 1 }));
    assert_failed(
        &send_to(Router::new().nest("/a", own).layer(layer()), empty("GET", "/a/x")),
        404,
        "E1",
    );
}

#[test]
fn foreign_answers_by_each_setting() {
    for (foreign, text, bare) in [
        (Foreign::PlainText, Some("HTTP_409"), Some("HTTP_409")),
        (Foreign::EmptyOnly, None, Some("HTTP_409")),
        (Foreign::Keep, None, None),
    ] {
        let app = routes().layer(layer().foreign(foreign));
        let (on_text, on_bare) = (
            send_to(app.clone(), empty("GET", "/text")),
            send_to(app.clone(), empty("GET", "/bare")),
        );
        assert_eq!(
            (on_text.header("x-error-code"), on_bare.header("x-error-code")),
            (text, bare),
            "{foreign:?}"
        );
        assert_eq!((on_text.status, on_bare.status), (409, 409));
        assert_eq!(on_text.body == b"mine", text.is_none(), "{foreign:?}");
        let grpc = send_to(app.clone(), empty("GET", "/grpc"));
        assert_eq!(
            (grpc.header("x-error-code"), grpc.header("content-type")),
            (None, Some("application/grpc+proto"))
        );
        assert_failed(&send_to(app.clone(), empty("GET", "/nowhere")), 404, "HTTP_404");
        assert_failed(&send_to(app, empty("PUT", "/text")), 405, "HTTP_405");
    }
}

#[test]
fn observing_changes_nothing_and_says_what_it_would() {
    let app = routes().layer(layer().observe());
    for (uri, status, body, would) in [
        ("/text", 409, "mine", Some("would answer HTTP_409")),
        ("/nowhere", 404, "", Some("would answer HTTP_404")),
    ] {
        let seen = send_to(app.clone(), empty("GET", uri));
        assert_eq!(
            (seen.status, &*seen.body, seen.header("x-error-code")),
            (status, body.as_bytes(), None)
        );
        assert_eq!(seen.header("x-request-id"), seen.log[0]["requestId"].as_str());
        let said = seen
            .log
            .iter()
            .find(|event| event["event"] == "observe")
            .and_then(|event| event["msg"].as_str());
        assert_eq!(said, would, "{:?}", seen.log);
    }
}

struct Short(&'static str);

impl BodyFormat for Short {
    fn content_type(&self) -> &'static str {
        "text/vnd.short"
    }
    fn write(&self, error: &ErrorView<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(format!("{}:{}", self.0, error.spec().code()).as_bytes());
    }
    fn status(&self, _: &ErrorView<'_>) -> u16 {
        400
    }
}

#[test]
fn the_innermost_form_wins() {
    let inner = routes().layer(errcode_axum::body_format(Short("inner")));
    let app = Router::new()
        .nest("/inner", inner)
        .nest("/outer", routes())
        .layer(errcode_axum::body_format(Short("outer")))
        .layer(layer().body_format(Problem));
    for (uri, body) in [
        ("/inner/missing", "inner:E1"),
        ("/outer/missing", "outer:E1"),
        ("/inner/text", "inner:HTTP_409"),
        // A nested router without a fallback of its own uses the outer one's (axum's rule), outside its layers.
        ("/inner/nowhere", "outer:HTTP_404"),
    ] {
        let seen = send_to(app.clone(), empty("GET", uri));
        assert_eq!(String::from_utf8_lossy(&seen.body), body, "{uri}");
        assert_eq!((seen.status, seen.header("content-type")), (400, Some("text/vnd.short")));
    }
    let named = request("GET", "/inner/missing")
        .header("accept", "application/vnd.api+json")
        .body(Body::empty());
    assert_eq!(
        send_to(app, named.expect("valid")).header("content-type"),
        Some("application/vnd.api+json")
    );
    // The inner format has the type that the client names.
    let numeric = errcode_axum::body_format(JsonApi::with_numeric_status());
    let body = negotiated(routes().layer(numeric).layer(layer()), "application/vnd.api+json").1;
    assert_eq!(body, JSON_API.replace(r#""status":"404""#, r#""status":404"#));
}

/// The answer to this `Accept`, with the time cut out.
fn negotiated(app: Router, accept: &str) -> (String, String) {
    let request = request("GET", "/missing")
        .header("accept", accept)
        .header("x-request-id", "r-1")
        .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    let seen = send_to(app, request.body(Body::empty()).expect("valid"));
    assert_eq!(
        (seen.status, seen.header("vary")),
        (404, Some("Accept, Accept-Language")),
        "{accept}"
    );
    let kind = seen.header("content-type").expect("a type").to_owned();
    let body = String::from_utf8(seen.body).expect("UTF-8");
    let start = body.find("\"timestamp\":\"").expect("a time") + 13;
    (kind, format!("{}TIME{}", &body[..start], &body[start + 20..]))
}

const ENVELOPE: &str = concat!(
    r#"{"success":false,"error":{"code":"E1","message":"no item 17","retryable":false,"#,
    r#""details":{"id":"17"},"docs":"https://errors.example/E1"},"request_id":"r-1","#,
    r#""trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","timestamp":"TIME"}"#
);
const PROBLEM: &str = concat!(
    r#"{"type":"https://errors.example/E1","title":"No item","status":404,"#,
    r#""detail":"no item 17","instance":"/missing","code":"E1","request_id":"r-1","#,
    r#""trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","timestamp":"TIME","retryable":false,"#,
    r#""details":{"id":"17"}}"#
);
const JSON_API: &str = concat!(
    r#"{"errors":[{"id":"r-1","links":{"type":"https://errors.example/E1"},"status":"404","#,
    r#""code":"E1","title":"No item","detail":"no item 17","meta":{"details":{"id":"17"},"#,
    r#""trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","timestamp":"TIME","retryable":false}}]}"#
);

#[test]
fn accept_chooses_among_three_formats() {
    let formats = [
        ("application/json", ENVELOPE),
        ("application/problem+json", PROBLEM),
        ("application/vnd.api+json", JSON_API),
    ];
    for (kind, body) in formats {
        assert_eq!(negotiated(routes().layer(layer()), kind), (kind.into(), body.into()));
    }
    for accept in ["*/*", "", "nonsense", "application/problem+json;q=0", "text/html"] {
        assert_eq!(negotiated(routes().layer(layer()), accept).1, ENVELOPE, "{accept}");
    }
    let problem_first = routes().layer(layer().body_format(Problem));
    assert_eq!(negotiated(problem_first.clone(), "*/*").1, PROBLEM);
    assert_eq!(negotiated(problem_first, "application/vnd.api+json").1, JSON_API);
    let fixed = routes().layer(layer().negotiate(false));
    assert_eq!(negotiated(fixed, "application/problem+json").1, ENVELOPE);
    // Also for a client that names the type: it is the service's own format that has it.
    for accept in ["*/*", "application/vnd.api+json"] {
        let layer = layer().body_format(JsonApi::with_numeric_status());
        let numeric = negotiated(routes().layer(layer), accept).1;
        assert_eq!(numeric, JSON_API.replace(r#""status":"404""#, r#""status":404"#), "{accept}");
    }
}

#[test]
fn streams_pass_untouched() {
    let events = || {
        stream::iter(
            ["one", "two"].map(|data| Ok::<_, Infallible>(sse::Event::default().data(data))),
        )
    };
    let app = Router::new().route("/events", get(async move || Sse::new(events()))).layer(layer());
    let seen = send_to(app, empty("GET", "/events"));
    assert_eq!((seen.status, seen.header("content-type")), (200, Some("text/event-stream")));
    assert_eq!(seen.body, b"data: one\n\ndata: two\n\n");
}

fn upgrading() -> Router {
    let upgrade = async |upgrade: WebSocketUpgrade| upgrade.on_upgrade(async |_| {});
    routes().route("/ws", any(upgrade)).layer(layer())
}

#[test]
fn a_refused_upgrade_has_a_code() {
    assert_failed(&send_to(upgrading(), empty("GET", "/ws")), 400, "HTTP_400");
}

/// The service on loopback.
async fn serve(app: Router) -> TcpStream {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, app).await });
    TcpStream::connect(address).await.expect("the service listens")
}

#[tokio::test]
async fn an_upgrade_passes() {
    let mut stream = serve(upgrading()).await;
    let request = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Request-Id: r-1\r\n\r\n";
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await.expect("an answer"));
    }
    let answer = String::from_utf8(answer).expect("UTF-8").to_ascii_lowercase();
    assert!(
        answer.starts_with("http/1.1 101 ") && answer.contains("x-request-id: r-1\r\n"),
        "{answer}"
    );
    assert!(!answer.contains("x-error-code"), "{answer}");
}

async fn http_2(app: Router) -> hyper::client::conn::http2::SendRequest<Body> {
    use hyper_util::rt::{TokioExecutor, TokioIo};
    let stream = TokioIo::new(serve(app).await);
    let (client, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), stream)
        .await
        .expect("an HTTP/2 peer");
    tokio::spawn(connection);
    client
}

#[tokio::test]
async fn trailers_pass() {
    let _log = tracing::subscriber::set_default(
        tracing_subscriber::registry().with(errcode_runtime::JsonLines::to(|_| ())),
    );
    let answer = async || {
        let trailers =
            http::HeaderMap::from_iter([(header::ETAG, http::HeaderValue::from_static("1"))]);
        let body =
            Full::new(Bytes::from_static(b"whole")).with_trailers(async { Some(Ok(trailers)) });
        Response::new(Body::new(body))
    };
    let mut client = http_2(Router::new().route("/", get(answer)).layer(layer())).await;
    let request = Request::get("http://a/").body(Body::empty()).expect("valid");
    let body = client.send_request(request).await.expect("an answer").into_body();
    let whole = body.collect().await.expect("a body");
    assert_eq!(whole.trailers().expect("trailers")[header::ETAG], "1");
    assert_eq!(whole.to_bytes(), "whole");
}

#[tokio::test]
async fn http_2_has_the_same_answers() {
    let mut client = http_2(routes().layer(layer())).await;
    for (method, path, status, code) in [
        ("GET", "/missing", 404, "E1"),
        ("GET", "/nowhere", 404, "HTTP_404"),
        ("PUT", "/missing", 405, "HTTP_405"),
    ] {
        let request =
            Request::builder().method(method).uri(format!("http://a{path}")).body(Body::empty());
        let response = client.send_request(request.expect("valid")).await.expect("an answer");
        assert_eq!(
            (response.version(), response.status().as_u16()),
            (http::Version::HTTP_2, status)
        );
        assert_eq!(response.headers()["x-error-code"], code);
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(body["error"]["code"], code);
    }
}

#[test]
fn a_typed_error_survives_layers_between() {
    async fn tag(mut response: Response) -> Response {
        response.headers_mut().insert("x-tag", http::HeaderValue::from_static("1"));
        response.into_response()
    }
    let app = routes().layer(axum::middleware::map_response(tag)).layer(layer());
    let seen = send_to(app, empty("GET", "/missing"));
    assert_eq!(seen.header("x-tag"), Some("1"));
    assert_failed(&seen, 404, "E1");
}
