//! The error path cannot fail, and what fails is answered and reported once: on a real listener.

#[path = "support/listener.rs"]
// Each test file uses a part of it.
#[allow(dead_code)]
mod listener;

use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get as on_get, post as on_post},
};
use errcode_axum::{ErrorLayer, Foreign, Result, error_of};
use errcode_core::{
    AppError, Failure, FaultCodes, FrameworkFault,
    prelude::*,
    wire::{BodyFormat, ErrorView},
};
use errcode_runtime::{Context, Event, observe};
use futures_util::{StreamExt as _, stream};
use listener::{Answer, Log, Server, exchange, get, post};
use serde::{Serialize, Serializer};
use serde_json::Value;
use std::{
    error::Error,
    fmt,
    sync::{Arc, Mutex},
};
use tower::ServiceExt as _;

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

impl Serialize for Nasty {
    fn serialize<S: Serializer>(&self, _: S) -> std::result::Result<S::Ok, S::Error> {
        panic!("no JSON")
    }
}

#[derive(Debug, AppError, errcode_axum::IntoResponse)]
enum ShopError {
    #[error("account {}", &.0[..4], code = "A1", status = 404)]
    NoAccount(String),
    #[error("caused", code = "A2", status = 503)]
    Caused(#[source] Nasty),
    #[error("shown", code = "A3", status = 409, user_msg = "shown {nasty}")]
    Shown { nasty: Nasty },
    #[error("detailed", code = "A4", status = 410)]
    Detailed {
        #[detail]
        nasty: Nasty,
    },
    #[error("no token", code = "A5", status = 401, retryable(after = "3s"), headers("WWW-Authenticate" = "Bearer"))]
    NoToken,
    #[error("log only", code = "A6", status = 404, log = "log {nasty}")]
    Logged { nasty: Nasty },
    #[error("a bug of ours", code = "A7", status = 500)]
    Bug,
    #[error("told", code = "A8", status = 429)]
    Told {
        #[header("X-Told")]
        told: String,
    },
}

errcode_core::catalog! { static CATALOG = [ShopError]; service = "shop"; }

struct Angry;

impl FaultCodes for Angry {
    fn failure(&self, _: &FrameworkFault) -> Option<Failure> {
        panic!("no codes today")
    }
}

mod angry {
    use super::{Angry, ShopError};
    errcode_core::catalog! { pub(super) static CATALOG = [ShopError]; faults = Angry; }
}

fn shop(failing: impl Fn() -> ShopError + Clone + Send + Sync + 'static) -> Router {
    let handler = move || async move { Err::<(), errcode_axum::Failure>(failing().into()) };
    Router::new().route("/", on_get(handler)).layer(ErrorLayer::new(&CATALOG))
}

/// The one failure of a log.
fn only_failure(log: &Log) -> Value {
    let mut lines = log.lines();
    // The observer of another test panics.
    lines.retain(|line| line["event"] != "observer_panicked");
    assert_eq!(lines.len(), 1, "{}", log.0);
    assert_eq!(lines[0]["event"], "failure", "{}", log.0);
    lines[0].clone()
}

fn assert_in_envelope(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.header("x-error-code")), (status, Some(code)), "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"), "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{answer:?}");
    let body = answer.json();
    assert_eq!((&body["success"], &body["error"]["code"]), (&false.into(), &code.into()));
    assert_eq!(body["request_id"].as_str(), answer.header("x-request-id"));
    assert_eq!(body["trace_id"].as_str(), answer.header("x-trace-id"));
}

