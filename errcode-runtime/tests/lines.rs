//! Log lines, byte for byte except for the time.

use errcode_core::{AppError, Failure, ResultExt as _};
use errcode_runtime::{Context, Dialect, Id, JsonLines, Report, Served, TraceId};
use serde_json::Value;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tracing_subscriber::{Layer as _, filter::Targets, layer::SubscriberExt as _};

/// Returns a layer that adds each line to the list.
fn kept(lines: &Arc<Mutex<Vec<String>>>) -> JsonLines {
    let to = Arc::clone(lines);
    JsonLines::to(move |line| {
        to.lock()
            .expect("no panic while logging")
            .push(String::from_utf8(line.to_vec()).expect("UTF-8"));
    })
}

fn lines(work: impl FnOnce()) -> Vec<String> {
    let written = Arc::new(Mutex::new(Vec::new()));
    let layer = kept(&written);
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), work);
    Arc::into_inner(written)
        .map(|lines| lines.into_inner().expect("no panic while logging"))
        .unwrap_or_default()
}

fn only(work: impl FnOnce()) -> (String, Value) {
    let [line] = <[String; 1]>::try_from(lines(work)).expect("one line");
    assert_eq!((line.matches('\n').count(), line.ends_with('\n')), (1, true));
    let value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
    (line, value)
}

fn context() -> Context {
    let trace = TraceId::parse("4bf92f3577b34da6a3ce929d0e0e4736");
    Context::builder()
        .request_id(Id::parse("r-1"))
        .task_id(Id::parse("APEX-17"))
        .trace_id(trace)
        .build()
}

#[derive(Debug, AppError)]
enum DiskError {
    #[error("disk {name} is full", code = "D1", status = 507, owner = "storage")]
    Full {
        name: String,
        #[source]
        cause: std::io::Error,
    },
    #[error("gone", code = "D2", status = 404, log = "{name} is gone")]
    Gone { name: String },
}

fn full() -> Failure {
    DiskError::Full { name: "sda".into(), cause: std::io::Error::other("os says no") }.into()
}

fn outcome() -> Served<'static> {
    let mut outcome = Served::default();
    (outcome.method, outcome.uri, outcome.http_status) = (Some("PUT"), Some("/disks/1"), Some(507));
    outcome.duration = Duration::from_millis(12);
    outcome
}

