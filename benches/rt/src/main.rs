//! Instructions and allocations per operation: `rt CASE COUNT` runs a case so many times, `rt list` names them with
//! what is not part of their work and what they are compared with, and `rt check` shows that the peers do the same
//! work. `rt serve NAME` is a real server, and `rt servers` names them. `run.sh` does the arithmetic.

mod lines;
mod load;
mod lookup;
mod ours;
mod peers;
mod service;

use axum::response::IntoResponse as _;
use errcode_core::{
    Failure,
    wire::{Envelope, JsonApi, Problem},
};
use errcode_runtime::Dialect;
use std::{
    alloc::{GlobalAlloc, Layout, System},
    hint::black_box,
    sync::atomic::{AtomicU64, Ordering},
};

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

fn repeat<T>(count: u64, mut work: impl FnMut() -> T) {
    for _ in 0..count {
        black_box(work());
    }
}

struct Case {
    name: &'static str,
    /// The case whose work is not part of this one's, if any.
    less: &'static str,
    /// Our case that does the same work, for a peer.
    against: &'static str,
    run: fn(u64),
}

const fn case(name: &'static str, less: &'static str, run: fn(u64)) -> Case {
    Case { name, less, against: "", run }
}

const fn peer(name: &'static str, less: &'static str, against: &'static str, run: fn(u64)) -> Case {
    Case { name, less, against, run }
}

const CASES: &[Case] = &[
    case("error value", "", |n| repeat(n, ours::error)),
    case("failure of it", "error value", |n| repeat(n, || Failure::from(ours::error()))),
    case("body", "", |n| {
        let failure = Failure::from(ours::error());
        repeat(n, || ours::body(&failure));
    }),
    case("body with its view", "", |n| {
        let failure = Failure::from(ours::error());
        repeat(n, || ours::body_in(&Envelope, &failure));
    }),
    peer("serde by hand, body", "error value", "body", |n| {
        repeat(n, peers::body_by_hand);
    }),
    case("body, problem details", "", |n| {
        let failure = Failure::from(ours::error());
        repeat(n, || ours::body_in(&Problem, &failure));
    }),
    peer("serde by hand, problem details", "error value", "body, problem details", |n| {
        repeat(n, peers::problem_by_hand);
    }),
    case("body, JSON:API", "", |n| {
        let failure = Failure::from(ours::error());
        repeat(n, || ours::body_in(&JsonApi::new(), &failure));
    }),
    peer("serde by hand, JSON:API", "error value", "body, JSON:API", |n| {
        repeat(n, peers::json_api_by_hand);
    }),
    case("into_response", "", |n| {
        repeat(n, respond);
    }),
    peer("serde by hand, into_response", "", "into_response", |n| {
        repeat(n, || peers::by_hand().into_response());
    }),
    case("into_response, in a context", "", |n| ours::in_envelopes(|| repeat(n, respond))),
    case("into_response, problem details", "", |n| ours::in_problems(|| repeat(n, respond))),
    case("into_response, JSON:API", "", |n| ours::in_json_api(|| repeat(n, respond))),
    peer("problem_details", "", "into_response", |n| repeat(n, peers::problem_details)),
    peer("masterror", "", "into_response", |n| repeat(n, peers::masterror)),
    peer("axum-error-handler", "", "into_response", |n| repeat(n, peers::axum_error_handler)),
    case("lookup among 10,000", "", lookup::ours),
    peer("ahash", "", "lookup among 10,000", lookup::ahash),
    peer("phf", "", "lookup among 10,000", lookup::phf),
    case("request", "", |n| repeat(n, service::user_request)),
    case("success, bare router", "request", |n| succeed(n, service::bare())),
    case("success, layer without work", "success, bare router", |n| {
        succeed(n, service::with_nothing());
    }),
    case("success, ErrorLayer", "success, bare router", |n| succeed(n, service::with_layer())),
    peer("tower-http", "success, bare router", "success, ErrorLayer", |n| {
        succeed(n, service::with_tower_http());
    }),
    case("success, ErrorLayer, logged", "success, bare router", |n| {
        lines::ours(Dialect::Plain);
        succeed(n, service::with_layer());
    }),
    case("request with ids", "", |n| repeat(n, service::failing_request)),
    case("failure, bare router", "request with ids", |n| fail(n, service::bare())),
    case("failure, ErrorLayer", "failure, bare router", |n| fail(n, service::with_layer())),
    case("failing request, logged, in all", "", |n| {
        lines::ours(Dialect::Plain);
        fail(n, service::with_layer());
    }),
    peer(
        "thiserror, serde, tower-http, tracing-subscriber",
        "",
        "failing request, logged, in all",
        |n| {
            lines::theirs();
            fail(n, service::with_tower_http());
        },
    ),
    case("failure event", "", |n| lines::failure(n, Dialect::Plain)),
    case("failure event, ecs", "", |n| lines::failure(n, Dialect::Ecs)),
    case("failure event, otel", "", |n| lines::failure(n, Dialect::Otel)),
    peer("tracing-subscriber, failure event", "", "failure event", lines::failure_by_hand),
    case("line, eight fields of any names", "", |n| {
        lines::ours(Dialect::Plain);
        repeat(n, lines::foreign_event);
    }),
    peer("tracing-subscriber, any names", "", "line, eight fields of any names", |n| {
        lines::theirs();
        repeat(n, lines::foreign_event);
    }),
    case("line, eight fields of any names, ecs", "", |n| {
        lines::ours(Dialect::Ecs);
        repeat(n, lines::foreign_event);
    }),
    case("line, eight fields of any names, otel", "", |n| {
        lines::ours(Dialect::Otel);
        repeat(n, lines::foreign_event);
    }),
    case("line, eight fields of its own names", "", |n| {
        lines::ours(Dialect::Plain);
        repeat(n, lines::event);
    }),
    peer("tracing-subscriber, own names", "", "line, eight fields of its own names", |n| {
        lines::theirs();
        repeat(n, lines::event);
    }),
];

