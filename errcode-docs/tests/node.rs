//! Checks with Node, the TypeScript compiler and a browser. Without them each test reports that it
//! was skipped. The browser is `/usr/bin/chromium`.

#![allow(missing_docs)]

#[path = "support/node.rs"]
mod node;
mod support;

use errcode_core::{
    AppError, FieldViolation, Subject,
    wire::{ErrorView, Ids, JsonApi, render},
};
use errcode_docs::{Audience, CatalogData, Docs, Format, Mode, put};
use node::{compile, lint_openapi, modules, run};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use support::{CATALOG, HOSTILE};

const CHROMIUM: &str = "/usr/bin/chromium";

fn directory(name: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("a directory");
    directory
}

fn write(data: &CatalogData, formats: &[Format], name: &str) -> PathBuf {
    let directory = directory(name);
    for format in formats {
        put(&directory, &Docs::new(data).files(*format).expect("right templates"), Mode::Write)
            .expect("it writes");
    }
    directory
}

/// Returns a catalog with a text that no HTML may contain.
fn control_characters() -> CatalogData {
    let text = "a\u{0}b\u{1b}c\u{85}d\u{fffe}";
    let entry = json!({
        "code": "C1", "status": 404, "category": "business", "title": text, "message": text, "explanation": text,
        "details": [{ "name": text, "type": "u64", "docs": text }],
    });
    CatalogData::read("control", &json!({ "errors": [entry] }).to_string()).expect("a catalog")
}

/// Returns a catalog with codes and texts of unusual length.
fn long() -> CatalogData {
    let entry = |code: &str, retryable: Value, text: &str| {
        json!({
            "code": code, "status": 504, "category": "external", "retryable": retryable,
            "title": format!("{code} {text}"), "message": format!("{{gateway}}: {text}"),
            "tags": ["gateway"], "explanation": text, "help": text,
            "details": [{
                "name": format!("{code}_of_the_provider"), "type": "HashMap<String, Vec<Option<u64>>>",
            }],
        })
    };
    let text =
        "The gateway of the payment provider did not answer within the time that was agreed upon. "
            .repeat(6);
    let entries = [
        entry("P1", json!(true), &"x".repeat(400)),
        entry("PAYMENT_GATEWAY_DID_NOT_ANSWER_IN_TIME", json!("conditional"), &text),
    ];
    let catalog = json!({ "service": "payments", "languages": ["en"], "errors": entries });
    CatalogData::read("long", &catalog.to_string()).expect("a catalog")
}

