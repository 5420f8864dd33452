//! What ends a call, on a real listener: the status that the client gets, and the one line of the log.

mod support;

use errcode_core::{AppError, FieldViolation, Subject, prelude::*};
use errcode_tonic::{ErrorLayer, OrStatus as _};
use serde_json::Value;
use std::{
    error::Error,
    fmt,
    future::{Ready, pending},
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use support::{Client, Items, Listener, Log, Method, Shop};
use tokio_stream::StreamExt as _;
use tonic::{Code, Request, Response, Status, body::Body, transport::Server};
use tonic_types::StatusExt as _;
use tower::{limit::ConcurrencyLimitLayer, load_shed::LoadShedLayer, timeout::TimeoutLayer};

/// Breaks in the way its name says.
#[derive(Clone, Copy, Debug)]
enum Nasty {
    Display,
    DisplayFails,
    Source,
}

impl fmt::Display for Nasty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("begun")?;
        match self {
            Self::Display => panic!("no display"),
            Self::DisplayFails => Err(fmt::Error),
            Self::Source => Ok(()),
        }
    }
}

impl Error for Nasty {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Source => panic!("no source"),
            _ => None,
        }
    }
}

#[derive(Debug, AppError)]
enum ShopError {
    #[error("account {}", &.0[..4], code = "A1", status = 404)]
    NoAccount(String),
    #[error("caused", code = "A2", status = 503)]
    Caused(#[source] Nasty),
    #[error("shown", code = "A3", status = 409, user_msg = "shown {nasty}")]
    Shown { nasty: Nasty },
    #[error("closed", code = "A4", status = 503, retryable(after = "1500ms"))]
    Closed,
    #[error("bombed", code = "A6", status = 404)]
    Bombed(#[source] Bomb),
    #[error("invalid", code = "A5", status = 422)]
    Invalid {
        #[violations]
        violations: Vec<FieldViolation>,
    },
}

errcode_core::catalog! {
    static CATALOG = [ShopError];
    service = "shop";
    docs = "https://errors.example/{code}";
    languages = ["en", "zh"];
}

/// What the client sent, which no line of the log may have.
const SENT: &str = "4111111111111111";

/// The line of an error that a client would take for a success.
const OK: &str = "the service failed with the code `OK`";

fn violations(count: usize) -> Vec<FieldViolation> {
    let place = |at| Subject::Pointer(format!("/items/{at}/price").into());
    (0..count).map(|at| FieldViolation::new(place(at), "too low").rule("range")).collect()
}

async fn unary(what: String) -> Result<Response<String>, Status> {
    match &*what {
        "display" => Err(ShopError::NoAccount("ab".into())).or_status()?,
        "source display" => Err(ShopError::Caused(Nasty::Display)).or_status()?,
        "source fails" => Err(ShopError::Caused(Nasty::DisplayFails)).or_status()?,
        "source" => Err(ShopError::Caused(Nasty::Source)).or_status()?,
        "user message" => Err(ShopError::Shown { nasty: Nasty::Display }).or_status()?,
        "closed" => Err(ShopError::Closed).or_status()?,
        "bomb" => Err(ShopError::Bombed(Bomb)).or_status()?,
        "made" => return Err(Status::from_error(ShopError::Closed.into())),
        "nested" => {
            let failed: Result<(), Failure> = Err(ShopError::Closed).context("charging the card");
            failed.context("handling order 17").or_status()?;
        }
        "invalid" => Err(ShopError::Invalid { violations: violations(250) }).or_status()?,
        "panic" => panic!("no shop"),
        "slow" => {
            tracing::info!(target: "app", event = "slow");
            pending::<()>().await;
        }
        "quoted" => return Err(Status::internal(format!("the number \"{SENT}\" is odd"))),
        "bare" => return Err(Status::internal(format!("the number {SENT} is odd"))),
        "backticks" => return Err(Status::unknown(format!("the number `{SENT}` is odd"))),
        "ok" => return Err(Status::ok("fine")),
        "ok, made" => {
            let mut status = Status::ok("fine");
            status.set_source(Arc::new(ShopError::Closed));
            return Err(status);
        }
        "refused" => return Err(Status::invalid_argument(format!("'{SENT}' is odd"))),
        _ => {}
    }
    Ok(Response::new(what))
}

/// Panics when it is dropped.
#[derive(Debug)]
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        assert!(std::thread::panicking(), "no end");
    }
}

