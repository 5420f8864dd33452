//! `lint`, `next` and `explain` over whole catalogs.

#![allow(missing_docs)]

mod support;

use errcode_catalog::{
    Audience, CatalogData, Entry, Exemptions, Retired, Source,
    explain::{By, explain},
    lint::{Options, Requirement, lint},
    next::{Wanted, next},
    rules::{Class, RULES},
};
use serde_json::{Value, json};
use support::CATALOG;

/// Returns a catalog whose first code has this change and is otherwise fine.
fn data(change: &Value) -> CatalogData {
    let mut entry = json!({
        "code": "E1101", "status": 404, "category": "business", "retryable": false,
        "title": "There is none", "message": "m", "explanation": "e", "help": "h",
        "level": "warn", "enum": "A", "variant": "B", "module": "m", "file": "src/a.rs", "line": 3,
        "alert": "none",
    });
    let mut fielded = entry.clone();
    fielded["code"] = json!("E1102");
    fielded["details"] = json!([{"name": "id", "type": "u64"}]);
    for (name, value) in [("owner", json!("o")), ("since", json!("1")), ("tags", json!(["t"]))] {
        fielded[name] = value;
    }
    for (name, value) in change.as_object().expect("an object") {
        entry[name] = value.clone();
    }
    let data = json!({
        "audience": "internal", "grammar": "E{module:1}{kind:1}{serial:2}",
        "modules": {"1": "common"}, "kinds": {"1": "general"},
        "errors": [entry, fielded], "retired": [{"code": "E1109", "reason": "gone"}],
    });
    CatalogData::read("test", &data.to_string()).unwrap_or_else(|error| panic!("{error}"))
}

fn found(data: &CatalogData, options: &Options) -> Vec<&'static str> {
    lint(data, options, &Exemptions::none()).findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn each_rule_of_lint_finds_its_fault() {
    assert_eq!(found(&data(&json!({})), &Options::default()), [""; 0]);
    #[rustfmt::skip]
    let cases: &[(&str, Value)] = &[
        ("code-retired", json!({"code": "E1109"})),
        ("code-grammar", json!({"code": "X1101"})),
        ("code-module", json!({"code": "E2101"})),
        ("code-module", json!({"catalog_module": "billing"})),
        ("code-prefix", json!({"prefix": "E2"})),
        ("code-duplicate", json!({"aliases": ["e1101"]})),
        ("code-reference", json!({"replaced_by": "E1999"})),
        ("code-stand-in", json!({"internal": true, "public_as": "E1102"})),
        ("text-title", json!({"title": "b"})),
        ("text-explanation", json!({"explanation": " "})),
        ("text-help", json!({"help": null})),
        ("text-untranslated", json!({"untranslated": ["en"]})),
        ("text-todo", json!({"help": "TODO"})),
        ("text-internal", json!({"explanation": "e\n\n# Intenral\n\nthe shard map"})),
        ("field-unredacted", json!({"unredacted": ["token"]})),
        ("text-host", json!({"explanation": "see http://10.1.2.3/"})),
    ];
    for (rule, change) in cases {
        let report = lint(&data(change), &Options::default(), &Exemptions::none());
        let rules: Vec<&str> = report.findings.iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, [*rule], "{change}");
        let text = report.to_text();
        assert!(
            text.contains(&format!("[{rule}]: ")) && text.contains("  --> src/a.rs:3\n"),
            "{text}"
        );
    }
    let form = found(&data(&json!({"code": "项目"})), &Options::default());
    assert_eq!(form, ["code-form", "code-grammar"]);
    let mut tested: Vec<&str> = cases.iter().map(|(rule, _)| *rule).chain(["code-form"]).collect();
    for (name, requirement) in [
        ("owner", "require-owner"),
        ("runbook", "require-runbook"),
        ("since", "require-since"),
        ("tags", "require-tags"),
    ] {
        let options =
            Options::default().require(name.parse::<Requirement>().expect("a requirement"));
        assert_eq!(found(&data(&json!({"alert": "page"})), &options), [requirement]);
        tested.push(requirement);
    }
    // Findings that only the tool can make.
    tested.extend(["type-unlisted", "crate-unlinked", "text-file"]);
    for rule in RULES.iter().filter(|rule| rule.class == Class::Lint) {
        assert!(tested.contains(&rule.id), "{} has no case", rule.id);
    }
}

