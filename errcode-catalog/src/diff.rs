//! The changes between two locks, and the version bump that they require.

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
/// use errcode_catalog::{Exemptions, diff::diff, lock::Lock, rules::Bump};
///
/// let lock = |status: u16| format!(
///     r#"[{{"errcode_lock":1,"service":"s"}}
/// ,{{"code":"E1","status":{status},"category":"business","retryable":false,"breaker":false}}
/// ]"#
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
        match new.named(code) {
            Some(now) => changes.stayed(line, now),
            None => changes.gone(line, new),
        }
    }
    for (code, line) in &new.codes {
        changes.code.clone_from(code);
        changes.come(line, old);
    }
    for code in old.retired.keys().filter(|code| !new.is_retired(code) && new.named(code).is_none())
    {
        changes.code.clone_from(code);
        changes.push("wire-unretired", "", None, None);
    }
    changes.code = ALL_CODES.to_owned();
    changes.option("wire-type", &old.head.docs, &new.head.docs);
    let mut report =
        Report::new(&new.head.service, changes.found, exemptions, |class| class != Class::Lint);
    report.verdict =
        Some(report.findings.iter().map(|finding| finding.bump).max().unwrap_or(Bump::None));
    report
}

/// Stands for the code in a finding about all codes.
const ALL_CODES: &str = "*";

/// The comparisons of a code that is in both locks.
const COMPARISONS: &[fn(&Line, &Line, &mut Changes)] = &[
    |old, new, changes| changes.value("wire-status", &old.status, &new.status),
    |old, new, changes| changes.value("wire-category", &old.category, &new.category),
    |old, new, changes| changes.option("wire-retry-after", &seconds(old), &seconds(new)),
    |old, new, changes| changes.option("wire-grpc", &old.grpc, &new.grpc),
    |old, new, changes| changes.option("ops-level", &old.level, &new.level),
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
    subject,
    visibility,
    messages,
    details,
    |old, new, changes| {
        changes.names("wire-header-removed", "wire-header-added", &old.headers, &new.headers);
    },
    |old, new, changes| {
        changes.names("wire-alias-removed", "wire-alias-added", &old.aliases, &new.aliases);
    },
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

fn subject(old: &Line, new: &Line, changes: &mut Changes) {
    let rule = if old.subject.is_some() { "wire-subject-removed" } else { "wire-subject-added" };
    changes.option(rule, &old.subject, &new.subject);
}

/// Compares whether clients see the code itself or another one.
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
    /// Compares a code that still exists, maybe with another spelling or as an alias.
    fn stayed(&mut self, old: &Line, new: &Line) {
        let before = self.found.len();
        if !new.code.eq_ignore_ascii_case(&old.code) {
            self.value("wire-renamed", &old.code, &new.code);
        } else {
            self.value("wire-respelled", &old.code, &new.code);
        }
        COMPARISONS.iter().for_each(|compare| compare(old, new, self));
        if old.internal && new.internal {
            // Clients never see the code itself, only the one that is shown instead.
            let mut at = 0;
            self.found.retain(|finding| {
                at += 1;
                at <= before || finding.class != Class::Wire || finding.rule == "wire-hidden"
            });
        }
    }

    fn gone(&mut self, line: &Line, new: &Lock) {
        let same = |code: &String| code.eq_ignore_ascii_case(&self.code);
        match new.retired.iter().find(|(code, _)| same(code)) {
            Some((_, reason)) => {
                self.push("wire-retired", &format!("{}: {reason}", line.variant), None, None);
            }
            None => self.push("wire-deleted", &line.variant, None, None),
        }
    }

    fn come(&mut self, line: &Line, old: &Lock) {
        for name in line.names().filter(|name| old.is_retired(name)) {
            let detail = if *name == line.code {
                line.variant.clone()
            } else {
                format!("as an alias of {}", line.code)
            };
            self.code.clone_from(name);
            self.push("wire-reused", &detail, None, None);
        }
        self.code.clone_from(&line.code);
        if !old.is_retired(&line.code) && !line.names().any(|name| old.named(name).is_some()) {
            self.push("wire-added", &line.variant, None, None);
        }
    }

    fn value<T: PartialEq + Display>(&mut self, rule: &'static str, old: &T, new: &T) {
        self.option(rule, &Some(old), &Some(new));
    }

    fn option<T: PartialEq + Display>(
        &mut self,
        rule: &'static str,
        old: &Option<T>,
        new: &Option<T>,
    ) {
        if old != new {
            self.change(rule, "", old.as_ref().map(T::to_string), new.as_ref().map(T::to_string));
        }
    }

    fn names(
        &mut self,
        removed: &'static str,
        added: &'static str,
        old: &[String],
        new: &[String],
    ) {
        let has = |names: &[String], name: &String| {
            names.iter().any(|other| other.eq_ignore_ascii_case(name))
        };
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
        let message = if detail.is_empty() {
            rule.title.to_owned()
        } else {
            format!("{}: {detail}", rule.title)
        };
        self.found.push(Finding { old, new, ..Finding::new(rule, &self.code, message) });
    }
}