impl fmt::Display for Bomb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a bomb")
    }
}

impl Error for Bomb {}

/// A stream without an end.
fn watching(_: String) -> Items {
    let bomb = Bomb;
    tracing::info!(target: "app", event = "began");
    Box::pin(tokio_stream::pending().map(move |item| {
        let _ = &bomb;
        item
    }))
}

fn listing(what: String) -> Items {
    let mut begun = false;
    let items = tokio_stream::iter(std::iter::from_fn(move || {
        if !std::mem::replace(&mut begun, true) {
            return Some(Ok("one".to_owned()));
        }
        match &*what {
            "bomb" => Some(Err(ShopError::Bombed(Bomb)).or_status()),
            "closed" => Some(Err(ShopError::Closed).or_status()),
            "sent" => Some(Err(Status::data_loss(format!("lost {SENT}")))),
            _ => None,
        }
    }));
    Box::pin(items)
}

/// A call that ends without a status.
fn cut_off() -> http::Response<Body> {
    let mut response = http::Response::new(Body::empty());
    let grpc = http::HeaderValue::from_static("application/grpc");
    response.headers_mut().insert(http::header::CONTENT_TYPE, grpc);
    response
}

/// An answer in plain HTTP.
fn page() -> http::Response<Body> {
    http::Response::new(Body::new("a page".to_owned()))
}

/// The methods of the shop.
fn method(path: &str) -> Option<Method> {
    match path {
        "/shop.Shop/Get" => Some(Method::Unary(|what| Box::pin(unary(what)))),
        "/shop.Shop/List" => Some(Method::Listing(listing)),
        "/shop.Shop/CutOff" => Some(Method::Raw(cut_off)),
        "/shop.Shop/Watch" => Some(Method::Listing(watching)),
        "/shop.Shop/Page" => Some(Method::Raw(page)),
        _ => None,
    }
}

/// A shop under the layer alone.
fn shop() -> Listener {
    Listener::start(|connections, stopped| async {
        let layer = ErrorLayer::new(&CATALOG);
        let server = Server::builder().accept_http1(true).layer(layer).add_service(Shop(method));
        let stopped = async { drop(stopped.await) };
        server.serve_with_incoming_shutdown(connections, stopped).await.expect("the server runs");
    })
}

/// The one line of a call that failed.
fn only_failure(log: &Log) -> Value {
    let lines = log.lines();
    let failures: Vec<_> = lines.iter().filter(|line| line["event"] == "failure").collect();
    let [failure] = failures[..] else { panic!("{}", log.text()) };
    failure.clone()
}

async fn get(client: &Client, what: &str) -> Status {
    client.call("/shop.Shop/Get", Request::new(what.to_owned())).await.expect_err(what)
}

/// One call to a shop of its own, which is stopped after it.
async fn ended(path: &'static str, what: &str) -> (Status, Value) {
    let shop = shop();
    let client = shop.client().await;
    let status = client.call(path, Request::new(what.to_owned())).await.expect_err(what);
    drop(client);
    let log = shop.stop().await;
    let id = status.metadata().get("x-request-id").expect("an id").to_str().expect("a text");
    let line = only_failure(&log);
    assert_eq!((log.lines().len(), &line["requestId"]), (1, &id.into()), "{}", log.text());
    (status, line)
}

fn code(status: &Status) -> Option<&str> {
    status.metadata().get("x-error-code").map(|code| code.to_str().expect("a text"))
}

