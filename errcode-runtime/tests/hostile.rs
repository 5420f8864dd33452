//! Code of the user's that the log runs or meets: values that log, that never end, and listeners that panic.

use errcode_core::{AppError, Failure};
use errcode_runtime::{
    Context, Event as Observed, JsonLines, Report, Served, TaskOutcome,
    boundary::{Boundary, discard, lower_error},
    event::{AttemptEvent, ExternalEvent, FallbackEvent, GiveUp, GiveUpEvent},
    guarded_blocking, observe,
};
use serde_json::Value;
use std::{
    error::Error,
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tracing::{Event, Subscriber, span::Attributes, span::Id};
use tracing_subscriber::{
    Layer,
    layer::{Context as LayerContext, SubscriberExt as _},
    registry::LookupSpan,
};

/// Returns a layer that adds each line to the list.
fn kept(lines: &Arc<Mutex<Vec<Value>>>) -> JsonLines {
    let to = Arc::clone(lines);
    JsonLines::to(move |line| {
        to.lock().unwrap().push(serde_json::from_slice(line).expect("JSON"));
    })
}

fn lines(work: impl FnOnce()) -> Vec<Value> {
    let written = Arc::default();
    tracing::subscriber::with_default(tracing_subscriber::registry().with(kept(&written)), work);
    std::mem::take(&mut written.lock().unwrap())
}

#[derive(Debug, AppError)]
#[error("shown {0}", code = "H1", status = 500)]
struct Shown(#[source] Box<dyn Error + Send + Sync>);

fn report(error: impl Error + Send + Sync + 'static) {
    Report::new(&Shown(Box::new(error)).into(), Served::default()).emit();
}

#[test]
fn the_facts_of_a_context_are_not_locked_while_they_are_read() {
    let context = Context::new();
    context.attach("tenant", "acme");
    let facts = context.attachments();
    let written = lines(|| context.enter(|| tracing::info!(target: "app", "within")));
    context.attach("tenant", "other");
    assert_eq!(written[0]["extra"]["tenant"], facts[0].1);
    assert_eq!((facts.len(), context.attachments()[0].1.as_str()), (1, "other"));
}

#[test]
fn an_observer_that_reports_what_it_is_told_of_ends() {
    let told = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&told);
    let observing = observe(move |event: &Observed<'_>| {
        if let Observed::Failure(failure) = event
            && failure.context.and_then(Context::task_text) == Some("observed")
        {
            count.fetch_add(1, Ordering::Relaxed);
            report(std::io::Error::other("again"));
        }
    });
    Context::task("observed").enter(|| report(std::io::Error::other("once")));
    observing.stop();
    assert!((2..100).contains(&told.load(Ordering::Relaxed)), "{told:?}");
}

/// Writes without an end, as long as it can.
#[derive(Debug)]
struct Long(&'static str);

impl fmt::Display for Long {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        loop {
            f.write_str(self.0)?;
        }
    }
}

impl Error for Long {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&Self("source "))
    }
}

#[test]
fn a_text_without_an_end_is_cut_and_nothing_is_broken() {
    let written = lines(|| {
        report(Long("é"));
        report(Long("postgres://app:hunter2@db/ "));
        let lower = lower_error(None, Box::new(Long("lower ")));
        Report::new(&lower, Served::default()).emit();
    });
    assert_eq!(written.len(), 3);
    for line in written {
        let texts = [line["msg"].as_str(), line["cause"].as_str()];
        for text in texts.into_iter().flatten() {
            assert!(
                text.ends_with('…') && (10_000..20_000).contains(&text.len()),
                "{}",
                text.len()
            );
        }
        assert_eq!((&line["broken"], &line["extra"]["broken"]), (&Value::Null, &Value::Null));
        assert!(!line["cause"].to_string().contains("hunter"), "{line}");
    }
}

#[test]
fn a_long_text_of_urls_is_read_once() {
    let text = "://u@".repeat(1 << 20);
    let written = lines(|| report(std::io::Error::other(text)));
    assert_eq!(written[0]["code"], "H1");
}

/// Its `Display` returns an error.
#[derive(Debug)]
struct Failing;

impl Error for Failing {}

impl fmt::Display for Failing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("begun")?;
        Err(fmt::Error)
    }
}

#[test]
fn an_attached_value_whose_display_fails_is_kept_as_far_as_it_came() {
    let context = Context::new();
    context.attach("fact", Failing);
    let failure = Failure::from(Shown("x".into())).attach("value", Failing);
    let written = lines(|| context.enter(|| Report::new(&failure, Served::default()).emit()));
    let extra = &written[0]["extra"];
    assert_eq!((&extra["fact"], &extra["value"]), (&"begun".into(), &"begun".into()));
    let failure = Failure::from(Shown(Box::new(Failing)));
    assert_eq!(failure.causes().as_deref(), Some("begun"));
}

