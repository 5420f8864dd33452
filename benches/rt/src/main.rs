//! Instructions and allocations per operation: `rt CASE COUNT` runs a case so many times, `rt list` names them.
//! `run.sh` does the arithmetic.

use axum::{Router, body::Body, extract::Path, extract::Request, response::IntoResponse, routing::get};
use errcode_core::{
    AppError, Failure, Public,
    wire::{self, Envelope, ErrorView, Ids},
};
use http_body_util::BodyExt as _;
use std::{
    alloc::{GlobalAlloc, Layout, System},
    convert::Infallible,
    future::Future,
    hint::black_box,
    pin::pin,
    sync::atomic::{AtomicU64, Ordering},
    task::{Context, Poll, Waker},
};
use tower::{Service, ServiceExt as _};

mod big {
    #![allow(dead_code)]
    include!(concat!(env!("OUT_DIR"), "/big.rs"));
}

struct Counting;
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static GLOBAL: Counting = Counting;

#[derive(Debug, AppError)]
enum OrderError {
    #[error("resource '{resource}' with id {id} was not found", code = "E2001", status = 404, public)]
    NotFound { resource: String, #[detail] id: u64 },
    #[error("resource '{resource}' is in conflict", code = "E2002", status = 409, public)]
    #[allow(dead_code)]
    Conflict { resource: String },
}
errcode_core::catalog! { static CATALOG = [OrderError]; service = "bench"; }

#[inline(never)]
fn error() -> OrderError {
    OrderError::NotFound { resource: String::from(black_box("orders/2026/invoice")), id: black_box(48_151_623) }
}

fn ids() -> Ids<'static> {
    Ids::default()
        .request_id(black_box("01JD8Z3V5K9QW2X7RBNC4M6T8Y"))
        .trace_id(black_box("4bf92f3577b34da6a3ce929d0e0e4736"))
}

fn drive<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

async fn user(Path(id): Path<u64>) -> String {
    format!("user {id}")
}

async fn failing() -> errcode_axum::Result<()> {
    Err(error())?
}

fn router() -> Router {
    Router::new().route("/users/{id}", get(user)).route("/fail", get(failing))
}

fn request(path: &'static str) -> Request {
    Request::builder().uri(path).header("host", "example.com").body(Body::empty()).unwrap()
}

fn with_ids(path: &'static str) -> Request {
    let builder = Request::builder().uri(path).header("x-request-id", "01JD8Z3V5K9QW2X7RBNC4M6T8Y");
    builder.header("x-trace-id", "4bf92f3577b34da6a3ce929d0e0e4736").body(Body::empty()).unwrap()
}

fn serve<S>(service: &S, request: Request) -> usize
where
    S: Service<Request, Response = axum::response::Response, Error = Infallible> + Clone,
{
    drive(async {
        let Ok(response) = service.clone().oneshot(request).await;
        response.into_body().collect().await.unwrap().to_bytes().len()
    })
}

fn lines(json: bool) -> tracing::subscriber::DefaultGuard {
    use tracing_subscriber::layer::SubscriberExt as _;
    let ours = errcode_runtime::JsonLines::to(|line| {
        black_box(line.len());
    });
    let theirs = tracing_subscriber::fmt::layer().json().with_writer(std::io::sink);
    let registry = tracing_subscriber::registry();
    if json {
        tracing::subscriber::set_default(registry.with(theirs))
    } else {
        tracing::subscriber::set_default(registry.with(ours))
    }
}

fn event() {
    tracing::info!(
        target: "app", event = "request", code = black_box("E2001"), http_status = 404u64,
        uri = black_box("/projects/17"), method = "GET", outcome = "failure",
        duration_ms = 12u64, retry_count = 0u64, "project not found"
    );
}

/// Eight fields of names that no dialect knows.
fn foreign_event() {
    tracing::info!(
        target: "app", tenant = black_box("acme"), order = 404u64, path = black_box("/projects/17"), verb = "GET",
        state = "failure", took = 12u64, tries = 0u64, "project not found"
    );
}

fn served() -> errcode_runtime::Served<'static> {
    let mut served = errcode_runtime::Served::default();
    (served.method, served.uri, served.http_status) = (Some("GET"), Some(black_box("/fail")), Some(404));
    served
}

