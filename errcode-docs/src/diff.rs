//! What changed between two locks, and what that asks of the next version.

use crate::{
    exemptions::Exemptions,
    lock::{Line, Lock},
    report::{Finding, Report},
    retryable::Retryable,
    rules::{self, Bump, Class},
};
use core::fmt::Display;
use std::collections::BTreeMap;

/// Compares two locks by the [rules](crate::rules::RULES) of the classes WIRE, OPS, SOURCE and DOC.
///
/// ```
/// use errcode_docs::{Exemptions, diff::diff, lock::Lock, rules::Bump};
///
/// let lock = |status: u16| format!(
///     "[{{\"errcode_lock\":1,\"service\":\"s\"}}\n,{{\"code\":\"E1\",\"status\":{status},\"category\":\"business\",\"retryable\":false,\"breaker\":false}}\n]\n"
/// );
/// let old = Lock::parse("old", &lock(404)).unwrap();
/// let new = Lock::parse("new", &lock(410)).unwrap();
/// let report = diff(&old, &new, &Exemptions::none());
/// assert_eq!(report.verdict, Some(Bump::Major));
/// assert!(report.to_text().starts_with("error[wire-status]: E1: the HTTP status changed: 404 → 410"));
/// ```
#[must_use]
pub fn diff(old: &Lock, new: &Lock, exemptions: &Exemptions) -> Report {
    let mut changes = Changes { code: String::new(), found: Vec::new() };
    for (code, line) in &old.codes {
        changes.code.clone_from(code);
        match new.codes.get(code) {
            Some(now) => COMPARISONS.iter().for_each(|compare| compare(line, now, &mut changes)),
            None => changes.gone(line, new),
        }
    }
    for (code, line) in &new.codes {
        changes.code.clone_from(code);
        changes.come(line, old);
    }
    let mut report = Report::new(&new.head.service, changes.found, exemptions, |class| class != Class::Lint);
    report.verdict = Some(report.findings.iter().map(|finding| finding.bump).max().unwrap_or(Bump::None));
    report
}

/// What is compared of a code that is in both locks.
const COMPARISONS: &[fn(&Line, &Line, &mut Changes)] = &[
    |old, new, changes| changes.value("wire-status", &old.status, &new.status),
    |old, new, changes| changes.value("wire-category", &old.category, &new.category),
    |old, new, changes| changes.option("wire-retry-after", &seconds(old), &seconds(new)),
    |old, new, changes| changes.option("wire-grpc", &old.grpc, &new.grpc),
    |old, new, changes| changes.value("ops-level", &old.level, &new.level),
    |old, new, changes| changes.value("ops-alert", &old.alert, &new.alert),
    |old, new, changes| changes.option("ops-owner", &old.owner, &new.owner),
    |old, new, changes| changes.option("ops-runbook", &old.runbook, &new.runbook),
    |old, new, changes| changes.value("ops-breaker", &counted(old), &counted(new)),
    |old, new, changes| changes.value("source-renamed", &old.variant, &new.variant),
    |old, new, changes| changes.value("doc-title", &old.title, &new.title),
    |old, new, changes| changes.option("doc-help", &old.help, &new.help),
    |old, new, changes| changes.option("doc-deprecated", &old.deprecated, &new.deprecated),
    |old, new, changes| changes.option("doc-replaced-by", &old.replaced_by, &new.replaced_by),
    retryable,
    visibility,
    messages,
    details,
    |old, new, changes| changes.names("wire-header-removed", "wire-header-added", &old.headers, &new.headers),
    |old, new, changes| changes.names("wire-alias-removed", "wire-alias-added", &old.aliases, &new.aliases),
];

fn seconds(line: &Line) -> Option<String> {
    line.retry_after.map(|seconds| format!("{seconds} s"))
}

fn counted(line: &Line) -> &'static str {
    if line.breaker { "count" } else { "ignore" }
}

fn retryable(old: &Line, new: &Line, changes: &mut Changes) {
    let lost = match (old.retryable, new.retryable) {
        (Retryable::Yes, _) => true,
        (Retryable::Conditional, now) => now == Retryable::No,
        _ => false,
    };
    let rule = if lost { "wire-retryable-lost" } else { "wire-retryable-gained" };
    changes.value(rule, &old.retryable, &new.retryable);
}

