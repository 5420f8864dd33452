//! The lock file and `diff`.

#![allow(missing_docs)]

mod support;

use errcode_catalog::{
    Audience, CatalogData, Exemptions, Report, Source,
    diff::diff,
    lock::{Lock, SCHEMA, Unlocked},
    rules::{Bump, Class, RULES},
};
use serde_json::{Value, json};
use support::CATALOG;

fn lock() -> Lock {
    Lock::of(&CatalogData::of(&CATALOG, Audience::Internal))
}

/// Returns a lock with these lines, each completed by the required members.
fn lock_of(lines: &[Value]) -> Lock {
    let mut text = String::from("[{\"errcode_lock\":1,\"service\":\"s\"}\n");
    for line in lines {
        text.push_str(&format!(",{}\n", full(line)));
    }
    text.push_str("]\n");
    Lock::parse("test.lock.json", &text).unwrap_or_else(|error| panic!("{error}"))
}

fn full(line: &Value) -> Value {
    if line.get("retired").is_some() {
        return line.clone();
    }
    let mut full = json!({
        "code": "E1", "status": 404, "category": "business", "retryable": false,
        "variant": "A::B", "level": "warn", "alert": "none",
        "breaker": false, "title": "t", "messages": {"zh": "m"},
    });
    for (name, value) in line.as_object().expect("an object") {
        full[name] = value.clone();
    }
    full
}

fn rules(old: &[Value], new: &[Value]) -> (Vec<&'static str>, Report) {
    let report = diff(&lock_of(old), &lock_of(new), &Exemptions::none());
    (report.findings.iter().map(|finding| finding.rule).collect(), report)
}

#[test]
fn a_lock_reads_what_it_writes() {
    let lock = lock();
    let text = lock.to_text();
    let read = Lock::parse("errcode.lock.json", &text).expect("it reads");
    assert_eq!(read, lock);
    assert_eq!(read.to_text(), text);
    serde_json::from_str::<Value>(&text).expect("the whole file is JSON");
    // A formatter of JSON, as a hook for commits runs it, keeps the content but not the lines.
    let value: Value = serde_json::from_str(&text).expect("JSON");
    for written in [value.to_string(), format!("{value:#}\n")] {
        let read = Lock::parse("errcode.lock.json", &written).expect("it reads");
        assert_eq!(read, lock);
        assert!(!read.is_sorted_in(&written), "it must be regenerated");
    }
    let codes: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split('"').nth(3)).collect();
    assert_eq!(codes, ["E2201", "E2202", "E2203", "E2209", "E2301", "E2302", "E2303"], "{text}");
}

#[test]
fn read_errors_point_at_the_line() {
    let head = "[{\"errcode_lock\":1,\"service\":\"s\"}\n";
    let line = full(&json!({"code": "E1"})).to_string();
    for (text, error) in [
        (String::new(), "l:1:1: not a lock file: the first line must begin with"),
        ("{}".to_owned(), "l:1:1: not a lock file: the first line must begin with"),
        (
            "[{\"errcode_lock\":2,\"service\":\"s\"}\n]".to_owned(),
            "l:1:1: unsupported lock version 2",
        ),
        (head.to_owned(), "l:1:1: missing closing `]`"),
        (format!("{head},{line}\n,{line}\n]"), "l:3:1: duplicate code `E1`, first used in line 2"),
        (
            format!("{head},{line}\n,{}\n]", full(&json!({"code": "E2", "aliases": ["e1"]}))),
            "l:3:1: duplicate code `e1`, first used in line 2",
        ),
        (format!("{head},{}\n]", full(&json!({"code": "a b"}))), "l:2:1: invalid code `a b`"),
        (format!("{head},{line}\n<<<<<<< HEAD\n]"), "l:3:1: unresolved git conflict"),
        (format!("{head}{line}\n]"), "l:2:1: a line must begin with a comma"),
        (format!("{head},{{\"code\":\"E1\",\n]"), "l:2:14: EOF while parsing"),
        (
            format!("{head},{}\n]", full(&json!({"code": "E1", "statos": 1}))),
            "unknown field `statos`",
        ),
        (format!("{head},{}\n]", full(&json!({"code": "E1", "status": "x"}))), "l:2:"),
        (format!("{head}]\n,{line}"), "l:3:1: unexpected text after the closing"),
    ] {
        let message = Lock::parse("l", &text).expect_err(&text).to_string();
        assert!(message.contains(error), "{message}\ninstead of {error}");
    }
}

