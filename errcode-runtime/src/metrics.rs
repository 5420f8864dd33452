//! The metrics of failures, requests and policies. No label has a value of a request.

use crate::{
    Event, Served,
    event::{BreakerEvent, BreakerState},
    observe,
};
use errcode_core::{Catalog, ErrorSpec};
use metrics::{
    Label, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};
use std::sync::Once;

const ERRORS_TOTAL: &str = "errcode_errors_total";
const ALERTS_TOTAL: &str = "errcode_alerts_total";
const ATTEMPTS_TOTAL: &str = "errcode_failed_attempts_total";
const GIVE_UPS_TOTAL: &str = "errcode_give_ups_total";
const REFUSALS_TOTAL: &str = "errcode_refusals_total";
const FALLBACKS_TOTAL: &str = "errcode_fallbacks_total";
const REPLAYS_TOTAL: &str = "errcode_replays_total";
const DROPPED_LINES_TOTAL: &str = "errcode_log_lines_dropped_total";
const BREAKER_STATE: &str = "errcode_breaker_state";
const BREAKER_TRANSITIONS_TOTAL: &str = "errcode_breaker_transitions_total";
/// `http.server.request.duration` as OpenTelemetry's rules for Prometheus spell it.
const REQUEST_DURATION: &str = "http_server_request_duration_seconds";
const CALL_DURATION: &str = "http_client_request_duration_seconds";

/// Registers the metrics with the installed recorder. Call it once, after the recorder is installed.
///
/// | metric | labels | counts or measures |
/// | --- | --- | --- |
/// | `errcode_errors_total` | `code category status level owner` | failures; zero from the start for each code |
/// | `http_server_request_duration_seconds` | those of the conventions | requests that were answered |
/// | `http_client_request_duration_seconds` | `dependency`, and those of the conventions | calls |
/// | `errcode_failed_attempts_total` | `dependency` | attempts that another one follows |
/// | `errcode_give_ups_total` | `dependency reason` | calls that are not attempted again |
/// | `errcode_refusals_total` | `dependency by` | calls that a policy refused |
/// | `errcode_fallbacks_total` | `dependency fallback` | answers of fallbacks |
/// | `errcode_breaker_state` | `dependency` | 0 closed, 1 half open, 2 open, 3 forced open, -1 disabled |
/// | `errcode_breaker_transitions_total` | `dependency to` | changes of that state |
/// | `errcode_replays_total` | | stored answers that were replayed |
/// | `errcode_alerts_total` | `outcome` | failures of codes that raise alerts |
/// | `errcode_log_lines_dropped_total` | | lines of the log that were dropped; zero from the start |
///
/// The names and labels of durations are those of OpenTelemetry's semantic conventions for HTTP, in the
/// spelling of Prometheus: `http_request_method`, `http_response_status_code`, and for requests `http_route`
/// and `error_type`, which is the code, and empty for a success. A method that RFC 9110 does not define is
/// `_OTHER`.
///
/// Every [`Report`](crate::Report) counts its failure under the code that is logged, whether or not the code's level is
/// enabled. `owner` is empty if the code has none.
///
/// ```
/// use errcode_core::AppError;
///
/// #[derive(Debug, AppError)]
/// #[error("no project", code = "E2001", status = 404)]
/// struct NotFound;
/// errcode_core::catalog! { static CATALOG = [NotFound]; }
///
/// // metrics_exporter_prometheus::PrometheusBuilder::new().install()?;
/// errcode_runtime::register_metrics(&CATALOG);
/// ```
pub fn register_metrics(catalog: &Catalog) {
    static OBSERVES: Once = Once::new();
    describe();
    for spec in catalog.errors().into_iter().chain(catalog.framework()) {
        counter!(ERRORS_TOTAL, labels(spec)).increment(0);
    }
    counter!(DROPPED_LINES_TOTAL).increment(0);
    OBSERVES.call_once(|| {
        observe(record);
    });
}

fn describe() {
    let counters = [
        (ERRORS_TOTAL, "failures by error code"),
        (ALERTS_TOTAL, "failures of codes that raise alerts, by outcome"),
        (ATTEMPTS_TOTAL, "failed attempts that another one follows"),
        (GIVE_UPS_TOTAL, "calls that are not attempted again"),
        (REFUSALS_TOTAL, "calls that a policy refused"),
        (FALLBACKS_TOTAL, "answers of fallbacks"),
        (REPLAYS_TOTAL, "stored answers that were replayed"),
        (DROPPED_LINES_TOTAL, "lines of the log that were dropped, since its output was too slow"),
        (BREAKER_TRANSITIONS_TOTAL, "changes of the state of circuit breakers"),
    ];
    for (name, text) in counters {
        describe_counter!(name, Unit::Count, text);
    }
    describe_gauge!(BREAKER_STATE, "0 closed, 1 half open, 2 open, 3 forced open, -1 disabled");
    describe_histogram!(REQUEST_DURATION, Unit::Seconds, "requests that were answered");
    describe_histogram!(CALL_DURATION, Unit::Seconds, "calls of other systems");
}