fn respond() -> axum::response::Response {
    errcode_axum::Failure::from(ours::error()).into_response()
}

// `with_state` makes routes of the handlers once, as `axum::serve` does; otherwise every request does it.

fn succeed(count: u64, app: axum::Router) {
    let app = app.with_state(());
    repeat(count, || service::serve(&app, service::user_request()));
}

fn fail(count: u64, app: axum::Router) {
    let app = app.with_state(());
    repeat(count, || service::serve(&app, service::failing_request()));
}

/// Compares the answers by hand with ours, byte for byte but for the order of members.
fn check() {
    let json = |bytes: &[u8]| {
        let mut body: serde_json::Value = serde_json::from_slice(bytes).unwrap();
        body["timestamp"].take();
        body
    };
    let ours = errcode_axum::Failure::from(ours::error()).into_response();
    let theirs = peers::by_hand().into_response();
    assert_eq!((ours.status(), ours.headers()), (theirs.status(), theirs.headers()));
    assert_eq!(json(&service::text(ours)), json(&service::text(theirs)));
    let failure = Failure::from(ours::error());
    for body in [ours::body(&failure), ours::body_in(&Envelope, &failure)] {
        assert_eq!(json(&body), json(&peers::body_by_hand()));
    }
    let json_api = |body: &[u8]| {
        let mut body: serde_json::Value = serde_json::from_slice(body).unwrap();
        body["errors"][0]["meta"]["timestamp"].take();
        body
    };
    assert_eq!(json(&ours::body_in(&Problem, &failure)), json(&peers::problem_by_hand()));
    let ours = ours::body_in(&JsonApi::new(), &failure);
    assert_eq!(json_api(&ours), json_api(&peers::json_api_by_hand()));
    for (name, response) in [
        ("problem_details", peers::problem_details()),
        ("masterror", peers::masterror()),
        ("axum-error-handler", peers::axum_error_handler()),
    ] {
        println!("{name}: {:?}", response.headers());
        println!("{}", String::from_utf8_lossy(&service::text(response)));
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_default();
    match name.as_str() {
        "list" => {
            return CASES.iter().for_each(|case| {
                println!("{}|{}|{}", case.name, case.less, case.against);
            });
        }
        "servers" => return load::SERVERS.iter().for_each(|name| println!("{name}")),
        "check" => return check(),
        _ => {}
    }
    let argument = arguments.next().unwrap_or_default();
    if name == "serve" {
        return load::serve(&argument).unwrap();
    }
    let count: u64 = argument.parse().unwrap_or(0);
    let Some(case) = CASES.iter().find(|case| case.name == name) else {
        panic!("no case `{name}`")
    };
    (case.run)(100);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    (case.run)(count);
    println!("{}", ALLOCATIONS.load(Ordering::Relaxed) - before);
}
