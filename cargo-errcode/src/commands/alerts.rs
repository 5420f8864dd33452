//! `alerts`

use crate::{
    args::{self, AlertsFormat},
    codes::Codes,
    output::{Color, Outcome, Result, print, print_json},
    promql::{Matcher, Threshold, no_template, quoted, yaml_string},
};
use errcode_catalog::{Audience, CatalogData, Entry};
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

pub(super) fn run(args: &args::Alerts, color: Color) -> Result<Outcome> {
    let file =
        file(&Codes::load(&args.source, color)?.data_for(Audience::Internal)?, &args.matchers)?;
    match args.format {
        AlertsFormat::Prometheus => print(&yaml(&file))?,
        AlertsFormat::Json => print_json(&file)?,
    }
    Ok(Outcome::Clean)
}

fn file(data: &CatalogData, matchers: &[Matcher]) -> Result<File> {
    let name = if data.service.is_empty() {
        "errcode".to_owned()
    } else {
        format!("errcode-{}", data.service)
    };
    let rules = data.entries().filter_map(|entry| alert(data, entry, matchers).transpose());
    Ok(File { groups: [Group { name, rules: rules.collect::<Result<_>>()? }] })
}

/// `None` where the code raises no alert.
fn alert(data: &CatalogData, entry: &Entry, matchers: &[Matcher]) -> Result<Option<Alert>> {
    let alerts = |alert: &str| !matches!(alert, "" | "none");
    let Some(source) = entry.source.as_ref().filter(|source| alerts(&source.alert)) else {
        return Ok(None);
    };
    let over = source.alert_over.as_deref().unwrap_or(AT_ONCE);
    let threshold = Threshold::parse(over).ok_or_else(|| {
        let (code, over) = (entry.code.escape_debug(), over.escape_debug());
        format!(
            "the alert of `{code}` has the threshold `{over}`; a threshold is a count and a time, as `20/1m`"
        )
    })?;
    let owner = source.owner.as_deref();
    let labels = [
        ("severity", Some(source.alert.clone())),
        ("code", Some(entry.code.clone())),
        ("category", Some(entry.category.clone())),
        ("service", Some(data.service.clone()).filter(|service| !service.is_empty())),
        ("owner", owner.map(str::to_owned)),
    ];
    let annotations = [
        ("summary", Some(format!("{}: {}", entry.code, entry.title))),
        ("description", entry.help.clone().or_else(|| entry.explanation.clone())),
        ("runbook_url", source.runbook.clone()),
        ("docs", entry.docs.clone()),
    ];
    Ok(Some(Alert {
        alert: alert_name(&entry.code),
        expr: expression(&threshold, &entry.code, matchers),
        labels: texts(labels),
        annotations: texts(annotations),
    }))
}

/// A code that names no threshold alerts at the first failure, within a time that spans several scrapes.
const AT_ONCE: &str = "1/5m";

fn texts<const N: usize>(
    pairs: [(&'static str, Option<String>); N],
) -> BTreeMap<&'static str, String> {
    pairs.into_iter().filter_map(|(name, text)| Some((name, no_template(&text?)))).collect()
}

/// `errcode_E2001`; a name of Prometheus has only letters, digits and `_`.
fn alert_name(code: &str) -> String {
    let name: String =
        code.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("errcode_{name}")
}

/// `increase` estimates, so the bound lies half a failure below the count.
fn expression(threshold: &Threshold, code: &str, matchers: &[Matcher]) -> String {
    let mut selector = format!("code={}", quoted(code));
    for matcher in matchers {
        // Writing to a `String` cannot fail.
        let _ = write!(selector, ",{matcher}");
    }
    let below = threshold.count.saturating_sub(1);
    format!("sum(increase(errcode_errors_total{{{selector}}}[{}])) > {below}.5", threshold.window)
}

/// The file as YAML.
fn yaml(file: &File) -> String {
    let mut yaml = String::from("groups:\n");
    for group in &file.groups {
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            yaml,
            "  - name: {}\n    rules:{}",
            yaml_string(&group.name),
            if group.rules.is_empty() { " []" } else { "" }
        );
        for rule in &group.rules {
            let _ = writeln!(
                yaml,
                "      - alert: {}\n        expr: {}",
                rule.alert,
                yaml_string(&rule.expr)
            );
            for (title, pairs) in [("labels", &rule.labels), ("annotations", &rule.annotations)] {
                let _ = writeln!(yaml, "        {title}:");
                for (name, value) in pairs {
                    let _ = writeln!(yaml, "          {name}: {}", yaml_string(value));
                }
            }
        }
    }
    yaml
}

#[cfg(test)]
mod tests {
    use super::{alert_name, expression};
    use crate::promql::Threshold;

    #[test]
    fn no_code_gets_out_of_its_matcher() {
        let threshold = Threshold::parse("5/1m").unwrap();
        let matcher = "job=\"a\"".parse().unwrap();
        assert_eq!(
            expression(&threshold, "E1\"} or vector(1) #\\", &[matcher]),
            r#"sum(increase(errcode_errors_total{code="E1\"} or vector(1) #\\",job="a"}[1m])) > 4.5"#
        );
        assert_eq!(alert_name("E1\"} or"), "errcode_E1___or");
    }
}
