//! The counter of failures, in a recorder.

use errcode_core::{AppError, Failure};
use errcode_runtime::{Report, Served, register_metrics};
use metrics::{
    Counter, CounterFn, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit,
    with_local_recorder,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
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

impl Recorder for Counters {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let labels: Vec<String> =
            key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        Counter::from_arc(Arc::new(Series(
            self.clone(),
            format!("{}{{{}}}", key.name(), labels.join(",")),
        )))
    }
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }
    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
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