#[test]
fn typescript_compiles_strictly_and_decodes_each_body() {
    let Some(modules) =
        modules("typescript_compiles_strictly_and_decodes_each_body", &["typescript"])
    else {
        return;
    };
    let mut hostile = CatalogData::of(&HOSTILE, Audience::Public);
    let mut named_so = hostile.find("X2").expect("a code").clone();
    named_so.code = "__proto__".to_owned();
    hostile.errors.push(named_so);
    for (name, data) in
        [("ts-hostile", hostile), ("ts", CatalogData::of(&CATALOG, Audience::Public))]
    {
        let directory = write(&data, &[Format::TypeScript, Format::Fixtures], name);
        fs::write(
            directory.join("use.ts"),
            if name == "ts" {
                include_str!("node/use.ts")
            } else {
                "export * from \"./errors.js\";"
            },
        )
        .expect("it writes");
        compile(&modules, &directory, &["use.ts", "errors.ts"]);
        let (check, expected) = match name {
            "ts" => (include_str!("node/check.mjs"), "decoded"),
            _ => (include_str!("node/hostile.mjs"), "names are names"),
        };
        fs::write(directory.join("check.mjs"), check).expect("it writes");
        let said = run(Command::new("node").arg("check.mjs").current_dir(&directory));
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn bodies_are_as_the_schema_says() {
    let Some(modules) = modules("bodies_are_as_the_schema_says", &["ajv"]) else { return };
    let directory = write(
        &CatalogData::of(&CATALOG, Audience::Internal),
        &[Format::Schema, Format::Fixtures],
        "schema",
    );
    fs::write(directory.join("schema.cjs"), include_str!("node/schema.cjs")).expect("it writes");
    let said = run(Command::new("node").current_dir(&directory).arg("schema.cjs").arg(&modules));
    assert!(said.contains("valid"), "{said}");
}

/// Codes of one status: with a subject, with details, and with violations that may have codes of
/// their own.
#[derive(Debug, AppError)]
#[expect(dead_code, reason = "the catalog describes them")]
enum RequestError {
    #[error("{field} is wrong", code = "E1002", status = 422)]
    #[subject(pointer = "/name")]
    Field {
        #[detail(example = "name")]
        field: String,
    },
    #[error("too long", code = "E1003", status = 422)]
    #[subject(pointer = "/name")]
    TooLong,
    #[error("several", code = "E1004", status = 422)]
    Several {
        #[violations]
        violations: Vec<FieldViolation>,
    },
}

errcode_core::catalog! { static REQUESTS = [RequestError]; }

/// Returns a JSON:API body with a violation for each of these codes.
fn json_api(codes: &[Option<&'static str>], with_source: bool) -> String {
    let violation = |code: &Option<&'static str>| {
        let mut violation = FieldViolation::new(Subject::Pointer("/name".into()), "is wrong");
        violation.code = code.map(Into::into);
        violation.source.take_if(|_| !with_source);
        violation
    };
    let violations = codes.iter().map(violation).collect();
    let public = REQUESTS.public(&RequestError::Several { violations }.into());
    let view = ErrorView::new(&public, Some(&REQUESTS), Ids::default());
    String::from_utf8(render(&JsonApi::default(), &view)).expect("UTF-8")
}

#[test]
fn one_arm_of_an_openapi_response_is_valid_for_a_body() {
    let Some(modules) = modules("one_arm_of_an_openapi_response_is_valid_for_a_body", &["ajv"])
    else {
        return;
    };
    let data = CatalogData::of(&REQUESTS, Audience::Public);
    let directory = write(&data, &[Format::OpenApi, Format::Fixtures], "one-arm");
    let bodies: Vec<String> = [
        &[None][..],
        &[None, None],
        &[Some("E1002")],
        &[Some("E1003"), Some("E1003")],
        &[Some("E1002"), Some("E1003")],
        &[Some("X1"), None],
        &[Some("HTTP_422"), Some("X2")],
    ]
    .iter()
    .flat_map(|codes| [json_api(codes, true), json_api(codes, false)])
    .collect();
    fs::write(directory.join("json-api.json"), format!("[{}]", bodies.join(","))).expect("written");
    fs::write(directory.join("openapi.cjs"), include_str!("node/openapi.cjs")).expect("it writes");
    let said = run(Command::new("node").current_dir(&directory).arg("openapi.cjs").arg(&modules));
    assert!(said.contains("14 of several violations"), "{said}");
}

#[test]
fn openapi_passes_redocly() {
    let Some(modules) = modules("openapi_passes_redocly", &["@redocly/cli"]) else { return };
    for (name, data) in [
        ("redocly", CatalogData::of(&CATALOG, Audience::Public)),
        ("redocly-requests", CatalogData::of(&REQUESTS, Audience::Public)),
    ] {
        let directory = write(&data, &[Format::OpenApi], name);
        // Components have no operations, so nothing uses them. A catalog does not know
        // the licence of the service.
        let rules = "extends: [recommended-strict]\n\
                     rules: {info-license: off, no-unused-components: off}\n";
        lint_openapi(&modules, &directory, rules);
    }
}

#[test]
fn html_is_valid() {
    let Some(modules) = modules("html_is_valid", &["html-validate", "vnu-jar"]) else { return };
    let mut directories = Vec::new();
    for (name, data) in [
        ("html-valid", CatalogData::of(&CATALOG, Audience::Internal)),
        ("html-hostile", CatalogData::of(&HOSTILE, Audience::Internal)),
        ("html-long", long()),
        ("html-empty", CatalogData::default()),
        ("html-control", control_characters()),
    ] {
        let directory = write(&data, &[Format::Html], name);
        fs::write(directory.join(".htmlvalidate.json"), include_str!("node/htmlvalidate.json"))
            .expect("it writes");
        run(Command::new("node")
            .arg(modules.join("html-validate/bin/html-validate.mjs"))
            .current_dir(&directory)
            .args(["index.html", "codes"].iter().filter(|path| directory.join(path).exists())));
        directories.push(directory);
    }
    if Command::new("java").arg("-version").output().is_err() {
        eprintln!("skipped: the Nu checker of html_is_valid needs `java`");
        return;
    }
    run(Command::new("java")
        .arg("-jar")
        .arg(modules.join("vnu-jar/build/dist/vnu.jar"))
        .args(["--errors-only", "--skip-non-html", "--also-check-css"])
        .args(&directories));
}

#[test]
fn pages_work_in_a_browser() {
    let Some(modules) = modules("pages_work_in_a_browser", &["playwright-core", "axe-core"]) else {
        return;
    };
    if !Path::new(CHROMIUM).exists() {
        eprintln!("skipped: pages_work_in_a_browser needs {CHROMIUM}");
        return;
    }
    let good = write(&CatalogData::of(&CATALOG, Audience::Internal), &[Format::Html], "browser");
    let hostile =
        write(&CatalogData::of(&HOSTILE, Audience::Internal), &[Format::Html], "browser-hostile");
    let long = write(&long(), &[Format::Html], "browser-long");
    let empty = write(&CatalogData::default(), &[Format::Html], "browser-empty");
    let said = run(Command::new("node")
        .arg("tests/node/browser.mjs")
        .args([&modules, &good, &hostile, &long, &empty])
        .arg(CHROMIUM));
    assert!(said.contains("all pages are fine"), "{said}");
}
