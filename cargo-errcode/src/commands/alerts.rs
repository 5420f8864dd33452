//! `alerts`

use super::in_language;
use crate::{
    args::{self, AlertsFormat},
    codes::Codes,
    output::{Color, Outcome, Result, print},
    promql::{Matcher, duration, no_template, quoted, yaml},
};
use errcode_catalog::{Audience, CatalogData, Entry};
use errcode_core::{Alert, AlertThreshold};
use serde::Serialize;
use std::{collections::BTreeMap, fmt::Write as _};

/// A Prometheus rule file.
#[derive(Debug, Serialize)]
struct File {
    groups: [Group; 1],
}

#[derive(Debug, Serialize)]
struct Group {
    name: String,
    rules: Vec<Rule>,
}

#[derive(Debug, Serialize)]
struct Rule {
    alert: String,
    expr: String,
    labels: BTreeMap<&'static str, String>,
    annotations: BTreeMap<&'static str, String>,
}

pub(super) fn run(args: &args::Alerts, color: Color) -> Result<Outcome> {
    let data = Codes::load(&args.source, color)?.data_for(Audience::Internal)?;
    let data = in_language(data, args.lang.as_deref())?;
    let AlertsFormat::Prometheus = args.format;
    print(&yaml(&format!("{}\n", serde_json::to_string_pretty(&file(&data, &args.matchers))?)))?;
    Ok(Outcome::Clean)
}

fn file(data: &CatalogData, matchers: &[Matcher]) -> File {
    let name = if data.service.is_empty() {
        "errcode".to_owned()
    } else {
        format!("errcode-{}", data.service)
    };
    let rules = data.entries().filter_map(|entry| rule(data, entry, matchers)).collect();
    File { groups: [Group { name, rules }] }
}

/// Returns `None` if the code raises no alert.
fn rule(data: &CatalogData, entry: &Entry, matchers: &[Matcher]) -> Option<Rule> {
    let source = entry.source.as_ref().filter(|source| source.alert != Alert::None)?;
    let threshold = source.alert_over.unwrap_or(AT_ONCE);
    let owner = source.owner.as_deref();
    let labels = [
        ("severity", Some(source.alert.to_string())),
        ("code", Some(entry.code.clone())),
        ("category", Some(entry.category.to_string())),
        ("service", Some(data.service.clone()).filter(|service| !service.is_empty())),
        ("owner", owner.map(str::to_owned)),
    ];
    let annotations = [
        ("summary", Some(format!("{}: {}", entry.code, entry.title))),
        ("description", entry.help.clone().or_else(|| entry.explanation.clone())),
        ("runbook_url", source.runbook.clone()),
        ("docs", entry.docs.clone()),
    ];
    Some(Rule {
        alert: alert_name(&entry.code),
        expr: expression(threshold, &entry.code, matchers),
        labels: texts(labels),
        annotations: texts(annotations),
    })
}

/// Without a threshold the first failure raises an alert, in a window that covers several scrapes.
const AT_ONCE: AlertThreshold = AlertThreshold::new(1, 300_000);

fn texts<const N: usize>(
    pairs: [(&'static str, Option<String>); N],
) -> BTreeMap<&'static str, String> {
    pairs.into_iter().filter_map(|(name, text)| Some((name, no_template(&text?)))).collect()
}

/// Returns for example `errcode_E2001`. Names in Prometheus have only letters, digits and `_`.
fn alert_name(code: &str) -> String {
    let name: String =
        code.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    format!("errcode_{name}")
}

/// `increase` extrapolates, so the bound is half a failure below the count.
fn expression(threshold: AlertThreshold, code: &str, matchers: &[Matcher]) -> String {
    let mut selector = format!("code={}", quoted(code));
    for matcher in matchers {
        // Writing to a `String` cannot fail.
        let _ = write!(selector, ",{matcher}");
    }
    let below = threshold.count.saturating_sub(1);
    format!(
        "sum(increase(errcode_errors_total{{{selector}}}[{}])) > {below}.5",
        duration(threshold.window_ms)
    )
}

#[cfg(test)]
mod tests {
    use super::{alert_name, expression};
    use errcode_core::AlertThreshold;

    #[test]
    fn no_code_gets_out_of_its_matcher() {
        let threshold = AlertThreshold::new(5, 60_000);
        let matcher = "job=\"a\"".parse().unwrap();
        assert_eq!(
            expression(threshold, "E1\"} or vector(1) #\\", &[matcher]),
            r#"sum(increase(errcode_errors_total{code="E1\"} or vector(1) #\\",job="a"}[1m])) > 4.5"#
        );
        assert_eq!(alert_name("E1\"} or"), "errcode_E1___or");
    }
}
