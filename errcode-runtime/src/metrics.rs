//! The counter of failures.

use errcode_core::{Catalog, ErrorSpec};
use metrics::{Label, Unit, counter, describe_counter};

const ERRORS_TOTAL: &str = "errcode_errors_total";
const ALERTS_TOTAL: &str = "errcode_alerts_total";

/// Describes the counter `errcode_errors_total{code, category, status, level, owner}` to the installed recorder, and
/// sets it to zero for each code of the catalog, so that an alert rule sees the first failure of a code as an
/// increase.
///
/// Call it after the recorder is installed.
///
/// Every [`Report`](crate::Report) counts its failure under the code that is logged, whether or not the code's level is
/// enabled. The labels are facts of the code, never a value of a request; `owner` is empty if the code has none.
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
    describe_counter!(ERRORS_TOTAL, Unit::Count, "failures by error code");
    describe_counter!(ALERTS_TOTAL, Unit::Count, "failures of codes that raise alerts, by outcome");
    for spec in catalog.errors().into_iter().chain(catalog.framework()) {
        counter!(ERRORS_TOTAL, labels(spec)).increment(0);
    }
}

pub(crate) fn count(spec: ErrorSpec) {
    counter!(ERRORS_TOTAL, labels(spec)).increment(1);
}

/// Counts a failure whose code raises alerts in `errcode_alerts_total{outcome}`: `fired`, `suppressed`, `dropped` or
/// `muted`.
pub(crate) fn count_alert(outcome: &'static str) {
    counter!(ALERTS_TOTAL, "outcome" => outcome).increment(1);
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
