//! What a line has besides the event's own fields, and what it never has twice.

use errcode_core::{AppError, Failure};
use errcode_runtime::{Context, Event, JsonLines, Report, Served, observe};
use serde_json::Value;
use std::{
    error::Error,
    fmt,
    sync::{Arc, Mutex},
};
use tracing_subscriber::layer::SubscriberExt as _;

fn lines(work: impl FnOnce()) -> Vec<String> {
    let written = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&written);
    let layer = JsonLines::to(move |line| {
        to.lock().unwrap().push(String::from_utf8(line.to_vec()).unwrap());
    });
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), work);
    Arc::into_inner(written).unwrap().into_inner().unwrap()
}

fn only(work: impl FnOnce()) -> Value {
    let [line] = <[String; 1]>::try_from(lines(work)).unwrap();
    serde_json::from_str(&line).unwrap()
}

#[test]
fn the_fields_of_spans_are_in_the_line_and_the_inner_one_counts() {
    let line = only(|| {
        let outer =
            tracing::info_span!("outer", tenant = "acme", step = 1, late = tracing::field::Empty);
        let _outer = outer.enter();
        outer.record("late", "came");
        let _inner = tracing::info_span!("inner", step = 2, code = "mine", ts = "mine").entered();
        tracing::info!(target: "app", own = true, "text");
    });
    assert_eq!(
        (&line["tenant"], &line["step"], &line["late"]),
        (&"acme".into(), &2.into(), &"came".into())
    );
    assert_eq!((&line["own"], &line["code"]), (&true.into(), &Value::Null));
    assert_eq!((&line["extra.code"], &line["extra.ts"]), (&"mine".into(), &"mine".into()));
}

#[test]
fn an_event_s_field_wins_over_a_span_s() {
    let line = only(|| {
        let _span = tracing::info_span!("outer", step = 1).entered();
        tracing::info!(target: "app", step = 2, "text");
    });
    assert_eq!(line["step"], 2);
}

#[test]
fn a_span_s_fields_are_in_a_failure_s_line() {
    let line = only(|| {
        let _span = tracing::info_span!("outer", tenant = "acme").entered();
        Report::new(&Broken.into(), Served::default()).emit();
    });
    assert_eq!((&line["tenant"], &line["code"]), (&"acme".into(), &"B1".into()));
}

#[test]
fn no_two_fields_get_one_key() {
    let all = lines(|| tracing::info!(target: "app", ts = 1, extra.ts = 2, extra.ts_2 = 3, "text"));
    let line = &all[0];
    let keys: Vec<_> = line.match_indices("\"extra.ts").collect();
    assert_eq!(keys.len(), 3, "{line}");
    let value: Value = serde_json::from_str(line).unwrap();
    let members = value.as_object().unwrap();
    let mut values: Vec<_> = members
        .iter()
        .filter(|(key, _)| key.starts_with("extra.ts"))
        .map(|(_, value)| value)
        .collect();
    values.sort_by_key(|value| value.as_u64());
    assert_eq!(
        values,
        [&1, &2, &3].map(|number: &i32| Value::from(*number)).iter().collect::<Vec<_>>()
    );
}

#[test]
fn what_the_context_knows_is_in_every_event_and_siblings_do_not_share_it() {
    let context = Context::new();
    let [first, second] = [context.fork(), context.fork()];
    let seen = lines(|| {
        context.enter(|| Context::with("who", "parent"));
        first.enter(|| Context::with("first", 1));
        second.enter(|| Context::with("second", 2));
        for one in [&first, &second, &context, &context.fork()] {
            one.enter(|| tracing::info!(target: "app", "text"));
        }
    });
    let extras: Vec<Value> = seen
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["extra"].clone())
        .collect();
    assert_eq!(
        extras,
        [
            serde_json::json!({"first": "1"}),
            serde_json::json!({"second": "2"}),
            serde_json::json!({"who": "parent"}),
            serde_json::json!({"who": "parent"})
        ]
    );
}