#[test]
fn an_attached_value_that_panics_or_never_ends_does_not_cost_the_failure() {
    struct Panicking;
    struct Endless;

    impl fmt::Display for Panicking {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("begun")?;
            panic!("no text")
        }
    }

    impl fmt::Display for Endless {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            loop {
                f.write_str("é and on, ")?;
            }
        }
    }

    let context = Context::new();
    context.attach("fact", Panicking);
    context.attach("endless fact", Endless);
    let failure = Failure::from(Shown("x".into()));
    let failure = failure.attach("value", Panicking).attach("endless", Endless);
    let longest = failure.attachments().map(|(_, text)| text.len()).max();
    assert!(longest.is_some_and(|length| (65_000..=65_536).contains(&length)), "{longest:?}");
    let written = lines(|| context.enter(|| Report::new(&failure, Served::default()).emit()));
    let extra = &written[0]["extra"];
    assert_eq!((&written[0]["code"], &extra["value"]), (&"H1".into(), &"begun".into()));
    assert!(extra["fact"].as_str().unwrap().starts_with("begun`Display` panicked"), "{extra}");
    assert!(extra["endless"].as_str().unwrap().ends_with('…'), "{extra}");
    assert!(extra["endless fact"].as_str().unwrap().ends_with('…'), "{extra}");
}

#[test]
fn a_failure_that_passed_very_many_callers_can_be_dropped() {
    let mut failure = Failure::from(Shown("x".into()));
    for number in 0..200_000 {
        failure = failure.context("again").attach("number", number);
    }
    let clone = failure.clone();
    let written = lines(|| Report::new(&failure, Served::default()).emit());
    assert!(written[0]["context"].as_str().unwrap().starts_with("again: again"));
    drop((failure, clone));
}

/// A layer of the user's with a bug.
struct Panicking;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Panicking {
    fn on_new_span(&self, _: &Attributes<'_>, _: &Id, _: LayerContext<'_, S>) {
        panic!("a bug in on_new_span");
    }
    fn on_event(&self, _: &Event<'_>, _: LayerContext<'_, S>) {
        panic!("a bug in on_event");
    }
}

#[test]
fn a_listener_that_panics_costs_neither_the_answer_nor_the_line() {
    let written = Arc::default();
    let subscriber = tracing_subscriber::registry().with(kept(&written)).with(Panicking);
    tracing::subscriber::with_default(subscriber, || {
        let boundary = Boundary::open(Context::new());
        let failure = boundary.call(|| panic!("why")).unwrap_err();
        boundary.within(|| boundary.report(&failure, Served::default(), None));
        boundary.within(|| Served::default().emit_access());
        boundary.abandoned(None);
        let done = guarded_blocking(Context::new(), || Ok::<_, Failure>(1));
        assert!(matches!(done, TaskOutcome::Done(1)), "{done:?}");
    });
    let written = written.lock().unwrap();
    let events: Vec<_> = written.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["failure", "request", "client_gone", "task"]);
    assert_eq!(written[0]["msg"], "panicked: why");

    let broken = JsonLines::to(|_| panic!("a bug in the writer"));
    tracing::subscriber::with_default(tracing_subscriber::registry().with(broken), || {
        report(std::io::Error::other("x"));
        tracing::info!(target: "app", "text");
    });
}

#[test]
fn no_event_has_the_secrets_of_a_url() {
    const ERROR: &str = "error sending request for url (https://app:hunter2@h/x?sig=hunter2)";
    let seen = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&seen);
    let observing = observe(move |event: &Observed<'_>| {
        let error = match *event {
            Observed::Attempt(&AttemptEvent { dependency: "secrets", error, .. })
            | Observed::GiveUp(&GiveUpEvent { dependency: "secrets", error, .. })
            | Observed::Fallback(&FallbackEvent { dependency: "secrets", error, .. }) => error,
            Observed::External(call) if call.dependency == "secrets" => call.error.unwrap(),
            _ => return,
        };
        to.lock().unwrap().push(error.to_owned());
    });
    let written = lines(|| {
        let mut call = ExternalEvent::new("secrets", "GET", "https://h/x", Duration::ZERO);
        call.error = Some(ERROR);
        Observed::External(&call).emit();
        Observed::Attempt(&AttemptEvent::new("secrets", 1, Duration::ZERO, ERROR)).emit();
        Observed::GiveUp(&GiveUpEvent::new("secrets", 2, GiveUp::Attempts, ERROR)).emit();
        Observed::Fallback(&FallbackEvent::new("secrets", "cache", ERROR)).emit();
    });
    observing.stop();
    let shown = "error sending request for url (https://h/x)";
    assert_eq!(*seen.lock().unwrap(), [shown; 4]);
    let causes: Vec<_> = written.iter().map(|line| &line["cause"]).collect();
    assert_eq!(causes, [shown; 4]);
}

#[test]
fn an_error_whose_destructor_panics_ends_nothing() {
    #[derive(Debug)]
    struct Bomb;

    impl fmt::Display for Bomb {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a bomb")
        }
    }

    impl Error for Bomb {}

    impl Drop for Bomb {
        fn drop(&mut self) {
            assert!(std::thread::panicking(), "the end of an error");
        }
    }

    let failure = || Failure::from(Shown(Box::new(Bomb)));
    drop(failure());
    drop(failure().attach("shared", failure().clone()));
    discard(failure(), Some(&Context::new()));
    let boxed = || Err::<(), Box<dyn Error + Send + Sync>>(Box::new(Bomb));
    let outcome = guarded_blocking(Context::new(), boxed);
    assert_eq!(outcome.failure().unwrap().spec().code(), "SERVER_ERROR");
    drop(outcome);
    let Shown(cause) = failure().downcast::<Shown>().expect("its only owner");
    std::mem::forget(cause);
}
