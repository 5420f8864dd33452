//! The one log event of a failure.

use crate::Context;
use errcode_core::{Catalog, Failure, FaultError, Level, json};
use std::{error::Error, time::Duration};

/// What is known of the work that failed, beside the failure itself.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Served<'a> {
    /// The request's method.
    pub method: Option<&'a str>,
    /// The request's path.
    pub uri: Option<&'a str>,
    /// The status of the answer.
    pub http_status: Option<u16>,
    /// How long the work took.
    pub duration: Duration,
}

impl Served<'_> {
    /// Writes the access log's event of work that did not fail.
    pub fn emit_access(&self) {
        tracing::event!(
            target: "access",
            tracing::Level::INFO,
            event = "request",
            http_status = self.http_status,
            uri = self.uri,
            method = self.method,
            outcome = "success",
            duration_ms = u64::try_from(self.duration.as_millis()).unwrap_or(u64::MAX),
            "{} {}",
            self.method.unwrap_or_default(),
            self.uri.unwrap_or_default()
        );
    }
}

/// A failure on its way to the log. A boundary (the axum layer, `guarded`) makes one per failure; nothing else logs failures.
#[derive(Debug)]
pub struct Report<'a> {
    failure: &'a Failure,
    catalog: Option<&'static Catalog>,
    outcome: Served<'a>,
}

/// An event at a level that is only known while running, with the fields of a failure.
macro_rules! failure_event {
    ($level:ident, $fields:ident) => {
        tracing::event!(
            target: "app",
            tracing::Level::$level,
            event = "failure",
            code = $fields.code,
            http_status = $fields.http_status,
            uri = $fields.uri,
            method = $fields.method,
            outcome = "failure",
            duration_ms = $fields.duration_ms,
            category = $fields.category,
            location = $fields.location,
            cause = $fields.cause,
            owner = $fields.owner,
            errcode.extra = $fields.extra,
            "{}",
            $fields.message
        )
    };
}

struct Fields<'a> {
    code: &'a str,
    message: &'a str,
    http_status: Option<u16>,
    uri: Option<&'a str>,
    method: Option<&'a str>,
    duration_ms: u64,
    category: &'a str,
    location: Option<&'a str>,
    cause: Option<&'a str>,
    owner: Option<&'a str>,
    extra: Option<&'a str>,
}

impl<'a> Report<'a> {
    /// The report of a failure, whose code is looked at through the catalog of the current context.
    #[must_use]
    pub fn new(failure: &'a Failure, outcome: Served<'a>) -> Self {
        let catalog = Context::current().and_then(|context| context.catalog());
        Self { failure, catalog, outcome }
    }

    /// The report with a catalog.
    #[must_use]
    pub fn catalog(self, catalog: &'static Catalog) -> Self {
        Self { catalog: Some(catalog), ..self }
    }

    /// Writes the event, at the level of the code; with feature `metrics`, counts the failure.
    pub fn emit(&self) {
        // Without a listener at any level, and without a counter, the code is of no interest.
        if !cfg!(feature = "metrics") && !tracing::level_enabled!(tracing::Level::ERROR) {
            return;
        }
        let spec = self
            .catalog
            .map_or_else(|| self.failure.spec(), |catalog| catalog.logged(self.failure));
        #[cfg(feature = "metrics")]
        crate::metrics::count(spec);
        if !enabled(spec.level()) {
            return;
        }
        let mut message = String::new();
        // A `Display` that fails leaves what it wrote.
        let _ = self.failure.write_log_message(&mut message);
        let location = place(self.failure);
        let cause = (spec.level() == Level::Error).then(|| self.failure.causes()).flatten();
        let extra = extra(self.failure);
        let fields = Fields {
            code: spec.code().as_str(),
            message: &message,
            http_status: self.outcome.http_status,
            uri: self.outcome.uri,
            method: self.outcome.method,
            duration_ms: u64::try_from(self.outcome.duration.as_millis()).unwrap_or(u64::MAX),
            category: spec.category().as_str(),
            location: location.as_deref(),
            cause: cause.as_deref(),
            owner: spec.owner(),
            extra: extra.as_deref(),
        };
        match spec.level() {
            Level::Error => failure_event!(ERROR, fields),
            Level::Warn => failure_event!(WARN, fields),
            Level::Info => failure_event!(INFO, fields),
            Level::Debug => failure_event!(DEBUG, fields),
            Level::Trace => failure_event!(TRACE, fields),
        }
    }
}

fn enabled(level: Level) -> bool {
    match level {
        Level::Error => tracing::enabled!(target: "app", tracing::Level::ERROR),
        Level::Warn => tracing::enabled!(target: "app", tracing::Level::WARN),
        Level::Info => tracing::enabled!(target: "app", tracing::Level::INFO),
        Level::Debug => tracing::enabled!(target: "app", tracing::Level::DEBUG),
        Level::Trace => tracing::enabled!(target: "app", tracing::Level::TRACE),
    }
}

/// Where the error became a failure; a framework's fault became one in this library, which helps nobody.
fn place(failure: &Failure) -> Option<String> {
    let made_here =
        failure.downcast_ref::<FaultError>().is_some_and(|error| error.source().is_none());
    let place = failure.location();
    (!made_here).then(|| format!("{}:{}", place.file(), place.line()))
}

/// What was attached to the failure and to the context, as the members of a JSON object.
fn extra(failure: &Failure) -> Option<String> {
    let mut members = Vec::new();
    let mut push = |key: &str, value: &str| {
        members.extend_from_slice(if members.is_empty() { b"" } else { b"," });
        json::push_string(&mut members, key);
        members.push(b':');
        json::push_string(&mut members, value);
    };
    let mut seen: Vec<String> = Vec::new();
    for (key, value) in failure.attachments() {
        if !seen.iter().any(|known| known == key) {
            seen.push(key.to_owned());
            push(key, value);
        }
    }
    if let Some(context) = Context::current() {
        for (key, value) in context.attachments().iter() {
            if !seen.iter().any(|known| known == key) {
                push(key, value);
            }
        }
    }
    (!members.is_empty()).then(|| String::from_utf8_lossy(&members).into_owned())
}