#[test]
fn attached_facts_are_bounded() {
    let failure = Failure::from(Broken).attach("long", "x".repeat(1 << 20)).attach("\"\n", "v");
    let all = lines(|| {
        Context::new().enter(|| {
            for number in 0..1000 {
                Context::with(format!("fact{number}"), "y".repeat(1 << 10));
            }
            Report::new(&failure, Served::default()).emit();
        });
    });
    assert!(all[0].len() < 120_000, "{}", all[0].len());
    let value: Value = serde_json::from_str(&all[0]).unwrap();
    assert!(value["extra"]["long"].as_str().unwrap().ends_with('…'));
    assert_eq!(value["extra"]["\"\n"], "v");
}

#[derive(Debug, AppError)]
#[error("broken", code = "B1", status = 503)]
struct Broken;

/// Its `Display` or `source` breaks in the way that the test asks for.
#[derive(Debug)]
enum Nasty {
    Panics,
    Fails,
    SourcePanics,
}

impl fmt::Display for Nasty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("begun")?;
        match self {
            Self::Panics => panic!("no display"),
            Self::Fails => Err(fmt::Error),
            Self::SourcePanics => Ok(()),
        }
    }
}

impl Error for Nasty {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::SourcePanics => panic!("no source"),
            _ => None,
        }
    }
}

#[derive(Debug, AppError)]
enum Outer {
    #[error("account {}", &.0[..4], code = "B2", status = 404)]
    Slice(String),
    #[error("outer", code = "B3", status = 500)]
    Caused(#[source] Nasty),
    #[error("outer {0}", code = "B4", status = 500)]
    Shown(Nasty),
}

#[test]
fn what_panics_or_fails_in_the_error_path_costs_its_own_text_only() {
    let cases: [(Outer, &str, Value, &str); 5] = [
        (Outer::Slice("ab".into()), "slice", Value::Null, "`Display` of the error panicked"),
        (
            Outer::Caused(Nasty::Panics),
            "outer",
            "begun".into(),
            "`Display` of a source panicked: no display",
        ),
        (
            Outer::Caused(Nasty::Fails),
            "outer",
            "begun".into(),
            "`Display` of a source returned an error",
        ),
        (
            Outer::Caused(Nasty::SourcePanics),
            "outer",
            "begun".into(),
            "`source` panicked: no source",
        ),
        (
            Outer::Shown(Nasty::Panics),
            "outer begun",
            Value::Null,
            "`Display` of the error panicked: no display",
        ),
    ];
    for (error, message, cause, broken) in cases {
        let failure = Failure::from(error);
        let code = failure.spec().code();
        let line = only(|| Report::new(&failure, Served::default()).emit());
        assert_eq!((&line["msg"], &line["cause"]), (&message.into(), &cause), "{line}");
        assert_eq!(line["code"], code.as_str());
        assert!(line["broken"].as_str().unwrap().starts_with(broken), "{line}");
    }
}

#[test]
fn a_display_that_panics_inside_an_event_s_field_leaves_the_rest_of_the_line() {
    let line = only(
        || tracing::info!(target: "app", bad = %Nasty::Panics, worse = ?Nasty::Fails, good = 1, "text"),
    );
    assert_eq!(line["bad"], "begun[panicked: no display]");
    assert_eq!((&line["good"], &line["msg"]), (&1.into(), &"text".into()));
}

#[test]
fn observers_are_called_without_any_subscriber() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&seen);
    let context = Context::new();
    let id = context.request_id().clone();
    let observing = observe(move |event: &Event<'_>| {
        if let Event::Failure(failure) = event
            && failure.context.is_some_and(|context| *context.request_id() == id)
        {
            to.lock().unwrap().push((failure.spec.code().to_string(), failure.message.to_owned()));
        }
    });
    context.enter(|| Report::new(&Broken.into(), Served::default()).emit());
    observing.stop();
    assert_eq!(*seen.lock().unwrap(), [("B1".to_owned(), "broken".to_owned())]);
}
