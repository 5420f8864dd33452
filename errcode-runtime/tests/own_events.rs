//! The lines of this crate's own events are the same whether the log is the only listener, so that they are written
//! directly, or they pass `tracing`.

use errcode_core::{Failure, FrameworkFault};
use errcode_runtime::{
    Context, Dialect, Event, Id, JsonLines, Logging, Served, TraceId,
    boundary::Boundary,
    event::{
        AttemptEvent, BreakerEvent, BreakerState, ExternalEvent, FallbackEvent, FlagEvent, GiveUp,
        GiveUpEvent, RefusalEvent, RefusedBy, ReplayEvent,
    },
    guarded_blocking,
};
use serde_json::Value;
use std::{
    io,
    panic::catch_unwind,
    sync::{Arc, Mutex},
    time::Duration,
};
use tracing_subscriber::{
    Layer as _,
    filter::Targets,
    layer::{Identity, SubscriberExt as _},
};

const SECOND: Duration = Duration::from_secs(1);

type Lines = Arc<Mutex<Vec<String>>>;

fn kept(lines: &Lines) -> JsonLines {
    let to = Arc::clone(lines);
    JsonLines::to(move |line| {
        let line = String::from_utf8(line.to_vec()).expect("UTF-8");
        to.lock().expect("no panic while logging").push(line);
    })
}

fn taken(lines: &Lines) -> Vec<String> {
    std::mem::take(&mut *lines.lock().expect("no panic while logging"))
}

fn context(tenant: Option<&str>) -> Context {
    let trace = TraceId::parse("4bf92f3577b34da6a3ce929d0e0e4736");
    let context = Context::builder().request_id(Id::parse("r-1")).trace_id(trace).task("a task");
    let context = context.build();
    if let Some(tenant) = tenant {
        context.attach("tenant", tenant);
    }
    context
}

/// Requests with everything that their access lines depend on.
fn requests() {
    let long = "/é".repeat(10_000);
    let uris = [Some("/disks/1"), Some("/\u{202e}\"\n"), Some(""), Some(long.as_str()), None];
    for uri in uris {
        for method in [Some("GET"), Some("PROPFIND"), Some("\""), None] {
            let mut served = Served::default();
            (served.method, served.uri, served.duration) = (method, uri, SECOND);
            served.emit_access();
            (served.http_status, served.bytes_sent) = (Some(200), Some(17));
            served.outcome = Some("aborted");
            served.emit_access();
        }
    }
}

/// A request and a task whose failure has been reported before.
fn reported_before() {
    let failure = Failure::fault(FrameworkFault::Unexpected, "the cache is cold");
    assert!(failure.report_once());
    let mut served = Served::default();
    served.method = Some("GET");
    Boundary::open(context(None)).report(&failure, served, None);
    let _ = guarded_blocking(context(None), || Err::<(), _>(failure));
    let _ = guarded_blocking(context(Some("acme")), || Ok::<_, Failure>(()));
}

fn policies() {
    for to in [BreakerState::Open, BreakerState::Closed] {
        Event::Breaker(&BreakerEvent::new("nas", BreakerState::HalfOpen, to)).emit();
    }
    let mut call = ExternalEvent::new("nas", "GET", "http://nas/\u{9b}", SECOND);
    Event::External(&call).emit();
    (call.http_status, call.retry_count, call.error) = (Some(503), 2, Some("os says no"));
    Event::External(&call).emit();
    Event::Attempt(&AttemptEvent::new("nas", 1, SECOND, "os says no")).emit();
    Event::GiveUp(&GiveUpEvent::new("nas", 3, GiveUp::Budget, "os says \"no\"")).emit();
    for retry_after in [None, Some(SECOND)] {
        Event::Refusal(&RefusalEvent::new("nas", RefusedBy::Rate, retry_after)).emit();
    }
    Event::Fallback(&FallbackEvent::new("nas", "disk", "os says no")).emit();
    Event::Flag(&FlagEvent::new("small", "off", "on", "admin")).emit();
    Event::Replay(&ReplayEvent::new("req_1", 201)).emit();
}