#[tokio::test]
async fn whatever_breaks_the_client_gets_the_code_and_the_log_its_line() {
    for (what, grpc, code_of, http, broken) in [
        ("display", Code::NotFound, "A1", 404, "`Display` of the error panicked"),
        ("source display", Code::Unavailable, "A2", 503, "`Display` of a source panicked"),
        ("source fails", Code::Unavailable, "A2", 503, "`Display` of a source returned an error"),
        ("source", Code::Unavailable, "A2", 503, "`source` panicked"),
        ("user message", Code::Aborted, "A3", 409, "the body panicked"),
    ] {
        let (status, line) = ended("/shop.Shop/Get", what).await;
        assert_eq!((status.code(), code(&status)), (grpc, Some(code_of)), "{what}");
        assert_eq!((&line["code"], &line["httpStatus"]), (&code_of.into(), &http.into()));
        assert!(line["broken"].as_str().expect("what broke").contains(broken), "{line}");
    }
}

#[tokio::test]
async fn the_lines_of_calls() {
    for (path, what, grpc, code_of, level, http, message) in [
        (
            "/shop.Shop/Get",
            "panic",
            Code::Internal,
            "SERVER_ERROR",
            "ERROR",
            500,
            "panicked: no shop",
        ),
        (
            "/shop.Shop/None",
            "",
            Code::Unimplemented,
            "HTTP_404",
            "INFO",
            404,
            "no such service or method",
        ),
        ("/shop.Shop/Get", "closed", Code::Unavailable, "A4", "ERROR", 503, "closed"),
        ("/shop.Shop/Get", "nested", Code::Unavailable, "A4", "ERROR", 503, "closed"),
        ("/shop.Shop/Get", "made", Code::Unavailable, "A4", "ERROR", 503, "closed"),
        ("/shop.Shop/Get", "ok", Code::Internal, "SERVER_ERROR", "ERROR", 500, OK),
        ("/shop.Shop/Get", "ok, made", Code::Unavailable, "A4", "ERROR", 503, "closed"),
    ] {
        let (status, line) = ended(path, what).await;
        assert_eq!((status.code(), code(&status)), (grpc, Some(code_of)), "{what}");
        assert_eq!((&line["code"], &line["lvl"]), (&code_of.into(), &level.into()), "{line}");
        assert_eq!((&line["httpStatus"], &line["msg"]), (&http.into(), &message.into()), "{line}");
        assert_eq!((&line["service"], &line["uri"]), (&"shop".into(), &path.into()));
        let context = (what == "nested").then_some("handling order 17: charging the card");
        assert_eq!(line["context"].as_str(), context);
    }
}

#[tokio::test]
async fn what_a_client_sent_is_not_in_the_log_whatever_its_form() {
    for (path, what, grpc) in [
        ("/shop.Shop/Get", "quoted", Code::Internal),
        ("/shop.Shop/Get", "bare", Code::Internal),
        ("/shop.Shop/Get", "backticks", Code::Unknown),
        ("/shop.Shop/Get", "refused", Code::InvalidArgument),
    ] {
        let (status, line) = ended(path, what).await;
        // A status of the service's own is the client's to read.
        assert_eq!((status.code(), status.message().contains(SENT)), (grpc, true), "{what}");
        assert_eq!(line["msg"], format!("the service answered {grpc:?} itself"));
        assert!(!line.to_string().contains(SENT), "{line}");
    }
}

#[tokio::test]
async fn an_overload_is_a_refusal_with_a_code() {
    let shop = Listener::start(|connections, stopped| async {
        let server = Server::builder()
            .layer(ErrorLayer::new(&CATALOG))
            .layer(LoadShedLayer::new())
            .layer(ConcurrencyLimitLayer::new(0))
            .add_service(Shop(method));
        let stopped = async { drop(stopped.await) };
        server.serve_with_incoming_shutdown(connections, stopped).await.expect("the server runs");
    });
    let client = shop.client().await;
    let status = get(&client, "fine").await;
    assert_eq!((status.code(), code(&status)), (Code::Unavailable, Some("HTTP_503")));
    drop(client);
    let log = shop.stop().await;
    assert_eq!((&only_failure(&log)["code"], log.lines().len()), (&"HTTP_503".into(), 1));
}

