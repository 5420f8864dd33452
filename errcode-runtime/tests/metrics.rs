//! The metrics, in a recorder.

use errcode_core::{AppError, Failure};
use errcode_runtime::{
    Event, Report, Served,
    event::{
        AttemptEvent, BreakerEvent, BreakerState, ExternalEvent, FallbackEvent, GiveUp,
        GiveUpEvent, RefusalEvent, RefusedBy, ReplayEvent,
    },
    register_metrics,
};
use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit, with_local_recorder,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

#[derive(Debug, AppError)]
enum ProjectError {
    #[error("no project {id}", code = "E2001", status = 404, owner = "projects")]
    NotFound { id: u64 },
    #[error("the database is gone", code = "E2301", category = external, internal)]
    Database,
    #[error("noted", code = "E2002", status = 409, level = trace)]
    Noted,
}

errcode_core::catalog! { static CATALOG = [ProjectError]; }

/// The counters by their Prometheus series.
#[derive(Clone, Default)]
struct Counters(Arc<Mutex<BTreeMap<String, u64>>>);

struct Series(Counters, String);

impl CounterFn for Series {
    fn increment(&self, value: u64) {
        *self.0.0.lock().unwrap().entry(self.1.clone()).or_default() += value;
    }
    fn absolute(&self, _: u64) {
        unreachable!("a failure is counted by one")
    }
}

/// Gauges and histograms are counted in thousandths.
impl GaugeFn for Series {
    fn increment(&self, _: f64) {}
    fn decrement(&self, _: f64) {}
    fn set(&self, value: f64) {
        self.0.0.lock().unwrap().insert(self.1.clone(), (value * 1000.0) as u64);
    }
}

impl HistogramFn for Series {
    fn record(&self, value: f64) {
        CounterFn::increment(self, (value * 1000.0).round() as u64);
    }
}

impl Counters {
    fn series(&self, key: &Key) -> Arc<Series> {
        let labels: Vec<String> =
            key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        Arc::new(Series(self.clone(), format!("{}{{{}}}", key.name(), labels.join(","))))
    }
}

impl Recorder for Counters {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.series(key))
    }
    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.series(key))
    }
    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.series(key))
    }
}

#[test]
fn requests_and_policies_are_measured_under_labels_that_clients_cannot_choose() {
    let counters = Counters::default();
    with_local_recorder(&counters, || {
        register_metrics(&CATALOG);
        let mut served = Served::default();
        (served.method, served.uri, served.route) = (Some("GET"), Some("/p/1?x"), Some("/p/{id}"));
        (served.http_status, served.duration) = (Some(200), Duration::from_millis(250));
        served.emit_access();
        (served.method, served.http_status) = (Some("BREW"), Some(404));
        Report::new(&ProjectError::NotFound { id: 1 }.into(), served).emit();
        // A task.
        Report::new(&ProjectError::NotFound { id: 1 }.into(), Served::default()).emit();
        let mut call = ExternalEvent::new("llm", "POST", "http://llm/", Duration::from_millis(40));
        call.http_status = Some(503);
        Event::External(&call).emit();
        Event::Attempt(&AttemptEvent::new("llm", 1, Duration::ZERO, "503")).emit();
        Event::GiveUp(&GiveUpEvent::new("llm", 3, GiveUp::Budget, "503")).emit();
        Event::Refusal(&RefusalEvent::new("llm", RefusedBy::Rate, None)).emit();
        let (closed, open) = (BreakerState::Closed, BreakerState::Open);
        Event::Breaker(&BreakerEvent::new("llm", closed, open)).emit();
        Event::Fallback(&FallbackEvent::new("llm", "cache", "503")).emit();
        Event::Replay(&ReplayEvent::new("req_1", 201)).emit();
    });
    let counted = counters.0.lock().unwrap();
    let others = |(series, _): &(&String, &u64)| !series.starts_with("errcode_errors_total");
    let others: Vec<(&str, u64)> =
        counted.iter().filter(others).map(|(series, value)| (series.as_str(), *value)).collect();
    let get =
        "http_request_method=GET,http_route=/p/{id},http_response_status_code=200,error_type=";
    let other = "http_request_method=_OTHER,http_route=/p/{id},http_response_status_code=404,error_type=E2001";
    assert_eq!(
        others,
        [
            ("errcode_breaker_state{dependency=llm}", 2000),
            ("errcode_breaker_transitions_total{dependency=llm,to=open}", 1),
            ("errcode_failed_attempts_total{dependency=llm}", 1),
            ("errcode_fallbacks_total{dependency=llm,fallback=cache}", 1),
            ("errcode_give_ups_total{dependency=llm,reason=budget}", 1),
            ("errcode_log_lines_dropped_total{}", 0),
            ("errcode_refusals_total{dependency=llm,by=rate}", 1),
            ("errcode_replays_total{}", 1),
            (
                "http_client_request_duration_seconds{dependency=llm,http_request_method=POST,\
                 http_response_status_code=503}",
                40
            ),
            (&*format!("http_server_request_duration_seconds{{{get}}}"), 250),
            (&*format!("http_server_request_duration_seconds{{{other}}}"), 250),
        ]
    );
}

#[test]
fn each_code_has_a_series_from_the_start_and_each_failure_counts_once() {
    let counters = Counters::default();
    with_local_recorder(&counters, || {
        register_metrics(&CATALOG);
        for error in [ProjectError::NotFound { id: 1 }, ProjectError::Database, ProjectError::Noted]
        {
            Report::new(&Failure::from(error), Served::default()).catalog(&CATALOG).emit();
        }
        Report::new(&Failure::from(ProjectError::NotFound { id: 2 }), Served::default()).emit();
    });
    let counted = counters.0.lock().unwrap();
    let own: Vec<(&str, u64)> = counted
        .iter()
        .filter(|(series, _)| series.contains("code=E"))
        .map(|(series, count)| (series.as_str(), *count))
        .collect();
    assert_eq!(
        own,
        [
            (
                "errcode_errors_total{code=E2001,category=business,status=404,level=warn,owner=projects}",
                2
            ),
            ("errcode_errors_total{code=E2002,category=business,status=409,level=trace,owner=}", 1),
            ("errcode_errors_total{code=E2301,category=external,status=502,level=error,owner=}", 1),
        ]
    );
    let framework =
        "errcode_errors_total{code=HTTP_405,category=business,status=405,level=info,owner=}";
    assert_eq!(counted.get(framework), Some(&0), "{counted:?}");
}

/// A recorder with a bug.
struct Broken;

impl Recorder for Broken {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        panic!("a bug in the recorder")
    }
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }
    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[test]
fn a_recorder_that_panics_costs_no_answer() {
    let failure = Failure::from(ProjectError::Database);
    with_local_recorder(&Broken, || Report::new(&failure, Served::default()).emit());
}