#[test]
fn broken_user_code_leaves_the_client_its_status_and_the_log_its_line() {
    type Make = fn() -> ShopError;
    let cases: [(Make, u16, &str, &str); 8] = [
        (|| ShopError::NoAccount("ab".into()), 404, "A1", "`Display` of the error panicked at"),
        (|| ShopError::Caused(Nasty::Display), 503, "A2", "`Display` of a source panicked"),
        (
            || ShopError::Caused(Nasty::DisplayFails),
            503,
            "A2",
            "`Display` of a source returned an error",
        ),
        (|| ShopError::Caused(Nasty::Source), 503, "A2", "`source` panicked"),
        (|| ShopError::Shown { nasty: Nasty::Display }, 409, "A3", "the body panicked"),
        (|| ShopError::Detailed { nasty: Nasty::Source }, 410, "A4", "the body panicked"),
        (
            || ShopError::Logged { nasty: Nasty::Display },
            404,
            "A6",
            "`Display` of the error panicked",
        ),
        (
            || ShopError::Logged { nasty: Nasty::DisplayFails },
            404,
            "A6",
            "`Display` of the error returned an error",
        ),
    ];
    for (make, status, code, broken) in cases {
        for (accept, is_default) in [("", true), ("Accept: application/problem+json\r\n", false)] {
            let (answer, log) = exchange(shop(make), &get("/", accept));
            let line = only_failure(&log);
            assert_eq!(line["code"], code);
            let named = line["broken"].as_str().unwrap_or_default();
            let prefix = broken.trim_end_matches(" at");
            assert!(named.contains(prefix), "{line}");
            // Whatever format was asked for, a body that breaks is answered in the default one.
            if is_default || broken.starts_with("the body") {
                assert_in_envelope(&answer, status, code);
            } else {
                assert_eq!((answer.status, answer.header("x-error-code")), (status, Some(code)));
                assert_eq!(answer.header("content-type"), Some("application/problem+json"));
            }
        }
    }
}

#[test]
fn a_body_format_that_panics_gives_way_to_the_default_one() {
    struct Bad;
    impl BodyFormat for Bad {
        fn content_type(&self) -> &'static str {
            "text/bad"
        }
        fn write(&self, _: &ErrorView<'_>, out: &mut Vec<u8>) {
            out.extend_from_slice(b"half");
            panic!("no format")
        }
    }
    let app = Router::new()
        .route("/", on_get(async || ShopError::NoToken.into_response()))
        .layer(ErrorLayer::new(&CATALOG).body_format(Bad));
    let (answer, log) = exchange(app, &get("/", ""));
    assert_in_envelope(&answer, 401, "A5");
    assert!(only_failure(&log)["broken"].as_str().unwrap().contains("no format"));
}

#[test]
fn fault_codes_that_panic_give_way_to_the_default_ones() {
    let app = Router::new().layer(ErrorLayer::new(&angry::CATALOG));
    let (answer, log) = exchange(app, &get("/nowhere", ""));
    assert_in_envelope(&answer, 404, "HTTP_404");
    assert_eq!(only_failure(&log)["code"], "HTTP_404");
}

#[test]
fn an_observer_that_panics_breaks_nothing() {
    let broken = observe(|_: &Event<'_>| panic!("no observer"));
    let (answer, log) = exchange(shop(|| ShopError::NoToken), &get("/", ""));
    broken.stop();
    assert_in_envelope(&answer, 401, "A5");
    assert_eq!(log.lines().iter().filter(|line| line["event"] == "failure").count(), 1);
}

/// A layer of tower's that fails instead of answering.
fn below(error: impl Fn() -> tower::BoxError + Clone + Send + Sync + 'static) -> Router {
    let failing = tower::service_fn(move |_: Request| {
        let error = error();
        async move { Err::<Response, _>(error) }
    });
    let service = tower::ServiceBuilder::new().layer(ErrorLayer::new(&CATALOG)).service(failing);
    Router::new().fallback_service(service)
}

#[derive(Debug)]
struct Around(tower::BoxError);

impl fmt::Display for Around {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a layer failed")
    }
}

