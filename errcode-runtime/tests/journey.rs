//! What a failure's line says of the way it came: contexts, attempts, fallbacks, places and backtraces.

use errcode_core::{AppError, Failure, Journey, Level};
use errcode_runtime::{
    Context, Dialect, Event, Id, JsonLines, Panicked, Report, Served, TraceId,
    event::{AttemptEvent, GiveUp, GiveUpEvent},
};
use serde_json::{Value, json};
use std::{
    backtrace::Backtrace,
    io::Error as IoError,
    panic::Location,
    sync::{Arc, Mutex},
    time::Duration,
};
use tracing::Subscriber;
use tracing_subscriber::{Layer, Registry, layer::SubscriberExt as _, registry::LookupSpan};

/// A layer that does nothing. Beside it, the lines are not the only listener.
struct Listens;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Listens {}

/// Returns what is logged: written directly if the lines are the only listener, else as events of `tracing`.
fn lines(dialect: Dialect, directly: bool, work: impl FnOnce()) -> Vec<String> {
    let written = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&written);
    let layer = JsonLines::to(move |line| {
        to.lock().unwrap().push(String::from_utf8(line.to_vec()).unwrap());
    });
    let lines = Registry::default().with(layer.dialect(dialect));
    if directly {
        tracing::subscriber::with_default(lines, work);
    } else {
        tracing::subscriber::with_default(lines.with(Listens), work);
    }
    Arc::into_inner(written).unwrap().into_inner().unwrap()
}

fn only(work: impl FnOnce()) -> (String, Value) {
    let [line] = <[String; 1]>::try_from(lines(Dialect::Plain, true, work)).unwrap();
    assert_eq!((line.matches('\n').count(), line.ends_with('\n')), (1, true));
    let value = serde_json::from_str(&line).unwrap();
    (line, value)
}

fn report(failure: &Failure) -> (String, Value) {
    only(|| Report::new(failure, Served::default()).emit())
}

#[derive(Debug, AppError)]
enum ShopError {
    #[error("the card service failed", code = "J1", status = 502, owner = "payments")]
    Cards {
        #[source]
        cause: IoError,
        location: &'static Location<'static>,
        backtrace: Backtrace,
    },
    #[error("no item {name}", code = "J2", status = 404)]
    NoItem { name: String },
}

fn cards(backtrace: Backtrace) -> ShopError {
    let cause = IoError::other("GET https://app:hunter2@cards.example/pay?sig=hunter2: timed out");
    ShopError::Cards { cause, location: Location::caller(), backtrace }
}

fn journey() -> Journey {
    let mut journey = Journey::default();
    journey.dependency = Some("cards");
    (journey.attempts, journey.gave_up, journey.exhausted) = (3, Some("attempts"), true);
    journey.history =
        vec!["POST https://u:hunter2@cards.example/?k=hunter2 reset".into(), "503".into()];
    journey.fallbacks = vec![("cache", "redis://:hunter2@cache refused".into())];
    journey.upstream = Some("E5004".into());
    (journey.upstream_status, journey.upstream_trace_id) = (Some(503), Some("t-1".into()));
    journey
}

#[test]
fn the_journey_is_an_object_and_the_retries_are_counted() {
    let failure = Failure::from(cards(Backtrace::disabled())).with_journey(journey());
    let (line, value) = report(&failure);
    let object = concat!(
        r#","journey":{"dependency":"cards","attempts":3,"gaveUp":"attempts","exhausted":true,"#,
        r#""upstream":"E5004","upstreamStatus":503,"upstreamTraceId":"t-1","#,
        r#""history":["POST https://cards.example/ reset","503"],"#,
        r#""fallbacks":[{"name":"cache","error":"redis://cache refused"}]}"#
    );
    assert!(line.contains(object), "{line}");
    assert_eq!(value["retryCount"], 2);
    assert!(!line.contains("hunter2"), "{line}");
}

/// The second of three attempts is the first retry, in the lines of attempts as in that of the failure.
#[test]
fn every_line_counts_the_retries_alike() {
    let attempt = AttemptEvent::new("cards", 2, Duration::from_millis(100), "reset");
    let give_up = GiveUpEvent::new("cards", 3, GiveUp::Attempts, "reset");
    let refused = GiveUpEvent::new("cards", 0, GiveUp::Refused, "open");
    let lines = lines(Dialect::Plain, true, || {
        Event::Attempt(&attempt).emit();
        Event::GiveUp(&give_up).emit();
        Event::GiveUp(&refused).emit();
    });
    let retries = lines.iter().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        (line["event"].as_str().unwrap().to_owned(), line["retryCount"].clone())
    });
    assert_eq!(
        retries.collect::<Vec<_>>(),
        [("attempt", 1), ("give_up", 2), ("give_up", 0)]
            .map(|(event, count)| (event.to_owned(), json!(count)))
    );
}

#[test]
fn below_error_the_texts_of_the_attempts_are_left_out() {
    let failure = Failure::from(ShopError::NoItem { name: "a".into() }).with_journey(journey());
    let (_, value) = report(&failure);
    assert_eq!(value["lvl"], "WARN");
    assert_eq!(
        value["journey"],
        json!({"dependency": "cards", "attempts": 3, "gaveUp": "attempts", "exhausted": true,
            "upstream": "E5004", "upstreamStatus": 503, "upstreamTraceId": "t-1", "fallbacks": [{"name": "cache"}]})
    );
}

#[test]
fn an_empty_journey_is_an_empty_object_and_none_is_no_member() {
    let failure = Failure::from(ShopError::NoItem { name: "a".into() });
    let (_, value) = report(&failure);
    assert_eq!((&value["journey"], &value["retryCount"]), (&Value::Null, &Value::Null));
    let (_, value) = report(&failure.with_journey(Journey::default()));
    assert_eq!((&value["journey"], &value["retryCount"]), (&json!({}), &Value::Null));
}

