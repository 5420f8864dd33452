//! Kibana's saved objects.

use crate::{
    emitted::emitted,
    file,
    node::{Checker, modules},
    read, scratch,
};
use serde_json::{Map, Value};
use std::{collections::BTreeSet, fmt::Write as _, fs};

fn objects() -> Vec<Value> {
    let text = read("kibana/errcode.ndjson");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Returns the names of all fields, with dots as Elasticsearch has them.
pub(crate) fn fields_of(lines: &[Value]) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for line in lines {
        collect("", line.as_object().unwrap(), &mut fields);
    }
    fields
}

fn collect(before: &str, object: &Map<String, Value>, fields: &mut BTreeSet<String>) {
    for (name, value) in object {
        let name = format!("{before}{name}");
        match value {
            Value::Object(inner) => collect(&format!("{name}."), inner, fields),
            _ => drop(fields.insert(name)),
        }
    }
}

/// Returns the JSON in a text of a saved object.
fn inner(text: &Value) -> Value {
    text.as_str().map_or(Value::Null, |text| serde_json::from_str(text).unwrap())
}

/// Returns the query of a saved object, in KQL.
fn query(object: &Value) -> String {
    let source = inner(&object["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"]);
    source["query"]["query"].as_str().unwrap_or_default().to_owned()
}

/// Returns the fields that a query in KQL compares: the words before `:`, `<` and `>`.
fn compared(query: &str) -> Vec<String> {
    let outside: String = query.split('"').step_by(2).collect::<Vec<_>>().join("\"\"");
    let parts: Vec<&str> = outside.split([':', '<', '>']).collect();
    let fields = parts.iter().rev().skip(1).filter_map(|part| {
        let part = part.trim_end();
        part.rsplit([' ', '(', '"', '=']).next().filter(|word| !word.is_empty())
    });
    fields.map(str::to_owned).collect()
}

/// Returns all fields that an object names.
fn named(object: &Value) -> BTreeSet<String> {
    let attributes = &object["attributes"];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let columns = attributes["columns"].as_array().into_iter().flatten().filter_map(text);
    let sorted = attributes["sort"].as_array().into_iter().flatten();
    let sorted = sorted.filter_map(|sort| text(&sort[0]));
    let aggregations = inner(&attributes["visState"])["aggs"].clone();
    let aggregations = aggregations.as_array().into_iter().flatten();
    let aggregations = aggregations.filter_map(|agg| text(&agg["params"]["field"]));
    let time = text(&attributes["timeFieldName"]);
    let mut all: BTreeSet<String> = columns.chain(sorted).chain(aggregations).chain(time).collect();
    all.extend(compared(&query(object)));
    all
}

#[test]
fn each_field_in_a_saved_object_is_emitted() {
    let emitted = fields_of(&emitted().lines);
    let mut count = 0;
    for object in objects() {
        for field in named(&object) {
            count += 1;
            assert!(
                emitted.contains(&field),
                "{}: no line has `{field}`: {emitted:?}",
                object["id"]
            );
        }
    }
    assert!(count > 40, "the fields are found");
    assert_eq!(compared("(a.b : \"x:y\" or c >= 5) and d : *"), ["d", "c", "a.b"]);
}

#[test]
fn references_lead_to_objects_of_the_file() {
    let objects = objects();
    let known: BTreeSet<_> = objects
        .iter()
        .map(|object| (&object["type"], &object["id"]))
        .map(|pair| (pair.0.as_str(), pair.1.as_str()))
        .collect();
    assert_eq!(known.len(), objects.len(), "ids are unique");
    for object in &objects {
        for reference in object["references"].as_array().unwrap() {
            let to = (reference["type"].as_str(), reference["id"].as_str());
            assert!(known.contains(&to), "{}: {reference}", object["id"]);
        }
    }
}

/// Kibana's own parser reads the queries, and each finds a line.
#[test]
fn each_query_finds_a_line() {
    let Some(modules) = modules(&["@cybernetex/kbn-es-query"]) else { return };
    let directory = scratch("kibana");
    let mut lines = String::new();
    for line in &emitted().lines {
        let _ = writeln!(lines, "{line}");
    }
    fs::write(directory.join("lines"), lines).unwrap();
    let objects = objects();
    let queries = objects.iter().map(query).filter(|query| !query.is_empty());
    let queries: Vec<String> = queries.collect();
    fs::write(directory.join("queries"), serde_json::to_string(&queries).unwrap()).unwrap();
    let printed = Checker::new(&modules, file("tests/kibana.js")).run(&directory, &[]);
    let counts: Vec<usize> = serde_json::from_str(&printed).unwrap();
    for (query, count) in queries.iter().zip(counts) {
        assert!(count > 0, "no line matches {query}");
    }
}
