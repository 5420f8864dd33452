//! `adopt`: what it inserts, that the rest of a file is unchanged, that the result compiles, and
//! what it leaves alone.

#[expect(dead_code, reason = "the fixture is used by other tests")]
mod support;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};
use support::{Run, errcode_in, repository, scratch};

/// Creates a crate in the scratch directory of the test.
fn package(name: &str, more: &str, files: &[(&str, &str)]) -> PathBuf {
    let directory = scratch(name);
    let core = repository().join("errcode-core");
    let manifest = format!(
        "[package]\nname = \"legacy\"\nedition = \"2024\"\n{more}\n[dependencies]\nthiserror = \
         \"2\"\nerrcode-core = {{ path = {core:?} }}\n[workspace]\n"
    );
    fs::copy(repository().join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();
    put(&directory, "Cargo.toml", manifest);
    for (path, text) in files {
        put(&directory, path, text);
    }
    directory
}

fn put(directory: &Path, path: &str, text: impl AsRef<[u8]>) {
    let path = directory.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn get(directory: &Path, path: &str) -> String {
    fs::read_to_string(directory.join(path)).unwrap()
}

fn adopt(directory: &Path, arguments: &[&str]) -> Run {
    errcode_in(directory, [&["adopt", "--prefix", "B"], arguments].concat())
}

/// Copies `tests/legacy`; one file gets CRLF line endings and one a byte order mark.
fn legacy(name: &str) -> PathBuf {
    let directory = package(name, "[features]\ngenerated = []", &[]);
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/legacy");
    for path in files(&sources) {
        let text = get(&sources, &path);
        let text = match path.as_str() {
            "src/storage.rs" => text.replace('\n', "\r\n"),
            "src/nested/mod.rs" => format!("\u{feff}{text}"),
            _ => text,
        };
        put(&directory, &path, text);
    }
    directory
}

/// Returns the paths of the Rust files in a directory.
fn files(directory: &Path) -> Vec<String> {
    let (mut found, mut waiting) = (Vec::new(), vec![directory.to_path_buf()]);
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let path = path.strip_prefix(directory).unwrap().to_str().unwrap();
                found.push(path.replace('\\', "/"));
            }
        }
    }
    found.sort();
    found
}

fn sources(directory: &Path) -> Vec<(String, String)> {
    files(directory).into_iter().map(|path| (path.clone(), get(directory, &path))).collect()
}

/// Removes the catalog at the end.
fn without_catalog(text: &str) -> &str {
    text.split("\nerrcode_core::catalog!").next().unwrap_or(text)
}

/// Removes the `#[app(…)]` attributes and the derive.
fn without_attributes(text: &str) -> String {
    let mut text = text.replace(", errcode_core::AppError", "");
    while let Some(at) = text.find("#[app(") {
        let end = at + text[at..].find(")]").unwrap() + 2;
        let space = text[end..].len() - text[end..].trim_start().len();
        text.replace_range(at..end + space, "");
    }
    text
}

#[test]
fn a_crate_is_adopted() {
    let directory = legacy("adopt");
    let before = sources(&directory);
    let shown = adopt(&directory, &[]);
    assert_eq!(shown.stderr, "", "nothing is amiss");
    let shown = shown.exits(0);
    let summary = "68 codes in 30 types of 15 files to write; apply with --write\n";
    assert!(shown.contains(summary), "{shown}");
    for untouched in ["Untouched", "Never\n", "SharedError\n", "NamedError\n"] {
        assert!(!shown.contains(&format!(": {untouched}")), "{shown}");
    }
    assert_eq!(sources(&directory), before, "nothing is written yet");

    let written = adopt(&directory, &["--write", "--format", "json"]).exits(0);
    let written: serde_json::Value = serde_json::from_str(&written).unwrap();
    let after = sources(&directory);
    for ((path, before), (_, after)) in before.iter().zip(&after) {
        let after = without_catalog(after);
        assert_eq!(without_attributes(after), without_attributes(before), "{path}");
    }
    let root = get(&directory, "src/lib.rs");
    assert!(without_catalog(&root).ends_with(OWN_ERROR), "{root}");
    let catalog = written["catalog"].as_str().unwrap();
    assert!(
        catalog.contains(" crate::nested::Reexported,")
            && catalog.contains(" crate::nested::Starred,")
    );
    let storage = get(&directory, "src/storage.rs");
    assert_eq!(storage.matches('\n').count(), storage.matches("\r\n").count(), "{storage}");

    let again = adopt(&directory, &["--write"]).exits(0);
    assert_eq!(again, "nothing to adopt\n");
    assert_eq!(sources(&directory), after);

    // It compiles, with the catalog and without. Three codes are for other platforms, five existed
    // before.
    let codes = 68 - 3 + 5;
    put(&directory, "src/lib.rs", without_catalog(&root));
    let list = errcode_in(&directory, ["list"]).exits(0);
    assert_eq!(list.lines().count(), 1 + codes, "{list}");
    assert!(list.contains("\nB0005      404 "), "{list}");
    put(&directory, "src/lib.rs", root);
    let list = errcode_in(&directory, ["list"]).exits(0);
    // The catalog cannot name ten codes: of a generic type, private modules, a function and a
    // macro.
    assert_eq!(list.lines().count(), 1 + codes - 10, "{list}");
}

