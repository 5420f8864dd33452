//! The formats agree, are deterministic, and no text breaks out of them.

#![allow(missing_docs)]

mod support;

use errcode_catalog::{Entry, explain::explain, facts::in_chinese, lock::Lock};
use errcode_core::wire::{BodyFormat, Envelope, ErrorView, JsonApi};
use errcode_docs::{
    Audience, CatalogData, CatalogExt as _, Docs, DocsError, File, Format, Mode, PutError, put,
};
use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;
use std::path::PathBuf;
use support::{CATALOG, HOSTILE};

fn files(data: &CatalogData, format: Format) -> Vec<File> {
    Docs::new(data).files(format).expect("the templates are right")
}

fn text(data: &CatalogData, format: Format, path: &str) -> String {
    let file = files(data, format)
        .into_iter()
        .find(|file| file.path == path)
        .unwrap_or_else(|| panic!("{path}"));
    String::from_utf8(file.bytes).expect("UTF-8")
}

fn unescaped(html: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(html.to_owned(), |text, (escape, letter)| text.replace(escape, letter))
}

/// Returns what each format must say about a code.
fn said(entry: &Entry) -> Vec<String> {
    let mut said = vec![entry.code.clone(), entry.title.clone(), entry.status.to_string()];
    said.extend(entry.messages.values().cloned());
    said.extend(entry.help.clone());
    said.extend(entry.aliases.iter().chain(&entry.tags).map(|name| name.replace('_', "\u{1}")));
    said.extend(entry.examples.iter().map(|example| example.content_type.clone()));
    if let Some(source) = &entry.source {
        said.extend([
            source.level.expect("a level").to_string(),
            format!("{}:{}", source.file, source.line),
        ]);
        said.extend(source.owner.clone());
    }
    said
}

#[test]
fn markdown_html_json_and_explain_say_the_same() {
    let data = CatalogData::of(&CATALOG, Audience::Internal);
    let markdown = text(&data, Format::Markdown, "errors.md").replace('\\', "");
    let read = CatalogData::read("catalog.json", &text(&data, Format::Json, "catalog.json"))
        .expect("it reads what it wrote");
    assert_eq!(read, data);
    for entry in &data.errors {
        let html = unescaped(&text(&data, Format::Html, &format!("codes/{}.html", entry.code)));
        let explained = explain(&read, &entry.code).to_text();
        let index = markdown.find(&format!("## {} ", entry.code)).unwrap_or_default();
        for fact in said(entry) {
            for (name, page) in [
                ("markdown", &markdown[index..]),
                ("html", html.as_str()),
                ("explain", explained.as_str()),
            ] {
                assert!(
                    page.replace('_', "\u{1}").contains(&fact.replace('_', "\u{1}")),
                    "{name} of {}: {fact}",
                    entry.code
                );
            }
        }
        for (name, page, category) in [
            ("markdown", &markdown[index..], entry.category.as_str()),
            ("html", html.as_str(), in_chinese(entry.category.as_str())),
            ("html", html.as_str(), entry.category.as_str()),
            ("explain", explained.as_str(), entry.category.as_str()),
        ] {
            assert!(page.contains(category), "{name} of {}: {category}", entry.code);
        }
        for example in &entry.examples {
            let compact = |text: &str| text.split_whitespace().collect::<String>();
            let body = compact(&example.body);
            let shown = |language, hidden| compact(&without(&html, hidden, language));
            assert!(shown("zh", "en").contains(&body), "html of {}", entry.code);
            let other = example.bodies.get("en").unwrap_or(&example.body);
            assert!(shown("en", "zh").contains(&compact(other)), "html of {}", entry.code);
            assert!(compact(&markdown).contains(&body), "markdown of {}", entry.code);
            assert!(compact(&explained).contains(&body), "explain of {}", entry.code);
        }
    }
}

/// Returns a page as its style shows it: without the words of one language, nor the marks of the other.
fn without(html: &str, hidden: &str, shown: &str) -> String {
    let mark = |language: &str| format!("<span class=\"{language}\" lang=\"{language}\">");
    let hidden = mark(hidden);
    let mut parts = html.split(&hidden);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        text += part.split_once("</span>").map_or("", |(_, rest)| rest);
    }
    text.replace(&mark(shown), "").replace("</span>", "")
}