#[test]
fn a_degraded_part_of_the_answer_is_named() {
    let failure = Failure::from(ShopError::NoItem { name: "a".into() });
    let (_, value) = only(|| {
        Context::new().enter(|| {
            Context::mark_degraded("cache");
            Report::new(&failure, Served::default()).emit();
        });
    });
    assert_eq!(value["journey"], json!({"degraded": "cache"}));
}

#[test]
fn a_long_history_is_bounded() {
    let mut journey = journey();
    journey.history = vec!["\n\u{202e}".repeat(1 << 18); 100];
    journey.fallbacks = vec![("cache", "x".repeat(1 << 20)); 100];
    let (line, value) = report(&Failure::from(cards(Backtrace::disabled())).with_journey(journey));
    assert!(line.len() < 200_000, "{}", line.len());
    assert!(value["journey"]["history"].as_array().is_some_and(|history| !history.is_empty()));
}

#[test]
fn the_place_is_that_of_the_error_itself() {
    let error = cards(Backtrace::disabled());
    let ShopError::Cards { location, .. } = &error else { panic!() };
    let place = format!("{}:{}", location.file(), location.line());
    let (_, value) = report(&error.into());
    assert_eq!(value["location"], place);
}

#[test]
fn a_captured_backtrace_is_one_bounded_value_of_the_line() {
    let (_, value) = report(&cards(Backtrace::force_capture()).into());
    let backtrace = value["backtrace"].as_str().expect("a backtrace");
    assert!(backtrace.contains("\n") && backtrace.contains("a_captured_backtrace"), "{backtrace}");
    let (_, value) = report(&cards(Backtrace::disabled()).into());
    assert_eq!(value["backtrace"], Value::Null);

    fn deep(depth: u32) -> (Backtrace, u32) {
        if depth == 0 {
            return (Backtrace::force_capture(), 0);
        }
        let (backtrace, below) = deep(depth - 1);
        (backtrace, below + 1)
    }
    let (line, value) = report(&cards(deep(2000).0).into());
    assert!(line.len() < 40_000, "{}", line.len());
    assert!(value["backtrace"].as_str().expect("a backtrace").ends_with('…'));
}

#[test]
fn a_panic_s_backtrace_is_the_same_member() {
    let mut panicked = Panicked::default();
    panicked.message = "no".into();
    panicked.location = Some("src/a.rs:1:2".into());
    panicked.backtrace = Some("   0: a\n   1: b".into());
    let (_, value) = report(&panicked.into_failure());
    assert_eq!(value["backtrace"], "   0: a\n   1: b");
    assert_eq!(value["extra"], json!({"panickedAt": "src/a.rs:1:2"}));
}

fn context() -> Context {
    let trace = TraceId::parse("4bf92f3577b34da6a3ce929d0e0e4736");
    Context::builder()
        .request_id(Id::parse("r-1"))
        .task_id(Id::parse("APEX-17"))
        .trace_id(trace)
        .build()
}

/// Everything that a failure's line can have.
fn full() -> Failure {
    Failure::from(cards(Backtrace::force_capture()))
        .context("charging \"the card\"\n")
        .context("order 17")
        .attach("tenant", "acme\u{9b}")
        .attach("tenant", "other")
        .with_journey(journey())
}

fn served() -> Served<'static> {
    let mut served = Served::default();
    (served.method, served.uri, served.http_status) = (Some("PUT"), Some("/a\"b"), Some(502));
    (served.duration, served.phase) = (Duration::from_millis(12), Some("body"));
    served.bytes_sent = Some(10);
    served
}

/// Logs the failure in a context and in spans, at every level.
fn log(failure: &Failure, context: &Context) {
    Report::new(failure, Served::default()).emit();
    let _outer = tracing::info_span!("outer", tenant = "acme", bytes_sent = 3).entered();
    let _inner = tracing::info_span!("inner", step = 2, code = "mine").entered();
    context.enter(|| {
        Context::with("who", "me\u{2028}");
        for level in [Level::Error, Level::Warn, Level::Info, Level::Debug, Level::Trace] {
            let broken = Some("the body panicked at \"x\"");
            Report::new(failure, served()).broken(broken).level(level).emit();
        }
    });
}

fn timeless(line: &str) -> &str {
    let (time, rest) = line.split_once("Z\"").expect("a time");
    assert!(time.contains(":\"20"), "{line}");
    rest
}

#[test]
fn both_ways_to_a_line_give_the_same_bytes() {
    let hostile: String = (0..=0x9f_u8).map(char::from).chain("\u{2028}项目".chars()).collect();
    let long = "é".repeat(1 << 16);
    let failures = [
        full(),
        Failure::from(ShopError::NoItem { name: hostile.clone() })
            .attach(hostile.clone(), &hostile),
        Failure::from(ShopError::NoItem { name: long.clone() })
            .context(long)
            .with_journey(journey()),
        Failure::fault(errcode_core::FrameworkFault::Panic, "panicked: no"),
    ];
    let context = context();
    for failure in &failures {
        for dialect in [Dialect::Plain, Dialect::Ecs, Dialect::Otel] {
            let [direct, through] = [true, false].map(|directly| {
                let lines = lines(dialect, directly, || log(failure, &context));
                assert_eq!(lines.len(), 6);
                // All but the time, the first member.
                lines.iter().map(|line| timeless(line).to_owned()).collect::<Vec<_>>()
            });
            assert_eq!(direct, through, "{dialect:?}");
        }
    }
}
