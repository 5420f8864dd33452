//! Whatever the values hold: an event is one line in every dialect, and what is sensitive is in no sink.

use errcode_core::{AppError, Failure};
use errcode_runtime::{
    Context, Dialect, JsonLines, Logging, Report, Served, TaskOutcome,
    alert::{AlertMessage, Alerts, Channel, Undelivered},
    boundary::wire_error,
    guarded_blocking, register_metrics,
};
use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit,
    with_local_recorder,
};
use proptest::prelude::*;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use std::{
    collections::HashSet,
    fmt,
    io::Write,
    sync::{Arc, Mutex},
    time::Duration,
};
use tracing_subscriber::layer::SubscriberExt as _;

/// What no sink may show. It has no character that an escape would change.
const SECRET: &str = "hunter2secret";

#[derive(AppError)]
#[error(debug)]
enum LoginError {
    #[error(
        "no account {user}", code = "L1", status = 401, level = error, public, alert,
        log = "no account {user} for {purpose}"
    )]
    NoAccount {
        user: String,
        #[detail(skip)]
        purpose: String,
        #[sensitive]
        password: String,
        #[source]
        cause: std::io::Error,
    },
}

errcode_core::catalog! { static CATALOG = [LoginError]; }

/// Everything that is written, of one sink.
#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    fn take(&self) -> String {
        String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).expect("UTF-8")
    }
    fn push(&self, text: &[u8]) {
        self.0.lock().unwrap().extend_from_slice(text);
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.push(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Channel for Sink {
    fn send(&self, message: &AlertMessage) -> Result<(), Undelivered> {
        self.push(message.text.as_bytes());
        Ok(())
    }
}

/// The labels of metrics.
impl Recorder for Sink {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        self.push(key.to_string().as_bytes());
        Counter::noop()
    }
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }
    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

/// The keys of an object, each as often as it is there.
struct Keys(Vec<String>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Keys;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, _)) = map.next_entry::<String, IgnoredAny>()? {
                    keys.push(key);
                }
                Ok(Keys(keys))
            }
        }
        deserializer.deserialize_map(Read)
    }
}

/// Fails unless the text is lines, as many as given, which no terminal or viewer reads as anything else.
fn assert_lines(text: &str, count: usize) {
    assert_eq!((text.matches('\n').count(), text.ends_with('\n')), (count, true), "{text:?}");
    let harmful = |one: char| {
        one != '\n' && one.is_control()
            || matches!(one, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!text.contains(harmful), "{text:?}");
}

fn fail(user: &str, purpose: &str, key: &str, cause: &str) -> Failure {
    let cause = std::io::Error::other(cause.to_owned());
    let (user, purpose) = (user.to_owned(), purpose.to_owned());
    let error = LoginError::NoAccount { user, purpose, password: SECRET.to_owned(), cause };
    Failure::from(error).attach(key.to_owned(), key)
}

fn context(task: &str, key: &str, value: &str) -> Context {
    let context = Context::builder().task(task).catalog(&CATALOG).build();
    context.attach(key.to_owned(), value);
    context
}

/// Text in which every tenth character is one that breaks lines, JSON or terminals.
fn hostile() -> impl Strategy<Value = String> {
    let bad = "\n\r\0\u{1b}\u{85}\u{9b}\u{202e}\u{2028}\u{feff}\"\\{},:%";
    let bad = prop::sample::select(bad.chars().collect::<Vec<_>>());
    prop::collection::vec(prop_oneof![9 => any::<char>(), 3 => bad], 0..60)
        .prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn an_event_is_one_line_and_shows_no_secret(
        user in hostile(), purpose in hostile(), key in hostile(), cause in hostile(), task in hostile(),
    ) {
        let mut served = Served::default();
        (served.method, served.uri, served.route) = (Some("GET"), Some(&*user), Some("/login"));
        for dialect in [Dialect::Plain, Dialect::Ecs, Dialect::Otel] {
            let sink = Sink::default();
            let to = sink.clone();
            let layer = JsonLines::to(move |line| to.push(line)).dialect(dialect);
            let subscriber = tracing_subscriber::registry().with(layer);
            let labels = Sink::default();
            let alerted = Sink::default();
            let alerts = Alerts::new().to(alerted.clone()).start().unwrap();
            with_local_recorder(&labels, || {
                register_metrics(&CATALOG);
                tracing::subscriber::with_default(subscriber, || {
                    context(&task, &key, &purpose).enter(|| {
                        let failure = fail(&user, &purpose, &key, &cause);
                        Report::new(&failure, served).emit();
                        let body = wire_error(&failure, Context::current().as_ref());
                        let body = serde_json::to_string(&body).expect("JSON");
                        assert!(!body.contains(SECRET), "{body}");
                    });
                });
            });
            drop(alerts);
            let line = sink.take();
            assert_lines(&line, 1);
            let Keys(keys) = serde_json::from_str(&line).expect("JSON");
            let unique: HashSet<_> = keys.iter().collect();
            assert_eq!(unique.len(), keys.len(), "{line}");
            for (name, text) in [("log", line), ("labels", labels.take()), ("alert", alerted.take())] {
                assert!(!text.is_empty() && !text.contains(SECRET), "{name}: {text}");
            }
        }
    }
}

#[test]
fn a_readable_line_is_one_line_too() {
    let sink = Sink::default();
    let guard = Logging::new().pretty().filter("info").writer(sink.clone()).install();
    assert!(guard.is_installed());
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) };
    proptest!(config, |(user in hostile(), purpose in hostile(), key in hostile(), cause in hostile())| {
        let context = context(&user, &key, &purpose);
        let outcome: TaskOutcome<()> =
            guarded_blocking(context, || Err(fail(&user, &purpose, &key, &cause)));
        assert_eq!(outcome.exit_status(), 77);
        assert!(guard.flush(Duration::from_secs(60)));
        let text = sink.take();
        assert_lines(&text, 1);
        assert!(text.contains("L1 ") && !text.contains(SECRET), "{text}");
    });
    drop(guard);
}