/// Records an event. Failures are counted by their report, with or without an observer.
fn record(event: &Event<'_>) {
    match event {
        Event::Request(request) => record_request(&request.served, request.spec),
        Event::External(call) => {
            let labels = vec![
                Label::from_static_parts("dependency", call.dependency),
                Label::from_static_parts("http_request_method", method(call.method)),
                Label::new("http_response_status_code", status(call.http_status)),
            ];
            histogram!(CALL_DURATION, labels).record(call.duration.as_secs_f64());
        }
        Event::Attempt(attempt) => {
            counter!(ATTEMPTS_TOTAL, "dependency" => attempt.dependency).increment(1);
        }
        Event::GiveUp(end) => {
            let reason = end.reason.as_str();
            counter!(GIVE_UPS_TOTAL, "dependency" => end.dependency, "reason" => reason)
                .increment(1);
        }
        Event::Refusal(refusal) => {
            let by = refusal.by.as_str();
            counter!(REFUSALS_TOTAL, "dependency" => refusal.dependency, "by" => by).increment(1);
        }
        Event::Breaker(breaker) => record_breaker(breaker),
        Event::Fallback(answer) => {
            let (dependency, fallback) = (answer.dependency, answer.fallback);
            counter!(FALLBACKS_TOTAL, "dependency" => dependency, "fallback" => fallback)
                .increment(1);
        }
        Event::Replay(_) => counter!(REPLAYS_TOTAL).increment(1),
        Event::Failure(_) | Event::Panic(_) | Event::Flag(_) => {}
    }
}

fn record_request(served: &Served<'_>, spec: Option<ErrorSpec>) {
    // A task has no method, and is not a request.
    let Some(of_request) = served.method else { return };
    let labels = vec![
        Label::from_static_parts("http_request_method", method(of_request)),
        Label::new("http_route", served.route.unwrap_or_default().to_owned()),
        Label::new("http_response_status_code", status(served.http_status)),
        Label::from_static_parts("error_type", spec.map_or("", |spec| spec.code().as_str())),
    ];
    histogram!(REQUEST_DURATION, labels).record(served.duration.as_secs_f64());
}

fn record_breaker(breaker: &BreakerEvent) {
    let state = match breaker.to {
        BreakerState::Closed => 0.0,
        BreakerState::HalfOpen => 1.0,
        BreakerState::Open => 2.0,
        BreakerState::ForcedOpen => 3.0,
        BreakerState::Disabled => -1.0,
    };
    gauge!(BREAKER_STATE, "dependency" => breaker.dependency).set(state);
    let (dependency, to) = (breaker.dependency, breaker.to.as_str());
    counter!(BREAKER_TRANSITIONS_TOTAL, "dependency" => dependency, "to" => to).increment(1);
}

/// Returns the method if RFC 9110 section 9 or RFC 5789 defines it: clients may send any text.
fn method(method: &str) -> &'static str {
    const KNOWN: [&str; 9] =
        ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
    KNOWN.into_iter().find(|known| *known == method).unwrap_or("_OTHER")
}

fn status(status: Option<u16>) -> String {
    status.map(|status| status.to_string()).unwrap_or_default()
}

pub(crate) fn count(spec: ErrorSpec) {
    counter!(ERRORS_TOTAL, labels(spec)).increment(1);
}

/// Counts a failure whose code raises alerts in `errcode_alerts_total{outcome}`: `fired`, `suppressed`, `dropped`,
/// `muted` or `sampled`.
pub(crate) fn count_alert(outcome: &'static str) {
    counter!(ALERTS_TOTAL, "outcome" => outcome).increment(1);
}

/// Counts lines of the log that were dropped, since the output was too slow.
pub(crate) fn count_dropped_lines(lines: u64) {
    counter!(DROPPED_LINES_TOTAL).increment(lines);
}

fn labels(spec: ErrorSpec) -> Vec<Label> {
    vec![
        Label::from_static_parts("code", spec.code().as_str()),
        Label::from_static_parts("category", spec.category().as_str()),
        Label::new("status", spec.status().to_string()),
        Label::from_static_parts("level", spec.level().as_str()),
        Label::from_static_parts("owner", spec.owner().unwrap_or_default()),
    ]
}
