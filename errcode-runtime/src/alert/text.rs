//! The text of an alert.

use super::{
    channel::{AlertKind, AlertMessage},
    groups::{ErrorSpecByCode, Key, severest},
    samples::Samples,
};
use crate::{Context, ServiceInfo, event::FailureEvent, log::is_control};
use errcode_core::ErrorSpec;
use std::{fmt::Write as _, time::Duration};

/// The longest cause in a message, in characters.
const LONGEST_CAUSE: usize = 300;

/// What a message says of the failure that raised the alert.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    route: Option<String>,
    cause: Option<String>,
    trace: Option<String>,
    page: Option<String>,
}

impl Facts {
    pub(super) fn of(event: &FailureEvent<'_>) -> Self {
        let served = &event.served;
        let route = served.route.map(|route| match served.method {
            Some(method) => format!("{method} {route}"),
            None => route.to_owned(),
        });
        let catalog = event.context.and_then(Context::catalog);
        Self {
            route,
            cause: event.cause.map(first_line),
            trace: event.context.map(|context| context.trace_id().to_string()),
            page: catalog.and_then(|catalog| catalog.docs(event.spec.code().as_str())),
        }
    }
}

/// Returns the first line, cut, without characters that control a terminal or the direction of text.
fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut shown: String =
        line.chars().filter(|one| !one.is_control() && !is_control(*one)).collect();
    if let Some((at, _)) = shown.char_indices().nth(LONGEST_CAUSE) {
        shown.truncate(at);
        shown.push('…');
    }
    shown
}

/// Returns the message of an alert that fires.
pub(super) fn fired(spec: ErrorSpec, count: u64, samples: &Samples, facts: &Facts) -> AlertMessage {
    let severity = spec.alert();
    let mut text = String::new();
    let _ = write!(
        text,
        "[{}] {} {}: {}{}",
        severity.as_str(),
        spec.code(),
        spec.title(),
        failures(count),
        samples.note(spec.code().as_str())
    );
    if let Some(over) = spec.alert_over() {
        let _ = write!(text, " (alert over {over})");
    }
    let codes = vec![(spec.code().as_str(), count)];
    let Facts { route, cause, trace, page } = facts;
    service(&mut text);
    let lines = [
        ("route", route.as_deref()),
        ("cause", cause.as_deref()),
        ("help", spec.help()),
        ("runbook", spec.runbook().as_deref()),
        ("owner", spec.owner()),
        ("trace", trace.as_deref()),
        ("page", page.as_deref()),
    ]
    .map(|(name, value)| (name, value.map(str::to_owned)));
    push_lines(&mut text, lines);
    AlertMessage { kind: AlertKind::Fired, severity, codes, text }
}

/// Returns the message of failures that go on.
pub(super) fn again(
    key: Key,
    codes: &[(ErrorSpecByCode, u64)],
    samples: &Samples,
    window: Duration,
) -> AlertMessage {
    let severity = severest(codes);
    let count = codes.iter().map(|(_, count)| count).sum();
    let mut text = format!("[{}] {}", severity.as_str(), subject(key, codes));
    let _ = write!(text, ": {} in {}", more(count), seconds(window));
    let note = |spec: &ErrorSpecByCode| samples.note(spec.0.code().as_str());
    match codes {
        [(spec, _)] => text.push_str(&note(spec)),
        _ => {
            for (spec, count) in codes {
                let (code, title) = (spec.0.code(), spec.0.title());
                let _ = write!(text, "\n{code} {title}: {count}{}", note(spec));
            }
        }
    }
    service(&mut text);
    AlertMessage { kind: AlertKind::Again, severity, codes: counted(codes), text }
}

fn counted(codes: &[(ErrorSpecByCode, u64)]) -> Vec<(&'static str, u64)> {
    codes.iter().map(|(spec, count)| (spec.0.code().as_str(), *count)).collect()
}

/// Returns the message of failures that have ended.
pub(super) fn resolved(
    key: Key,
    codes: &[(ErrorSpecByCode, u64)],
    all: u64,
    samples: &Samples,
    quiet: Duration,
) -> AlertMessage {
    let mut text = format!("[resolved] {}", subject(key, codes));
    let _ = write!(text, ": no failure for {}, {} in all", seconds(quiet), failures(all));
    if let [(spec, _)] = codes {
        text.push_str(&samples.note(spec.0.code().as_str()));
    }
    service(&mut text);
    AlertMessage {
        kind: AlertKind::Resolved,
        severity: severest(codes),
        codes: counted(codes),
        text,
    }
}

fn subject(key: Key, codes: &[(ErrorSpecByCode, u64)]) -> String {
    match (key, codes) {
        (Key::Dependency(name), _) => name.to_owned(),
        (Key::Code(..), [(spec, _), ..]) => format!("{} {}", spec.0.code(), spec.0.title()),
        (Key::Code(code, _), []) => code.to_owned(),
    }
}

fn failures(count: u64) -> String {
    if count == 1 { "1 failure".to_owned() } else { format!("{count} failures") }
}

fn more(count: u64) -> String {
    if count == 1 { "1 more failure".to_owned() } else { format!("{count} more failures") }
}

fn seconds(time: Duration) -> String {
    format!("{}s", time.as_secs())
}

fn service(text: &mut String) {
    let Some(service) = ServiceInfo::current() else { return };
    let _ = write!(text, "\nservice: {}", service.name);
    if let Some(version) = service.version {
        let _ = write!(text, " {version}");
    }
    if let Some(environment) = service.environment {
        let _ = write!(text, " ({environment})");
    }
}

fn push_lines<const N: usize>(text: &mut String, lines: [(&str, Option<String>); N]) {
    for (name, value) in lines {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let _ = write!(text, "\n{name}: {value}");
        }
    }
}