fn panics() {
    let boundary = Boundary::open(context(None));
    boundary.abandoned(Some("/disks/1"));
    boundary.abandoned(None);
    boundary.call(|| drop(catch_unwind(|| panic!("why \u{1b}")))).expect("it caught the panic");
}

fn all() {
    for of in [requests, reported_before, policies, panics] {
        of();
        context(Some("acme")).enter(of);
        tracing::info_span!("outer", dependency = "outer", ts = 1).in_scope(|| {
            tracing::info_span!("inner", user = 17).in_scope(|| context(None).enter(of));
        });
    }
}

/// Returns the lines of all events without what differs between two runs: times, and the ids of new spans.
fn lines(dialect: Dialect, other_listeners: bool) -> Vec<String> {
    let written = Lines::default();
    let registry = tracing_subscriber::registry().with(kept(&written).dialect(dialect));
    if other_listeners {
        tracing::subscriber::with_default(registry.with(Identity::new()), all);
    } else {
        tracing::subscriber::with_default(registry, all);
    }
    taken(&written).iter().map(|line| constant(line)).collect()
}

fn constant(line: &str) -> String {
    let mut line = line.to_owned();
    let value: Value =
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let changing = ["ts", "@timestamp", "timestamp", "transaction.id", "span_id"];
    let durations = ["durationMs", "event.duration", "http.server.request.duration"];
    for key in changing.into_iter().chain(durations.into_iter().filter(|_| is_task(&value))) {
        if let Some(value) = value.get(key) {
            line = line.replace(&format!("\"{key}\":{value}"), &format!("\"{key}\":0"));
        }
    }
    line
}

fn is_task(line: &Value) -> bool {
    ["event", "event.action", "event.name"].iter().any(|key| line[key] == "task")
}

#[test]
fn other_listeners_do_not_change_a_line() {
    // For the hook of panics.
    let _guard = Logging::new().json().writer(io::sink()).install();
    for dialect in [Dialect::Plain, Dialect::Ecs, Dialect::Otel] {
        let (alone, other) = (lines(dialect, false), lines(dialect, true));
        assert_eq!(alone.len(), 3 * (40 + 3 + 11 + 3));
        for (alone, other) in alone.iter().zip(&other) {
            assert_eq!(alone, other);
        }
        assert_eq!(alone.len(), other.len());
    }
}

#[test]
fn each_target_has_its_level() {
    let work = || {
        let _ = guarded_blocking(context(None), || Ok::<_, Failure>(()));
        let mut served = Served::default();
        served.method = Some("GET");
        served.emit_access();
        Event::External(&ExternalEvent::new("nas", "GET", "http://nas/1", SECOND)).emit();
        Event::Attempt(&AttemptEvent::new("nas", 1, SECOND, "os says no")).emit();
        Event::Fallback(&FallbackEvent::new("nas", "disk", "os says no")).emit();
    };
    for (filter, events) in [
        ("info", vec!["task", "request", "external", "fallback"]),
        ("warn", vec!["fallback"]),
        ("app=debug", vec!["attempt", "fallback"]),
        ("info,access=off", vec!["external", "fallback"]),
        ("trace,external=warn", vec!["task", "request", "attempt", "fallback"]),
        ("access=info", vec!["task", "request"]),
        ("off", vec![]),
    ] {
        let (alone, other) = (Lines::default(), Lines::default());
        let filter: Targets = filter.parse().expect("a filter");
        let lines = tracing_subscriber::registry().with(kept(&alone).with_filter(filter.clone()));
        tracing::subscriber::with_default(lines, work);
        let both = tracing_subscriber::registry().with(kept(&other).with_filter(filter));
        tracing::subscriber::with_default(both.with(Identity::new()), work);
        for lines in [alone, other] {
            let event = |line: &String| {
                let line: Value = serde_json::from_str(line).expect("JSON");
                line["event"].as_str().map(str::to_owned)
            };
            let written: Vec<_> = taken(&lines).iter().filter_map(event).collect();
            assert_eq!(written, events);
        }
    }
}