#[test]
fn no_code_is_dropped_and_none_comes_back() {
    let old = lock_of(&[
        json!({"code": "E1"}),
        json!({"code": "E2"}),
        json!({"code": "E3", "retired": "gone"}),
    ]);
    let dropped = old.update(&lock_of(&[json!({"code": "E1"})])).expect_err("E2 is gone");
    assert_eq!(dropped.dropped, [("E2".to_owned(), "A::B".to_owned())]);
    assert!(dropped.to_string().contains("retired(\"E2\" = "), "{dropped}");

    let reused = old
        .update(&lock_of(&[json!({"code": "E1"}), json!({"code": "E2"}), json!({"code": "e3"})]))
        .expect_err("E3 is back");
    assert_eq!(reused.reused, [("e3".to_owned(), "A::B".to_owned())]);

    let next = old
        .update(&lock_of(&[json!({"code": "E1"}), json!({"code": "E2", "retired": "merged"})]))
        .expect("E2 is retired");
    let text = next.to_text();
    assert!(
        text.contains(
            "\n,{\"code\":\"E2\",\"retired\":\"merged\"}\n,{\"code\":\"E3\",\"retired\":\"gone\"}\n]"
        ),
        "{text}"
    );

    let renamed =
        old.update(&lock_of(&[json!({"code": "E1"}), json!({"code": "E4", "aliases": ["E2"]})]));
    assert!(renamed.is_ok(), "the old name still works");
}

#[test]
fn a_check_shows_the_lines_that_differ() {
    let old = lock_of(&[json!({"code": "E1"}), json!({"code": "E2"})]);
    assert_eq!(old.check(&old.to_text(), &old), Ok(()));
    assert_eq!(old.check(&old.to_text().replace("\n", "\r\n"), &old), Ok(()));
    assert_eq!(old.check("unsorted", &old), Err(Unlocked::Unsorted));
    let now = lock_of(&[json!({"code": "E1", "status": 410}), json!({"code": "E2"})]);
    let Err(Unlocked::Stale(lines)) = old.check(&old.to_text(), &now) else { panic!() };
    assert_eq!(lines.len(), 2);
    assert!(
        lines[0].starts_with("-,{\"code\":\"E1\",\"status\":404")
            && lines[1].starts_with("+,{\"code\":\"E1\",\"status\":410"),
        "{lines:?}"
    );
}

/// For each rule, the lines before and after a change that it finds.
fn changes() -> Vec<(&'static str, Vec<Value>, Vec<Value>)> {
    let same = json!({"code": "E1"});
    let with = |value: Value| {
        let mut line = same.clone();
        for (name, value) in value.as_object().expect("an object") {
            line[name] = value.clone();
        }
        line
    };
    #[rustfmt::skip]
    let cases = vec![
        ("wire-deleted", vec![same.clone()], vec![]),
        ("wire-reused", vec![json!({"code": "E1", "retired": "x"})], vec![same.clone()]),
        ("wire-retired", vec![same.clone()], vec![json!({"code": "E1", "retired": "x"})]),
        ("wire-added", vec![], vec![same.clone()]),
        ("wire-status", vec![same.clone()], vec![with(json!({"status": 410}))]),
        ("wire-category", vec![same.clone()], vec![with(json!({"category": "external"}))]),
        (
            "wire-retryable-lost",
            vec![with(json!({"retryable": true}))],
            vec![with(json!({"retryable": "conditional"}))],
        ),
        ("wire-retryable-gained", vec![same.clone()], vec![with(json!({"retryable": true}))]),
        ("wire-retry-after", vec![same.clone()], vec![with(json!({"retry_after": 5}))]),
        ("wire-detail-removed", vec![with(json!({"details": {"id": "string"}}))], vec![same.clone()]),
        ("wire-detail-added", vec![same.clone()], vec![with(json!({"details": {"id": "string"}}))]),
        (
            "wire-detail-retyped",
            vec![with(json!({"details": {"id": "string"}}))],
            vec![with(json!({"details": {"id": "integer"}}))],
        ),
        ("wire-header-removed", vec![with(json!({"headers": ["X-A"]}))], vec![same.clone()]),
        ("wire-header-added", vec![same.clone()], vec![with(json!({"headers": ["X-A"]}))]),
        ("wire-alias-removed", vec![with(json!({"aliases": ["A"]}))], vec![same.clone()]),
        ("wire-alias-added", vec![same.clone()], vec![with(json!({"aliases": ["A"]}))]),
        ("wire-hidden", vec![same.clone()], vec![with(json!({"internal": true}))]),
        ("wire-shown", vec![with(json!({"internal": true, "public_as": "E2"}))], vec![same.clone()]),
        ("wire-respelled", vec![same.clone()], vec![with(json!({"code": "e1"}))]),
        ("wire-unretired", vec![json!({"code": "E1", "retired": "x"})], vec![]),
        ("wire-subject-removed", vec![with(json!({"subject": "pointer"}))], vec![same.clone()]),
        ("wire-subject-added", vec![same.clone()], vec![with(json!({"subject": "violations"}))]),
        ("wire-grpc", vec![same.clone()], vec![with(json!({"grpc": 5}))]),
        ("ops-level", vec![same.clone()], vec![with(json!({"level": "error"}))]),
        ("ops-alert", vec![same.clone()], vec![with(json!({"alert": "page 20/60s"}))]),
        ("ops-owner", vec![same.clone()], vec![with(json!({"owner": "x"}))]),
        ("ops-runbook", vec![same.clone()], vec![with(json!({"runbook": "https://x"}))]),
        ("ops-breaker", vec![same.clone()], vec![with(json!({"breaker": true}))]),
        ("source-renamed", vec![same.clone()], vec![with(json!({"variant": "A::C"}))]),
        ("doc-title", vec![same.clone()], vec![with(json!({"title": "u"}))]),
        ("doc-message", vec![same.clone()], vec![with(json!({"messages": {"zh": "n"}}))]),
        ("doc-help", vec![same.clone()], vec![with(json!({"help": "h"}))]),
        ("doc-deprecated", vec![same.clone()], vec![with(json!({"deprecated": "d"}))]),
        ("doc-replaced-by", vec![same.clone()], vec![with(json!({"replaced_by": "E2"}))]),
    ];
    cases
}

