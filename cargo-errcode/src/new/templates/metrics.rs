//! `GET /metrics`, for Prometheus.

use crate::CATALOG;
use axum::{Router, routing::get};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::LazyLock;

/// The bounds that OpenTelemetry's semantic conventions advise for durations, in seconds.
const SECONDS: [f64; 14] = [
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0,
];

/// The recorder of the process, which has one.
static RECORDER: LazyLock<PrometheusHandle> = LazyLock::new(|| {
    let durations = Matcher::Suffix("duration_seconds".to_owned());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(durations, &SECONDS);
    let recorder = builder.unwrap_or_default().build_recorder();
    let handle = recorder.handle();
    let _ = metrics::set_global_recorder(recorder);
    errcode_runtime::register_metrics(&CATALOG);
    handle
});

pub fn routes() -> Router {
    let recorder = RECORDER.clone();
    Router::new().route("/metrics", get(async move || recorder.render()))
}