type Case = (&'static str, fn(u64));

fn repeat<T>(count: u64, mut work: impl FnMut() -> T) {
    for _ in 0..count {
        black_box(work());
    }
}

const CASES: &[Case] = &[
    ("error value", |n| repeat(n, error)),
    ("body bytes (with error value, failure, view)", |n| {
        repeat(n, || {
            let failure = Failure::from(error());
            let public = Public::without_catalog(&failure);
            wire::render(&Envelope, &ErrorView::new(&public, None, ids()))
        });
    }),
    ("failure and view alone", |n| {
        repeat(n, || {
            let failure = Failure::from(error());
            let public = Public::without_catalog(&failure);
            black_box(&ErrorView::new(&public, None, ids()));
        });
    }),
    ("into_response", |n| repeat(n, || errcode_axum::Failure::from(error()).into_response())),
    ("peer: serde_json by hand, into_response", |n| repeat(n, || by_hand(error()))),
    ("lookup among 10,000", |n| {
        let number = |i| i * 1237 + if i == 7 { 20_000 } else { 0 };
        let codes: Vec<String> = (0..8).map(|i| format!("E{:05}", number(i))).collect();
        let mut at = 0;
        repeat(n, || {
            at = (at + 1) & 7;
            big::BIG.lookup(black_box(&codes[at]))
        });
    }),
    ("request only", |n| repeat(n, || request("/users/42"))),
    ("request with ids only", |n| repeat(n, || with_ids("/fail"))),
    ("success, bare router", |n| {
        let app = router();
        repeat(n, || serve(&app, request("/users/42")));
    }),
    ("success, no-op layer", |n| {
        let app = router().layer(tower::layer::util::Identity::new());
        repeat(n, || serve(&app, request("/users/42")));
    }),
    ("success, ErrorLayer", |n| {
        let app = router().layer(errcode_axum::ErrorLayer::new(&CATALOG));
        repeat(n, || serve(&app, request("/users/42")));
    }),
    ("failure, bare router", |n| {
        let app = router();
        repeat(n, || serve(&app, with_ids("/fail")));
    }),
    ("failure, ErrorLayer", |n| {
        let app = router().layer(errcode_axum::ErrorLayer::new(&CATALOG));
        repeat(n, || serve(&app, with_ids("/fail")));
    }),
    ("log event, JsonLines", |n| {
        let _guard = lines(false);
        repeat(n, event);
    }),
    ("log event of any names, JsonLines", |n| {
        let _guard = lines(false);
        repeat(n, foreign_event);
    }),
    ("failure event, JsonLines", |n| {
        let _guard = lines(false);
        let failure = Failure::from(error());
        let context = errcode_runtime::Context::new();
        context.enter(|| repeat(n, || errcode_runtime::Report::new(&failure, served()).emit()));
    }),
    ("failure, ErrorLayer, logged", |n| {
        let _guard = lines(false);
        let app = router().layer(errcode_axum::ErrorLayer::new(&CATALOG));
        repeat(n, || serve(&app, with_ids("/fail")));
    }),
    ("success, ErrorLayer, logged", |n| {
        let _guard = lines(false);
        let app = router().layer(errcode_axum::ErrorLayer::new(&CATALOG));
        repeat(n, || serve(&app, request("/users/42")));
    }),
    ("peer: log event, tracing-subscriber json", |n| {
        let _guard = lines(true);
        repeat(n, event);
    }),
];

fn by_hand(error: OrderError) -> axum::response::Response {
    #[derive(serde::Serialize)]
    struct Body<'a> {
        code: &'a str,
        message: String,
        resource: &'a str,
        request_id: &'a str,
    }
    let message = error.to_string();
    let (OrderError::NotFound { resource, .. } | OrderError::Conflict { resource }) = &error;
    let body = Body { code: "E2001", message, resource, request_id: ids().request_id.unwrap_or_default() };
    let bytes = serde_json::to_vec(&body).unwrap();
    (axum::http::StatusCode::NOT_FOUND, [("content-type", "application/json")], bytes).into_response()
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    let count: u64 = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(0);
    if name == "list" {
        for (name, _) in CASES {
            println!("{name}");
        }
        return;
    }
    let Some((_, run)) = CASES.iter().find(|(known, _)| *known == name) else { panic!("no case `{name}`") };
    run(100);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    run(count);
    println!("{}", ALLOCATIONS.load(Ordering::Relaxed) - before);
}
