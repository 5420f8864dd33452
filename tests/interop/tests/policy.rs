//! A policy as a tower layer in a service of axum, on a port: what clients and observers get of it.

use axum::{Router, body::Body, extract::Request, response::Response, routing::get};
use errcode_axum::ErrorLayer;
use errcode_core::{AppError, Failure, FaultCodes, FrameworkFault};
use errcode_resilience::{
    CallError, CircuitBreaker, Class, Dependency, Jitter, Limits, Policy, Retry, with_fallback,
};
use errcode_runtime::{Event, Observing, observe};
use http::Method;
use std::{
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};
use tower::{ServiceBuilder, service_fn};

#[derive(Debug, AppError)]
enum LlmError {
    #[error("unexpected", code = "E1000", status = 500)]
    Unknown,
    #[error("the model answered {0}", code = "E5004", category = external)]
    Unavailable(u16),
    #[error("the model is not called", code = "E5005", status = 503, retryable(after = "90s"))]
    NotCalled,
    #[error("no answer", code = "E5006", status = 502)]
    NoAnswer {
        #[source]
        cause: Box<CallError<LlmError>>,
    },
}

struct Faults;

impl FaultCodes for Faults {
    fn failure(&self, fault: &FrameworkFault) -> Option<Failure> {
        Some(match fault {
            FrameworkFault::CircuitOpen { .. } | FrameworkFault::LimitExceeded { .. } => {
                LlmError::NotCalled.into()
            }
            _ => LlmError::Unknown.into(),
        })
    }
}

errcode_core::catalog! {
    static CATALOG = [LlmError];
    faults = Faults;
}

/// Each test has a dependency of its own, so that its events and its budget are.
macro_rules! dependency {
    ($name:literal) => {{
        static DEPENDENCY: Dependency = Dependency::new($name);
        &DEPENDENCY
    }};
}

/// The head of a response, in lower case, by a client of its own connection.
async fn head(app: Router, path: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let serving = tokio::spawn(async move { axum::serve(listener, app).await });
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("a request");
    let mut response = String::new();
    stream.read_to_string(&mut response).await.expect("a response");
    serving.abort();
    response.split("\r\n\r\n").next().expect("a head").to_lowercase()
}

#[track_caller]
fn assert_head(head: &str, lines: &[&str]) {
    for line in lines {
        assert!(head.lines().any(|it| it == *line), "no `{line}` in {head}");
    }
}

/// The events of a dependency, and the failures of a path.
struct Events {
    lines: Arc<Mutex<Vec<String>>>,
    observing: Observing,
}

impl Events {
    fn of(dependency: &'static Dependency, path: &'static str) -> Self {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (to, name) = (Arc::clone(&lines), dependency.name());
        let observing = observe(move |event: &Event<'_>| {
            let line = match event {
                Event::Failure(it) if it.served.uri == Some(path) => {
                    let attempts = it.failure.journey().map_or(0, |journey| journey.attempts);
                    format!("failure {} after {attempts}", it.spec.code())
                }
                Event::Attempt(it) if it.dependency == name => format!("attempt {}", it.attempt),
                Event::GiveUp(it) if it.dependency == name => {
                    format!("gave up: {}", it.reason.as_str())
                }
                Event::Refusal(it) if it.dependency == name => {
                    format!("refused by {}", it.by.as_str())
                }
                Event::Fallback(it) if it.dependency == name => format!("fallback {}", it.fallback),
                _ => return,
            };
            to.lock().unwrap().push(line);
        });
        Self { lines, observing }
    }

    fn stop(self) -> Vec<String> {
        self.observing.stop();
        self.lines.lock().unwrap().clone()
    }
}

/// Repeats requests without a body; a body is a stream, which cannot be copied.
fn reads(request: &Request) -> Option<Request> {
    let is_read = request.method() == Method::GET;
    is_read.then(|| {
        let mut copy = Request::new(Body::empty());
        *copy.method_mut() = request.method().clone();
        *copy.uri_mut() = request.uri().clone();
        copy
    })
}

fn retry() -> Retry {
    Retry::new(3).base(Duration::from_millis(1)).jitter(Jitter::None)
}