/// A catalog in several languages needs each text in each of them.
#[test]
fn each_text_is_wanted_in_each_language() {
    let mut value = serde_json::to_value(data(&json!({}))).expect("JSON");
    value["languages"] = json!(["zh", "en"]);
    value["errors"][0]["translations"] = json!({ "zh": { "title": "t", "explanation": "e" } });
    let data = CatalogData::read("catalog.json", &value.to_string()).expect("a catalog");
    let report = lint(&data, &Options::default(), &Exemptions::none());
    let code = data.errors[0].code.clone();
    let missing: Vec<&str> = report
        .findings
        .iter()
        .filter(|finding| finding.rule == "text-untranslated" && finding.code == code)
        .filter_map(|finding| finding.message.rsplit_once(": ").map(|(_, texts)| texts))
        .collect();
    assert_eq!(missing, ["remedy in zh", "title, explanation, remedy in en"]);
}

#[test]
fn an_internal_code_needs_no_texts() {
    assert_eq!(
        found(&data(&json!({"internal": true, "help": null, "title": "b"})), &Options::default()),
        [""; 0]
    );
}

#[test]
fn an_exemption_of_lint_must_be_needed() {
    let file =
        r#"[{"rule": "text-todo", "code": "E1101", "reason": "it is the name of a product"}]"#;
    let exemptions = Exemptions::parse("e.json", file).expect("it reads");
    let options = Options::default();
    assert!(!lint(&data(&json!({"help": "the TODO app"})), &options, &exemptions).failed());
    assert!(lint(&data(&json!({})), &options, &exemptions).failed());
}

#[test]
fn the_next_code_skips_what_was_ever_in_use() {
    let data = CatalogData::of(&CATALOG, Audience::Internal);
    let free = |kind| {
        next(&data, &Wanted { module: Some("project"), kind: Some(kind), ..Wanted::default() })
            .expect("a code")
    };
    assert_eq!((free("business").code.as_str(), free("business").free), ("E2210", 95));
    assert_eq!(free("3").code, "E2304");
    let taken = ["E2210".to_owned()];
    let elsewhere = Wanted { module: Some("project"), kind: Some("business"), taken: &taken };
    assert_eq!(next(&data, &elsewhere).expect("a code").code, "E2211");
    for (module, kind, message) in [
        (
            None,
            Some("business"),
            "the grammar `E{module:1}{kind:1}{serial:2}` requires a module; add `--module`; the \
             catalog has 1 = common, 2 = project",
        ),
        (
            Some("9"),
            Some("business"),
            "unknown module `9`; the catalog has 1 = common, 2 = project",
        ),
    ] {
        assert_eq!(
            next(&data, &Wanted { module, kind, ..Wanted::default() })
                .expect_err("no code")
                .to_string(),
            message
        );
    }
}

#[test]
fn a_full_range_has_gaps_or_nothing() {
    let mut data = CatalogData::of(&CATALOG, Audience::Internal);
    let with_code = |number: u32| {
        let mut entry: Entry = data.errors[0].clone();
        entry.code = format!("E11{number:02}");
        entry
    };
    let all: Vec<Entry> = (1..=99).filter(|number| *number != 42).map(with_code).collect();
    data.errors = all;
    let wanted = Wanted { module: Some("1"), kind: Some("1"), ..Wanted::default() };
    data.kinds.insert(1, "general".to_owned());
    assert_eq!(next(&data, &wanted).expect("the gap").code, "E1142");
    let mut last = data.errors[0].clone();
    last.code = "E1142".to_owned();
    data.errors.push(last);
    assert!(
        next(&data, &wanted)
            .expect_err("full")
            .to_string()
            .contains("no free code is left in the grammar")
    );
}