impl Error for Around {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

#[test]
fn a_typed_error_keeps_its_code_through_layers_that_box_it() {
    for error in [
        || tower::BoxError::from(ShopError::NoToken),
        || Around(ShopError::NoToken.into()).into(),
        || Failure::from(ShopError::NoToken).attach("tenant", "acme").into(),
    ] {
        let (answer, log) = exchange(below(error), &get("/", ""));
        assert_in_envelope(&answer, 401, "A5");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        assert_eq!(answer.header("retry-after"), Some("3"));
        assert_eq!(only_failure(&log)["code"], "A5");
    }
}

#[test]
fn an_error_of_a_lower_layer_whose_text_breaks_is_answered_too() {
    for (error, broken) in [
        (|| tower::BoxError::from(Nasty::Display), "panicked"),
        (|| Nasty::DisplayFails.into(), "returned an error"),
        (|| Around(Nasty::Source.into()).into(), ""),
    ] as [(fn() -> tower::BoxError, &str); 3]
    {
        let (answer, log) = exchange(below(error), &get("/", ""));
        assert_in_envelope(&answer, 500, "SERVER_ERROR");
        assert!(log.0.contains(broken), "{}", log.0);
        only_failure(&log);
    }
}

#[test]
fn an_error_keeps_its_status_and_headers_in_any_tuple() {
    type Wrapped = Result<(), errcode_axum::Failure>;
    let failed = || -> Wrapped { Err(ShopError::NoToken.into()) };
    let csv = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=600")),
    ];
    let routes = Router::new()
        .route("/created", on_get(async move || (StatusCode::CREATED, failed())))
        .route("/empty", on_get(async move || (StatusCode::NO_CONTENT, failed())))
        .route("/csv", on_get(async move || (csv, failed())))
        .route("/all", on_get(async move || (StatusCode::OK, [("x-own", "kept")], failed())))
        .route("/derived", on_get(async || (StatusCode::ACCEPTED, ShopError::NoToken)))
        .layer(ErrorLayer::new(&CATALOG));
    for path in ["/created", "/empty", "/csv", "/all", "/derived"] {
        let (answer, log) = exchange(routes.clone(), &get(path, ""));
        assert_in_envelope(&answer, 401, "A5");
        assert_eq!(answer.headers("content-type").count(), 1);
        assert_eq!(answer.headers("cache-control").count(), 1);
        assert_eq!(answer.header("x-own"), (path == "/all").then_some("kept"));
        assert_eq!(only_failure(&log)["httpStatus"], 401);
    }
}

#[test]
fn an_error_under_success_is_reported_as_what_it_is() {
    let app = Router::new()
        .route("/", on_get(async || (StatusCode::CREATED, ShopError::NoToken)))
        .layer(middleware::from_fn(async |request: Request, next: Next| {
            let response = next.run(request).await;
            assert!(error_of(&response).is_some());
            response
        }))
        .layer(ErrorLayer::new(&CATALOG));
    let (answer, _) = exchange(app, &get("/", ""));
    assert_eq!(answer.status, 401);
}

#[test]
fn a_context_of_other_work_is_not_a_boundary() {
    // A worker calls an application inside its own context.
    let inner = Router::new()
        .route("/", on_get(async || -> Result<()> { Err(ShopError::NoToken)? }))
        .layer(ErrorLayer::new(&CATALOG));
    let worker = Context::builder().request_id(errcode_runtime::Id::parse("worker-1")).build();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&seen);
    let observing = observe(move |event: &Event<'_>| {
        if let Event::Failure(failure) = event {
            let id = failure.context.map(|context| context.request_id().to_string());
            to.lock().unwrap().push((failure.spec.code().to_string(), id));
        }
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let request = Request::get("/").header("x-request-id", "app-1").body(Body::empty()).unwrap();
    let response = runtime.block_on(worker.scope(async { inner.oneshot(request).await.unwrap() }));
    observing.stop();
    assert_eq!(response.headers()["x-request-id"], "app-1");
    // It is a part of the worker's trace.
    assert_eq!(response.headers()["x-trace-id"], worker.trace_id().as_str());
    let seen = seen.lock().unwrap();
    assert!(seen.contains(&("A5".to_owned(), Some("app-1".to_owned()))), "{seen:?}");
}

#[test]
fn a_layer_inside_a_layer_stays_silent() {
    let inner = Router::new()
        .route("/", on_get(async || -> Result<()> { Err(ShopError::NoToken)? }))
        .layer(ErrorLayer::new(&CATALOG));
    let (answer, log) =
        exchange(Router::new().merge(inner).layer(ErrorLayer::new(&CATALOG)), &get("/", ""));
    assert_in_envelope(&answer, 401, "A5");
    only_failure(&log);
}

/// Gives the server the time to send what came before.
async fn sent<T>(part: T) -> T {
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
    part
}