#[test]
fn each_rule_of_diff_finds_its_change() {
    let cases = changes();
    for (rule, old, new) in &cases {
        let (found, report) = rules(old, new);
        assert_eq!(found, [*rule]);
        let bump = RULES.iter().find(|known| known.id == *rule).expect("a rule").bump;
        assert_eq!(report.verdict, Some(bump), "{rule}");
        assert_eq!(report.failed(), bump == Bump::Major, "{rule}");
        assert!(report.to_text().contains(&format!("[{rule}]: E1: ")), "{}", report.to_text());
        assert!(report.to_markdown().contains(&format!("`{rule}`")), "{}", report.to_markdown());
        let json: Value = serde_json::from_str(&report.to_json()).expect("JSON");
        assert_eq!(json["findings"][0]["rule"], *rule);
        assert_eq!(rules(old, old).0, [""; 0], "{rule}: the same lock");
    }
    let (found, _) = rules(&[json!({"code": "E1"})], &[json!({"code": "E2", "aliases": ["E1"]})]);
    assert_eq!(found, ["wire-renamed", "wire-alias-added"]);
    let tested = cases
        .iter()
        .map(|(rule, ..)| *rule)
        .chain(["wire-renamed", "wire-type"])
        .collect::<Vec<_>>();
    for rule in RULES.iter().filter(|rule| rule.class != Class::Lint) {
        assert!(tested.contains(&rule.id), "{} has no case", rule.id);
    }
}

#[test]
fn a_renamed_code_hides_no_other_change() {
    let old = json!({"code": "E1", "details": {"id": "string"}});
    let (found, _) = rules(&[old], &[json!({"code": "E2", "aliases": ["E1"], "status": 500})]);
    assert_eq!(found, ["wire-detail-removed", "wire-renamed", "wire-status", "wire-alias-added"]);
}

#[test]
fn a_retired_code_does_not_come_back_as_an_alias() {
    let (old, new) = (
        [json!({"code": "E0", "retired": "x"}), json!({"code": "E1"})],
        [json!({"code": "E1", "aliases": ["E0"]})],
    );
    let (found, report) = rules(&old, &new);
    assert_eq!(found, ["wire-reused", "wire-alias-added"]);
    assert!(
        report
            .to_text()
            .contains("[wire-reused]: E0: a retired code is used again: as an alias of E1"),
        "{}",
        report.to_text()
    );
    let reused = lock_of(&old).update(&lock_of(&new)).expect_err("E0 is back");
    assert_eq!(reused.reused, [("E0".to_owned(), "A::B".to_owned())]);
}

