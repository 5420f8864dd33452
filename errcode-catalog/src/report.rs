//! The findings of rules, as text, Markdown and JSON.

use crate::{
    exemptions::{Exemption, Exemptions},
    markdown_text::inline,
    model::CatalogData,
    rules::{self, Bump, Class, Rule},
};
use core::fmt::Write as _;
use serde::Serialize;
use std::collections::BTreeMap;

/// The findings of `diff` or `lint`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The name of the service.
    pub service: String,
    /// The version bump that the changes require; absent for `lint`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Bump>,
    /// The findings, the most severe first, then by code.
    pub findings: Vec<Finding>,
    /// The exemptions that no finding needs, which should be deleted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unneeded: Vec<Exemption>,
}

/// A report as JSON.
#[derive(Serialize)]
struct Whole<'a> {
    service: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<Bump>,
    failed: bool,
    findings: Vec<Judged<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    unneeded: &'a [Exemption],
}

#[derive(Serialize)]
struct Judged<'a> {
    severity: &'static str,
    #[serde(flatten)]
    finding: &'a Finding,
}

/// A finding of a rule.
///
/// ```
/// use errcode_catalog::Finding;
///
/// let finding = Finding::of("wire-status", "E2001", "the HTTP status changed: 410 → 404").unwrap();
/// assert!(finding.fails());
/// assert_eq!(finding.severity(), "error");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The id of the rule.
    pub rule: &'static str,
    /// The class of the rule.
    pub class: Class,
    /// The version bump that the finding requires; for `lint`, `Major` is an error and `Minor` a
    /// warning.
    pub bump: Bump,
    /// The code.
    pub code: String,
    /// What was found.
    pub message: String,
    /// What to do about the finding; empty if nothing needs to be done.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub help: &'static str,
    /// The value before the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// The value after the change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
    /// The reason of the exemption, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exempt: Option<String>,
    /// The place where the code is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<SourcePlace>,
}

/// A place in the source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SourcePlace {
    /// The module path of the type, beginning with its crate.
    pub module: String,
    /// The file, relative to its package.
    pub file: String,
    /// The line.
    pub line: u32,
}

impl Finding {
    /// Returns a finding of the rule with this id about a code or another named thing, or `None` if
    /// there is no such rule.
    #[must_use]
    pub fn of(rule: &str, subject: &str, message: impl Into<String>) -> Option<Self> {
        rules::find(rule).map(|rule| Self::new(rule, subject, message))
    }

    pub(crate) fn new(rule: &'static Rule, code: &str, message: impl Into<String>) -> Self {
        Self {
            rule: rule.id,
            class: rule.class,
            bump: rule.bump,
            code: code.to_owned(),
            message: message.into(),
            help: rule.fix,
            old: None,
            new: None,
            exempt: None,
            at: None,
        }
    }

    /// Returns whether the finding is an error without an exemption.
    #[must_use]
    pub fn fails(&self) -> bool {
        self.bump == Bump::Major && self.exempt.is_none()
    }

    /// Returns `error`, `warning`, `note` or `exempt`.
    #[must_use]
    pub fn severity(&self) -> &'static str {
        match self.bump {
            _ if self.exempt.is_some() => "exempt",
            Bump::Major => "error",
            Bump::Minor if self.class == Class::Lint => "warning",
            _ => "note",
        }
    }
}

impl Report {
    pub(crate) fn new(
        service: &str,
        mut findings: Vec<Finding>,
        exemptions: &Exemptions,
        looks_at: fn(Class) -> bool,
    ) -> Self {
        for finding in &mut findings {
            finding.exempt = exemptions
                .find(finding.rule, &finding.code)
                .map(|exemption| exemption.reason.clone());
        }
        findings.sort_by(|a, b| {
            (b.bump, &a.code, a.rule, &a.message).cmp(&(a.bump, &b.code, b.rule, &b.message))
        });
        let of_these = |rule: &str| rules::find(rule).is_some_and(|rule| looks_at(rule.class));
        let needed = |exemption: &Exemption| {
            findings.iter().any(|finding| {
                finding.rule == exemption.rule && finding.code.eq_ignore_ascii_case(&exemption.code)
            })
        };
        let unneeded = exemptions.unneeded(of_these, needed).cloned().collect();
        Self { service: service.to_owned(), verdict: None, findings, unneeded }
    }

    /// Adds findings that need more than the catalog, such as the linked artifact.
    #[must_use]
    pub fn with(self, more: Vec<Finding>, exemptions: &Exemptions) -> Self {
        let is_lint = self.verdict.is_none();
        let findings = self.findings.into_iter().chain(more).collect();
        let looks_at: fn(Class) -> bool =
            if is_lint { |class| class == Class::Lint } else { |class| class != Class::Lint };
        Self { verdict: self.verdict, ..Self::new(&self.service, findings, exemptions, looks_at) }
    }

    /// Applies the levels of the rules of `lint`.
    #[cfg(feature = "lint")]
    #[must_use]
    pub fn at_levels(mut self, levels: &crate::LintLevels) -> Self {
        self.findings =
            self.findings.into_iter().filter_map(|finding| levels.apply(finding)).collect();
        self.findings.sort_by_key(|finding| core::cmp::Reverse(finding.bump));
        self
    }