#[tokio::test]
async fn a_response_that_ends_without_a_status_is_a_failure() {
    let shop = shop();
    let client = shop.client().await;
    let call = client.call("/shop.Shop/CutOff", Request::new(String::new()));
    let status = call.await.expect_err("no message");
    assert_eq!((status.code(), code(&status)), (Code::Internal, Some("SERVER_ERROR")));
    drop(client);
    let log = shop.stop().await;
    assert_eq!(only_failure(&log)["msg"], "the response ended without a status");
    assert_eq!(log.lines()[1]["status"], "aborted");
}

#[tokio::test]
async fn an_error_whose_destructor_panics_is_answered() {
    let (status, line) = ended("/shop.Shop/Get", "bomb").await;
    assert_eq!((code(&status), &line["code"]), (Some("A6"), &"A6".into()));

    let shop = shop();
    let client = shop.client().await;
    let listed = client.call("/shop.Shop/List", Request::new("bomb".to_owned())).await;
    assert_eq!(listed.expect_err("a failure").code(), Code::NotFound);
    drop(client);
    assert_eq!(only_failure(&shop.stop().await)["code"], "A6");
}

#[tokio::test]
async fn a_stream_whose_destructor_panics_is_a_failure() {
    let shop = shop();
    let client = shop.client().await;
    let watching =
        tokio::spawn(
            async move { client.call("/shop.Shop/Watch", Request::new(String::new())).await },
        );
    shop.log.has("began").await;
    watching.abort();
    let failure = shop.log.has("failure").await;
    assert_eq!((&failure["phase"], &failure["msg"]), (&"body".into(), &"panicked: no end".into()));
    let log = shop.stop().await;
    let [began, failure, access] = &log.lines()[..] else { panic!("three lines: {}", log.text()) };
    assert_eq!(
        (&failure["requestId"], &access["requestId"]),
        (&began["requestId"], &began["requestId"])
    );
    assert_eq!(access["status"], "aborted");
}

#[tokio::test]
async fn a_page_of_plain_http_is_a_success() {
    let shop = shop();
    let mut stream = TcpStream::connect(shop.address()).expect("a server");
    let request = b"GET /shop.Shop/Page HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    stream.write_all(request).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.ends_with("a page"), "{answer}");
    let log = shop.stop().await;
    let [access] = &log.lines()[..] else { panic!("one line: {}", log.text()) };
    assert_eq!((&access["status"], &access["bytes_sent"]), (&"success".into(), &6.into()));
}

/// A layer that is not ready.
#[derive(Clone)]
struct Closed;

impl tower::Service<http::Request<Body>> for Closed {
    type Response = http::Response<Body>;
    type Error = tower::BoxError;
    type Future = Ready<Result<http::Response<Body>, tower::BoxError>>;
    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), tower::BoxError>> {
        Poll::Ready(Err(ShopError::Closed.into()))
    }
    fn call(&mut self, _: http::Request<Body>) -> Self::Future {
        panic!("called without being ready")
    }
}

#[tokio::test]
async fn a_layer_that_is_not_ready_is_not_called_and_its_error_is_answered() {
    let shop = Listener::start(|connections, stopped| async {
        let server = Server::builder()
            .layer(ErrorLayer::new(&CATALOG))
            .layer(tower::layer::layer_fn(|_| Closed))
            .add_service(Shop(method));
        let stopped = async { drop(stopped.await) };
        server.serve_with_incoming_shutdown(connections, stopped).await.expect("the server runs");
    });
    let client = shop.client().await;
    let status = get(&client, "fine").await;
    assert_eq!((status.code(), code(&status)), (Code::Unavailable, Some("A4")));
    drop(client);
    assert_eq!(only_failure(&shop.stop().await)["code"], "A4");
}