#[test]
fn a_language_of_the_catalog_is_shown_alone() {
    let data = CatalogData::of(&CATALOG, Audience::Public);
    let files = |language: &str, format: Format| {
        let file = Docs::new(&data).in_language(language).files(format).expect("right").remove(0);
        String::from_utf8(file.bytes).expect("UTF-8")
    };
    let part = |markdown: &str| {
        let (_, part) = markdown.split_once("## E2203 ").expect("a part");
        part.split("<a id=").next().expect("a part").to_owned()
    };
    let [zh, en] = ["zh", "en"].map(|language| part(&files(language, Format::Markdown)));
    let own = ["项目已锁定", "请稍候", "项目已被 user 锁定", "处理办法", "可重试: 是", "业务"];
    let others =
        ["Project locked", "Wait", "is locked by user", "What to do", "retryable: yes", "business"];
    for (part, shown, hidden) in [(&zh, own, others), (&en, others, own)] {
        for text in shown {
            assert!(part.contains(text), "{text}: {part}");
        }
        for text in hidden {
            assert!(!part.contains(text), "{text}: {part}");
        }
    }
    let document = files("en", Format::OpenApi);
    assert!(document.contains("Project locked") && !document.contains("项目已锁定"));
    assert!(document.contains("The project is locked by user.") && !document.contains("项目已被"));
}

#[test]
fn two_runs_give_the_same_bytes() {
    let runs = [0, 1].map(|_| {
        let data = CatalogData::of(&CATALOG, Audience::Internal);
        Format::ALL.map(|format| files(&data, format))
    });
    assert_eq!(runs[0], runs[1]);
}

#[test]
fn the_public_part_has_no_internal_facts() {
    let data = CatalogData::of(&CATALOG, Audience::Public);
    for format in Format::ALL {
        for file in files(&data, format) {
            let text = String::from_utf8_lossy(&file.bytes);
            for secret in [
                "E2301",
                "project-team",
                "support/mod.rs",
                "table `projects`",
                "run.example.com",
                "ProjectError",
            ] {
                assert!(!text.contains(secret), "{secret} in {}", file.path);
            }
        }
    }
}

#[test]
fn an_internal_code_shows_what_clients_get() {
    let data = CatalogData::of(&CATALOG, Audience::Internal);
    let entry = data.find("E2301").expect("an internal code");
    assert!(entry.is_internal());
    assert!(entry.examples[0].body.contains("\"code\":\"E2302\""), "{}", entry.examples[0].body);
    let without_values = &data.find("E2303").expect("an internal code").examples[0].body;
    let start = r#"{"success":false,"error":{"code":"E2202","message":"请求未能完成，请检查后重试。","retryable":false,"docs""#;
    assert!(without_values.starts_with(start), "{without_values}");
    assert!(data.find("E2202").is_some_and(|entry| entry.details_optional && !entry.has_details()));
}

#[test]
fn retired_codes_and_aliases_keep_a_page_that_leads_on() {
    let data = CatalogData::of(&CATALOG, Audience::Public);
    let retired = text(&data, Format::Html, "codes/E2209.html");
    assert!(
        retired.contains("merged into E2203") && retired.contains("href=\"E2203.html\""),
        "{retired}"
    );
    let alias = text(&data, Format::Html, "codes/PROJECT_NOT_FOUND.html");
    assert!(alias.contains("href=\"E2201.html\""));
    let deprecated = text(&data, Format::Html, "codes/E2202.html");
    assert!(
        deprecated.contains("numbers are made by the service now")
            && deprecated.contains("href=\"E2203.html\"")
    );
}

/// Returns a page without the script that it refers to, which is ours.
fn markup(html: &str) -> String {
    let (before, after) = html.split_once("<script src=\"").expect("a script");
    let (_, after) = after.split_once("\"></script>").expect("closed");
    format!("{before}{after}")
}

#[test]
fn hostile_texts_do_not_get_into_html() {
    let data = CatalogData::of(&HOSTILE, Audience::Internal);
    for file in files(&data, Format::Html).into_iter().filter(|file| file.path.ends_with(".html")) {
        let page = markup(&String::from_utf8(file.bytes).expect("UTF-8")).to_lowercase();
        for tag in ["<script", "<img", "<svg", "<textarea", "<style", "<!-- "] {
            assert!(!page.contains(tag), "{tag} in {}", file.path);
        }
        assert!(!page.contains("href=\"javascript:"), "{}", file.path);
        assert!(!page.contains("onload=\""), "{}", file.path);
        assert_eq!(page.matches("</title>").count(), 1, "{}", file.path);
    }
}

/// Text in which every fourth character is one that ends a tag, an attribute or a line.
fn any_text() -> impl Strategy<Value = String> {
    let bad = "<>\"'&/\n\r\0\u{1b}\u{85}\u{9b}\u{202e}\u{2028}{}%`=";
    let bad = prop::sample::select(bad.chars().collect::<Vec<_>>());
    prop::collection::vec(prop_oneof![3 => any::<char>(), 1 => bad], 1..40)
        .prop_map(|chars| chars.into_iter().collect())
}