    /// Returns the number of findings of each rule, as lines before a list that is longer than a screen; empty for
    /// `diff`, and if each rule has one finding.
    #[must_use]
    pub fn by_rule(&self) -> String {
        let mut rules: Vec<(&str, &str, usize)> = Vec::new();
        for finding in &self.findings {
            let (severity, rule) = (finding.severity(), finding.rule);
            match rules.iter_mut().find(|(known, name, _)| (*known, *name) == (severity, rule)) {
                Some((_, _, count)) => *count += 1,
                None => rules.push((severity, rule, 1)),
            }
        }
        if self.verdict.is_some() || rules.len() == self.findings.len() {
            return String::new();
        }
        let width = rules.iter().map(|(_, rule, _)| rule.len()).max().unwrap_or(0);
        let digits = rules.iter().map(|(.., count)| count.to_string().len()).max().unwrap_or(0);
        let line = |(severity, rule, count): &(&str, &str, usize)| {
            let title = rules::find(rule).map_or("", |rule| rule.title);
            format!("{count:>digits$} {severity:7}  {rule:width$}  {title}\n")
        };
        rules.iter().map(line).collect::<String>() + "\n"
    }

    /// Returns whether the check fails: there is an error without an exemption, or an exemption
    /// without an error.
    #[must_use]
    pub fn failed(&self) -> bool {
        !self.unneeded.is_empty() || self.findings.iter().any(Finding::fails)
    }

    /// Adds the place of its code to each finding.
    #[must_use]
    pub fn located(mut self, data: &CatalogData) -> Self {
        let places: BTreeMap<&str, SourcePlace> = data
            .errors
            .iter()
            .filter_map(|entry| Some((entry.code.as_str(), SourcePlace::of(entry)?)))
            .collect();
        for finding in &mut self.findings {
            finding.at = finding.at.take().or_else(|| places.get(finding.code.as_str()).cloned());
        }
        self
    }

    /// Returns the report as text for a terminal.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = self.by_rule();
        for finding in &self.findings {
            // Writing to a `String` cannot fail.
            let _ = write_finding(&mut text, finding);
        }
        for exemption in &self.unneeded {
            let Exemption { rule, code, .. } = exemption;
            let _ = writeln!(
                text,
                "error[exemption-unneeded]: {code}: the exemption from `{rule}` is not needed\n  help: delete it"
            );
        }
        text.push_str(&self.summary());
        text.push('\n');
        text
    }

    /// Returns the report as Markdown for a pull request.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut text = format!("**{}**\n", self.summary());
        let by_rule = self.by_rule();
        if !by_rule.is_empty() {
            let _ = write!(
                text,
                "\n```text\n{}```\n",
                by_rule.trim_end_matches('\n').to_owned() + "\n"
            );
        }
        if !self.findings.is_empty() {
            text.push_str(
                "\n| | rule | code | finding | what to do |\n| --- | --- | --- | --- | --- |\n",
            );
        }
        for finding in &self.findings {
            let exempt = finding
                .exempt
                .as_ref()
                .map(|reason| format!(" (exempt: {})", inline(reason)))
                .unwrap_or_default();
            let (severity, code, message) =
                (finding.severity(), inline(&finding.code), inline(&finding.message));
            let _ = writeln!(
                text,
                "| {severity} | `{}` | {code} | {message}{exempt} | {} |",
                finding.rule,
                inline(finding.help)
            );
        }
        for exemption in &self.unneeded {
            let _ = writeln!(
                text,
                "\n- the exemption of {1} from `{0}` is not needed: delete it",
                exemption.rule,
                inline(&exemption.code)
            );
        }
        text
    }

    /// Returns the report as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let findings =
            self.findings.iter().map(|finding| Judged { severity: finding.severity(), finding });
        let whole = Whole {
            service: &self.service,
            verdict: self.verdict,
            failed: self.failed(),
            findings: findings.collect(),
            unneeded: &self.unneeded,
        };
        let mut json = serde_json::to_string_pretty(&whole).unwrap_or_default();
        json.push('\n');
        json
    }

    /// Returns a summary such as "2 errors, 1 note; the next version must be a major one".
    #[must_use]
    pub fn summary(&self) -> String {
        let count = |severity: &str| {
            self.findings.iter().filter(|finding| finding.severity() == severity).count()
        };
        let counted: Vec<String> =
            [("error", "errors"), ("warning", "warnings"), ("note", "notes"), ("exempt", "exempt")]
                .into_iter()
                .filter_map(|(one, many)| {
                    match count(one) + if one == "error" { self.unneeded.len() } else { 0 } {
                        0 => None,
                        1 => Some(format!("1 {one}")),
                        number => Some(format!("{number} {many}")),
                    }
                })
                .collect();
        let found = if counted.is_empty() { "no findings".to_owned() } else { counted.join(", ") };
        match self.verdict {
            Some(Bump::None) => "no change".to_owned(),
            Some(bump) => format!("{found}; the next version must be a {bump} one"),
            None => found,
        }
    }
}

impl SourcePlace {
    pub(crate) fn of(entry: &crate::model::Entry) -> Option<Self> {
        let source = entry.source.as_ref().filter(|source| !source.file.is_empty())?;
        Some(Self { module: source.module.clone(), file: source.file.clone(), line: source.line })
    }
}

fn write_finding(text: &mut String, finding: &Finding) -> core::fmt::Result {
    writeln!(
        text,
        "{}[{}]: {}: {}",
        finding.severity(),
        finding.rule,
        finding.code,
        finding.message
    )?;
    if let Some(place) = &finding.at {
        writeln!(text, "  --> {}:{}", place.file, place.line)?;
    }
    match &finding.exempt {
        Some(reason) => writeln!(text, "  exempt: {reason}"),
        None if finding.help.is_empty() => Ok(()),
        None => writeln!(text, "  help: {}", finding.help),
    }
}