#[test]
fn a_body_that_fails_while_it_is_sent_is_one_failure() {
    let parts = |last: std::result::Result<&'static str, &'static str>| {
        let parts = [Ok("0123456789"), last.map_err(tower::BoxError::from)];
        Response::new(Body::from_stream(stream::iter(parts).then(sent)))
    };
    let app = Router::new()
        .route("/fails", on_get(async move || parts(Err("the disk is gone"))))
        .route("/whole", on_get(async move || parts(Ok("end"))))
        .route(
            "/panics",
            on_get(async || {
                let parts = stream::iter([1, 0]).then(sent);
                let parts = parts.map(|part| Ok::<_, tower::BoxError>(format!("{}", 1 / part)));
                Response::new(Body::from_stream(parts))
            }),
        )
        .layer(ErrorLayer::new(&CATALOG));
    let ended = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&ended);
    let observing = observe(move |event: &Event<'_>| {
        if let Event::Request(request) = event
            && let Some(context) = request.context
        {
            let code = request.spec.map(|spec| spec.code().to_string());
            to.lock().unwrap().push((context.request_id().to_string(), code));
        }
    });
    for (path, message, sent) in [
        ("/fails", "a layer below failed: the disk is gone", 10),
        ("/panics", "panicked: attempt to divide by zero", 1),
    ] {
        let (answer, log) = exchange(app.clone(), &get(path, ""));
        // The end of the request is observed once, with the code.
        let ended = ended.lock().unwrap().clone().into_iter();
        let ended = ended.filter(|(id, _)| Some(&**id) == answer.header("x-request-id"));
        let codes: Vec<_> = ended.map(|(_, code)| code).collect();
        assert_eq!(codes, [Some("SERVER_ERROR".to_owned())]);
        assert_eq!(answer.status, 200);
        let lines = log.lines();
        let [failure, access] = &lines[..] else { panic!("{}", log.0) };
        assert_eq!((&failure["event"], &failure["phase"]), (&"failure".into(), &"body".into()));
        assert_eq!((&failure["msg"], &failure["lvl"]), (&message.into(), &"ERROR".into()));
        assert_eq!((&access["event"], &access["status"]), (&"request".into(), &"aborted".into()));
        assert_eq!(access["bytes_sent"], sent);
        for line in [failure, access] {
            assert_eq!(line["requestId"].as_str(), answer.header("x-request-id"), "{line}");
        }
    }
    observing.stop();
    let (answer, log) = exchange(app, &get("/whole", ""));
    assert_eq!(answer.text(), "0123456789end");
    let lines = log.lines();
    assert_eq!(
        (lines.len(), &lines[0]["status"], &lines[0]["bytes_sent"]),
        (1, &"success".into(), &13.into())
    );
}

#[test]
fn an_answer_of_the_service_s_own_with_an_error_status_is_a_failure_and_stays() {
    let app = |layer: ErrorLayer| {
        Router::new()
            .route("/500", on_get(async || (StatusCode::INTERNAL_SERVER_ERROR, axum::Json("x"))))
            .route("/503", on_get(async || (StatusCode::SERVICE_UNAVAILABLE, axum::Json("x"))))
            .route("/404", on_get(async || (StatusCode::NOT_FOUND, axum::Json("x"))))
            .layer(layer)
    };
    let layers: [fn() -> ErrorLayer; 3] = [
        || ErrorLayer::new(&CATALOG),
        || ErrorLayer::new(&CATALOG).foreign(Foreign::Keep),
        || ErrorLayer::new(&CATALOG).observe(),
    ];
    for layer in layers {
        for (path, status, level, code) in [
            ("/500", 500, "ERROR", "SERVER_ERROR"),
            ("/503", 503, "ERROR", "HTTP_503"),
            ("/404", 404, "INFO", "HTTP_404"),
        ] {
            let (answer, log) = exchange(app(layer()), &get(path, ""));
            assert_eq!((answer.status, answer.text().as_str()), (status, "\"x\""));
            let line = log.lines().into_iter().find(|line| line["event"] == "failure");
            let line = line.unwrap_or_else(|| panic!("{path}: {}", log.0));
            assert_eq!((&line["lvl"], &line["code"]), (&level.into(), &code.into()), "{line}");
            assert_eq!(line["httpStatus"], status);
            assert!(!log.0.contains("\"success\""), "{}", log.0);
        }
    }
}

#[test]
fn instance_stays_on_this_host() {
    let accept = "Accept: application/problem+json\r\n";
    for (path, instance) in [
        ("//evil.example/x", "/%2Fevil.example/x"),
        ("/a|b", "/a%7Cb"),
        ("/\\evil.example", "/%5Cevil.example"),
        ("/plain/path?query=left-out", "/plain/path"),
    ] {
        let (answer, _) = exchange(shop(|| ShopError::NoToken), &get(path, accept));
        // What the server itself refuses has no body of ours.
        if answer.header("content-type") == Some("application/problem+json") {
            assert_eq!(answer.json()["instance"], instance, "{answer:?}");
        } else {
            assert_eq!(answer.status, 400, "{answer:?}");
        }
    }
}