#[tokio::test]
async fn a_boxed_refusal_has_the_fault_s_code_and_its_delay() {
    let dependency = dependency!("interop-open");
    let events = Events::of(dependency, "/open");
    let by_status = |result: &Result<Response, Infallible>| match result {
        Ok(response) if response.status().is_server_error() => Class::TRANSIENT,
        _ => Class::SUCCESS,
    };
    let policy = Policy::new(dependency)
        .breaker(CircuitBreaker::consecutive(1, Duration::from_secs(3_600), 1))
        .classify(by_status);
    policy.circuit_breaker().expect("a breaker").open();
    let layers =
        ServiceBuilder::new().layer(ErrorLayer::new(&CATALOG)).layer(policy.layer().repeat(reads));
    let app = Router::new().route("/open", get(async || "never")).layer(layers);
    let head = head(app, "/open").await;
    assert!(head.starts_with("http/1.1 503 "), "{head}");
    // The rest of the open time, not the code's own delay.
    let delay = head.lines().find_map(|line| line.strip_prefix("retry-after: ")).expect("a delay");
    assert!((3_500..=3_600).contains(&delay.parse().unwrap()), "{delay}");
    assert_head(&head, &["x-error-code: e5005"]);
    assert!(!head.contains("x-retries-exhausted"), "there was no attempt: {head}");
    assert_eq!(events.stop(), ["refused by breaker", "failure E5005 after 0"]);
}

#[tokio::test]
async fn a_boxed_error_keeps_its_code_and_is_reported_once() {
    let dependency = dependency!("interop-boxed");
    let events = Events::of(dependency, "/boxed");
    let calls = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&calls);
    let leaf = service_fn(move |_: Request| {
        counted.fetch_add(1, Ordering::SeqCst);
        async { Err::<Response, _>(LlmError::Unavailable(503)) }
    });
    let policy = Policy::new(dependency)
        .deadline(Duration::from_secs(60))
        .retry(retry())
        .limits(Limits::new().concurrency(4))
        .breaker(CircuitBreaker::consecutive(9, Duration::from_secs(60), 1))
        .attempt_timeout(Duration::from_secs(30));
    let service = ServiceBuilder::new()
        .layer(ErrorLayer::new(&CATALOG))
        .layer(policy.layer().repeat(reads))
        .service(leaf);
    let head = head(Router::new().route_service("/boxed", service), "/boxed").await;
    assert!(head.starts_with("http/1.1 502 "), "{head}");
    assert_head(&head, &["x-error-code: e5004", "x-retries-exhausted: true"]);
    assert_eq!(calls.load(Ordering::SeqCst), 3);
    assert_eq!(
        events.stop(),
        ["attempt 1", "attempt 2", "gave up: attempts", "failure E5004 after 3"]
    );
}

#[tokio::test]
async fn an_error_around_it_has_its_history_and_says_that_retries_are_exhausted() {
    let dependency = dependency!("interop-history");
    let events = Events::of(dependency, "/history");
    let leaf = service_fn(|_: Request| async { Err::<Response, _>(LlmError::Unavailable(503)) });
    let policy = Policy::new(dependency).retry(retry());
    let service = ServiceBuilder::new()
        .layer(ErrorLayer::new(&CATALOG))
        .map_err(|cause: CallError<LlmError>| LlmError::NoAnswer { cause: Box::new(cause) })
        .layer(policy.layer().repeat(reads))
        .service(leaf);
    let head = head(Router::new().route_service("/history", service), "/history").await;
    assert_head(&head, &["x-error-code: e5006", "x-retries-exhausted: true"]);
    assert_eq!(
        events.stop(),
        ["attempt 1", "attempt 2", "gave up: attempts", "failure E5006 after 3"]
    );
}

#[tokio::test]
async fn a_degraded_answer_says_so_and_is_no_failure() {
    let dependency = dependency!("interop-degraded");
    let events = Events::of(dependency, "/degraded");
    let policy = Arc::new(Policy::new(dependency).retry(retry()));
    let ask = move || {
        let policy = Arc::clone(&policy);
        async move {
            let call = policy.call(async || Err::<String, _>(LlmError::Unavailable(503)));
            let answer = with_fallback(dependency, call)
                .or("second model", async |_| Err(LlmError::Unavailable(500)))
                .or_value("apology", || "Please ask again later.".to_owned())
                .await?;
            Ok::<_, errcode_axum::Failure>(answer.value)
        }
    };
    let app = Router::new().route("/degraded", get(ask)).layer(ErrorLayer::new(&CATALOG));
    let head = head(app, "/degraded").await;
    assert!(head.starts_with("http/1.1 200 "), "{head}");
    assert_head(&head, &["x-degraded: apology"]);
    assert!(!head.contains("x-retries-exhausted"), "{head}");
    assert_eq!(events.stop(), ["attempt 1", "attempt 2", "gave up: attempts", "fallback apology"]);
}