#[test]
fn explain_finds_by_code_alias_text_and_message() {
    let data = CatalogData::of(&CATALOG, Audience::Internal);
    let codes = |query: &str| {
        explain(&data, query).found.iter().map(|found| found.entry.code.clone()).collect::<Vec<_>>()
    };
    for (query, expected) in [
        ("E2201", "E2201"),
        (" e2201 ", "E2201"),
        ("project_not_found", "E2201"),
        ("项目 17 不存在", "E2201"),
        ("错误：项目 17 不存在。", "E2201"),
        ("There is no project 17.", "E2201"),
        ("The number P-1 is taken.", "E2202"),
        ("{\"success\":false,\"error\":{\"code\":\"E2203\",\"message\":\"…\"}}", "E2203"),
        ("2026-02-21 ERROR E2301: it is down", "E2301"),
        ("HTTP_404", "HTTP_404"),
    ] {
        assert_eq!(codes(query), [expected], "{query}");
    }
    let By::Message { language, values, .. } =
        explain(&data, "There is no project 17.").found[0].by.clone()
    else {
        panic!()
    };
    assert_eq!((language.as_str(), values["id"].as_str()), ("en", "17"));
}

#[test]
fn explain_knows_retired_codes_and_near_misses() {
    let data = CatalogData::of(&CATALOG, Audience::Internal);
    let retired = explain(&data, "e2209");
    assert!(retired.is_found() && retired.found.is_empty());
    assert_eq!(
        retired.to_text(),
        "E2209 is retired and must not be used again\n  reason: merged into E2203\n  see: E2203\n"
    );
    let near = explain(&data, "E2210");
    assert!(!near.is_found());
    assert_eq!(near.suggestions[0].code, "E2201");
    assert!(
        near.to_text().starts_with(
            "no code, alias or message matches `E2210`\ndid you mean:\n  E2201 项目不存在\n"
        ),
        "{}",
        near.to_text()
    );
    assert!(
        explain(&data, "项目没找到不存在")
            .suggestions
            .iter()
            .any(|suggestion| suggestion.code == "E2201")
    );
    for nonsense in ["", " ", "{", "}", "{}", "\u{0}", "'; DROP TABLE", &"x".repeat(10_000)] {
        assert!(!explain(&data, nonsense).is_found(), "{nonsense}");
    }
}

#[test]
fn explain_shows_where_and_what() {
    let text = explain(&CatalogData::of(&CATALOG, Audience::Internal), "项目 17 不存在").to_text();
    for part in [
        "E2201 项目不存在\n",
        "  matched message: 项目 {id} 不存在, with id = 17\n",
        "  status: 404 Not Found\n",
        "  owner: project-team\n",
        "\nWhy it happens\n  The project may *never* have existed.",
        "\nWhat to do\n  Check the id",
        "\nInternal\n  Look at the table `projects`.\n",
        "\nExample (application/problem+json)\n{\n  \"type\"",
    ] {
        assert!(text.contains(part), "{part}\nin\n{text}");
    }
}

#[test]
fn a_lock_makes_a_catalog_too() {
    let lock = errcode_catalog::lock::Lock::of(&CatalogData::of(&CATALOG, Audience::Internal));
    let data = CatalogData::of_lock(&lock);
    assert_eq!(errcode_catalog::lock::Lock::of(&data), lock);
    assert!(explain(&data, "项目 17 不存在").is_found());
    let _: (Option<&Retired>, Option<&Source>) =
        (data.find_retired("E2209"), data.find("E2201").and_then(|entry| entry.source.as_ref()));
}