#[tokio::test]
async fn a_timeout_of_tower_s_is_a_failure_with_a_code() {
    let shop = Listener::start(|connections, stopped| async {
        let server = Server::builder()
            .layer(ErrorLayer::new(&CATALOG))
            .layer(TimeoutLayer::new(Duration::ZERO))
            .add_service(Shop(method));
        let stopped = async { drop(stopped.await) };
        server.serve_with_incoming_shutdown(connections, stopped).await.expect("the server runs");
    });
    let client = shop.client().await;
    let status = get(&client, "slow").await;
    assert_eq!((status.code(), code(&status)), (Code::DeadlineExceeded, Some("HTTP_504")));
    drop(client);
    assert_eq!(only_failure(&shop.stop().await)["code"], "HTTP_504");
}

#[tokio::test]
async fn a_client_that_goes_away_is_no_failure() {
    let shop = shop();
    let client = shop.client().await;
    let calling = client.clone();
    let slow = tokio::spawn(async move { get(&calling, "slow").await });
    shop.log.has("slow").await;
    slow.abort();
    let line = shop.log.has("client_gone").await;
    assert_eq!((&line["lvl"], &line["uri"]), (&"DEBUG".into(), &"/shop.Shop/Get".into()));
    drop(client);
    let log = shop.stop().await;
    let events: Vec<_> = log.lines().iter().map(|line| line["event"].clone()).collect();
    assert_eq!(events, ["slow", "client_gone"], "{}", log.text());
}

#[tokio::test]
async fn a_stream_that_fails_has_the_details_in_its_trailers_and_one_failure() {
    for (what, grpc, code_of) in
        [("closed", Code::Unavailable, Some("A4")), ("sent", Code::DataLoss, None)]
    {
        let shop = shop();
        let client = shop.client().await;
        // A client of unary calls reads the one message and then the trailers.
        let path = "/shop.Shop/List";
        let status = client.call(path, Request::new(what.to_owned())).await.expect_err(what);
        assert_eq!((status.code(), code(&status)), (grpc, code_of), "{what}");
        if code_of.is_some() {
            let pushback = status.metadata().get("grpc-retry-pushback-ms").expect("a delay");
            assert_eq!(pushback, "1500");
            let retry = status.get_details_retry_info().expect("a RetryInfo");
            assert_eq!(retry.retry_delay, Some(Duration::from_millis(1500)));
            let info = status.get_details_error_info().expect("an ErrorInfo");
            assert_eq!((&*info.reason, &*info.domain), ("A4", "shop"));
        }
        drop(client);
        let log = shop.stop().await;
        let (failure, lines) = (only_failure(&log), log.lines());
        // A message has a prefix of five bytes.
        assert_eq!((&failure["phase"], &failure["bytes_sent"]), (&"body".into(), &8.into()));
        let [_, access] = &lines[..] else { panic!("{}", log.text()) };
        assert_eq!((&access["event"], &access["status"]), (&"request".into(), &"aborted".into()));
        assert!(!log.text().contains(SENT), "{}", log.text());
    }
}

#[tokio::test]
async fn violations_are_bounded_and_the_others_are_counted() {
    let (status, _) = ended("/shop.Shop/Get", "invalid").await;
    assert_eq!((status.code(), code(&status)), (Code::InvalidArgument, Some("A5")));
    let listed = status.get_details_bad_request().expect("a BadRequest").field_violations;
    assert_eq!((&*listed[0].field, &*listed[0].reason), ("items[0].price", "range"));
    let info = status.get_details_error_info().expect("an ErrorInfo");
    let omitted: usize = info.metadata["errors_omitted"].parse().expect("a number");
    assert!((1..=100).contains(&listed.len()), "{}", listed.len());
    assert_eq!(listed.len() + omitted, 250);
}