/// A type of the crate is distinguished from a foreign one with the same name.
const OWN_ERROR: &str = r#"
/// Its own `Error`, beside thiserror's of another name.
#[derive(ThisError, errcode_core::AppError, Debug)]
#[app(extend)]
pub enum Error {
    #[error(transparent)]
    #[app(code = "B0033", status = 500)]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    #[app(transparent)]
    Order(#[from] errors::OrderError),
    #[error(transparent)]
    #[app(transparent)]
    Bill(#[from] crate::billing::BillError),
    #[error(transparent)]
    #[app(transparent)]
    Stored(Box<storage::StorageError>),
    #[error(transparent)]
    #[app(code = "B0034", status = 500)]
    Format(#[from] fmt::Error),
}
"#;

#[test]
fn the_attributes_follow_existing_ones() {
    let directory = legacy("adopt-places");
    adopt(&directory, &["--write"]).exits(0);
    let text = get(&directory, "src/errors.rs");
    assert!(text.contains(ORDER_ERROR), "{text}");
    let tabs = get(&directory, "src/nested/mod.rs");
    assert!(
        tabs.contains("\t\t#[error(\"a\")] #[app(code = \"B0038\", status = 500)] A, #[error("),
        "{tabs}"
    );
    assert!(
        tabs.contains("\n\t\t#[error(\"c\")]\n\t\t#[app(code = \"B0040\", status = 500)]\n\t\tC,"),
        "{tabs}"
    );
}

const ORDER_ERROR: &str = r#"
/// What goes wrong with orders.
#[derive(Clone, Debug, /* the display, too */ Error, errcode_core::AppError, PartialEq)]
// A remark between the attributes.
#[non_exhaustive] #[app(extend)] // and behind one
pub enum OrderError {
    /// Nobody has it.
    #[error("订单 {id} 不存在: order not found")] // 备注, a remark stays
    #[app(code = "B0005", status = 404)]
    NotFound { id: u64 },
    #[error(
        // Why it is so long.
        "the order {} cannot be shipped: it's already on its way", // and this
        .0
    )]
    #[app(code = "B0006", status = 409)]
    Shipped(String),
"#;

#[test]
fn a_variant_that_came_later_gets_a_code() {
    let directory = legacy("adopt-more");
    adopt(&directory, &["--write"]).exits(0);
    let text = get(&directory, "src/storage.rs");
    put(
        &directory,
        "src/storage.rs",
        text.replace(
            "\r\n/// It holds",
            "\r\n#[derive(Debug, Error)] pub enum E {\r\n    #[error(\"late\")]\r\n    LateTimeout,\r\n\
             \x20   #[error(transparent)]\r\n    Old(StorageError) }\r\n/// It holds",
        ),
    );
    let more = adopt(&directory, &["--write", "--format", "json"]).exits(0);
    let more: serde_json::Value = serde_json::from_str(&more).unwrap();
    let codes = &more["files"][0]["types"][0]["codes"];
    assert_eq!(codes[0]["code"], "B0071");
    assert_eq!(codes[0]["status"], 504);
    // A type that was adopted before is an errcode error too.
    assert_eq!(codes[1]["code"], serde_json::Value::Null);
}

#[test]
fn what_cannot_be_adopted_is_reported() {
    let directory = legacy("adopt-errors");
    let fails = |arguments: &[&str]| {
        let run = errcode_in(&directory, [&["adopt"], arguments].concat());
        assert_eq!(run.code, 2, "{}", run.stdout);
        run.stderr
    };
    assert!(
        fails(&["--prefix", "-B"]).contains("a value is required")
            || fails(&["--prefix=-B"]).contains("invalid prefix")
    );
    assert_eq!(
        fails(&["--prefix", "B", "--digits", "1"]),
        "error: 1 digits are not enough for all errors; increase `--digits`\n"
    );
}

/// Returns a type with this name and one variant.
fn one(name: &str) -> String {
    format!(
        "#[derive(Debug, thiserror::Error)]\npub enum {name} {{\n    #[error(\"it failed\")]\n    Failed,\n}}\n"
    )
}

/// Only files that a `mod` of the package leads to are its sources.
#[test]
fn files_of_others_stay_as_they_are() {
    let directory = package("adopt-foreign", "[lib]\npath = \"lib.rs\"", &[]);
    let root = format!("mod own;\n#[path = \"other/src/shared.rs\"]\nmod shared;\n{}", one("Root"));
    put(&directory, "lib.rs", root);
    put(&directory, "own.rs", one("Own"));
    put(&directory, "other/Cargo.toml", "[package]\nname = \"other\"\n");
    let foreign = [
        "target/debug/gen.rs",
        "vendor/v.rs",
        "other/src/lib.rs",
        "other/src/shared.rs",
        "unused.rs",
    ];
    for path in foreign {
        put(&directory, path, one("Foreign"));
    }
    let written = adopt(&directory, &["--write"]);
    let told = "warning: `other/src/shared.rs` belongs to another package and is not changed\n";
    assert_eq!(written.stderr, told);
    assert!(written.exits(0).contains("\n2 codes in 2 types of 2 files written"));
    for path in foreign {
        assert_eq!(get(&directory, path), one("Foreign"), "{path}");
    }
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere() {
    use std::os::unix::fs::symlink;
    let directory = package("adopt-links", "", &[]);
    let outside = scratch("adopt-links-outside");
    put(&outside, "out.rs", one("Outside"));
    let root = "mod a;\nmod out;\nmod round;\n#[path = \"a.rs\"]\nmod twice;\n";
    put(&directory, "src/lib.rs", root);
    put(&directory, "src/a.rs", one("A"));
    put(&directory, "src/round/mod.rs", format!("mod round;\n{}", one("Round")));
    symlink(outside.join("out.rs"), directory.join("src/out.rs")).unwrap();
    symlink(".", directory.join("src/round/round")).unwrap();
    symlink("..", directory.join("src/round/up")).unwrap();
    symlink("someone@host.1234", directory.join("src/.#lib.rs")).unwrap();
    symlink("lib.rs", directory.join("src/link.rs")).unwrap();
    let written = adopt(&directory, &["--write"]);
    assert!(
        written.stderr.ends_with("src/out.rs` belongs to another package and is not changed\n"),
        "{}",
        written.stderr
    );
    let written = written.exits(0);
    let types = "src/a.rs:2: A\n  B0001  500  Failed\nsrc/round/mod.rs:3: Round\n  B0002  500  Failed\n\
        2 codes in 2 types of 2 files";
    assert!(written.starts_with(types), "{written}");
    assert!(written.contains("[crate::a::A, crate::round::Round]"), "{written}");
    assert_eq!(get(&outside, "out.rs"), one("Outside"));
}

#[test]
fn a_file_that_cannot_be_read_does_not_stop_the_others() {
    let directory = package("adopt-unreadable", "", &[]);
    put(
        &directory,
        "src/lib.rs",
        "#!/usr/bin/env rust\r\nmod shebang;\nmod syntax;\nmod latin;\nmod absent;\n#[cfg(never)]\nmod never;\n",
    );
    put(&directory, "src/shebang.rs", format!("\u{feff}#!/bin/x\n{}", one("Shebang")));
    put(&directory, "src/syntax.rs", "const CODE: &str = \"B0001\";\nenum {\n");
    put(&directory, "src/latin.rs", b"// caf\xe9\nconst CODE: &str = \"b0002\";\n");
    let written = adopt(&directory, &["--write"]);
    let warnings: Vec<&str> = written.stderr.lines().collect();
    assert_eq!(warnings.len(), 3, "{warnings:?}");
    assert!(warnings[0].starts_with("warning: src/syntax.rs:2:6: skipped: "), "{warnings:?}");
    assert!(warnings[1].starts_with("warning: src/latin.rs: skipped: not UTF-8: "), "{warnings:?}");
    assert_eq!(warnings[2], "warning: src/lib.rs: no file found for module `absent`");
    // Their codes are still taken.
    let written = written.exits(0);
    assert!(
        written.starts_with("src/shebang.rs:3: Shebang\n  B0003  500  Failed\n1 code in "),
        "{written}"
    );
    let text = get(&directory, "src/shebang.rs");
    assert!(
        text.starts_with(
            "\u{feff}#!/bin/x\n#[derive(Debug, thiserror::Error, \
         errcode_core::AppError)]\n#[app(extend)]\npub enum"
        ),
        "{text}"
    );
}

#[test]
fn nothing_that_is_nested_deeply_overflows() {
    let text =
        |deep: usize| format!("fn f() {{ let _ = {}1{}; }}\n", "(".repeat(deep), ")".repeat(deep));
    let directory =
        package("adopt-deep", "", &[("src/a.rs", &text(5_000)), ("src/b.rs", &text(50_000))]);
    put(&directory, "src/lib.rs", format!("mod a; mod b;\n{}", one("E")));
    let shown = adopt(&directory, &[]);
    assert_eq!(shown.stderr, "warning: src/b.rs:1:1: skipped: nested too deeply\n");
    assert!(shown.exits(0).contains("\n1 code in 1 type of"));
}

#[test]
fn writing_keeps_permissions_and_tells_how_far_it_came() {
    let directory = package("adopt-write", "", &[("src/lib.rs", "mod a; mod b; mod c;\n")]);
    for name in ["a", "b", "c"] {
        put(&directory, &format!("src/{name}.rs"), one("E"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(directory.join("src/a.rs"), fs::Permissions::from_mode(0o640)).unwrap();
    }
    let read_only = directory.join("src/b.rs");
    let mut permissions = fs::metadata(&read_only).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&read_only, permissions).unwrap();
    let failed = adopt(&directory, &["--write"]);
    assert_eq!((failed.code, failed.stdout.as_str()), (2, ""));
    assert_eq!(
        failed.stderr,
        "error: src/b.rs: the file is read-only\nalready written: src/a.rs\n"
    );
    let adopted =
        ["a", "b", "c"].map(|name| get(&directory, &format!("src/{name}.rs")) != one("E"));
    assert_eq!(adopted, [true, false, false]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(directory.join("src/a.rs")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
    }
    assert_eq!(fs::read_dir(directory.join("src")).unwrap().count(), 4, "no file is left behind");
}

/// Each root gets a catalog of the types that it can name.
#[test]
fn a_catalog_is_shown_to_be_pasted() {
    let directory = package("adopt-catalog", "", &[]);
    put(&directory, "src/lib.rs", "pub mod errors;\nmod billing;\n");
    put(&directory, "src/errors.rs", one("OrderError") + "mod inner {\n" + &one("Hidden") + "}\n");
    put(
        &directory,
        "src/billing.rs",
        one("BillError")
            + "#[derive(Debug, thiserror::Error)]\n#[error(\"x\")]\npub struct Any<T>(pub T);\n",
    );
    let catalog = "errcode_core::catalog! { \
        pub static CATALOG = [crate::errors::OrderError, crate::billing::BillError]; }\n\
        // crate::errors::inner::Hidden is not listed: it is private; make it and its modules `pub(crate)`\n\
        // crate::billing::Any is not listed: it is generic; list it with its arguments";
    let shown = adopt(&directory, &[]).exits(0);
    assert!(shown.ends_with(&format!("\n\ncatalog for src/lib.rs:\n\n{catalog}\n")), "{shown}");
    let written = adopt(&directory, &["--write", "--format", "json"]).exits(0);
    let written: serde_json::Value = serde_json::from_str(&written).unwrap();
    assert_eq!(written["catalog"], catalog);

    // Types in an existing catalog are not listed again, and a binary has its own catalog.
    let root = get(&directory, "src/lib.rs")
        + "errcode_core::catalog! { pub static ALL = [errors::OrderError]; }\n"
        + &one("Late");
    put(&directory, "src/lib.rs", root);
    put(&directory, "src/main.rs", format!("mod errors;\nfn main() {{}}\n{}", one("Main")));
    let more = adopt(&directory, &[]).exits(0);
    assert!(
        more.contains(
            "\nnew in the catalog of src/lib.rs:\n\ncrate::Late,\n\ncatalog for \
         src/main.rs:\n\nerrcode_core::catalog! { pub static CATALOG = [crate::Main, \
         crate::errors::OrderError]; }\n"
        ),
        "{more}"
    );
    let none: serde_json::Value = serde_json::from_str(&{
        adopt(&directory, &["--write"]).exits(0);
        adopt(&directory, &["--format", "json"]).exits(0)
    })
    .unwrap();
    assert_eq!(none["catalog"], serde_json::Value::Null);
}

/// thiserror's derive is found by any name; a foreign derive with its name has no messages.
#[test]
fn the_derive_is_known_by_any_name() {
    let mut root = String::new();
    let uses = [
        ("use thiserror::Error as ThisError;", "ThisError", true),
        ("use {std::fmt, thiserror::{self as te, Error}};", "te::Error", true),
        ("use ::thiserror::*;", "Error", true),
        ("use super::prelude::*;", "Error", true),
        ("use crate::prelude::Error as E;", "E", true),
        ("extern crate thiserror as te;", "te::Error", true),
        ("", "::thiserror::Error", true),
        ("use dependency::Error;", "Error", true),
        ("use {std::error::Error, thiserror::*};", "Error", true),
        ("use derive_more::Error;", "Error", false),
        ("use std::error::Error;", "derive_more::Error", false),
    ];
    for (index, (import, derive, wanted)) in uses.iter().enumerate() {
        // The attribute of derive_more has no message.
        let attribute = if *wanted { "\"x\"" } else { "ignore" };
        writeln!(
            root,
            "mod m{index} {{ {import}\n#[derive(Debug, {derive})] pub enum E{index} {{ \
             #[error({attribute})] X }} }}"
        )
        .unwrap();
    }
    root += "mod prelude { pub use thiserror::Error; }\n";
    let directory = package("adopt-derive", "", &[("src/lib.rs", &root)]);
    let renamed = "dependency = { package = \"thiserror\", version";
    let manifest = get(&directory, "Cargo.toml");
    let manifest = manifest.replace("thiserror = \"2\"", &format!("{renamed} = \"2\" }}"));
    put(&directory, "Cargo.toml", manifest);
    let shown = adopt(&directory, &[]).exits(0);
    for (index, (import, derive, wanted)) in uses.iter().enumerate() {
        assert_eq!(shown.contains(&format!(": E{index}\n")), *wanted, "{import} {derive}\n{shown}");
    }
}

/// A variant is transparent only if its type belongs to the crate and has codes.
#[test]
fn a_transparent_variant_of_another_crates_type_gets_a_code() {
    let mut root = one("Error")
        + &one("Local")
        + "mod deep { pub mod er { pub use crate::Local as Renamed; pub struct Plain; } }\n";
    let held = [
        ("", "super::Local", true),
        ("use super::*;", "Local", true),
        ("use crate::deep::er;", "er::Renamed", true),
        ("use crate::{self as root};", "Box<root::Error>", true),
        ("", "std::io::Error", false),
        ("use std::io::Error;", "Error", false),
        ("use {super::*, std::io::Error};", "Error", false),
        ("use super::*; type Error = std::fmt::Error;", "Error", false),
        (
            "use super::*; #[cfg(unix)] use std::io::Error; #[cfg(windows)] use super::Error;",
            "Error",
            false,
        ),
        ("use std::io;", "io::Error", false),
        ("", "crate::deep::er::Plain", false),
        ("use crate::made_by_a_macro::Error;", "Error", false),
        ("use super::*;", "<u8 as super::Trait>::Error", false),
        ("", "Local", false),
    ];
    for (index, (import, ty, _)) in held.iter().enumerate() {
        writeln!(
            root,
            "mod m{index} {{ {import}\n#[derive(Debug, thiserror::Error)] pub enum E \
             {{ #[error(transparent)] V{index}({ty}) }} }}"
        )
        .unwrap();
    }
    let directory = package("adopt-transparent", "", &[("src/lib.rs", &root)]);
    let shown = adopt(&directory, &[]).exits(0);
    for (index, (import, ty, wanted)) in held.iter().enumerate() {
        assert_eq!(
            shown.contains(&format!("transparent  V{index}\n")),
            *wanted,
            "{import} {ty}\n{shown}"
        );
    }
}

#[test]
fn what_its_author_must_do_is_reported() {
    let root = "#[derive(Debug, thiserror::Error, errcode_core::AppError)]\n\
        #[app(extend, prefix = \"PAY\")]\nenum Pay { #[error(\"x\")] X }\n\
        #[cfg_attr(unix, derive(Debug, thiserror::Error))]\nenum Sometimes { #[cfg_attr(unix, error(\"x\"))] X }\n";
    let directory = package("adopt-told", "", &[("src/lib.rs", root)]);
    let shown = adopt(&directory, &["--write"]);
    assert_eq!(
        shown.stderr,
        "warning: src/lib.rs:3: `Pay` is skipped: its codes begin with `PAY`; run this with --prefix PAY\n\
         warning: src/lib.rs:5: `Sometimes` is skipped: it derives `Error` in a `cfg_attr`; add the codes by hand\n"
    );
    assert_eq!(get(&directory, "src/lib.rs"), root);
    let shown = errcode_in(&directory, ["adopt", "--prefix", "PAY-", "--write"]).exits(0);
    assert!(shown.starts_with("src/lib.rs:3: Pay\n  PAY-0001  500  X\n1 code in "), "{shown}");
}

const SERVICE: &str = r#"
use axum::{http::StatusCode, response::{IntoResponse, Response}};

#[derive(Debug, thiserror::Error)]
pub enum RepoError {
    #[error("row not found")]
    NotFound,
    #[error("pool")]
    Pool,
}

#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("expired")]
    Expired,
}

#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    #[error("unknown order {0}")]
    Order(u64),
    #[error("invalid input")]
    Invalid,
    #[error("payment required")]
    Unpaid,
    #[error("token expired")]
    Token(#[from] TokenError),
    #[error(transparent)]
    Repo(#[from] RepoError),
    #[error("slow")]
    Slow,
}

impl ApiError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Order(_) => StatusCode::NOT_FOUND,
            Self::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unpaid => StatusCode::PAYMENT_REQUIRED,
            Self::Token(_) => StatusCode::UNAUTHORIZED,
            Self::Repo(_) => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::GATEWAY_TIMEOUT,
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status_code(), self.to_string()).into_response()
    }
}
"#;

/// The statuses of the service are those with which it answers, not guesses from names, and its causes stay internal.
#[test]
fn an_existing_match_decides_the_statuses() {
    let directory = package("answers", "", &[("src/lib.rs", SERVICE)]);
    let shown = adopt(&directory, &["--write"]).exits(0);
    let expected = "\
src/lib.rs:5: RepoError (internal)
  B0001  404  NotFound
  B0002  500  Pool
src/lib.rs:13: TokenError (internal)
  B0003  400  Expired
src/lib.rs:19: ApiError
  B0004  404  Order
  B0005  422  Invalid
  B0006  402  Unpaid
  B0007  401  Token
  B0008  500  Repo
  B0009  504  Slow
9 codes in 3 types of 1 file written

also written:
  src/lib.rs:47: `impl IntoResponse for ApiError` is removed
  src/lib.rs:34: `ApiError::status_code` is removed

next steps:
  1. run `cargo add -p legacy --git https://github.com/errcode-rs/errcode errcode-axum`
  2. add `.layer(errcode_axum::ErrorLayer::new(&crate::CATALOG))` to the router, after all routes
  3. run `cargo fix --allow-dirty`, which removes unused imports, and delete what only the removed code used
  4. clients get another body with neutral messages: add `user_msg` or `public`; a `BodyFormat` keeps the old body
  5. check the statuses, then run `cargo errcode lock` and `cargo errcode lint`

catalog for src/lib.rs:

errcode_core::catalog! {
    pub static CATALOG = [
        crate::RepoError,
        crate::TokenError,
        crate::ApiError,
    ];
    service = \"legacy\";
}
";
    assert_eq!(shown, expected);
    // Without axum the result compiles.
    let text = get(&directory, "src/lib.rs");
    let (_, text) = text.split_once(";\n").unwrap();
    put(&directory, "src/lib.rs", text.replace(", errcode_axum::IntoResponse", ""));
    let list: serde_json::Value =
        serde_json::from_str(&errcode_in(&directory, ["list", "--format", "json"]).exits(0))
            .unwrap();
    let facts = |code: &str| {
        let errors = list["errors"].as_array().unwrap();
        let entry = errors.iter().find(|entry| entry["code"] == code).unwrap();
        (entry["status"].clone(), entry["internal"].clone())
    };
    assert_eq!(facts("B0001"), (404.into(), true.into()));
    assert_eq!(facts("B0008"), (500.into(), false.into()));
}

const MIXED: &str = r#"
use axum::{http::StatusCode, response::{IntoResponse, Redirect, Response}};

#[derive(Debug, thiserror::Error)]
pub enum Login {
    #[error("not logged in")]
    Needed,
    #[error("locked")]
    Locked,
}

impl IntoResponse for Login {
    fn into_response(self) -> Response {
        match self {
            Self::Needed => Redirect::to("/login").into_response(),
            Self::Locked => StatusCode::LOCKED.into_response(),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    #[error("no seat")]
    Full,
    #[error("{1}")]
    Custom(StatusCode, String),
}

fn status_of(error: &ApiError) -> StatusCode {
    match error {
        ApiError::Full => StatusCode::CONFLICT,
        ApiError::Custom(status, _) => *status,
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (status_of(&self), self.to_string()).into_response()
    }
}
"#;

#[test]
fn what_is_not_an_error_stays_and_a_status_that_is_not_known_is_told() {
    let directory = package("adopt-mixed", "", &[("src/lib.rs", MIXED)]);
    let adopted = adopt(&directory, &["--write"]);
    let (_, warnings) = adopted.stderr.split_once("warning: ").unwrap();
    assert_eq!(
        warnings,
        "src/lib.rs:12: `impl IntoResponse for Login` does not only answer with errors, and stays as it is\n\
         warning: src/lib.rs:5: `Login::Needed` is answered with no single error status; its code has 500, which \
         is a guess\n\
         warning: src/lib.rs:22: `ApiError::Custom` is answered with no single error status; its code has 500, \
         which is a guess\n"
    );
    let shown = adopted.exits(0);
    for line in ["423  Locked", "409  Full", "`impl IntoResponse for ApiError` is removed"] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    let text = get(&directory, "src/lib.rs");
    assert!(text.contains("impl IntoResponse for Login"), "{text}");
    assert_eq!(text.matches("errcode_axum::IntoResponse").count(), 1, "{text}");
}

const BY_HAND: &str = r#"
use axum::{Router, http::StatusCode, response::{IntoResponse, Response}};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("refused")]
    Rules(#[from] ValidationErrors),
    #[error("unreadable")]
    Body(#[from] JsonRejection),
    #[error("the system failed: {0}")]
    System(#[from] SystemError),
}

#[derive(Debug, thiserror::Error)]
pub enum SystemError {
    #[error("invalid time")]
    InvalidTime,
}

impl Error {
    fn broken_rules(errors: ValidationErrors) -> (StatusCode, String) {
        (StatusCode::UNPROCESSABLE_ENTITY, errors.to_string())
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Self::System(error) = &self {
            eprintln!("{error}");
        }
        match &self {
            Self::System(_) => tracing::error!(?self, "failed"),
            _ => tracing::debug!(?self, "refused"),
        }
        match self {
            Self::Rules(errors) => Self::broken_rules(errors).into_response(),
            Self::Body(rejection) => (rejection.status(), rejection.body_text()).into_response(),
            Self::System(_) => (StatusCode::INTERNAL_SERVER_ERROR, "sorry").into_response(),
        }
    }
}

enum Plain { Missing }

impl IntoResponse for Plain {
    fn into_response(self) -> Response {
        match self { Self::Missing => StatusCode::NOT_FOUND.into_response() }
    }
}

struct Page(String);

impl IntoResponse for Page {
    fn into_response(self) -> Response { self.0.into_response() }
}

fn main() {
    serve(Router::new().route("/", get(home)));
}

fn inner() -> Router { Router::new().route("/admin", get(admin)) }
"#;

#[test]
fn what_is_left_to_do_is_told() {
    let directory = package("adopt-left", "", &[("src/main.rs", BY_HAND)]);
    let manifest = get(&directory, "Cargo.toml");
    put(&directory, "Cargo.toml", manifest.replace("[workspace]", "axum = \"0.7.4\"\n[workspace]"));
    let adopted = adopt(&directory, &["--write"]);
    assert_eq!(
        adopted.stderr,
        "warning: src/main.rs:5: `Error::Body` is answered with no single error status; its code has 400, which is a \
         guess\n\
         warning: src/main.rs:45: `Plain` is skipped: it does not derive `thiserror::Error`; derive it, with an \
         `#[error(\"…\")]` for each variant, and run this again\n"
    );
    let expected = "\
src/main.rs:5: Error
  B0001  422  Rules
  B0002  400  Body
  B0003  500  System
src/main.rs:15: SystemError (internal)
  B0004  400  InvalidTime
4 codes in 2 types of 1 file written

also written:
  src/main.rs:26: `impl IntoResponse for Error` is removed
  src/main.rs:20: `Error::broken_rules` is removed

next steps:
  1. update axum from ^0.7.4 to 0.8, which errcode-axum is for
  2. run `cargo add -p legacy --git https://github.com/errcode-rs/errcode errcode-axum errcode-runtime`
  3. add `.layer(errcode_axum::ErrorLayer::new(&crate::CATALOG))` to the router, after all routes \
(src/main.rs:58, src/main.rs:61)
  4. call `errcode_runtime::init()` at the start of `main`: without a log, nobody sees the failures
  5. run `cargo fix --allow-dirty`, which removes unused imports, and delete what only the removed code used
";
    let shown = adopted.exits(0);
    assert!(shown.starts_with(expected), "{shown}");
}

/// How services answer, each type in another way. Each variant says the status in its message.
const STYLES: &str = r#"
use axum::http::StatusCode as S;
use axum::{http::StatusCode, response::{IntoResponse, Response}};
use thiserror::Error;

#[derive(Debug, Error)] pub enum Parts { #[error("410")] A, #[error("409")] B(u8) }
impl Parts {
    fn parts(&self) -> (StatusCode, &'static str) {
        match self { Self::A => (StatusCode::GONE, "a"), Self::B(_) => (StatusCode::CONFLICT, "b") }
    }
}
impl IntoResponse for Parts {
    fn into_response(self) -> Response { let (status, text) = self.parts(); (status, text).into_response() }
}

const TAKEN: StatusCode = S::CONFLICT;
const CODE: u16 = 410;
#[derive(Debug, Error)] pub enum Names { #[error("409")] A, #[error("410")] B, #[error("423")] C, #[error("418")] D }
impl Names { const LOCKED: StatusCode = StatusCode::LOCKED; }
impl IntoResponse for Names {
    fn into_response(self) -> Response {
        match self {
            Self::A => TAKEN,
            Self::B => StatusCode::from_u16(CODE).unwrap(),
            Self::C => Self::LOCKED,
            Self::D => S::IM_A_TEAPOT,
        }
        .into_response()
    }
}

#[derive(Debug, Error)]
pub enum Branches { #[error("410")] A, #[error("409")] B(u8), #[error("423")] C, #[error("423")] D }
impl IntoResponse for Branches {
    fn into_response(self) -> Response {
        if let Self::A = self { return StatusCode::GONE.into_response(); }
        if let Branches::B(number) = &self { return (StatusCode::CONFLICT, number.to_string()).into_response(); }
        StatusCode::LOCKED.into_response()
    }
}

#[derive(Debug, Error)] pub enum Asked { #[error("410")] A, #[error("410")] B(u8), #[error("423")] C }
impl IntoResponse for Asked {
    fn into_response(self) -> Response {
        let gone = matches!(self, Self::A | Self::B(_));
        let status =
            if matches!(&self, Self::A) || matches!(self, Self::B(_)) { S::GONE } else { StatusCode::LOCKED };
        (status, gone.to_string()).into_response()
    }
}

#[derive(Debug, Error)] pub enum Otherwise { #[error("410")] A(u8), #[error("423")] B }
impl IntoResponse for Otherwise {
    fn into_response(self) -> Response {
        let Self::A(number) = self else { return StatusCode::LOCKED.into_response() };
        (StatusCode::GONE, number.to_string()).into_response()
    }
}

#[derive(Debug, Error)] pub enum Together { #[error("410")] A, #[error("409")] B, #[error("423")] C }
impl Together {
    fn status(&self, is_public: bool) -> StatusCode {
        match (self, is_public) {
            (Self::A, _) => StatusCode::GONE,
            (Self::B, _public) => StatusCode::CONFLICT,
            (_, _) => StatusCode::LOCKED,
        }
    }
}
impl IntoResponse for Together { fn into_response(self) -> Response { self.status(true).into_response() } }

#[derive(Debug, Error)] pub enum Converted { #[error("410")] A, #[error("409")] B { x: u8 } }
impl From<&Converted> for StatusCode {
    fn from(error: &Converted) -> Self {
        use Converted::*;
        match error { A => Self::GONE, B { .. } => StatusCode::CONFLICT }
    }
}
#[derive(Debug, Error)] pub enum Paired { #[error("410")] A, #[error("409")] B }
impl From<Paired> for (StatusCode, String) {
    fn from(error: Paired) -> Self {
        match &error { Paired::A => (S::GONE, error.to_string()), _ => (S::CONFLICT, error.to_string()) }
    }
}

#[derive(Debug, Error)] pub enum Built { #[error("410")] A, #[error("409")] B, #[error("404")] C, #[error("422")] D }
fn render(error: &Built) -> Response {
    match error {
        Built::A => Response::builder().status(410).body("".into()).unwrap(),
        Built::B => Problem { status: 409, title: "b" }.into_response(),
        Built::C => HttpResponse::NotFound().finish(),
        Built::D => StatusCode::try_from(422).unwrap().into_response(),
    }
}
impl IntoResponse for Built { fn into_response(self) -> Response { render(&self) } }

async fn handler() -> impl IntoResponse {
    match work() { Err(Parts::A) => StatusCode::IM_A_TEAPOT, _ => StatusCode::OK }
}
"#;

#[test]
fn statuses_are_found_in_every_style() {
    let directory = package("adopt-styles", "", &[("src/lib.rs", STYLES)]);
    let adopted = adopt(&directory, &["--format", "json"]);
    assert_eq!(
        adopted.stderr.lines().filter(|line| line.starts_with("warning")).count(),
        0,
        "{}",
        adopted.stderr
    );
    let files: serde_json::Value = serde_json::from_str(&adopted.exits(0)).unwrap();
    let types = files["files"][0]["types"].as_array().unwrap();
    let found = types.iter().flat_map(|ty| {
        let codes = ty["codes"].as_array().unwrap().iter();
        codes.map(move |code| {
            let (name, variant) = (ty["name"].as_str().unwrap(), code["variant"].as_str().unwrap());
            (format!("{name}::{variant}"), code["status"].to_string())
        })
    });
    let mut messages = STYLES.split("#[error(\"").skip(1).map(|rest| rest[..3].to_owned());
    for (variant, status) in found {
        assert_eq!(Some(status), messages.next(), "{variant}");
    }
    assert_eq!(messages.next(), None);
}

/// A module of a service often calls its error `Error`.
#[test]
fn types_of_one_name_have_their_own_statuses() {
    let auth = r#"
        #[derive(Debug, thiserror::Error)]
        pub enum Error { #[error("a")] Missing, #[error("b")] Expired }
        impl Error {
            pub fn status(&self) -> StatusCode {
                match self { Self::Missing => StatusCode::UNAUTHORIZED, _ => StatusCode::BAD_GATEWAY }
            }
        }
    "#;
    let billing = r#"
        #[derive(Debug, thiserror::Error)]
        pub enum Error { #[error("a")] Missing, #[error("b")] Declined, #[error("c")] Auth(#[from] crate::auth::Error) }
    "#;
    let root = r#"
        mod auth;
        mod billing;
        use axum::response::IntoResponse;
        #[derive(Debug, thiserror::Error)]
        pub enum Error {
            #[error(transparent)] Auth(#[from] auth::Error), #[error("b")] Billing(#[from] billing::Error),
            #[error("c")] Missing,
        }
        impl IntoResponse for Error {
            fn into_response(self) -> Response {
                let status = match &self {
                    Self::Auth(error) => error.status(),
                    Self::Billing(billing::Error::Missing) => StatusCode::NOT_FOUND,
                    Self::Billing(billing::Error::Auth(error)) => error.status(),
                    Self::Billing(_) => StatusCode::PAYMENT_REQUIRED,
                    Error::Missing => StatusCode::GONE,
                };
                status.into_response()
            }
        }
    "#;
    let files = [("src/lib.rs", root), ("src/auth.rs", auth), ("src/billing.rs", billing)];
    let shown = adopt(&package("adopt-one-name", "", &files), &["--write"]).exits(0);
    let expected = "\
src/auth.rs:3: Error
  B0001  401  Missing
  B0002  502  Expired
src/billing.rs:3: Error
  B0003  404  Missing
  B0004  402  Declined
  transparent  Auth
src/lib.rs:6: Error
  transparent  Auth
  transparent  Billing
  B0005  410  Missing
";
    assert!(shown.starts_with(expected), "{shown}");
    let text = |path| get(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("adopt-one-name"), path);
    assert!(text("src/lib.rs").contains("errcode_axum::IntoResponse"));
    assert!(!text("src/auth.rs").contains("errcode_axum::IntoResponse"), "it is no response");
}

#[test]
fn each_guess_of_a_type_that_answers_is_told() {
    let source = r#"
        #[derive(Debug, thiserror::Error)]
        #[error("it failed")]
        pub struct Failed(#[from] std::io::Error);
        impl IntoResponse for Failed {
            fn into_response(self) -> Response {
                match self.0.kind() { ErrorKind::NotFound => StatusCode::NOT_FOUND, _ => StatusCode::CONFLICT }
                    .into_response()
            }
        }
    "#;
    let adopted = adopt(&package("adopt-guess", "", &[("src/lib.rs", source)]), &[]);
    let message = "warning: src/lib.rs:4: `Failed` is answered with no single error status; its code has 500, \
                   which is a guess\n";
    assert!(adopted.stderr.ends_with(message), "{}", adopted.stderr);
}

#[test]
fn the_types_of_a_macro_are_told() {
    let source = r#"
        macro_rules! errors {
            ($name:ident { $($variant:ident => $text:literal);* }) => {
                #[derive(Debug, thiserror::Error)]
                pub enum $name { $(#[error($text)] $variant),* }
            };
        }
        errors!(Error { Gone => "gone"; Full => "full" });
        macro_rules! other { () => { 1 } }
    "#;
    let adopted = adopt(&package("adopt-macro", "", &[("src/lib.rs", source)]), &[]);
    let message = "warning: src/lib.rs:2: the error types that the macro `errors` makes are skipped; add their codes \
                   by hand\n";
    assert!(adopted.stderr.ends_with(message), "{}", adopted.stderr);
    assert_eq!(adopted.exits(0), "nothing to adopt\n");
}

/// The wrapper of axum's example for anyhow cannot derive `Error`: its `From` would overlap with that of std.
#[test]
fn a_type_of_any_error_is_told() {
    let source = r#"
        struct AppError(anyhow::Error);
        impl IntoResponse for AppError {
            fn into_response(self) -> Response {
                (StatusCode::INTERNAL_SERVER_ERROR, format!("Something went wrong: {}", self.0)).into_response()
            }
        }
        impl<E: Into<anyhow::Error>> From<E> for AppError {
            fn from(error: E) -> Self { Self(error.into()) }
        }
    "#;
    let adopted = adopt(&package("adopt-any", "", &[("src/lib.rs", source)]), &[]);
    let message = "warning: src/lib.rs:3: `AppError` is skipped: any error is converted into it, so it cannot be an \
                   error with codes; return `errcode_axum::Result`, with `.unexpected(\"…\")?` on the errors of other \
                   crates\n";
    assert!(adopted.stderr.ends_with(message), "{}", adopted.stderr);
}

/// What becomes another error never reaches clients itself.
#[test]
fn what_is_converted_by_hand_is_internal() {
    let source = r#"
        #[derive(Debug, thiserror::Error)]
        pub enum RepoError { #[error("no row")] Gone, #[error("twice")] Twice }
        #[derive(Debug, thiserror::Error)]
        pub enum ConfigError { #[error("no file")] Missing }
        #[derive(Debug, thiserror::Error)]
        pub enum ApiError { #[error("gone")] Gone, #[error("taken")] Taken }
        impl From<RepoError> for ApiError {
            fn from(error: RepoError) -> Self {
                match error { RepoError::Gone => Self::Gone, RepoError::Twice => Self::Taken }
            }
        }
        impl From<ConfigError> for String {
            fn from(error: ConfigError) -> Self { error.to_string() }
        }
        impl IntoResponse for ApiError {
            fn into_response(self) -> Response {
                match self { Self::Gone => StatusCode::GONE, Self::Taken => StatusCode::CONFLICT }.into_response()
            }
        }
    "#;
    let shown = adopt(&package("adopt-by-hand", "", &[("src/lib.rs", source)]), &[]).exits(0);
    let types: Vec<&str> = shown.lines().filter(|line| line.starts_with("src/lib.rs:")).collect();
    assert_eq!(
        types,
        [
            "src/lib.rs:3: RepoError (internal)",
            "src/lib.rs:5: ConfigError",
            "src/lib.rs:7: ApiError"
        ]
    );
}