#[test]
fn a_failure_s_line() {
    let failure = full().attach("tenant", "acme");
    let (line, _) = only(|| context().enter(|| Report::new(&failure, outcome()).emit()));
    let (time, rest) = line.split_at(r#"{"ts":"2026-02-21T10:00:00.000Z""#.len());
    assert!(time.starts_with(r#"{"ts":"20"#) && time.ends_with("Z\""), "{time}");
    let place = format!("{}:{}", failure.location().file(), failure.location().line());
    assert_eq!(
        rest,
        format!(
            concat!(
                r#","lvl":"ERROR","logger":"app","event":"failure","msg":"disk sda is full","#,
                r#""traceId":"4bf92f3577b34da6a3ce929d0e0e4736","taskId":"APEX-17","requestId":"r-1","#,
                r#""code":"D1","httpStatus":507,"uri":"/disks/1","method":"PUT","status":"failure","#,
                r#""durationMs":12,"category":"unknown","location":"{place}","cause":"os says no","#,
                r#""owner":"storage","extra":{{"tenant":"acme"}}}}"#,
                "\n"
            ),
            place = place
        )
    );
}

#[test]
fn repeated_failures_have_each_its_own_facts() {
    let gone = |name: &str| DiskError::Gone { name: name.to_owned() };
    let here = Failure::from(gone("a \"b\" \u{202e}\u{1b}"));
    let there = Failure::from(gone(&"é".repeat(10_000)));
    let mut not_found = outcome();
    not_found.http_status = Some(404);
    let all = lines(|| {
        for _ in 0..2 {
            Report::new(&here, outcome()).emit();
            Report::new(&there, not_found).emit();
            Report::new(&gone("").into(), Served::default())
                .level(errcode_core::Level::Error)
                .emit();
        }
    });
    let all: Vec<Value> =
        all.iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let of = |line: &Value| {
        let text = |key: &str| line[key].as_str().map(str::to_owned);
        (text("lvl"), text("msg").map(|text| text.len()), line["httpStatus"].as_u64())
    };
    let text = |text: &str| Some(text.to_owned());
    // A value is cut to 16 KiB, and an ellipsis shows it.
    let expected = [
        (text("WARN"), Some(18), Some(507)),
        (text("WARN"), Some(16 * 1024 + 3), Some(404)),
        (text("ERROR"), Some(8), None),
    ];
    assert_eq!(all.iter().map(of).collect::<Vec<_>>(), [expected.clone(), expected].concat());
    assert_eq!(all[0]["msg"], "a \"b\" \u{202e}\u{1b} is gone");
    for (line, failure) in all.iter().zip([&here, &there]) {
        assert!(
            line["location"].as_str().unwrap().ends_with(&failure.location().line().to_string())
        );
    }
}

#[test]
fn a_failure_s_line_is_the_same_with_other_listeners() {
    let (context, gone) = (context(), DiskError::Gone { name: "\u{202e}é\"".repeat(5000) }.into());
    let report = |method, uri, status| {
        let mut served = outcome();
        (served.method, served.uri, served.http_status) = (method, uri, status);
        Report::new(&full(), served).emit();
        context.enter(|| Report::new(&full(), served).emit());
    };
    let work = || {
        for method in [None, Some("GET"), Some("OPTIONS"), Some("PROPFIND"), Some("\"")] {
            report(method, Some("/disks/\u{202e}"), Some(507));
            report(method, None, None);
        }
        context.enter(|| Report::new(&gone, outcome()).emit());
    };
    for dialect in [Dialect::Plain, Dialect::Ecs, Dialect::Otel] {
        let (alone, other) = (Arc::default(), Arc::default());
        let only = tracing_subscriber::registry().with(kept(&alone).dialect(dialect));
        tracing::subscriber::with_default(only, work);
        let other_listener = tracing_subscriber::layer::Identity::new();
        let both = tracing_subscriber::registry().with(kept(&other).dialect(dialect));
        tracing::subscriber::with_default(both.with(other_listener), work);
        let timeless = |lines: Arc<Mutex<Vec<String>>>| {
            let lines = lines.lock().expect("no panic while logging");
            let of = |line: &String| line.split_once(',').map(|(_, rest)| rest.to_owned());
            lines.iter().map(of).collect::<Vec<_>>()
        };
        let alone = timeless(alone);
        assert_eq!(alone.len(), 21);
        assert_eq!(alone, timeless(other));
    }
}

#[test]
fn a_filter_counts_without_other_listeners_too() {
    for (filter, codes) in [
        ("error", vec!["D1"]),
        ("app=warn", vec!["D1", "D2"]),
        ("error,app=warn", vec!["D1", "D2"]),
        ("trace,app=error", vec!["D1"]),
        ("app=off,trace", vec![]),
        ("sqlx=trace", vec![]),
    ] {
        let written = Arc::default();
        let filter: Targets = filter.parse().expect("a filter");
        let lines = tracing_subscriber::registry().with(kept(&written).with_filter(filter));
        tracing::subscriber::with_default(lines, || {
            let gone = DiskError::Gone { name: "sda".into() };
            [full(), gone.into()].iter().for_each(|one| Report::new(one, outcome()).emit());
        });
        let written = written.lock().expect("no panic while logging");
        let code = |line: &String| {
            let line: Value = serde_json::from_str(line).expect("JSON");
            line["code"].as_str().map(str::to_owned)
        };
        assert_eq!(written.iter().filter_map(code).collect::<Vec<_>>(), codes);
    }
}

#[test]
fn below_error_there_is_no_chain() {
    let failure = DiskError::Gone { name: "sdb".into() }.into();
    let (_, line) = only(|| Report::new(&failure, outcome()).emit());
    assert_eq!(
        (&line["lvl"], &line["msg"], &line["cause"]),
        (&"WARN".into(), &"sdb is gone".into(), &Value::Null)
    );
}

#[test]
fn a_source_that_its_error_repeats_is_written_once() {
    #[derive(Debug, thiserror::Error)]
    #[error("outer: {0}")]
    struct Outer(#[source] std::io::Error);
    let failure = Err::<(), _>(Outer(std::io::Error::other("inner"))).unexpected("x").unwrap_err();
    let (_, line) = only(|| Report::new(&failure, Served::default()).emit());
    assert_eq!(line["cause"], "outer: inner");
}

#[test]
fn what_the_context_knows_is_in_every_event() {
    let (_, line) = only(|| {
        context().enter(|| {
            Context::with("tenant", "acme");
            Context::with("tenant", "other");
            Report::new(&full().attach("try", 2), outcome()).emit();
        });
    });
    assert_eq!(line["extra"], serde_json::json!({"try": "2", "tenant": "other"}));
}

#[test]
fn any_values_are_one_line_of_json() {
    let hostile: String =
        (0..=0x9f_u8).map(char::from).chain("\u{2028}\"}\n{\"lvl\":\"INFO\"".chars()).collect();
    let (_, line) = only(
        || tracing::info!(target: "app", detail = hostile.as_str(), other = ?hostile, ratio = f64::NAN, "{hostile}"),
    );
    assert_eq!(
        (&line["detail"], &line["msg"], &line["lvl"]),
        (&hostile.as_str().into(), &hostile.as_str().into(), &"INFO".into())
    );
    assert_eq!(line["ratio"], Value::Null);
}

#[test]
fn a_value_has_a_bound() {
    let long = "é".repeat(1 << 20);
    let (line, value) = only(|| tracing::info!(target: "app", long = long.as_str(), "short"));
    assert!(line.len() < 40_000, "{}", line.len());
    assert!(value["long"].as_str().expect("text").ends_with("é…"));
}

#[test]
fn no_key_occurs_twice() {
    let (line, value) =
        only(|| tracing::info!(target: "app", ts = 1, requestId = "mine", extra = "e", "text"));
    for key in ["\"ts\":", "\"requestId\":", "\"extra\":"] {
        assert!(line.matches(key).count() <= 1, "{key} in {line}");
    }
    assert_eq!((&value["extra.ts"], &value["extra.requestId"]), (&1.into(), &"mine".into()));
}

#[test]
fn foreign_events_cannot_bring_members_of_their_own() {
    let (_, value) =
        only(|| tracing::info!(target: "app", { errcode.extra = "\"lvl\":\"forged\"" }, "text"));
    assert_eq!((&value["lvl"], &value["extra"]), (&"INFO".into(), &Value::Null));
}

#[test]
fn a_message_that_is_not_a_text_is_followed_by_the_ids() {
    let (_, line) =
        only(|| context().enter(|| tracing::info!(target: "app", message = 5, code = true)));
    assert_eq!((&line["msg"], &line["code"]), (&5.into(), &true.into()));
    assert_eq!((&line["requestId"], &line["taskId"]), (&"r-1".into(), &"APEX-17".into()));
}

#[test]
fn an_event_inside_a_value_is_a_line_of_its_own() {
    struct Talks;
    impl std::fmt::Display for Talks {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            tracing::info!(target: "app", "inner");
            f.write_str("outer")
        }
    }
    let seen = lines(|| tracing::info!(target: "app", value = %Talks, "{}", "text"));
    assert!(seen.len() <= 2 && seen.last().is_some_and(|line| line.contains("outer")), "{seen:?}");
}

#[derive(Debug, AppError)]
#[error("listed", code = "L1", status = 404)]
struct Listed;
errcode_core::catalog! { static CATALOG = [Listed]; }

#[derive(Debug, AppError)]
#[error("stray", code = "L1", status = 503)]
struct Stray;

#[test]
fn a_code_of_another_type_is_reported_once() {
    let seen = lines(|| {
        for _ in 0..2 {
            Report::new(&Stray.into(), Served::default()).catalog(&CATALOG).emit();
        }
    });
    let seen: Vec<Value> =
        seen.iter().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let events: Vec<_> = seen.iter().map(|line| (&line["event"], &line["lvl"])).collect();
    let [conflict, failure] = [Value::from("code_conflict"), Value::from("failure")];
    let warn = Value::from("WARN");
    assert_eq!(events, [(&conflict, &warn), (&failure, &warn), (&failure, &warn)]);
    assert_eq!(
        seen[0]["msg"],
        "`lines::Stray` has the code L1, which is `lines::Listed` in the catalog, and is answered as that; list its \
         type in `catalog!`, which will name every such code"
    );
}
