//! `explain`: long texts and unknown codes.

#![allow(missing_docs)]

mod support;

use errcode_catalog::{Audience, CatalogData, explain::explain};
use serde_json::json;
use support::CATALOG;

fn data() -> CatalogData {
    CatalogData::of(&CATALOG, Audience::Public)
}

/// Returns a catalog with this many codes from `E10000` on, each with an alias and a message.
fn many(count: usize) -> CatalogData {
    let entry = |number: usize| {
        let code = format!("E{}", 10_000 + number);
        json!({
            "code": code, "status": 404, "category": "business", "title": format!("title {number}"),
            "message": format!("project number {number} of {{id}} is gone"), "aliases": [format!("gone_{number}")],
        })
    };
    let entries: Vec<_> = (0..count).map(entry).collect();
    CatalogData::read("catalog.json", &json!({ "errors": entries }).to_string()).expect("a catalog")
}

#[test]
fn nothing_is_near_a_long_text() {
    let message = "there is no such project, ";
    assert!(!explain(&data(), message).suggestions.is_empty(), "a short one may have been meant");
    let long = explain(&data(), &message.repeat(12));
    assert!(!long.is_found());
    assert_eq!(long.suggestions, []);
    assert_eq!(
        long.to_text(),
        "the text contains no code, alias or message\n`cargo errcode list` shows all codes\n"
    );
    assert_eq!(explain(&data(), &"E2201x".repeat(20_000)).suggestions, []);
}

/// A comparison of each word with each code would not finish.
#[test]
fn a_long_text_names_each_code_once() {
    let data = many(10_000);
    let text: String = (0..10_000)
        .map(|number| format!("e{} gone_{number} no_{number} ", 10_000 + number))
        .collect();
    let answer = explain(&data, &text);
    assert_eq!(answer.found.len(), 10_000);
    assert_eq!(
        (answer.found[0].entry.code.as_str(), answer.found[9_999].entry.code.as_str()),
        ("E10000", "E19999")
    );

    let log = format!(
        "{}project number 9998 of 17 is gone\n{}",
        "a line\n".repeat(8_000),
        "b line\n".repeat(8_000)
    );
    let codes: Vec<String> =
        explain(&data, &log).found.into_iter().map(|found| found.entry.code).collect();
    assert_eq!(codes, ["E19998"]);
}

#[test]
fn a_retired_code_is_reported_once() {
    let mut data = data();
    let mut other = data.retired[0].clone();
    other.code = "E2208".to_owned();
    data.retired.insert(0, other);
    let answer = explain(&data, "E2209 E2208 e2209");
    let codes: Vec<&str> = answer.retired.iter().map(|retired| retired.code.as_str()).collect();
    assert_eq!(codes, ["E2209", "E2208"]);
}

#[test]
fn who_asks_for_an_unknown_code_learns_what_to_do() {
    assert_eq!(
        explain(&data(), "E9999").to_text(),
        "no code, alias or message matches `E9999`\n`cargo errcode list` shows all codes\n"
    );
}

#[test]
fn a_line_of_the_log_in_other_letters_is_near() {
    let data = CatalogData::of(&CATALOG, Audience::Internal);
    let codes = |query: &str| -> Vec<String> {
        explain(&data, query).suggestions.into_iter().map(|near| near.code).collect()
    };
    assert_eq!(codes("MEI MAY NOT READ PROJECT 17")[0], "E2303");
}

#[test]
fn a_message_is_found_without_its_period() {
    let codes = |query: &str| -> Vec<String> {
        explain(&data(), query).found.into_iter().map(|found| found.entry.code).collect()
    };
    for query in
        ["There is no project 17.", "There is no project 17", "it said: There is no project 17"]
    {
        assert_eq!(codes(query), ["E2201"], "{query}");
    }
}