/// The tags of a page, and whether a terminal or an editor would read a character of it as a command.
fn shape(page: &str) -> (usize, usize, bool) {
    let harmful = |one: char| {
        one.is_control() && !matches!(one, '\n' | '\r' | '\t')
            || matches!(one, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    (page.matches('<').count(), page.matches('>').count(), page.contains(harmful))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn no_text_changes_the_tags_of_a_page(code in any_text(), title in any_text(), message in any_text()) {
        let page_with = |code: &str, title: &str, message: &str| {
            let mut data = CatalogData::of(&CATALOG, Audience::Internal);
            let entry = data.errors.iter_mut().find(|entry| entry.code == "E2201").expect("a code");
            (entry.title, entry.message) = (title.to_owned(), message.to_owned());
            let pages = Docs::owned(data).prepared().expect("right templates");
            let page = pages.code_page_in("E2201", None).expect("a page").expect("a code");
            [page, pages.unknown_page_in(code, None).expect("a page")].map(|page| shape(&page))
        };
        let ours = page_with("x", "x", "x");
        assert!(ours.iter().all(|(.., harmful)| !harmful));
        assert_eq!(page_with(&code, &title, &message), ours);
    }
}

#[test]
fn hostile_texts_stay_texts_in_the_other_formats() {
    let data = CatalogData::of(&HOSTILE, Audience::Internal);
    let markdown = text(&data, Format::Markdown, "errors.md");
    let (mut heading, mut headings) = (None::<String>, Vec::new());
    for event in Parser::new_ext(&markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                assert!(html.starts_with("<a id=\"") || html.starts_with("</a>"), "{html}");
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                assert!(dest_url.starts_with('#'), "{dest_url}");
            }
            Event::Start(Tag::Image { dest_url, .. }) => panic!("{dest_url}"),
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::Text(text) if heading.is_some() => {
                heading.get_or_insert_default().push_str(&text);
            }
            Event::End(TagEnd::Heading(_)) => headings.extend(heading.take()),
            _ => {}
        }
    }
    // No text adds a heading or swallows one of ours.
    let of_code = |title| [title, "Why it happens", "What to do", "Members of "];
    let ours = [of_code("X1 "), of_code("X2 ")].concat();
    assert!(headings[0].ends_with("error codes"), "{headings:?}");
    for (heading, ours) in headings[1..].iter().zip(ours.into_iter().chain(["Framework codes"])) {
        assert!(heading.starts_with(ours), "{heading}: {headings:?}");
    }
    let csv = text(&data, Format::Csv, "errors.csv");
    assert!(csv.contains("\"'=cmd|") || csv.contains("'=cmd|"), "{csv}");
    let typescript = text(&data, Format::TypeScript, "errors.ts");
    assert!(!typescript.contains("*/ )"), "{typescript}");
    assert!(typescript.contains("details: { [\"__proto__\"]: isNumber } }"), "{typescript}");
    for (format, path) in [
        (Format::Json, "catalog.json"),
        (Format::OpenApi, "openapi.json"),
        (Format::Schema, "errors.schema.json"),
    ] {
        serde_json::from_str::<Value>(&text(&data, format, path))
            .unwrap_or_else(|error| panic!("{path}: {error}"));
    }
}

#[test]
fn fixtures_are_what_the_body_writer_writes() {
    let data = CatalogData::of(&CATALOG, Audience::Public);
    let body = text(&data, Format::Fixtures, "fixtures/envelope/E2203.json");
    assert_eq!(
        body,
        "{\"success\":false,\"error\":{\"code\":\"E2203\",\"message\":\"项目已被 user 锁定\",\"retryable\":true,\
         \"retry_after\":30,\
         \"details\":{\"user\":\"user\",\"retry_after\":30,\"tries\":1,\"holders\":[\"holders\"]},\
         \"docs\":\"https://errors.example.com/E2203\"},\"request_id\":\"req_01KHZ4QG80Z4T5W6R7S8V9X0A1\",\
         \"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\",\"timestamp\":\"2026-02-21T10:00:00Z\"}"
    );
}

struct Plain;

impl BodyFormat for Plain {
    fn content_type(&self) -> &'static str {
        "text/plain"
    }
    fn write(&self, error: &ErrorView<'_>, out: &mut Vec<u8>) {
        out.extend_from_slice(format!("{}: {}", error.spec().code(), error.message()).as_bytes());
    }
}

#[test]
fn a_form_of_ones_own_is_shown_first() {
    let data = CatalogData::with_format(&CATALOG, Audience::Public, &Plain);
    let example = &data.find("E2201").expect("a code").examples[0];
    assert_eq!((example.format.as_str(), example.body.as_str()), ("own", "E2201: 项目 1 不存在"));
    assert_eq!(text(&data, Format::Fixtures, "fixtures/own/E2201.txt"), "E2201: 项目 1 不存在");
}

#[test]
fn a_form_of_a_standard_type_takes_the_place_of_the_standard_one() {
    let formats = |format: &dyn BodyFormat| {
        let data = CatalogData::with_format(&CATALOG, Audience::Public, format);
        let examples = &data.find("E2201").expect("a code").examples;
        let formats = examples.iter().map(|example| example.format.clone());
        formats.collect::<Vec<_>>()
    };
    assert_eq!(formats(&JsonApi::with_numeric_status()), ["own", "problem"]);
    assert_eq!(formats(&JsonApi::new()), ["json-api", "problem"]);
    assert_eq!(formats(&Plain), ["own", "problem", "json-api"]);
}