#[test]
fn clients_do_not_see_how_an_internal_code_changes() {
    let internal = |value: Value| {
        let mut line =
            json!({"code": "E1", "internal": true, "public_as": "E2", "details": {"id": "string"}});
        for (name, value) in value.as_object().expect("an object") {
            line[name] = value.clone();
        }
        [line]
    };
    let changed = json!({"status": 500, "details": {}, "level": "error"});
    assert_eq!(rules(&internal(json!({})), &internal(changed)).0, ["ops-level"]);
    assert_eq!(
        rules(&internal(json!({})), &internal(json!({"public_as": "E3"}))).0,
        ["wire-hidden"]
    );
}

#[test]
fn another_address_of_the_pages_is_another_type() {
    let lock = |docs: &str| {
        Lock::parse(
            "l",
            &format!("[{{\"errcode_lock\":1,\"service\":\"s\",\"docs\":\"{docs}\"}}\n]\n"),
        )
        .expect("it reads")
    };
    let report = diff(&lock("https://a/{code}"), &lock("https://b/{code}"), &Exemptions::none());
    assert_eq!(
        report.findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(),
        ["wire-type"]
    );
}

#[test]
fn a_report_says_what_follows_from_it() {
    let (_, report) = rules(&[json!({"code": "E1"})], &[json!({"code": "E1", "status": 410})]);
    let report: Value = serde_json::from_str(&report.to_json()).expect("JSON");
    assert_eq!(
        (&report["failed"], &report["findings"][0]["severity"]),
        (&json!(true), &json!("error"))
    );
}

#[test]
fn a_text_that_is_not_the_code_s_own_is_not_locked() {
    let text = lock().to_text();
    let line = text.lines().find(|line| line.contains("\"E2301\"")).expect("a line");
    assert!(!line.contains("messages"), "it has only the category's neutral text: {line}");
}

#[test]
fn exemptions_are_checked_both_ways() {
    let (old, new) =
        (lock_of(&[json!({"code": "E1"})]), lock_of(&[json!({"code": "E1", "status": 410})]));
    let file = r#"[{"rule": "wire-status", "code": "e1", "reason": "nobody uses it"},
                   {"rule": "wire-deleted", "code": "E7", "reason": "once"},
                   {"rule": "text-help", "code": "E1", "reason": "lint's own"}]"#;
    let exemptions = Exemptions::parse("e.json", file).expect("it reads");
    let report = diff(&old, &new, &exemptions);
    assert_eq!(report.findings[0].exempt.as_deref(), Some("nobody uses it"));
    assert_eq!(
        report.unneeded.iter().map(|exemption| exemption.code.as_str()).collect::<Vec<_>>(),
        ["E7"]
    );
    assert!(report.failed());
    assert!(
        report.to_text().contains("the exemption from `wire-deleted` is not needed"),
        "{}",
        report.to_text()
    );

    let nothing = "[{\"rule\": \"wire-status\",\n \"code\": \"E1\", \"reason\": \" \"}]";
    assert_eq!(
        Exemptions::parse("e.json", nothing).expect_err("no reason").to_string(),
        "e.json:1:1: the exemption of `E1` lacks a reason"
    );
}

#[test]
fn the_published_schema_knows_each_member_of_a_line() {
    let schema: Value = serde_json::from_str(SCHEMA).expect("JSON");
    let known = schema["$defs"]["code"]["properties"].as_object().expect("properties");
    let all = full(&json!({
        "retry_after": 1, "internal": true, "public_as": "E2", "details": {}, "subject": "pointer",
        "headers": [], "aliases": [], "grpc": 1, "owner": "o",
        "runbook": "r", "help": "h", "deprecated": "d", "replaced_by": "E2",
    }));
    let members: Vec<&String> = all.as_object().expect("an object").keys().collect();
    let mut described: Vec<&String> = known.keys().collect();
    described.sort();
    assert_eq!(members, described);
    lock_of(&[all]);
}

/// A variant that is named like its enum.
#[derive(Debug, errcode_core::AppError)]
#[expect(dead_code, reason = "only its code is read")]
enum Twin {
    #[error("x", code = "T1", status = 404)]
    Twin,
}

errcode_core::catalog! { static TWINS = [Twin]; }

#[test]
fn a_variant_named_like_its_enum_keeps_its_path() {
    let data = CatalogData::of(&TWINS, Audience::Internal);
    let json = serde_json::to_string(&data).expect("JSON");
    let read = CatalogData::read("catalog.json", &json).expect("a catalog");
    assert_eq!(read, data);
    let of_lock = CatalogData::of_lock(&Lock::of(&data));
    for data in [&data, &read, &of_lock] {
        let source = data.find("T1").and_then(|entry| entry.source.as_ref());
        assert_eq!(source.map(Source::path).as_deref(), Some("Twin::Twin"));
    }
}
