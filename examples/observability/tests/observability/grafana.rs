//! Grafana's dashboard.

use crate::{
    emitted::emitted,
    kibana::fields_of,
    node::{Checker, modules},
    prometheus::Query,
    read, scratch,
};
use serde_json::Value;
use std::fs;

fn dashboard() -> Value {
    serde_json::from_str(&read("grafana/errcode.json")).unwrap()
}

/// Returns each panel with each of its queries.
fn targets(dashboard: &Value) -> Vec<(&Value, &Value)> {
    let mut found = Vec::new();
    for panel in dashboard["panels"].as_array().unwrap() {
        for target in panel["targets"].as_array().unwrap() {
            found.push((panel, target));
        }
    }
    found
}

/// Returns the queries of the panels that Prometheus answers.
pub(crate) fn queries() -> Vec<Query> {
    let dashboard = dashboard();
    let prometheus =
        targets(&dashboard).into_iter().filter(|(_, target)| target["expr"].is_string());
    let query = |(panel, target): (&Value, &Value)| {
        let legend = target["legendFormat"].as_str().unwrap();
        let shown = legend.split("{{").skip(1).filter_map(|rest| rest.split_once("}}"));
        Query {
            place: format!("panel {}", panel["title"]),
            expression: target["expr"].as_str().unwrap().to_owned(),
            shown: shown.map(|(label, _)| label.trim().to_owned()).collect(),
        }
    };
    prometheus.map(query).collect()
}

#[test]
fn a_trace_is_found_by_a_field_of_the_lines() {
    let dashboard = dashboard();
    let logs = targets(&dashboard).into_iter().filter(|(_, target)| target["query"].is_string());
    let fields: Vec<&str> = logs
        .flat_map(|(_, target)| [&target["timeField"], &target["query"]])
        .map(|text| text.as_str().unwrap().split(':').next().unwrap())
        .collect();
    assert_eq!(fields, ["@timestamp", "trace.id"]);
    let emitted = fields_of(&emitted().lines);
    assert!(fields.iter().all(|field| emitted.contains(*field)), "{emitted:?}");
}

/// The types that Grafana publishes for dashboards; enums of strings are written as the strings.
const CHECK: &str = "\
import type { Dashboard } from './node_modules/@grafana/schema/dist/types/raw/dashboard/x/types.gen';
type Plain<T> = T extends string ? `${T}` : T extends number ? number : T extends boolean ? T
    : T extends (infer U)[] ? Plain<U>[] : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
export const dashboard: Plain<Dashboard> = ";

#[test]
fn the_dashboard_has_the_types_of_grafana() {
    let Some(modules) = modules(&["typescript", "@grafana/schema"]) else { return };
    let directory = scratch("grafana");
    std::os::unix::fs::symlink(&modules, directory.join("node_modules")).unwrap();
    fs::write(directory.join("dashboard.ts"), format!("{CHECK}{};\n", dashboard())).unwrap();
    let options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "dashboard.ts"];
    Checker::new(&modules, "typescript/bin/tsc").run(&directory, &options);
}