#[test]
fn openapi_has_a_response_per_status_with_each_codes_example() {
    let data = CatalogData::of(&CATALOG, Audience::Public);
    let document: Value =
        serde_json::from_str(&text(&data, Format::OpenApi, "openapi.json")).expect("JSON");
    let response = &document["components"]["responses"]["Error409"]["content"]["application/json"];
    let references: Vec<&str> = response["schema"]["oneOf"]
        .as_array()
        .expect("two codes")
        .iter()
        .filter_map(|schema| schema["$ref"].as_str())
        .collect();
    assert_eq!(references, ["#/components/schemas/E2202", "#/components/schemas/HTTP_409"]);
    assert_eq!(response["examples"]["E2202"]["value"]["error"]["details"]["number"], "P-17");
    assert_eq!(
        document["components"]["schemas"]["E2203"]["properties"]["error"]["properties"]["details"]
            ["properties"]["tries"]["anyOf"][1]["type"],
        "null"
    );
}

#[test]
fn a_large_openapi_document_is_small() {
    const CODES: usize = 1_000;
    let data = many(CODES);
    for format in [Format::OpenApi, Format::Schema] {
        let bytes = files(&data, format)[0].bytes.len();
        // The shared schemas have 5 kB; a code refers to them.
        assert!(bytes < 6_000 + CODES * 1_100, "{format}: {bytes}");
    }
}

/// Returns all `$ref`s of a value.
fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn each_code_has_its_own_schema() {
    let codes = [
        "E1",
        "E1.problem",
        "E1.json-api",
        "E1:2",
        "E1_2",
        "envelope",
        "problem",
        "json-api",
        "a/b~c%2f",
        "项目",
    ];
    let mut data = catalog_json(&serde_json::json!({}));
    data.errors = codes
        .map(|code| catalog_json(&serde_json::json!({ "code": code })).errors.remove(0))
        .to_vec();
    let read =
        |format, path| serde_json::from_str::<Value>(&text(&data, format, path)).expect("JSON");
    let (schema, openapi) =
        (read(Format::Schema, "errors.schema.json"), read(Format::OpenApi, "openapi.json"));
    let definitions = schema["$defs"].as_object().expect("an object");
    let schemas = openapi["components"]["schemas"].as_object().expect("an object");
    // Seven schemas that the codes share, one for each code and body format, and three unions.
    assert_eq!((definitions.len(), schemas.len()), (7 + codes.len() * 3 + 3, 7 + codes.len() * 3));
    let mut named: Vec<&str> = definitions
        .values()
        .filter_map(|schema| schema["properties"]["error"]["properties"]["code"]["const"].as_str())
        .collect();
    named.sort_unstable();
    let mut all = codes;
    all.sort_unstable();
    assert_eq!(named, all);
    assert_eq!(definitions["E1"]["properties"]["error"]["properties"]["code"]["const"], "E1");
    assert_eq!(definitions["E1.problem"]["properties"]["code"]["const"], "E1");
    assert_eq!(definitions["envelope"]["anyOf"].as_array().map(Vec::len), Some(codes.len()));
    for document in [&schema, &openapi] {
        for reference in references(document) {
            assert!(document.pointer(&reference[1..]).is_some(), "{reference}");
        }
    }
}

#[test]
fn templates_can_be_replaced_and_added() {
    let data = CatalogData::of(&CATALOG, Audience::Public);
    let docs = Docs::new(&data)
        .template("errors.md", "{% for page in pages %}{{ page.entry.code }}\n{% endfor %}");
    assert_eq!(
        docs.files(Format::Markdown).expect("right")[0].bytes,
        b"E2201\nE2202\nE2203\nE2302\n"
    );
    let custom = docs
        .custom("codes.php.j2", "<?php {% for page in pages %}'{{ page.entry.code }}',{% endfor %}")
        .expect("right");
    assert_eq!(
        (custom.path.as_str(), custom.bytes.as_slice()),
        ("codes.php", &b"<?php 'E2201','E2202','E2203','E2302',"[..])
    );
    let wrong = docs.template("errors.md", "{% for").files(Format::Markdown).expect_err("wrong");
    assert!(wrong.to_string().contains("errors.md:1"), "{wrong}");
}