/// What clients see in the code's place: itself, or another code.
fn visibility(old: &Line, new: &Line, changes: &mut Changes) {
    let seen = |line: &Line| match (&line.public_as, line.internal) {
        (_, false) => "public".to_owned(),
        (Some(code), true) => format!("internal, shown as {code}"),
        (None, true) => "internal".to_owned(),
    };
    let rule = if new.internal { "wire-hidden" } else { "wire-shown" };
    changes.value(rule, &seen(old), &seen(new));
}

fn messages(old: &Line, new: &Line, changes: &mut Changes) {
    changes.each_member(&old.messages, &new.messages, |_| "doc-message");
}

fn details(old: &Line, new: &Line, changes: &mut Changes) {
    changes.each_member(&old.details, &new.details, |change| match change {
        Change::Removed => "wire-detail-removed",
        Change::Added => "wire-detail-added",
        Change::Changed => "wire-detail-retyped",
    });
}

#[derive(Clone, Copy)]
enum Change {
    Removed,
    Added,
    Changed,
}

/// The findings so far, and the code that is being compared.
struct Changes {
    code: String,
    found: Vec<Finding>,
}

impl Changes {
    fn gone(&mut self, line: &Line, new: &Lock) {
        let same = |code: &String| code.eq_ignore_ascii_case(&self.code);
        if let Some((_, reason)) = new.retired.iter().find(|(code, _)| same(code)) {
            let detail = format!("{}: {reason}", line.variant);
            return self.push("wire-retired", &detail, None, None);
        }
        match new.codes.values().find(|line| line.aliases.iter().any(same) || same(&line.code)) {
            Some(now) => self.value("wire-renamed", &self.code.clone(), &now.code),
            None => self.push("wire-deleted", &line.variant, None, None),
        }
    }

    fn come(&mut self, line: &Line, old: &Lock) {
        if old.retired.keys().any(|code| code.eq_ignore_ascii_case(&self.code)) {
            self.push("wire-reused", &line.variant, None, None);
        } else if !old.codes.contains_key(&self.code) {
            self.push("wire-added", &line.variant, None, None);
        }
    }

    fn value<T: PartialEq + Display>(&mut self, rule: &'static str, old: &T, new: &T) {
        self.option(rule, &Some(old), &Some(new));
    }

    fn option<T: PartialEq + Display>(&mut self, rule: &'static str, old: &Option<T>, new: &Option<T>) {
        if old != new {
            self.change(rule, "", old.as_ref().map(T::to_string), new.as_ref().map(T::to_string));
        }
    }

    fn names(&mut self, removed: &'static str, added: &'static str, old: &[String], new: &[String]) {
        let has =
            |names: &[String], name: &String| names.iter().any(|other| other.eq_ignore_ascii_case(name));
        for name in old.iter().filter(|name| !has(new, name)) {
            self.push(removed, name, Some(name.clone()), None);
        }
        for name in new.iter().filter(|name| !has(old, name)) {
            self.push(added, name, None, Some(name.clone()));
        }
    }

    fn each_member(
        &mut self,
        old: &BTreeMap<String, String>,
        new: &BTreeMap<String, String>,
        rule: fn(Change) -> &'static str,
    ) {
        for (name, was) in old {
            match new.get(name) {
                None => self.change(rule(Change::Removed), name, Some(was.clone()), None),
                Some(is) if is != was => {
                    self.change(rule(Change::Changed), name, Some(was.clone()), Some(is.clone()));
                }
                Some(_) => {}
            }
        }
        for (name, is) in new.iter().filter(|(name, _)| !old.contains_key(*name)) {
            self.change(rule(Change::Added), name, None, Some(is.clone()));
        }
    }

    /// `name: old → new`
    fn change(&mut self, rule: &'static str, name: &str, old: Option<String>, new: Option<String>) {
        let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
        let separator = if name.is_empty() { "" } else { ": " };
        let detail = format!("{name}{separator}{} → {}", shown(&old), shown(&new));
        self.push(rule, &detail, old, new);
    }

    fn push(&mut self, rule: &'static str, detail: &str, old: Option<String>, new: Option<String>) {
        let Some(rule) = rules::find(rule) else { return };
        let message =
            if detail.is_empty() { rule.title.to_owned() } else { format!("{}: {detail}", rule.title) };
        self.found.push(Finding { old, new, ..Finding::new(rule, &self.code, message) });
    }
}
