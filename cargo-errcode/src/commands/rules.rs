//! `rules`

use crate::{
    args::{self, RulesFormat},
    codes::Codes,
    output::{Color, Outcome, Result, print, print_json},
};
use errcode_docs::{Audience, Entry, Manual, Source};
use serde::Serialize;
use std::{collections::BTreeMap, fmt::Write as _};

/// A rule file of Prometheus.
#[derive(Debug, Serialize)]
struct File {
    groups: [Group; 1],
}

#[derive(Debug, Serialize)]
struct Group {
    name: String,
    rules: Vec<Alert>,
}

#[derive(Debug, Serialize)]
struct Alert {
    alert: String,
    expr: String,
    labels: BTreeMap<&'static str, String>,
    annotations: BTreeMap<&'static str, String>,
}

pub(super) fn run(args: &args::Rules, color: Color) -> Result<Outcome> {
    let file = file(&Codes::load(&args.source, color)?.manual_for(Audience::Internal)?);
    match args.format {
        RulesFormat::Prometheus => print(&yaml(&file))?,
        RulesFormat::Json => print_json(&file)?,
    }
    Ok(Outcome::Clean)
}

fn file(manual: &Manual) -> File {
    let name =
        if manual.service.is_empty() { "errcode".to_owned() } else { format!("errcode-{}", manual.service) };
    let rules =
        manual.errors.iter().chain(&manual.framework).filter_map(|entry| alert(manual, entry)).collect();
    File { groups: [Group { name, rules }] }
}

/// `None` where the code raises no alert.
fn alert(manual: &Manual, entry: &Entry) -> Option<Alert> {
    let source = entry.source.as_ref()?;
    let threshold = Threshold::of(source)?;
    let owner = source.owner.as_deref();
    let labels = [
        ("severity", Some(threshold.severity.to_owned())),
        ("code", Some(entry.code.clone())),
        ("category", Some(entry.category.clone())),
        ("service", Some(manual.service.clone()).filter(|service| !service.is_empty())),
        ("owner", owner.map(str::to_owned)),
    ];
    let annotations = [
        ("summary", Some(format!("{}: {}", entry.code, entry.title))),
        ("description", entry.help.clone().or_else(|| entry.explanation.clone())),
        ("runbook_url", source.runbook.clone()),
        ("docs", entry.docs.clone()),
    ];
    Some(Alert {
        alert: alert_name(&entry.code),
        expr: threshold.expression(&entry.code),
        labels: labels.into_iter().filter_map(|(name, value)| Some((name, value?))).collect(),
        annotations: annotations
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?.replace("{{", "{ {"))))
            .collect(),
    })
}

/// `errcode_E2001`; a name of Prometheus has only letters, digits and `_`.
fn alert_name(code: &str) -> String {
    let name: String = code.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("errcode_{name}")
}

/// Who is told, and from how many within which time.
struct Threshold<'a> {
    severity: &'a str,
    count: u64,
    window: &'a str,
}

impl<'a> Threshold<'a> {
    /// `None` where nobody is told. A code that names no threshold alerts at the first failure, within a time that spans several scrapes.
    fn of(source: &'a Source) -> Option<Self> {
        let over = source.alert_over.as_deref().unwrap_or("1/5m");
        let (count, window) = over.split_once('/')?;
        let severity = Some(source.alert.as_str()).filter(|severity| *severity != "none")?;
        Some(Self { severity, count: count.parse().ok()?, window })
    }

    /// `increase` estimates, so the bound lies half a failure below the count.
    fn expression(&self, code: &str) -> String {
        let below = self.count.saturating_sub(1);
        format!("sum(increase(errors_total{{code=\"{code}\"}}[{}])) > {below}.5", self.window)
    }
}

/// The file as YAML. A JSON string is a string of YAML.
fn yaml(file: &File) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut yaml = String::from("groups:\n");
    for group in &file.groups {
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            yaml,
            "  - name: {}\n    rules:{}",
            quoted(&group.name),
            if group.rules.is_empty() { " []" } else { "" }
        );
        for rule in &group.rules {
            let _ = writeln!(yaml, "      - alert: {}\n        expr: {}", rule.alert, quoted(&rule.expr));
            for (title, pairs) in [("labels", &rule.labels), ("annotations", &rule.annotations)] {
                let _ = writeln!(yaml, "        {title}:");
                for (name, value) in pairs {
                    let _ = writeln!(yaml, "          {name}: {}", quoted(value));
                }
            }
        }
    }
    yaml
}