#[test]
fn a_mistake_in_a_template_is_reported_in_few_lines() {
    let data = CatalogData::of(&CATALOG, Audience::Public);
    let mistake = |name: &str, text: &str| {
        Docs::new(&data).template(name, text).files(Format::Html).expect_err("wrong").to_string()
    };
    let text = mistake("index.html", "<p>\n{{ catalog.service|nothing }}\n</p>");
    assert_eq!(
        text,
        "index.html:2: unknown filter: filter nothing is unknown\n\
         \x20 | {{ catalog.service|nothing }}\n\
         \x20 |                    ^^^^^^^"
    );
    let text = mistake("ui.html", "{% macro t(zh, en) %}{{ zh() }}{% endmacro %}");
    assert!(text.contains("ui.html:1") && text.lines().count() < 12, "{text}");
}

#[test]
fn a_template_that_does_not_end_is_stopped() {
    let data = CatalogData::of(&CATALOG, Audience::Public);
    let endless = "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}";
    let custom = Docs::new(&data).custom("endless.txt", endless).expect_err("it has no fuel");
    let page = Docs::new(&data).template("code.html", endless).files(Format::Html);
    for error in [custom, page.expect_err("it has no fuel")] {
        assert!(error.to_string().contains("engine ran out of fuel"), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_of_the_directory_are_not_followed() {
    use std::{fs, os::unix::fs::symlink};
    let root = directory("links");
    let (out, outside) = (root.join("out"), root.join("outside"));
    fs::create_dir_all(out.join("inside")).expect("a directory");
    fs::create_dir_all(&outside).expect("a directory");
    fs::write(outside.join("E1.html"), "untouched").expect("a file");
    let file = |path: &str| {
        let mut file = files(&CatalogData::of(&CATALOG, Audience::Public), Format::Json).remove(0);
        file.path = path.to_owned();
        file
    };
    symlink(&outside, out.join("codes")).expect("a link");
    symlink(outside.join("E1.html"), out.join("errors.md")).expect("a link");
    symlink(outside.join("new"), out.join("dangling.md")).expect("a link");
    symlink(out.join("inside"), out.join("within")).expect("a link");
    for mode in [Mode::Write, Mode::Check] {
        for path in ["codes/E1.html", "codes/deep/E1.html", "errors.md", "dangling.md"] {
            let refused = put(&out, &[file("catalog.json"), file(path)], mode);
            assert!(matches!(refused, Err(PutError::Outside(_))), "{path}: {refused:?}");
        }
    }
    assert!(!out.join("catalog.json").exists(), "nothing was written");
    assert_eq!(fs::read(outside.join("E1.html")).expect("a file"), b"untouched");
    assert_eq!(fs::read_dir(&outside).expect("a directory").count(), 1);
    put(&out, &[file("within/E1.html")], Mode::Write).expect("the link stays below");
    symlink(&out, root.join("link")).expect("a link");
    put(&root.join("link"), &[file("catalog.json")], Mode::Write).expect("the directory is a link");
}

#[test]
fn what_a_killed_process_leaves_is_not_out_of_date() {
    let data = CatalogData::of(&CATALOG, Audience::Public);
    let (out, generated) = (directory("killed"), files(&data, Format::Html));
    put(&out, &generated, Mode::Write).expect("written");
    std::fs::write(out.join("codes/.errcode-Ab12.tmp"), "half").expect("a file");
    let checked = put(&out, &generated, Mode::Check).expect("up to date");
    assert_eq!(checked.left_over, [""; 0]);
}

#[test]
fn the_readme_names_what_templates_see() {
    let data = CatalogData::of(&CATALOG, Audience::Internal);
    let docs = Docs::new(&data);
    let names = |template: &str| {
        let file = docs.custom("names.txt", template).expect("right");
        String::from_utf8(file.bytes).expect("UTF-8")
    };
    let readme = include_str!("../README.md").split_once("## Templates").expect("a part of it").1;
    let (all, page) = readme.split_once("| a page |").expect("two tables");
    for name in names("{% for name in pages[0] %}{{ name }} {% endfor %}").split_whitespace() {
        assert!(page.contains(&format!("`{name}`")), "`{name}` is not in the table");
    }
    // Each name in the tables has a value in this catalog.
    let named = |table: &str| {
        let rows = table.lines().filter(|line| line.starts_with("| `"));
        rows.flat_map(|row| {
            row.split('|').nth(1).expect("a cell").split('`').skip(1).step_by(2).map(str::to_owned)
        })
        .collect::<Vec<_>>()
    };
    for name in named(all) {
        assert_eq!(names(&format!("{{{{ {name} is defined }}}}")), "True", "{name}");
    }
    let (page, _) = page.split_once("`retired.html` sees").expect("what follows the table");
    for name in named(page) {
        assert_eq!(names(&format!("{{{{ pages[0].{name} is defined }}}}")), "True", "{name}");
    }
}

/// Returns a catalog with this many codes.
fn many(count: usize) -> CatalogData {
    let entry = |number: usize| {
        serde_json::json!({
            "code": format!("S{number:05}"), "status": 409, "category": "business",
            "title": "t", "message": "m {id}", "explanation": "e",
        })
    };
    let entries: Vec<Value> = (0..count).map(entry).collect();
    let catalog = serde_json::json!({ "errors": entries });
    CatalogData::read("many", &catalog.to_string()).expect("a catalog")
}

#[test]
fn a_served_page_costs_the_same_for_any_number_of_codes() {
    let [few, all] = [60, 10_000].map(|count| {
        let prepared = Docs::owned(many(count)).served().prepared().expect("right templates");
        let page = |number: usize| {
            let page = prepared.code_page(&format!("s{number:05}")).expect("right");
            assert!(page.expect("a page").contains("409 Conflict"));
        };
        page(0);
        let used = allocation_counter::measure(|| (count - 40..count).for_each(page));
        (used.count_total, used.bytes_total)
    });
    assert_eq!(few, all, "allocations and bytes of forty pages");
}

#[test]
fn facts_occur_once_and_values_come_from_the_body() {
    let data = CatalogData::of(&CATALOG, Audience::Public);
    let page = unescaped(&markup(&text(&data, Format::Html, "codes/E2202.html")));
    assert_eq!(page.matches("numbers are made by the service now").count(), 1, "{page}");
    assert!(!page.contains(">Facts<"), "nothing is left for it: {page}");
    assert!(page.contains(">业务<") && page.contains(">business<"), "{page}");
    let page = unescaped(&markup(&text(&data, Format::Html, "codes/E2203.html")));
    for part in [
        "integer | null",
        "string[]",
        "[\"holders\"]",
        "Retry-After:</span> 30",
        "X-Locked:</span> yes",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // Clients get another code and its status instead of an internal one.
    let internal = CatalogData::of(&CATALOG, Audience::Internal);
    let page = markup(&text(&internal, Format::Html, "codes/E2301.html"));
    assert!(
        page.contains("HTTP/1.1 503 Service Unavailable")
            && page.contains("X-Error-Code:</span> E2302")
    );
}

#[test]
fn pages_share_their_style_and_script() {
    let data = many(50);
    let html = files(&data, Format::Html);
    let of = |start: &'static str| html.iter().filter(move |file| file.path.starts_with(start));
    let assets: Vec<&str> = of("assets/").map(|file| file.path.as_str()).collect();
    let [index_css, index_js, code_css, code_js, icon] = assets[..] else { panic!("{assets:?}") };
    assert!(icon.starts_with("assets/icon-") && icon.ends_with(".svg"), "{icon}");
    assert!(index_css.starts_with("assets/index-") && index_css.ends_with(".css"), "{index_css}");
    assert!(index_js.ends_with(".js") && code_js.starts_with("assets/code-"), "{assets:?}");
    for file in of("codes/") {
        let page = String::from_utf8_lossy(&file.bytes);
        assert!(
            page.contains(&format!("<link rel=\"stylesheet\" href=\"../{code_css}\">")),
            "{page}"
        );
        assert!(page.contains(&format!("<script src=\"../{code_js}\"></script>")), "{page}");
        assert!(page.contains(&format!("<link rel=\"icon\" href=\"../{icon}\">")), "{page}");
        assert!(page.contains("style-src 'self'; script-src 'self'; img-src 'self'"), "{page}");
        assert!(page.len() < 4_000, "{} has {} bytes", file.path, page.len());
    }
    // The names change with the content.
    let replaced = Docs::new(&data).template("style.css", "body { color: teal }");
    let other = replaced.files(Format::Html).expect("right templates");
    assert!(other.iter().all(|file| file.path != code_css && file.path != index_css));
    assert!(other.iter().any(|file| file.path == code_js));
    // A served page and a base of the user's have both inside.
    let served = Docs::new(&data).served().index_page().expect("right templates");
    assert!(served.contains("<style>") && served.contains("script-src 'sha256-"), "{served}");
    assert!(served.contains("<link rel=\"icon\" href=\"data:image/svg+xml;base64,"), "{served}");
    let own = Docs::new(&data).template("base.html", "{{ csp }}{{ style }}");
    let own = own.files(Format::Html).expect("right templates");
    assert!(String::from_utf8_lossy(&own[0].bytes).contains("style-src &#39;sha256-"));
}

#[test]
fn the_words_of_a_page_are_in_its_language() {
    let pages = Docs::owned(CatalogData::of(&CATALOG, Audience::Internal)).served();
    let pages = pages.prepared().expect("right templates");
    for (language, parts) in [
        (
            "zh",
            [
                ">project-service · 错误码</title>",
                "placeholder=\"E2201 · 项目 1 不存在\"",
                ">模块</option>",
            ],
        ),
        (
            "en",
            [
                ">project-service · Error codes</title>",
                "placeholder=\"E2201 · There is no project 1.\"",
                ">Module</option>",
            ],
        ),
    ] {
        let page = pages.index_page_in(Some(language)).expect("right templates");
        for part in parts {
            assert!(page.contains(part), "{part} in {language}");
        }
        let retired = pages.code_page_in("E2209", Some(language)).expect("right").expect("a page");
        let title = if language == "zh" {
            ">E2209 · 已停用</title>"
        } else {
            ">E2209 · Retired</title>"
        };
        assert!(retired.contains(title), "{retired}");
    }
}

#[test]
fn control_characters_get_into_neither_html_nor_csv() {
    let text = "a\u{0}b\u{7}c\u{1b}[31md\u{7f}e\u{85}f\u{9b}g\u{fffe}h\r\n\ti";
    let entry = serde_json::json!({
        "title": text, "message": text, "explanation": text, "help": text, "tags": [text],
        "details": [{ "name": text, "type": "String", "docs": text }],
        "level": "warn", "enum": text, "variant": text, "module": text, "file": text, "line": 1, "alert": "none",
        "log": text, "note": text, "owner": text,
        "examples": [{ "format": "own", "content_type": text, "body": text }],
    });
    let data = catalog_json(&entry);
    for format in [Format::Html, Format::Csv, Format::Markdown] {
        for file in files(&data, format) {
            let text = String::from_utf8(file.bytes).expect("UTF-8");
            let control = |letter: char| letter.is_control() && !"\t\r\n".contains(letter);
            assert!(!text.contains(control) && !text.contains('\u{fffe}'), "{}", file.path);
            assert!(
                !file.path.ends_with(".html") || text.contains("a\u{fffd}b\u{fffd}c"),
                "{text}"
            );
        }
    }
}

#[test]
fn a_page_names_the_operations_that_answer_with_its_code() {
    let document = serde_json::json!({
        "paths": {
            "/projects/{id}": {
                "get": {
                    "operationId": "showProject", "summary": "Shows <b>one</b>",
                    "responses": {
                        "404": { "x-error-codes": ["E2201", "HTTP_404"] },
                        "423": { "$ref": "#/components/responses/Locked" },
                    },
                },
                "delete": { "responses": { "404": { "x-error-codes": ["e2201"] }, "410": {} } },
            },
            "/docs": { "get": { "operationId": "showDocs" } },
        },
        "components": { "responses": { "Locked": { "x-error-codes": ["E2203"] } } },
    });
    let data = CatalogData::of(&CATALOG, Audience::Public);
    let docs = Docs::new(&data).openapi(&document.to_string()).expect("JSON");
    let page = |docs: Docs<'_>, code: &str| {
        unescaped(&docs.code_page(code).expect("right").expect("a page"))
    };
    let missing = page(docs, "E2201");
    assert!(missing.contains("<code>GET /projects/{id}</code>"), "{missing}");
    assert!(missing.contains("<code>DELETE /projects/{id}</code>"), "{missing}");
    assert!(
        missing.contains("Shows <b>one</b>") && !missing.contains("href=\"../docs"),
        "{missing}"
    );
    let served = || Docs::new(&data).served().openapi(&document.to_string()).expect("JSON");
    let locked = page(served(), "E2203");
    let link = "<a href=\"../docs#showProject\"><code>GET /projects/{id}</code></a>";
    assert!(locked.contains(link) && locked.contains("<a href=\"../docs\">"), "{locked}");
    assert!(page(served(), "E2201").contains("../docs#delete-/projects/{id}"));
    assert!(!page(served(), "E2302").contains("Operations that answer"));
    assert!(served().index_page().expect("right").contains("<a href=\"docs\">"));
    let wrong = Docs::new(&data).openapi("openapi: 3.1.0").expect_err("it is YAML").to_string();
    assert!(wrong.starts_with("the OpenAPI document is not JSON: "), "{wrong}");
}

#[test]
fn internal_pages_have_the_message_of_the_log() {
    let data = CatalogData::of(&CATALOG, Audience::Internal);
    let page = text(&data, Format::Html, "codes/E2303.html");
    assert!(page.contains("<code>{user} may not read project {id}</code>"), "{page}");
    let index = text(&data, Format::Html, "index.html");
    assert!(index.contains("data-m=\"{user} may not read project {id}\""), "{index}");
    let found = explain(&data, "2026-02-21 WARN mei may not read project 17").found;
    assert_eq!(found[0].entry.code, "E2303");
    let public = CatalogData::of(&CATALOG, Audience::Public);
    assert!(!text(&public, Format::Json, "catalog.json").contains("\"log\""));
}

#[test]
fn details_say_what_they_are() {
    let detail = serde_json::json!({ "name": "id", "type": "u64", "docs": "The *project's* id." });
    let data = catalog_json(&serde_json::json!({ "details": [detail] }));
    let page = text(&data, Format::Html, "codes/E1.html");
    assert!(page.contains("<p>The <em>project's</em> id.</p>"), "{page}");
    assert!(text(&data, Format::Markdown, "errors.md").contains("| The \\*project's\\* id. |"));
    let schema: Value =
        serde_json::from_str(&text(&data, Format::Schema, "errors.schema.json")).expect("JSON");
    let details = &schema["$defs"]["E1.problem"]["properties"]["details"]["properties"];
    assert_eq!(details["id"]["description"], "The *project's* id.");
}

fn directory(name: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&directory);
    directory
}

#[test]
fn files_are_written_then_checked() {
    let directory = directory("write-docs");
    let check = || CATALOG.write_docs(&directory, &Envelope, Mode::Check);
    assert!(matches!(check(), Err(DocsError::Put(PutError::Stale(_)))));
    let written =
        CATALOG.write_docs(&directory, &Envelope, Mode::Write).expect("it writes").written;
    assert!(written > 100, "{written}");
    assert_eq!(check().expect("it is fresh").unchanged, written);
    // As git checks it out on Windows.
    let page = std::fs::read_to_string(directory.join("errors.md")).expect("it is there");
    std::fs::write(directory.join("errors.md"), page.replace('\n', "\r\n")).expect("it writes");
    assert_eq!(check().expect("it is fresh").unchanged, written);
    std::fs::write(directory.join("codes/E9999.html"), "old").expect("it writes");
    std::fs::write(directory.join("errors.md"), "old").expect("it writes");
    let stale = check().expect_err("it is stale").to_string();
    assert_eq!(
        stale,
        "2 generated files are out of date; regenerate them:\n\
         \x20 errors.md differs\n\
         \x20 codes/E9999.html is no longer generated; delete it"
    );
}

/// Returns a foreign catalog with one code.
fn catalog_json(entry: &Value) -> CatalogData {
    let mut whole = serde_json::json!({
        "code": "E1", "status": 404, "category": "business", "title": "t", "message": "m"
    });
    for (name, value) in entry.as_object().expect("an object") {
        whole[name] = value.clone();
    }
    CatalogData::read("evil.json", &serde_json::json!({ "errors": [whole] }).to_string())
        .expect("a catalog")
}

#[test]
fn nothing_is_written_outside_of_the_directory() {
    let directory = directory("outside");
    let example = |form: &str| serde_json::json!({ "form": form, "content_type": "application/json", "body": "{}" });
    let data = catalog_json(
        &serde_json::json!({ "examples": [example("../.."), example("envelope"), example("/")] }),
    );
    let fixtures = files(&data, Format::Fixtures);
    let paths: Vec<&str> = fixtures.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["fixtures/envelope/E1.json"]);

    let harmless = fixtures[0].clone();
    for path in ["../E1.json", "/E1.json", "a/../../E1.json"] {
        let mut evil = harmless.clone();
        evil.path = path.to_owned();
        let refused = put(&directory, &[harmless.clone(), evil], Mode::Write)
            .expect_err("it leads elsewhere");
        assert!(matches!(&refused, PutError::Outside(outside) if outside == path), "{refused}");
        assert_eq!(
            refused.to_string(),
            format!(
                "the generated path {path:?} may lead outside of the directory; no file was written"
            )
        );
        assert!(!directory.exists(), "not even the harmless one");
    }
}

#[test]
fn served_pages_link_to_routes() {
    let data = CatalogData::of(&CATALOG, Audience::Public);
    let docs = Docs::new(&data).served();
    assert!(docs.index_page().expect("right").contains("href=\"errors/E2201\""));
    let page = docs.code_page("project_not_found").expect("right").expect("an alias");
    assert!(page.contains("E2201") && page.contains("href=\"../errors\""), "{page}");
    assert!(docs.code_page("E2209").expect("right").is_some());
    assert!(docs.code_page("E2301").expect("right").is_none(), "internal");
}

#[test]
fn two_formats_never_write_one_path() {
    let data = CatalogData::of(&CATALOG, Audience::Public);
    let all: Vec<File> = Format::ALL.into_iter().flat_map(|format| files(&data, format)).collect();
    let mut paths: Vec<&str> = all.iter().map(|file| file.path.as_str()).collect();
    paths.sort_unstable();
    let count = paths.len();
    paths.dedup();
    assert_eq!(paths.len(), count);
    put(&directory("put"), &all, Mode::Write).expect("it writes");
}

#[test]
fn assert_locked_compares_with_the_file() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("errcode.lock.json");
    let lock = Lock::of(&CatalogData::of(&CATALOG, Audience::Internal)).to_text();
    std::fs::write(&path, &lock).expect("it writes");
    CATALOG.assert_locked(&path);
    std::fs::write(&path, lock.replace("423", "409")).expect("it writes");
    let panic =
        std::panic::catch_unwind(|| CATALOG.assert_locked(&path)).expect_err("the status differs");
    let message = panic.downcast_ref::<String>().expect("a message");
    assert!(
        message.contains("the lock is out of date") && message.contains("\"status\":423"),
        "{message}"
    );
}
