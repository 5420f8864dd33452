//! `adopt` on a crate with 60 thiserror variants: what it inserts, that the rest stays as it was, and that the result compiles.

#[expect(dead_code, reason = "the fixture is another test's")]
mod support;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};
use support::{errcode_in, scratch};

/// All forms that a variant and its place in a file take.
const FORMS: &str = r#"//! Forms.
use std::io;
use thiserror::Error;

/// An error with everything.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FormError {
    /// Nobody has it.
    #[error("user {id} not found")]   // a remark stays
    NotFound { id: u64 },
    #[error("{0} is taken")]
    AlreadyTaken(String),
    #[error("i/o")] Io(#[from] io::Error),
    #[cfg(unix)]
    #[error("unix only")]
    UnixOnly,
    #[error(transparent)]
    Storage(#[from] crate::storage::StorageError),
    #[error(transparent)]
    Other(Box<dyn std::error::Error + Send + Sync>),
}

#[derive(
    Clone,
    Debug,
    thiserror::Error,
)]
#[error("limit of {limit} exceeded: too many")]
pub struct TooMany { pub limit: u32 }

/// Derives another `Error`, or none.
#[derive(Debug)]
pub enum Untouched { NotFound }

mod inner {
	#[derive(Debug, thiserror::Error, PartialEq)]
	pub enum Tabs {
		#[error("a")] A, #[error("b")] B,
	}
	pub fn use_all() { let _ = (Tabs::A, Tabs::B); }
}

/// Keeps the compiler quiet.
pub fn use_all() { inner::use_all(); let _ = "B0003"; }
"#;

/// 50 more variants, in two files.
fn generated(name: &str, variants: usize) -> String {
    let mut text = format!("use thiserror::Error;\r\n\r\n#[derive(Error, Debug)]\r\npub enum {name} {{\r\n");
    for number in 0..variants {
        write!(text, "    #[error(\"{name} failed in case {number}\")]\r\n    InvalidCase{number},\r\n")
            .unwrap();
    }
    text + "}\r\n"
}

/// A crate of its own, below the test's scratch directory.
fn legacy(name: &str) -> PathBuf {
    let directory = scratch(name);
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let core = own.join("errcode-core");
    let manifest = format!(
        "[package]\nname = \"legacy\"\nedition = \"2021\"\n[dependencies]\nthiserror = \"2\"\nerrcode-core = {{ path = {core:?} }}\n[workspace]\n[profile.dev]\ndebug = \"line-tables-only\"\n"
    );
    fs::create_dir_all(directory.join("src/nested")).unwrap();
    fs::copy(own.join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();
    for (path, text) in [
        ("Cargo.toml", manifest),
        (
            "src/lib.rs",
            "#![forbid(unsafe_code)]\npub mod forms;\npub mod nested;\npub mod storage;\n".to_owned(),
        ),
        ("src/forms.rs", FORMS.to_owned()),
        ("src/storage.rs", generated("StorageError", 30)),
        ("src/nested/mod.rs", format!("\u{feff}{}", generated("NestedError", 24))),
    ] {
        fs::write(directory.join(path), text).unwrap();
    }
    directory
}

fn sources(directory: &Path) -> Vec<String> {
    ["src/forms.rs", "src/nested/mod.rs", "src/storage.rs"]
        .map(|path| fs::read_to_string(directory.join(path)).unwrap())
        .to_vec()
}

/// The text without what `adopt` inserts.
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
    let shown = errcode_in(&directory, ["adopt", "--prefix", "B"]).exits(0);
    assert!(
        shown.ends_with("62 codes in 5 types of 3 files would be written; add --write to do it\n"),
        "{shown}"
    );
    assert_eq!(sources(&directory), before, "nothing is written yet");

    let written = errcode_in(&directory, ["adopt", "--prefix", "B", "--write"]).exits(0);
    assert!(written.starts_with("src/forms.rs:8: FormError\n  B0001  404  NotFound\n  B0002  409  AlreadyTaken\n  B0004  500  Io\n"), "{written}");
    assert!(written.contains("\n  transparent  Storage\n"), "{written}");
    let after = sources(&directory);
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(&without_attributes(after), before);
    }
    assert_eq!(after[0].lines().skip(5).take(22).collect::<Vec<_>>().join("\n"), ADOPTED);
    assert!(after[0].contains("\t\t#[error(\"a\")] #[app(code = "), "{}", after[0]);

    let list = errcode_in(&directory, ["list"]).exits(0);
    assert_eq!(list.lines().count(), 63, "{list}");
    assert!(list.contains("\nB0002  409 "), "{list}");
    let again = errcode_in(&directory, ["adopt", "--prefix", "B", "--write"]).exits(0);
    assert_eq!(again, "0 codes in 0 types of 0 files were written; check the statuses\n");
}

const ADOPTED: &str = r#"#[derive(Debug, Error, errcode_core::AppError)]
#[non_exhaustive]
#[app(extend)]
pub enum FormError {
    /// Nobody has it.
    #[error("user {id} not found")]   // a remark stays
    #[app(code = "B0001", status = 404)]
    NotFound { id: u64 },
    #[error("{0} is taken")]
    #[app(code = "B0002", status = 409)]
    AlreadyTaken(String),
    #[error("i/o")] #[app(code = "B0004", status = 500)] Io(#[from] io::Error),
    #[cfg(unix)]
    #[error("unix only")]
    #[app(code = "B0005", status = 500)]
    UnixOnly,
    #[error(transparent)]
    #[app(transparent)]
    Storage(#[from] crate::storage::StorageError),
    #[error(transparent)]
    #[app(code = "B0006", status = 500)]
    Other(Box<dyn std::error::Error + Send + Sync>),"#;

#[test]
fn a_variant_that_came_later_gets_a_code() {
    let directory = legacy("adopt-more");
    errcode_in(&directory, ["adopt", "--prefix", "B", "--write"]).exits(0);
    let path = directory.join("src/storage.rs");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\r\n}", "\r\n    #[error(\"late\")]\r\n    LateTimeout,\r\n}")).unwrap();
    let more = errcode_in(&directory, ["adopt", "--prefix", "B", "--write", "--format", "json"]).exits(0);
    let more: serde_json::Value = serde_json::from_str(&more).unwrap();
    assert_eq!(more["files"][0]["types"][0]["codes"][0]["code"], "B0064");
    assert_eq!(more["files"][0]["types"][0]["codes"][0]["status"], 504);
}

#[test]
fn what_cannot_be_adopted_is_told() {
    let directory = legacy("adopt-errors");
    let fails = |arguments: &[&str]| {
        let run = errcode_in(&directory, [&["adopt"], arguments].concat());
        assert_eq!(run.code, 2, "{}", run.stdout);
        run.stderr
    };
    assert!(
        fails(&["--prefix", "-B"]).contains("a value is required")
            || fails(&["--prefix=-B"]).contains("cannot begin a code")
    );
    assert_eq!(
        fails(&["--prefix", "B", "--digits", "1"]),
        "error: there are more errors than codes of 1 digits; try --digits\n"
    );
    fs::write(directory.join("src/storage.rs"), "enum {\n").unwrap();
    assert!(fails(&["--prefix", "B"]).contains("src/storage.rs:1:6: "));
}
