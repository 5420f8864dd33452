//! All commands end to end, on a small workspace that is built once.

mod support;

use serde_json::Value;
use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    thread,
};
use support::{
    Run, builds, built, built_with, checkout, errcode, errcode_building_in, errcode_in,
    errcode_reading, fixture, repository, scratch,
};

/// Runs a command on the binary of the fixture `shop`.
fn shop(arguments: &[&str]) -> Run {
    errcode([arguments, &["--from", built()]].concat())
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Writes the lock of `shop` to a directory of its own, with a change.
fn locked(name: &str, change: impl FnOnce(String) -> String) -> String {
    let path = scratch(name).join("errcode.lock.json");
    let file = path.to_str().unwrap().to_owned();
    shop(&["lock", "--file", &file]).exits(0);
    fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
    file
}

const LIST: &str = "\
CODE   STATUS  CATEGORY  RETRYABLE  TITLE
S1001  404     business  no         No order has this id.
S1002  502     external  yes        The payment service did not answer.
S2001  409     business  no         The bill is paid.
";

#[test]
fn list_shows_the_catalogs_codes() {
    assert_eq!(shop(&["list"]).exits(0), LIST);
    let csv = shop(&["list", "--format", "csv"]).exits(0);
    assert!(csv.starts_with("code,status,"), "{csv}");
    let catalog = json(&shop(&["list", "--format", "json"]).exits(0));
    assert_eq!(catalog["errors"][0]["code"], "S1001");
    assert_eq!(catalog["errors"][0]["file"], "src/errors.rs");
}

#[test]
fn list_filters() {
    let first_column = |arguments: &[&str]| -> Vec<String> {
        let list = shop(&[&["list"], arguments].concat()).exits(0);
        list.lines().skip(1).map(|line| line.split(' ').next().unwrap().to_owned()).collect()
    };
    assert_eq!(first_column(&["--retryable", "true"]), ["S1002"]);
    assert_eq!(first_column(&["--status", "409"]), ["S2001"]);
    assert_eq!(first_column(&["--status", "4xx"]), ["S1001", "S2001"]);
    assert_eq!(first_column(&["--status", "5XX"]), ["S1002"]);
    assert_eq!(first_column(&["--category", "external"]), ["S1002"]);
    assert_eq!(first_column(&["--owner", "orders-team"]), ["S1001", "S1002"]);
    assert_eq!(first_column(&["--module", "billing"]), ["S2001"]);
    assert_eq!(first_column(&["--module", "orders"]), ["S1001", "S1002"]);
    assert_eq!(first_column(&["--module", "2"]), ["S2001"]);
    for (arguments, message) in [
        (
            ["--module", "cellar"],
            "error: no code belongs to module `cellar`; the catalog has 1 = orders, 2 = billing\n",
        ),
        (
            ["--owner", "nobody"],
            "error: unknown owner `nobody`; the owners are: billing-team, orders-team\n",
        ),
        (["--category", "busines"], "error: invalid value 'busines' for '--category <CATEGORY>'"),
        (
            ["--status", "200"],
            "error: invalid value '200' for '--status <STATUS>': write a status from 400 to 599, `4xx` or `5xx`\n",
        ),
    ] {
        let run = shop(&[&["list"], &arguments[..]].concat());
        assert_eq!(run.code, 2, "{}", run.stdout);
        assert!(run.stderr.starts_with(message), "{}", run.stderr);
    }
}

#[test]
fn explain_finds_codes_aliases_messages_and_retired_codes() {
    let first_lines = |query: &str| -> Vec<String> {
        shop(&["explain", query]).exits(0).lines().take(2).map(str::to_owned).collect()
    };
    assert_eq!(first_lines("s1001")[0], "S1001 No order has this id.");
    assert_eq!(first_lines("order_gone"), ["S1001 No order has this id.", "  alias: order_gone"]);
    assert_eq!(
        first_lines("订单 17 不存在")[1],
        "  matched message: 订单 {id} 不存在, with id = 17"
    );
    assert_eq!(
        first_lines("S1003"),
        ["S1003 is retired and must not be used again", "  reason: merged into S1001"]
    );
    let answer = json(&shop(&["explain", "S1002", "--format", "json"]).exits(0));
    assert_eq!(answer["found"][0]["status"], 502);
}

#[test]
fn explain_suggests_what_is_near() {
    let answer = shop(&["explain", "S1o01"]).exits(1);
    assert!(
        answer.starts_with(
            "no code, alias or message matches `S1o01`\ndid you mean:\n  S1001 No order has this id.\n"
        ),
        "{answer}"
    );
}

#[test]
fn lock_is_written_checked_and_never_loses_a_code() {
    let file = locked("lock", |text| text);
    assert_eq!(
        shop(&["lock", "--check", "--file", &file]).exits(0),
        format!("{file} is up to date\n")
    );
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("\n,{\"code\":\"S1003\",\"retired\":\"merged into S1001\"}\n"), "{text}");

    fs::write(&file, text.replace("\"status\":404", "\"status\":410")).unwrap();
    let stale = json(&shop(&["lock", "--check", "--format", "json", "--file", &file]).exits(1));
    assert_eq!(stale["ok"], false);
    assert_eq!(shop(&["lock", "--file", &file]).exits(0), format!("{file} was written\n"));
    assert_eq!(fs::read_to_string(&file).unwrap(), text);

    let mut lines: Vec<&str> = text.lines().collect();
    lines.swap(1, 2);
    fs::write(&file, lines.join("\n") + "\n").unwrap();
    let unsorted = shop(&["lock", "--check", "--file", &file]).exits(1);
    assert!(
        unsorted.ends_with(
            ": the lines are not sorted; regenerate the file with `cargo errcode lock`\n"
        ),
        "{unsorted}"
    );
    assert_eq!(shop(&["lock", "--file", &file]).exits(0), format!("{file} was written\n"));
    fs::write(&file, text.replace('\n', "\r\n")).unwrap();
    shop(&["lock", "--check", "--file", &file]).exits(0);

    let more = text.replace(
        "\n]",
        "\n,{\"code\":\"S2900\",\"status\":400,\"category\":\"business\",\"variant\":\"Old::Gone\"}\n]",
    );
    fs::write(&file, &more).unwrap();
    let refused = shop(&["lock", "--file", &file]).exits(1);
    assert!(refused.contains("`S2900` (Old::Gone) was removed without being retired"), "{refused}");
    assert_eq!(fs::read_to_string(&file).unwrap(), more, "a refused lock is left as it is");
}

#[cfg(unix)]
#[test]
fn lock_reports_a_path_that_is_not_text() {
    use std::os::unix::ffi::OsStrExt as _;
    let file = scratch("lock-path").join(std::ffi::OsStr::from_bytes(b"l\xff"));
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-errcode"))
        .args(["lock", "--format", "json", "--from", built(), "--file"])
        .arg(&file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap()["ok"], true);
}