#[test]
fn the_place_of_an_error_is_the_handler_s_or_none() {
    let app = Router::new()
        .route("/derived", on_get(async || ShopError::Bug))
        .route("/question-mark", on_get(async || -> Result<()> { Err(ShopError::Bug)? }))
        .route(
            "/function",
            on_get(async || -> Result<(), errcode_axum::Failure> {
                let failed: std::result::Result<(), _> = Err(ShopError::Bug);
                failed.map_err(errcode_axum::Failure::from)
            }),
        )
        .route(
            "/both",
            on_get(async || -> Result<()> {
                let failed: std::result::Result<(), _> = Err(ShopError::Bug);
                Ok(failed.map_err(Failure::from)?)
            }),
        )
        .layer(ErrorLayer::new(&CATALOG));
    for (path, has_place) in
        [("/derived", false), ("/question-mark", true), ("/function", false), ("/both", true)]
    {
        let (_, log) = exchange(app.clone(), &get(path, ""));
        let line = only_failure(&log);
        let place = line["location"].as_str();
        assert_eq!(place.is_some(), has_place, "{line}");
        assert!(place.is_none_or(|place| place.contains("error_path.rs:")), "{line}");
    }
}

#[test]
fn the_debug_switch_is_silent_where_it_is_off() {
    let app = Router::new()
        .route("/", on_get(async || "fine"))
        .layer(ErrorLayer::new(&CATALOG).debug(false));
    let (_, log) = exchange(app, &get("/", ""));
    assert!(!log.0.contains("ERROR"), "{}", log.0);
}

#[test]
fn what_was_being_done_is_in_the_log_and_not_in_the_answer() {
    let app = Router::new()
        .route(
            "/",
            on_post(async || -> Result<()> {
                Ok(Err(ShopError::Bug).context("charging the card").context("handling order 17")?)
            }),
        )
        .layer(ErrorLayer::new(&CATALOG));
    let (answer, log) = exchange(app, &post("/", "application/json", "", "{}"));
    assert_in_envelope(&answer, 500, "A7");
    assert!(!answer.text().contains("charging"));
    assert_eq!(only_failure(&log)["context"], "handling order 17: charging the card");
}

#[test]
fn a_thousand_failures_at_once_have_a_line_each() {
    let server = Server::start(shop(|| ShopError::NoAccount("ab".into())));
    let request = get("/", "");
    let ids: Vec<String> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..20)
            .map(|_| {
                scope.spawn(|| {
                    let ids = (0..50)
                        .map(|_| server.send(&request).header("x-request-id").unwrap().to_owned());
                    ids.collect::<Vec<_>>()
                })
            })
            .collect();
        senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect()
    });
    let mut lines = server.stop().lines();
    // The observer of another test panics.
    lines.retain(|line| line["event"] != "observer_panicked");
    assert_eq!((ids.len(), lines.len()), (1000, 1000));
    for id in &ids {
        assert_eq!(lines.iter().filter(|line| line["requestId"] == id.as_str()).count(), 1);
    }
}

#[test]
fn head_has_the_headers_of_an_error_and_no_body() {
    let (answer, log) = exchange(
        shop(|| ShopError::NoToken),
        b"HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    );
    assert_eq!((answer.status, answer.body.len()), (401, 0));
    assert!(answer.header("content-length").is_some_and(|length| length != "0"));
    assert_eq!(only_failure(&log)["method"], Method::HEAD.as_str());
}

/// Only whole values that a header can have are sent, so that a field cannot add a header, or end the head.
#[test]
fn a_value_cannot_break_the_head_of_an_answer() {
    let [long, longer]: [&str; 2] = [4096, 4097].map(|length| &*"x".repeat(length).leak());
    for (told, sent) in [
        ("7", Some("7")),
        ("a\tb, c", Some("a\tb, c")),
        (long, Some(long)),
        // Clients and proxies refuse an answer with a head that is too large.
        (longer, None),
        ("7\r\nX-Evil: 1", None),
        ("7\nX-Evil: 1", None),
        ("7\r\n\r\n<html>", None),
        ("7\0", None),
    ] {
        let app = shop(move || ShopError::Told { told: told.to_owned() });
        let (answer, _) = exchange(app, &get("/", ""));
        assert_in_envelope(&answer, 429, "A8");
        assert_eq!(answer.headers("x-told").collect::<Vec<_>>(), Vec::from_iter(sent), "{told:?}");
        assert_eq!(answer.header("x-evil"), None, "{told:?}");
    }
}
