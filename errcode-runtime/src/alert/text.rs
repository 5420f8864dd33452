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

/// The longest line of facts of the context, in characters.
const LONGEST_FACTS: usize = 300;

/// What a message says of the failure that raised the alert.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    route: Option<String>,
    cause: Option<String>,
    trace: Option<String>,
    /// What [`Context::with`] and [`Context::attach`] added.
    added: Option<String>,
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
            cause: event
                .cause
                .map(|cause| cut(cause.lines().next().unwrap_or_default(), LONGEST_CAUSE)),
            trace: event.context.map(|context| context.trace_id().to_string()),
            added: event.context.map(added),
            page: catalog.and_then(|catalog| catalog.docs(event.spec.code().as_str())),
        }
    }
}

/// Returns the facts of the context as `tenant=acme, plan=gold`.
fn added(context: &Context) -> String {
    let mut text = String::new();
    context.for_each_attachment(|key, value| {
        let separator = if text.is_empty() { "" } else { ", " };
        // What is longer is cut anyway.
        if text.len() <= 4 * LONGEST_FACTS {
            let (key, value) = (cut(key, LONGEST_FACTS), cut(value, LONGEST_FACTS));
            let _ = write!(text, "{separator}{key}={value}");
        }
    });
    cut(&text, LONGEST_FACTS)
}

/// Returns the text, cut, without characters that control a terminal or the direction of text.
fn cut(text: &str, longest: usize) -> String {
    let visible = text.chars().filter(|one| !one.is_control() && !is_control(*one));
    let mut shown: String = visible.take(longest + 1).collect();
    if let Some((at, _)) = shown.char_indices().nth(longest) {
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
    let Facts { route, cause, trace, added, page } = facts;
    service(&mut text);
    let lines = [
        ("route", route.as_deref()),
        ("cause", cause.as_deref()),
        ("help", spec.help()),
        ("runbook", spec.runbook().as_deref()),
        ("owner", spec.owner()),
        ("trace", trace.as_deref()),
        ("context", added.as_deref()),
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