#[cfg(unix)]
#[test]
fn codes_come_from_a_path_that_is_not_text() {
    use std::os::unix::ffi::OsStrExt as _;
    let lock = scratch("from-path").join(std::ffi::OsStr::from_bytes(b"l\xff.json"));
    fs::copy(locked("from-path-lock", |text| text), &lock).unwrap();
    for arguments in [&["list", "--from"][..], &["diff", "--from", built(), "--against"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_cargo-errcode"))
            .args(arguments)
            .arg(&lock)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn the_current_directory_has_a_name_in_messages() {
    let here = scratch("lock-here");
    let run = errcode_in(&here, ["lock", "--from", built(), "--file", here.to_str().unwrap()]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.starts_with("error: .: "), "{}", run.stderr);
}

#[test]
fn lock_that_is_missing_or_broken_is_reported() {
    let file = scratch("no-lock").join("errcode.lock.json");
    let file = file.to_str().unwrap();
    assert_eq!(
        shop(&["lock", "--check", "--file", file]).exits(1),
        format!("{file}: the file does not exist; create it with `cargo errcode lock`\n")
    );
    fs::write(file, "[{\"errcode_lock\":1,\"service\":\"shop\"}\n<<<<<<< HEAD\n]\n").unwrap();
    let broken = shop(&["lock", "--check", "--file", file]);
    assert_eq!(broken.code, 2);
    assert!(broken.stderr.starts_with(&format!("error: {file}:2:1: ")), "{}", broken.stderr);
    assert!(json(&errcode(["lock", "--schema"]).exits(0))["$schema"].is_string());
}

const DIFF: &str = "\
error[wire-status]: S1001: the HTTP status changed: 410 → 404
  --> shop/src/errors.rs:14:16
   |
14 |         code = \"S1001\",
   |                ^^^^^^^
   |
   = help: keep the status, or add a new code and retire this one

note[wire-retryable-gained]: S1002: a code became retryable: no → yes
  --> shop/src/errors.rs:29:16
   |
29 |         code = \"S1002\",
   |                ^^^^^^^
   |
   = help: make sure that a retry does no harm

1 error, 1 note; the next version must be a major one
";

/// Writes a lock that differs from `shop` in the status and the retry of two codes.
fn older(name: &str) -> String {
    locked(name, |text| {
        text.replace("\"status\":404", "\"status\":410")
            .replace("\"retryable\":true", "\"retryable\":false")
    })
}

#[test]
fn diff_shows_the_source() {
    let old = older("diff");
    assert_eq!(errcode(["diff", "--against", &old, "-p", "shop"]).exits(1), DIFF);
    let report = json(&shop(&["diff", "--against", &old, "--format", "json"]).exits(1));
    assert_eq!(
        (&report["verdict"], &report["findings"][0]["rule"]),
        (&"major".into(), &"wire-status".into())
    );
    let markdown = shop(&["diff", "--against", &old, "--format", "markdown"]).exits(1);
    assert!(
        markdown.starts_with("**1 error, 1 note; the next version must be a major one**\n"),
        "{markdown}"
    );
    let same = shop(&["diff", "--against", built()]).exits(0);
    assert!(!same.contains("error"), "{same}");
}

#[test]
fn diff_takes_exemptions_that_are_needed() {
    let old = older("exemptions");
    let file = Path::new(&old).with_file_name("exemptions.json");
    let run = |rule: &str| {
        fs::write(
            &file,
            format!(
                "[{{\"rule\": \"{rule}\", \"code\": \"S1001\", \"reason\": \"told clients\"}}]"
            ),
        )
        .unwrap();
        shop(&["diff", "--against", &old, "--exemptions", file.to_str().unwrap()])
    };
    assert!(run("wire-status").exits(0).contains("= note: exempt: told clients"));
    assert!(run("wire-deleted").exits(1).contains(
        "error[exemption-unneeded]: S1001: the exemption from `wire-deleted` is not needed"
    ));
}

#[test]
fn lint_looks_at_everything_that_is_linked() {
    let run = errcode(["lint", "-p", "shop", "--require", "owner"]);
    // With LTO a library has no object code.
    let release = errcode(["list", "-p", "shop@0.1.0", "--release"]);
    for stderr in [&run.stderr, &release.stderr] {
        let warning = "warning: the codes of crate `parked` are not linked in, because nothing refers to the crate\n";
        assert!(stderr.contains(warning), "{stderr}");
    }
    let report = run.exits(1);
    for expected in [
        "error[code-duplicate]: s1002: two errors have the same code or alias: \
         `s1002` is already used by `shop::errors::OrderError::Payment`\n --> shop/src/forgotten.rs:6:",
        "error[type-unlisted]: s1002: \
         `shop::forgotten::Forgotten` is linked in, but not listed in `shop::CATALOG`; \
         add `shop::forgotten::Forgotten`\n --> shop/src/forgotten.rs:6:",
        "error[require-owner]: s1002: ",
        "error[text-file]: en:5: a line of a translation file has no effect: the catalog has no code `S1009.title`\n",
        "warning[text-untranslated]: S1001: a public text is missing in a language of the catalog: explanation in en\n",
        "warning[crate-unlinked]: parked: the codes of crate `parked` are not linked in\n",
    ] {
        assert!(report.contains(expected), "{report}");
    }
    let report = json(&errcode(["lint", "-p", "billing", "--format", "json"]).exits(0));
    assert_eq!(report["findings"], Value::Array(Vec::new()));
}

/// The library's own catalog does not make up for the service's.
#[test]
fn a_catalog_that_is_not_merged_is_named() {
    let report = errcode(["lint", "-p", "kiosk"]).exits(1);
    let expected = "error[type-unlisted]: S2001: `billing::BillingError` is linked in, but not listed in \
                    `kiosk::CATALOG`; add `..billing::CATALOG`\n";
    assert!(report.contains(expected), "{report}");
    assert!(!errcode(["lint", "-p", "shop"]).exits(1).contains("`billing::BillingError`"));
}

#[test]
fn a_workspace_is_gone_through() {
    // Another checkout with a target directory of its own, since this replaces the libraries that other tests read.
    let elsewhere = scratch("workspace-locks");
    checkout(repository(), &elsewhere);
    // Packages that name the derive, but have no codes.
    let manifest = fs::read_to_string(elsewhere.join("Cargo.toml")).unwrap();
    let members = manifest.replace("\"kiosk\"", "\"kiosk\", \"library\", \"program\"");
    fs::write(elsewhere.join("Cargo.toml"), members).unwrap();
    let shown = "println!(\"{:?}\", errcode_core::Category::Business)";
    for (name, file, text) in [
        ("library", "lib", "//! Helpers for each `AppError`.\n".to_owned()),
        ("program", "main", format!("fn main() {{ /* AppError */ {shown} }}\n")),
    ] {
        let directory = elsewhere.join(name);
        fs::create_dir_all(directory.join("src")).unwrap();
        let parked = fs::read_to_string(elsewhere.join("parked/Cargo.toml")).unwrap();
        fs::write(directory.join("Cargo.toml"), parked.replace("parked", name)).unwrap();
        fs::write(directory.join(format!("src/{file}.rs")), text).unwrap();
    }
    let target = elsewhere.join("target");
    let run =
        |arguments: &[&str]| errcode_building_in(&target, &elsewhere, arguments.iter().copied());
    let list = run(&["list", "--workspace"]).exits(0);
    let headings: Vec<&str> = list.lines().filter(|line| line.starts_with('#')).collect();
    assert_eq!(headings, ["# billing", "# kiosk", "# parked", "# shop"]);
    assert!(list.ends_with(&format!("# shop\n{LIST}")), "{list}");
    let all = json(&run(&["list", "--workspace", "--format", "json"]).exits(0));
    assert_eq!(all.as_array().map(Vec::len), Some(4));
    assert_eq!(all[3]["service"], "shop");
    let report = run(&["lint", "--workspace"]).exits(1);
    assert!(report.contains("# billing\nno findings\n# kiosk\n"), "{report}");

    let written = run(&["lock", "--workspace"]).exits(0);
    assert_eq!(written.lines().count(), 4, "{written}");
    for package in ["billing", "kiosk", "parked", "shop"] {
        assert!(elsewhere.join(package).join("errcode.lock.json").is_file(), "{package}");
    }
    run(&["lock", "--workspace", "--check"]).exits(0);
    fs::write(elsewhere.join("kiosk/errcode.lock.json"), "{").unwrap();
    let broken = run(&["lock", "--workspace", "--check"]);
    assert_eq!(broken.code, 2);
    assert!(
        broken.stderr.contains("error: kiosk: kiosk/errcode.lock.json:1:1: "),
        "{}",
        broken.stderr
    );
    assert!(broken.stderr.ends_with("error: failed: kiosk\n"), "{}", broken.stderr);
    assert_eq!(broken.stdout.lines().count(), 3, "{}", broken.stdout);
    assert_eq!(run(&["list", "--workspace", "-p", "shop"]).code, 2);
}

#[test]
fn next_skips_retired_codes() {
    assert_eq!(shop(&["next", "--module", "orders"]).exits(0), "S1004\n");
    assert_eq!(shop(&["next", "--module", "2"]).exits(0), "S2002\n");
    assert_eq!(shop(&["next", "--module", "cellar"]).code, 2);
    // The lock has retired codes that the types no longer mention.
    let lock = locked("next", |text| {
        text.replace("\n]", "\n,{\"code\":\"S1004\",\"retired\":\"long ago\"}\n]")
    });
    let beside = Path::new(&lock).parent().unwrap();
    assert_eq!(
        errcode_in(beside, ["next", "--module", "orders", "--from", built()]).exits(0),
        "S1005\n"
    );
}

#[test]
fn rules_are_those_of_prometheus() {
    let rules = shop(&["alerts"]).exits(0);
    let expected = r#"{
  "groups": [
    {
      "name": "errcode-shop",
      "rules": [
        {
          "alert": "errcode_S1002",
          "expr": "sum(increase(errcode_errors_total{code=\"S1002\"}[1m])) > 19.5",
          "labels": {
            "category": "external",
            "code": "S1002",
            "owner": "orders-team",
            "service": "shop",
            "severity": "page"
          },
          "annotations": {
            "description": "Try again later.",
            "docs": "https://errors.example/S1002",
            "runbook_url": "https://run.example/S1002",
            "summary": "S1002: The payment service did not answer."
          }
        },
"#;
    assert!(rules.starts_with(expected), "{rules}");
}

#[test]
fn rules_may_be_held_to_one_service() {
    let rules =
        shop(&["alerts", "--match", "job=\"shop\"", "--match", "env !~ \"test.*\""]).exits(0);
    assert!(
        rules.contains(r#"errcode_errors_total{code=\"S1002\",job=\"shop\",env!~\"test.*\"}[1m]"#),
        "{rules}"
    );
    let wrong = shop(&["alerts", "--match", "job=shop"]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.stderr.starts_with(
            "error: invalid value 'job=shop' for '--match <MATCHER>': the value is not in double quotes; "
        ),
        "{}",
        wrong.stderr
    );
    assert!(errcode(["alerts", "--help"]).exits(0).contains("--match 'job=\"billing\"'"));
}

/// Writes a foreign `catalog.json` with one code.
fn catalog_json(name: &str, change: Value) -> String {
    let mut entry = serde_json::json!({
        "code": "E1", "status": 500, "category": "unknown", "title": "t", "message": "m",
        "level": "error", "enum": "A", "variant": "B",
        "module": "a", "file": "a.rs", "line": 1, "alert": "page"
    });
    for (key, value) in change.as_object().unwrap() {
        entry[key] = value.clone();
    }
    let path = scratch(name).join("catalog.json");
    let catalog = serde_json::json!({ "audience": "internal", "errors": [entry] });
    fs::write(&path, catalog.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn texts_do_not_get_out_of_their_place_in_rules() {
    let hostile = catalog_json(
        "rules-hostile",
        serde_json::json!({
            "title": "{{{ x }}} a\u{7f}b\u{85}c\u{2028}d", "owner": "{{ .Value }}",
            "alert_over": "20/1500ms"
        }),
    );
    let yaml = errcode(["alerts", "--from", &hostile]).exits(0);
    assert!(
        yaml.chars().all(|letter| letter == '\n' || !letter.is_control() && letter != '\u{2028}'),
        "{yaml:?}"
    );
    let rules = json(&yaml);
    let rule = &rules["groups"][0]["rules"][0];
    assert_eq!(rule["expr"], r#"sum(increase(errcode_errors_total{code="E1"}[1500ms])) > 19.5"#);
    assert_eq!(rule["labels"]["owner"], r#"{{ "{{" }} .Value }}"#);
    assert_eq!(rule["annotations"]["summary"], "E1: {{ \"{{\" }}{ x }}} a\u{7f}b\u{85}c\u{2028}d");

    let code = catalog_json("rules-code", serde_json::json!({ "code": "E1\"} or vector(1) #" }));
    let refused = errcode(["alerts", "--from", &code]);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{}", refused.stderr);

    for (name, change, message) in [
        (
            "rules-window",
            serde_json::json!({ "alert_over": "5/1m]) or vector(1)" }),
            "invalid alert threshold; write a count and a window, as in `20/1m`",
        ),
        (
            "rules-severity",
            serde_json::json!({ "alert": "page\u{202e}" }),
            "unknown alert; expected `none`, `notice` or `page`",
        ),
    ] {
        let file = catalog_json(name, change);
        let refused = errcode(["alerts", "--from", &file]);
        assert_eq!(refused.code, 2);
        let start = format!("error: {file}:1:");
        assert!(refused.stderr.starts_with(&start), "{}", refused.stderr);
        assert!(refused.stderr.ends_with(&format!(": {message}\n")), "{}", refused.stderr);
    }
    let none = catalog_json("rules-none", serde_json::json!({ "alert": "none" }));
    let rules = json(&errcode(["alerts", "--from", &none]).exits(0));
    assert_eq!(rules, serde_json::json!({ "groups": [{ "name": "errcode", "rules": [] }] }));
}

#[test]
fn each_rule_has_a_page() {
    assert!(
        errcode(["rule", "wire-status"])
            .exits(0)
            .contains("Proxies, retries and clients depend on the status.")
    );
    assert!(
        errcode(["rule"])
            .exits(0)
            .contains("\nwire-reused            a retired code is used again\n")
    );
    let unknown = errcode(["rule", "wire-statos"]);
    assert_eq!(
        (unknown.code, unknown.stderr.as_str()),
        (2, "error: unknown rule `wire-statos`; did you mean `wire-status`?\n")
    );
}

/// Creates a workspace with the packages `one` and `two`, which have no codes, so that they build fast.
fn workspace(name: &str, settings: &str) -> PathBuf {
    let directory = scratch(name);
    let manifest =
        format!("[workspace]\nmembers = [\"one\", \"two\"]\nresolver = \"3\"\n{settings}");
    fs::write(directory.join("Cargo.toml"), manifest).unwrap();
    for package in ["one", "two"] {
        fs::create_dir_all(directory.join(package).join("src")).unwrap();
        let manifest = format!("[package]\nname = \"{package}\"\nedition = \"2024\"\n");
        fs::write(directory.join(package).join("Cargo.toml"), manifest).unwrap();
        fs::write(directory.join(package).join("src/lib.rs"), "").unwrap();
    }
    directory
}

/// Runs `list` in a directory of the workspace, and returns the package whose library has no codes.
#[track_caller]
fn listed(workspace: &Path, directory: &Path, arguments: &[&str]) -> String {
    let target = workspace.join("target");
    let run = errcode_building_in(&target, directory, [&["list"], arguments].concat());
    let (_, rest) = run.stderr.split_once("error: the library of `").unwrap_or(("", &run.stderr));
    rest.split_once("`: no error codes found").map_or(rest, |(package, _)| package).to_owned()
}

#[test]
fn a_workspace_names_its_default_package() {
    let root = workspace("workspace-default", "[workspace.metadata.errcode]\npackage = \"two\"\n");
    assert_eq!(listed(&root, &root, &[]), "two");
    assert_eq!(listed(&root, &root, &["-p", "one"]), "one");
    // A member's directory, and one below it, are in the member.
    assert_eq!(listed(&root, &root.join("one/src"), &[]), "one");

    let wrong = workspace("workspace-wrong", "[workspace.metadata.errcode]\npackage = \"tow\"\n");
    let message = "error: [workspace.metadata.errcode]: the workspace has no package `tow`; it has `one`, `two`\n";
    assert_eq!(listed(&wrong, &wrong, &[]), message);
}

#[test]
fn options_of_cargo_are_passed_on() {
    let root = workspace("options", "[profile.ship]\ninherits = \"dev\"\n");
    let host = Command::new("rustc").arg("-vV").output().unwrap();
    let host = String::from_utf8(host.stdout).unwrap();
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    for flag in ["--locked", "--frozen"] {
        let refused = listed(&root, &root, &["-p", "one", flag]);
        assert!(refused.contains(flag), "there is no Cargo.lock yet: {refused}");
    }
    assert_eq!(listed(&root, &root, &["-p", "one", "--offline"]), "one");
    assert_eq!(listed(&root, &root, &["-p", "one", "--locked", "--profile", "ship"]), "one");
    assert_eq!(listed(&root, &root, &["-p", "two", "--release", "--target", host]), "two");
    for library in ["debug/libone.rlib", "ship/libone.rlib", &format!("{host}/release/libtwo.rlib")]
    {
        assert!(root.join("target").join(library).is_file(), "{library}");
    }
    let manifest = root.join("two/Cargo.toml");
    let elsewhere = scratch("options-elsewhere");
    let arguments = ["--frozen", "--manifest-path", manifest.to_str().unwrap()];
    assert_eq!(listed(&root, &elsewhere, &arguments), "two");
    let both = listed(&root, &root, &["--profile", "ship", "--release"]);
    assert!(both.contains("cannot be used with"), "{both}");
}

#[test]
fn a_package_lends_its_sources_to_a_file() {
    let report = shop(&["lint", "-p", "shop", "--require", "since"]).exits(1);
    assert!(report.contains("--> shop/src/errors.rs:"), "{report}");
    let lock = shop(&["lock", "-p", "shop", "--check"]).exits(1);
    assert!(lock.starts_with("shop/errcode.lock.json: the file does not exist"), "{lock}");
}

#[test]
fn docs_are_written_and_checked() {
    let out = scratch("docs");
    let run = |arguments: &[&str]| {
        shop(&[&["docs", "--out", out.to_str().unwrap(), "--format", "md,ts"], arguments].concat())
    };
    assert_eq!(run(&[]).exits(0), format!("2 files written in {}\n", out.display()));
    assert_eq!(run(&["--check"]).exits(0), format!("2 files in {} up to date\n", out.display()));
    let page = fs::read_to_string(out.join("errors.md")).unwrap();
    fs::write(out.join("errors.md"), page.replace("S1001", "S9999")).unwrap();
    assert!(run(&["--check"]).exits(1).contains("errors.md"));
    assert_eq!(shop(&["docs", "--out", "x", "--format", "pdf"]).code, 2);
}

/// Returns the files of a directory by their relative paths.
fn files(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut files = BTreeMap::new();
    for path in entries {
        if path.is_dir() {
            files
                .extend(self::files(&path).into_iter().map(|(file, text)| (path.join(file), text)));
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    files
        .into_iter()
        .map(|(path, text)| (path.strip_prefix(directory).unwrap().to_owned(), text))
        .collect()
}

/// A repository with core at another path. What core is built with stays where it is, so that it is built once.
#[cfg(unix)]
fn repository_of_core(to: &Path) {
    let own = repository();
    let (core, elsewhere) = ("path = \"errcode-core\"", format!("path = \"{}/", own.display()));
    let manifest = fs::read_to_string(own.join("Cargo.toml")).unwrap();
    let (head, members) = manifest.split_once("members = [").unwrap();
    let (_, rest) = members.split_once(']').unwrap();
    let manifest = format!("{head}members = [\"errcode-core\"]{rest}");
    let lines = manifest.lines().map(|line| match line {
        _ if line.contains(core) => format!("{line}\n"),
        _ => line.replace("path = \"", &elsewhere) + "\n",
    });
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to).unwrap();
    fs::write(to.join("Cargo.toml"), lines.collect::<String>()).unwrap();
    std::os::unix::fs::symlink(own.join("errcode-core"), to.join("errcode-core")).unwrap();
}

#[cfg(unix)]
#[test]
fn two_checkouts_give_the_same_bytes() {
    let elsewhere = Path::new(env!("CARGO_TARGET_TMPDIR")).join("another checkout of it");
    let repository = elsewhere.join("errcode");
    repository_of_core(&repository);
    let (shops, target) = (elsewhere.join("shops"), elsewhere.join("target"));
    checkout(&repository, &shops);

    let outs = [scratch("here"), scratch("there")];
    let all = "html,md,json,openapi,ts,schema,csv,fixtures";
    for audience in ["public", "internal"] {
        for (at, out) in outs.iter().enumerate() {
            let (docs, lock) = (out.join(audience), out.join("errcode.lock.json"));
            let docs =
                ["docs", "--audience", audience, "--format", all, "--out", docs.to_str().unwrap()];
            for arguments in [docs.as_slice(), &["lock", "--file", lock.to_str().unwrap()]] {
                match at {
                    0 => shop(arguments),
                    _ => {
                        errcode_building_in(&target, &shops, [arguments, &["-p", "shop"]].concat())
                    }
                }
                .exits(0);
            }
        }
    }
    let [here, there] = outs.map(|out| files(&out));
    assert!(here.len() > 150, "{}", here.len());
    assert!(here.keys().eq(there.keys()));
    for (path, bytes) in here {
        assert!(bytes == there[&path], "{}", path.display());
    }
}

#[test]
fn docs_tell_of_files_that_are_generated_no_longer() {
    let out = scratch("left-over");
    let run = || shop(&["docs", "--out", out.to_str().unwrap(), "--format", "html"]).exits(0);
    let first = run();
    assert!(first.ends_with(&format!(" files written in {}\n", out.display())), "{first}");
    fs::write(out.join("codes/S0.html"), "").unwrap();
    fs::remove_file(out.join("index.html")).unwrap();
    let second = run();
    assert!(second.starts_with(&format!("1 file written in {}, ", out.display())), "{second}");
    assert!(
        second.ends_with(" up to date\ncodes/S0.html is no longer generated; delete it\n"),
        "{second}"
    );
}

/// Writes the catalog.json and the lock of `shop`.
fn sources(name: &str, audience: &str) -> [String; 2] {
    let directory = scratch(name);
    shop(&[
        "docs",
        "--format",
        "json",
        "--audience",
        audience,
        "--out",
        directory.to_str().unwrap(),
    ])
    .exits(0);
    let lock = directory.join("errcode.lock.json");
    shop(&["lock", "--file", lock.to_str().unwrap()]).exits(0);
    [directory.join("catalog.json"), lock].map(|path| path.to_str().unwrap().to_owned())
}

#[test]
fn what_is_internal_stays_so_from_every_source() {
    for from in sources("public-from", "internal") {
        let out = scratch("published");
        errcode([
            "docs",
            "--format",
            "md,csv,json",
            "--out",
            out.to_str().unwrap(),
            "--from",
            &from,
        ])
        .exits(0);
        for (path, text) in files(&out) {
            let text = String::from_utf8(text).unwrap();
            for secret in ["orders-team", "run.example", "OrderError", "src/errors.rs"] {
                assert!(!text.contains(secret), "{secret} in {} from {from}", path.display());
            }
        }
    }
}

#[test]
fn the_public_part_is_not_taken_for_the_whole() {
    let [catalog, lock] = sources("public", "public");
    let before = fs::read_to_string(&lock).unwrap();
    for arguments in [
        &["lock", "--file", &lock] as &[&str],
        &["diff", "--against", &lock],
        &["lint"],
        &["alerts"],
        &["next", "--module", "orders"],
        &["docs", "--format", "md", "--audience", "internal", "--out", "x"],
    ] {
        let run = errcode([arguments, &["--from", &catalog]].concat());
        assert_eq!(run.code, 2, "{arguments:?} {}", run.stdout);
        assert!(
            run.stderr.starts_with("error: this command needs the internal part of the codes; "),
            "{}",
            run.stderr
        );
    }
    assert_eq!(fs::read_to_string(&lock).unwrap(), before);
    let types = errcode(["docs", "--format", "ts", "--out", "x", "--from", &lock]);
    assert!(
        types.stderr.starts_with("error: `ts` needs the bodies of the codes, "),
        "{}",
        types.stderr
    );
    assert_eq!(errcode(["list", "--from", &catalog]).exits(0), LIST);
    assert_eq!(errcode(["next", "--module", "orders", "--from", &lock]).exits(0), "S1004\n");
}

#[test]
fn a_file_that_is_not_a_catalog_is_refused() {
    let directory = scratch("no-catalog");
    for (text, message) in [
        (r#"{"name": "x", "version": "1.0.0"}"#, "missing field `errors`"),
        (
            r#"{"errors": [{"code": "a b", "status": 404, "category": "business", "title": "t", "message": "m"}]}"#,
            "invalid code `a b`",
        ),
        (
            r#"{"errors": [{"code": "E1", "status": 404, "category": "business",
                "title": "t", "message": "m", "internal": true, "line": "3"}]}"#,
            "invalid type: string \"3\", expected u32",
        ),
    ] {
        let file = directory.join("package.json");
        fs::write(&file, text).unwrap();
        let run = errcode(["list", "--from", file.to_str().unwrap()]);
        assert_eq!(run.code, 2, "{}", run.stdout);
        assert!(run.stderr.contains(message), "{}", run.stderr);
    }
}

#[test]
fn a_stranger_s_line_is_not_shown() {
    let directory = scratch("stranger");
    fs::create_dir(directory.join("src")).unwrap();
    fs::write(directory.join("src/errors.rs"), "a stranger's line\n".repeat(100)).unwrap();
    let report = errcode_in(&directory, ["lint", "--require", "tags", "--from", built()]).exits(1);
    assert!(!report.contains("stranger"), "{report}");
    assert!(
        report.contains("error[require-tags]: S1001: a code has no tags\n--> src/errors.rs:20\n"),
        "{report}"
    );
}

#[test]
fn titles_do_not_steer_the_terminal() {
    let file = scratch("terminal").join("catalog.json");
    let entry = r#"{"code": "E1", "status": 404, "category": "business", "title": "\u001b[2Jt", "message": "m"}"#;
    fs::write(&file, format!("{{\"errors\": [{entry}]}}")).unwrap();
    for command in [&["list"] as &[&str], &["explain", "E1"], &["explain", "\u{1b}[31m"]] {
        let run = errcode([command, &["--from", file.to_str().unwrap()]].concat());
        assert!(!run.stdout.contains('\u{1b}'), "{}", run.stdout);
    }
}

/// C1 control characters are single characters in UTF-8, and a direction override turns what follows around.
#[test]
fn no_output_steers_the_terminal() {
    let hostile = "\u{9b}2J\u{202e}\u{2066}\u{7f}";
    let directory = scratch("steering");
    let lock = |name: &str, status: u16| {
        let path = directory.join(name);
        let line = serde_json::json!({
            "code": "E1", "status": status, "category": "business", "retryable": false,
            "variant": format!("A::{hostile}"), "title": format!("{status}{hostile}"),
            "owner": format!("{status}{hostile}"), "alert": "page", "level": "error",
            "messages": { "en": format!("{status}{hostile}") }, "help": format!("{status}{hostile}"),
        });
        let head = serde_json::json!({ "errcode_lock": 1, "service": hostile });
        fs::write(&path, format!("[{head}\n,{line}\n]\n")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (old, new) = (lock("old.json", 404), lock("new.json", 410));
    let exemptions = directory.join("exemptions.json");
    let exemption = serde_json::json!([{ "rule": "wire-status", "code": "E1", "reason": hostile }]);
    fs::write(&exemptions, exemption.to_string()).unwrap();
    let exemptions = exemptions.to_str().unwrap();
    let mut runs: Vec<Vec<&str>> = vec![
        vec!["list"],
        vec!["list", "--format", "json"],
        vec!["list", "--format", "csv"],
        vec!["explain", "E1"],
        vec!["explain", "E1", "--format", "json"],
        vec!["alerts"],
        vec!["lint"],
        vec!["lint", "--format", "json"],
        vec!["lint", "--format", "markdown"],
    ];
    for format in ["text", "json", "markdown"] {
        let diff = ["diff", "--against", &old, "--format", format];
        runs.push(diff.to_vec());
        runs.push([&diff[..], &["--color", "always"]].concat());
        runs.push([&diff[..], &["--exemptions", exemptions]].concat());
    }
    for arguments in runs {
        let run = errcode([&arguments[..], &["--from", &new]].concat());
        assert!(run.code < 2, "{arguments:?} {}", run.stderr);
        for letter in ['\u{9b}', '\u{202e}', '\u{2066}', '\u{7f}'] {
            assert!(!run.stdout.contains(letter), "{arguments:?} {letter:?} {}", run.stdout);
        }
        if arguments.contains(&"json") {
            assert!(run.stdout.contains("\\u009b2J\\u202e"), "{}", run.stdout);
            json(&run.stdout);
        }
    }
}

#[test]
fn docs_take_a_template() {
    let out = scratch("template");
    let template = out.join("codes.go.j2");
    fs::write(
        &template,
        "{% for error in catalog.errors %}const {{ error.code }} = {{ error.status }}\n{% endfor %}",
    )
    .unwrap();
    shop(&["docs", "--template", template.to_str().unwrap(), "--out", out.to_str().unwrap()])
        .exits(0);
    let written = fs::read_to_string(out.join("codes.go")).unwrap();
    assert_eq!(written, "const S1001 = 404\nconst S1002 = 502\nconst S2001 = 409\n");
}

#[test]
fn two_files_with_one_name_are_refused() {
    let out = scratch("template-twice");
    let [one, other] = [out.join("a/errors.md.j2"), out.join("b/errors.md.j2")];
    for (path, text) in [(&one, "\u{feff}one"), (&other, "other")] {
        fs::create_dir(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let [one, other] = [&one, &other].map(|path| path.to_str().unwrap());
    let target = out.join("docs");
    let docs = |more: &[&str]| shop(&[&["docs", "--out", target.to_str().unwrap()], more].concat());
    for more in
        [&["--template", one, "--template", other][..], &["--template", one, "--format", "md"]]
    {
        let refused = docs(more);
        let message = "error: two generated files would be \"errors.md\", with different contents; \
                       no file was written\n";
        assert_eq!((refused.code, refused.stderr.as_str()), (2, message));
        assert!(!target.exists());
    }
    let same = docs(&["--template", one, "--template", one, "--format", "csv,csv"]).exits(0);
    assert_eq!(same, format!("2 files written in {}\n", target.display()));
    assert_eq!(fs::read_to_string(target.join("errors.md")).unwrap(), "one");
}

#[test]
fn a_format_of_the_service_is_said_not_shown() {
    let out = scratch("own-format");
    let docs = ["docs", "-p", "kiosk", "--format", "fixtures", "--out", out.to_str().unwrap()];
    for arguments in [&docs[..], &["explain", "K1", "-p", "kiosk"]] {
        let run = errcode(arguments.iter().copied());
        let note = "note: the service answers in `Plain`, which only its own code can write; bodies and statuses are \
                    shown in the standard formats\nhelp: write the documentation from a test: \
                    `CATALOG.write_docs(\"docs/errors\", &Plain, Mode::Check)` of `errcode_docs::CatalogExt`\n";
        assert!(run.stderr.contains(note), "{}", run.stderr);
        assert_eq!(run.code, 0);
    }
    assert!(out.join("fixtures/envelope/K1.json").exists());
    let other = errcode(["explain", "S1001", "-p", "shop"]);
    assert!(!other.stderr.contains("the standard formats"), "{}", other.stderr);
}

#[test]
fn docs_name_the_operations_of_an_openapi_document() {
    let out = scratch("openapi");
    let document = out.join("api.json");
    let docs = |text: &str| {
        fs::write(&document, text).unwrap();
        let (document, out) = (document.to_str().unwrap(), out.to_str().unwrap());
        shop(&["docs", "--format", "html", "--openapi", document, "--out", out])
    };
    docs(r#"{"paths":{"/items":{"get":{"responses":{"404":{"x-error-codes":["S1001"]}}}}}}"#)
        .exits(0);
    let page = |code: &str| fs::read_to_string(out.join(format!("codes/{code}.html"))).unwrap();
    assert!(page("S1001").contains("<code>GET /items</code>"));
    assert!(!page("S1002").contains("GET"));
    for other in
        ["[]", r#"{"paths":{"/items":{"get":{"responses":{"404":{"x-error-codes":["E1"]}}}}}}"#]
    {
        let run = docs(other);
        let message = format!(
            "warning: {}: no operation answers with a code of this catalog; errcode knows the codes by \
             `x-error-codes`, which `codes!` writes to each response\n",
            document.display()
        );
        assert_eq!((run.code, run.stderr), (0, message));
    }
    let refused = docs("openapi: 3.1.0");
    assert_eq!(refused.code, 2);
    let message = format!("error: {}: the OpenAPI document is not JSON", document.display());
    assert!(refused.stderr.starts_with(&message), "{}", refused.stderr);
}

#[test]
fn codes_come_from_a_lock_or_a_catalog() {
    let lock = locked("from", |text| text);
    assert_eq!(errcode(["list", "--from", &lock]).exits(0), LIST);
    let directory = scratch("from-json");
    shop(&[
        "docs",
        "--format",
        "json",
        "--audience",
        "internal",
        "--out",
        directory.to_str().unwrap(),
    ])
    .exits(0);
    let catalog = directory.join("catalog.json");
    assert_eq!(errcode(["list", "--from", catalog.to_str().unwrap()]).exits(0), LIST);
    assert_eq!(
        errcode(["next", "--module", "orders", "--from", catalog.to_str().unwrap()]).exits(0),
        "S1004\n"
    );
}

/// Serves one request with this body.
fn serve(status: &'static str, body: String) -> (String, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let thread = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let head: Vec<String> = BufReader::new(&stream)
            .lines()
            .map_while(Result::ok)
            .take_while(|line| !line.is_empty())
            .collect();
        write!(stream, "HTTP/1.1 {status}\r\nContent-Type: application/json\r\n\r\n{body}")
            .unwrap();
        head[0].clone()
    });
    (address, thread)
}

#[test]
fn codes_come_from_a_running_service() {
    let catalog = shop(&["list", "--format", "json"]).exits(0);
    let (address, request) = serve("200 OK", catalog);
    assert_eq!(errcode(["list", "--from", &address]).exits(0), LIST);
    assert_eq!(request.join().unwrap(), "GET /errors HTTP/1.1");

    let (address, _) = serve("503 Service Unavailable", String::new());
    let failed = errcode(["list", "--from", &address]);
    assert_eq!(
        (failed.code, failed.stderr),
        (2, format!("error: {address}: the response has status 503\n"))
    );
    let tls = errcode(["list", "--from", "https://127.0.0.1:1/errors"]);
    assert_eq!(
        tls.stderr,
        "error: https://127.0.0.1:1/errors: TLS is not supported; \
         use `curl -sS https://127.0.0.1:1/errors | cargo errcode … --from -`\n"
    );
}

#[test]
fn every_language_of_a_running_service_is_read() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let body = |message: &str| {
        let entry = json(
            r#"{"code": "E1", "status": 404, "category": "business", "title": "t", "message": ""}"#,
        );
        let mut catalog = serde_json::json!({
            "service": "s", "languages": ["zh", "fr", "x\r\nEvil: 1"], "errors": [entry],
        });
        catalog["errors"][0]["message"] = message.into();
        catalog.to_string()
    };
    let (zh, fr) = (body("用户 {id} 不存在"), body("utilisateur {id} introuvable"));
    let served = thread::spawn(move || {
        let asked = [zh, fr].map(|body| {
            let (mut stream, _) = listener.accept().unwrap();
            let head = BufReader::new(&stream).lines().map_while(Result::ok);
            let head: Vec<String> = head.take_while(|line| !line.is_empty()).collect();
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
                .unwrap();
            head.into_iter().find(|line| line.to_lowercase().starts_with("accept-language"))
        });
        asked.map(|line| line.map(|line| line.to_lowercase()))
    });
    let answer = errcode(["explain", "utilisateur 17 introuvable", "--from", &address]).exits(0);
    assert!(
        answer.contains("  matched message: utilisateur {id} introuvable, with id = 17\n"),
        "{answer}"
    );
    assert_eq!(served.join().unwrap(), [None, Some("accept-language: fr".to_owned())]);
}

#[test]
fn texts_are_shown_in_a_language_of_the_catalog() {
    let answer = shop(&["explain", "order 17 not found", "--lang", "en"]).exits(0);
    for text in ["S1001 No such order.", "  message (en): order {id} not found\n", "Look it up."] {
        assert!(answer.contains(text), "{text}: {answer}");
    }
    assert!(!answer.contains("不存在"), "{answer}");
    let answer = shop(&["explain", "S1001", "--lang", "zh-CN"]).exits(0);
    for text in ["  错误信息 (zh): 订单 {id} 不存在\n", "  状态码: 404 Not Found\n", "\n处理办法\n"]
    {
        assert!(answer.contains(text), "{text}: {answer}");
    }
    let list = shop(&["list", "--lang", "en"]).exits(0);
    assert!(list.contains("S1001  404     business  no         No such order.\n"), "{list}");
    let unknown = shop(&["list", "--lang", "de"]);
    assert_eq!(
        (unknown.code, unknown.stderr.as_str()),
        (2, "error: unknown language `de`; the catalog has zh, en\n")
    );
}

#[test]
fn codes_come_from_standard_input() {
    let lock = fs::read(locked("stdin", |text| text)).unwrap();
    for bytes in [fs::read(built()).unwrap(), lock] {
        assert_eq!(errcode_reading(&bytes, ["list", "--from", "-"]).exits(0), LIST);
    }
    let failed = errcode_reading(b"[{}]", ["list", "--from", "-"]);
    assert!(failed.stderr.starts_with("error: standard input:1:"), "{}", failed.stderr);
}

#[test]
fn every_kind_of_artifact_is_read() {
    let release = built_with(&["-p", "shop", "--release"], "release/shop");
    assert_eq!(errcode(["list", "--from", &release]).exits(0), LIST, "fat LTO, stripped");
    if cfg!(target_os = "linux") {
        let library = Path::new(&release).with_file_name("deps").join("libshop.so");
        let shared = errcode(["list", "--from", library.to_str().unwrap()]).exits(0);
        assert_eq!(shared, LIST, "a cdylib, fat LTO, stripped");
    }
    let rlib = built_with(&["-p", "billing"], "debug/libbilling.rlib");
    let billing = errcode(["list", "--from", &rlib]).exits(0);
    assert_eq!(billing.lines().count(), 2, "{billing}");
}

#[test]
fn a_library_of_an_lto_profile_is_built_without_it() {
    let expected = "CODE   STATUS  CATEGORY  RETRYABLE  TITLE\nS2001  409     business  no         The bill is paid.\n";
    assert_eq!(errcode(["list", "-p", "billing", "--release"]).exits(0), expected);
    assert_eq!(errcode(["list", "-p", "billing"]).exits(0), expected);
    assert_eq!(errcode(["list", "-p", "billing", "--profile", "thin-lto"]).exits(0), expected);
    assert_eq!(
        errcode(["list", "-p", "shop", "--lib"]).exits(0),
        LIST,
        "the library, not the binary"
    );
    let none = errcode(["list", "-p", "billing", "--bin", "x"]);
    assert_eq!(
        (none.code, none.stderr.as_str()),
        (2, "error: package `billing` has no binary `x`; it has none\n")
    );
}

#[test]
fn what_cannot_be_read_is_reported() {
    let fails = |arguments: &[&str], message: &str| {
        let run = errcode(arguments.iter().copied());
        assert_eq!(run.code, 2, "{}{}", run.stdout, run.stderr);
        assert!(run.stderr.starts_with(message), "{}", run.stderr);
    };
    fails(&["list", "--from", "nowhere"], "error: nowhere: ");
    let text = "error: Cargo.toml: not an executable, library, lock file or catalog.json\n";
    fails(&["list", "--from", "Cargo.toml"], text);
    for host in ["", "http://corp.example", "corp example"] {
        fails(
            &["lint", "--from", built(), "--internal-host", host],
            &format!(
                "error: invalid value '{host}' for '--internal-host <HOST>': write the name of a host"
            ),
        );
    }
    let utf16: Vec<u8> = "\u{feff}[]".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let file = scratch("utf-16").join("catalog.json");
    fs::write(&file, utf16).unwrap();
    let file = file.to_str().unwrap();
    let message = format!(
        "error: {file}: not an executable, library, lock file or catalog.json: the text is UTF-16; save it as UTF-8\n"
    );
    fails(&["list", "--from", file], &message);
    let message = format!("error: {file}: the text is UTF-16; save it as UTF-8\n");
    fails(&["lock", "--check", "--from", built(), "--file", file], &message);
    fails(&["lint", "--from", built(), "--levels", file], &message);
    fails(
        &["lint", "--from", built(), "--deny", "xyz"],
        "error: unknown rule `xyz`; `cargo errcode rule` lists all rules\n",
    );
    fails(
        &["list"],
        "error: several packages depend on errcode-core: `billing`, `kiosk`, `parked`, `shop`; choose one with `-p`, \
         or for all commands in the workspace's Cargo.toml: `[workspace.metadata.errcode]`, `package = \"billing\"`\n",
    );
    fails(&["list", "-p", "cellar"], "error: the workspace has no package `cellar`; it has ");
    fails(
        &["list", "--from", "x", "--bin", "shop"],
        "error: the argument '--from <BINARY|FILE|URL>' cannot be used with",
    );
    fails(
        &["list", "--catalog", "OTHER", "--from", built()],
        "error: unknown catalog `OTHER`; the declared ones are: `billing::CATALOG`, `shop::CATALOG`\n",
    );
    let elsewhere = errcode_in(&std::env::temp_dir(), ["list"]);
    assert!(
        elsewhere.stderr.starts_with("error: could not find `Cargo.toml` in "),
        "{elsewhere:?}"
    );
    if cfg!(unix) {
        fails(&["list", "--from", "/bin/sh"], "error: /bin/sh: no error codes found: ");
    }
}

#[test]
fn the_section_can_be_left_out() {
    let mut build = Command::new(env!("CARGO"));
    // With a target the flags are not those of the derive, which is there already.
    build
        .args(["build", "--offline", "-p", "shop", "--target", "host-tuple"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(fixture())
        .env("CARGO_TARGET_DIR", scratch("no-section-target"))
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env("RUSTFLAGS", "--cfg errcode_no_section");
    builds(&mut build);
    let build = build.output().unwrap();
    assert!(build.status.success(), "{}", String::from_utf8_lossy(&build.stderr));
    let messages = String::from_utf8(build.stdout).unwrap();
    let executable =
        messages.lines().find_map(|line| json(line)["executable"].as_str().map(str::to_owned));
    let run = errcode(["list", "--from", &executable.unwrap()]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains(": no error codes found: "), "{}", run.stderr);
    assert!(run.stderr.contains("--cfg errcode_no_section"), "{}", run.stderr);
}

#[test]
fn a_crate_that_does_not_build_shows_why() {
    let directory = scratch("broken");
    fs::create_dir(directory.join("src")).unwrap();
    fs::write(
        directory.join("Cargo.toml"),
        "[package]\nname = \"broken\"\nedition = \"2024\"\n[workspace]\n",
    )
    .unwrap();
    fs::write(directory.join("src/main.rs"), "fn main() { nothing }\n").unwrap();
    let run = errcode_in(&directory, ["list"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(
        run.stderr.contains("cannot find value `nothing`")
            && run.stderr.ends_with("error: the crate failed to build\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn color_and_completions() {
    let old = older("color");
    assert!(
        !shop(&["diff", "--against", &old]).exits(1).contains('\u{1b}'),
        "stdout is not a terminal"
    );
    assert!(shop(&["diff", "--against", &old, "--color", "always"]).exits(1).contains("\u{1b}[1m"));
    assert!(errcode(["completions", "bash"]).exits(0).contains("cargo-errcode"));
    assert!(errcode(["completions", "fish"]).exits(0).contains("explain"));
}

/// Returns what bash offers for these words, of which the last is being typed.
#[cfg(unix)]
fn offered(script: &Path, words: &str) -> String {
    let line = format!(
        "_cargo() {{ COMPREPLY=(of-cargo); }}; complete -F _cargo cargo; source '{}'; \
         COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
         _cargo_with_errcode cargo \"${{COMP_WORDS[COMP_CWORD]}}\" \"${{COMP_WORDS[COMP_CWORD - 1]}}\"; \
         echo \"${{COMPREPLY[@]}}\"",
        script.display()
    );
    let output = Command::new("bash").args(["--norc", "-c", &line]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[cfg(unix)]
#[test]
fn cargo_errcode_is_completed_as_well_as_cargo() {
    let script = scratch("completions").join("errcode.bash");
    fs::write(&script, errcode(["completions", "bash"]).exits(0)).unwrap();
    let commands = offered(&script, "cargo errcode ''");
    assert!(commands.contains("explain") && commands.contains("lint"), "{commands}");
    assert_eq!(offered(&script, "cargo errcode lint --den"), "--deny");
    assert_eq!(offered(&script, "cargo errcode explain --fo"), "--format");
    assert_eq!(offered(&script, "cargo bu"), "of-cargo");
    let fish = errcode(["completions", "fish"]).exits(0);
    assert!(fish.contains("complete -c cargo -n \"__fish_cargo_needs_command\" -f -a \"errcode\""));
}

const LINT: &str = "\
1 error    text-file          a line of a translation file has no effect
1 error    code-duplicate     two errors have the same code or alias
1 error    code-grammar       a code does not match the catalog's grammar
1 error    type-unlisted      a type with codes is linked in, but not listed in the catalog
5 warning  text-untranslated  a public text is missing in a language of the catalog
1 warning  crate-unlinked     a crate has codes, but none of them is linked in
1 warning  text-explanation   a public code has no explanation
1 warning  text-help          a public code has no remedy
1 warning  text-title         a public code has no title of its own

error[text-file]: en:5: ";

#[test]
fn lint_counts_by_rule_and_takes_levels() {
    let run = |arguments: &[&str]| errcode([&["lint", "-p", "shop"], arguments].concat());
    let report = run(&[]).exits(1);
    assert!(report.starts_with(LINT), "{report}");
    let errors = ["--allow", "code-duplicate,code-grammar,text-file,type-unlisted"];
    let allowed = run(&errors).exits(0);
    assert!(!allowed.contains("code-duplicate") && allowed.contains("warning[text-"), "{allowed}");
    let denied = run(&[&errors[..], &["--deny", "warnings"]].concat()).exits(1);
    assert!(denied.contains("error[text-untranslated]") && !denied.contains("warning"), "{denied}");
    let warned = run(&[&errors[..], &["--warn", "code-duplicate"]].concat()).exits(0);
    assert!(warned.contains("warning[code-duplicate]"), "{warned}");

    let file = scratch("levels").join("levels.json");
    let levels = ["--levels", file.to_str().unwrap()];
    fs::write(
        &file,
        r#"{"code-duplicate": "allow", "code-grammar": "allow", "text-file": "warn", "type-unlisted": "allow"}"#,
    )
    .unwrap();
    let report = run(&levels).exits(0);
    assert!(report.contains("warning[text-file]"), "{report}");
    for (text, message) in [
        (
            "{\n\"text-hlep\": \"deny\"}",
            ":2:1: unknown rule `text-hlep`; did you mean `text-help`?",
        ),
        ("{\"wire-status\": \"allow\"}", ":1:1: `wire-status` is a rule of `diff`, whose findings"),
        (
            "{\"text-help\": \"loud\"}",
            ": unknown variant `loud`, expected one of `allow`, `warn`, `deny`",
        ),
    ] {
        fs::write(&file, text).unwrap();
        let refused = run(&levels);
        assert_eq!(refused.code, 2);
        assert!(refused.stderr.contains(message), "{}", refused.stderr);
    }
    assert!(run(&["--deny", "text-hlep"]).stderr.contains("did you mean `text-help`?"));
}

#[test]
fn the_tool_runs_under_its_own_name_too() {
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-errcode"))
        .args(["list", "--from", built()])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), LIST);
    let help = errcode(["lock", "--help"]).exits(0);
    assert!(
        help.contains("Usage: cargo errcode lock [OPTIONS]") && help.contains("Examples:\n"),
        "{help}"
    );
}

/// A service and a crate that it uses need two versions of a third one.
#[test]
fn of_two_versions_the_listed_one_is_read() {
    let directory = scratch("two-versions");
    let core = format!("errcode-core = {{ path = {:?} }}", repository().join("errcode-core"));
    let package = |name: &str, version: &str, more: &str, dependencies: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"{version}\"\nedition = \"2024\"\n{more}\n[dependencies]\n\
             {dependencies}\n"
        )
    };
    let ledger = |status: u16| {
        format!(
            "#[derive(Debug, errcode_core::AppError)]\n#[error(\"gone\", code = \"L1\", status = {status})]\n\
             pub struct LedgerError;\n"
        )
    };
    let users = "ledger = { path = \"new\" }\nreports = { path = \"reports\" }\n";
    for (path, text) in [
        ("old/Cargo.toml", package("ledger", "1.0.0", "", &core)),
        ("old/src/lib.rs", ledger(404)),
        ("new/Cargo.toml", package("ledger", "2.0.0", "", &core)),
        ("new/src/lib.rs", ledger(410)),
        ("reports/Cargo.toml", package("reports", "1.0.0", "", "ledger = { path = \"../old\" }")),
        ("reports/src/lib.rs", "pub use ledger::LedgerError;\n".to_owned()),
        (
            "Cargo.toml",
            package(
                "service",
                "1.0.0",
                "[workspace]\nexclude = [\"old\", \"new\"]",
                &format!("{users}{core}"),
            ),
        ),
        (
            "src/main.rs",
            "errcode_core::catalog! { static CATALOG = [ledger::LedgerError]; }\n\
             fn main() { println!(\"{} {}\", reports::LedgerError, CATALOG.errors().len()); }\n"
                .to_owned(),
        ),
    ] {
        let path = directory.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    fs::copy(repository().join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();
    let list = errcode_in(&directory, ["list"]).exits(0);
    assert!(list.lines().nth(1).unwrap().starts_with("L1    410 "), "{list}");
    let report = errcode_in(&directory, ["lint"]).exits(1);
    assert!(!report.contains("code-duplicate"), "{report}");
    assert!(
        report.contains(
            "`ledger::LedgerError` is linked in twice, and `service::CATALOG` lists that of another"
        ),
        "{report}"
    );
    assert!(report.contains("--> new/src/lib.rs:2:"), "{report}");
}
