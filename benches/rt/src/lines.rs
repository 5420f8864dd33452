//! Log lines.

use crate::{ours, repeat};
use errcode_core::Failure;
use errcode_runtime::{Context, Dialect, JsonLines, Report, Served};
use std::hint::black_box;
use tracing::{Subscriber, subscriber::set_global_default};
use tracing_subscriber::{filter::LevelFilter, layer::SubscriberExt as _};

/// Makes our lines the log of the process, as services do.
pub fn ours(dialect: Dialect) {
    let lines = JsonLines::to(|line| {
        black_box(line.len());
    });
    install(tracing_subscriber::registry().with(lines.dialect(dialect)));
}

/// Does the same with the lines of `tracing-subscriber`, from `info` on: tower-http's are at `debug`.
pub fn theirs() {
    let lines = tracing_subscriber::fmt::layer().json().with_writer(std::io::sink);
    install(tracing_subscriber::registry().with(LevelFilter::INFO).with(lines));
}

/// A case runs twice in its process, and the first one installs the log.
fn install(subscriber: impl Subscriber + Send + Sync) {
    let _ = set_global_default(subscriber);
}

/// Eight fields with the names that the dialect has.
pub fn event() {
    tracing::info!(
        target: "app",
        event = "request",
        code = black_box("E2001"),
        http_status = 404u64,
        uri = black_box("/projects/17"),
        method = "GET",
        outcome = "failure",
        duration_ms = 12u64,
        retry_count = 0u64,
        "project not found"
    );
}

/// Eight fields of names that no dialect has.
pub fn foreign_event() {
    tracing::info!(
        target: "app",
        tenant = black_box("acme"),
        order = 404u64,
        path = black_box("/projects/17"),
        verb = "GET",
        state = "failure",
        took = 12u64,
        tries = 0u64,
        region = "eu-1",
        "project not found"
    );
}

fn served() -> Served<'static> {
    let mut served = Served::default();
    (served.method, served.uri) = (Some("GET"), Some(black_box("/fail")));
    served.http_status = Some(404);
    served
}

/// A failure's event in the context of a request, down to the line.
pub fn failure(count: u64, dialect: Dialect) {
    ours(dialect);
    let failure = Failure::from(ours::error());
    Context::new().enter(|| repeat(count, || Report::new(&failure, served()).emit()));
}

/// The same members, written as an event by hand.
pub fn failure_by_hand(count: u64) {
    theirs();
    let (resource, id) = ours::values();
    let error = crate::peers::HandError::NotFound { resource, id };
    repeat(count, || warn(&error, black_box("/fail")));
}

pub fn warn(error: &crate::peers::HandError, uri: &str) {
    tracing::warn!(
        target: "app",
        event = "failure",
        service = "bench",
        trace_id = black_box(ours::TRACE_ID),
        request_id = black_box(ours::REQUEST_ID),
        code = error.code(),
        http_status = error.status().as_u16(),
        uri,
        method = "GET",
        outcome = "failure",
        duration_ms = 0u64,
        category = "business",
        location = concat!(file!(), ":1"),
        "{error}"
    );
}
