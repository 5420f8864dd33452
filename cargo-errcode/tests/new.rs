//! `new`: the crates that it writes compile, pass their own tests and clippy, and their locks are those of their codes.

#[expect(dead_code, reason = "the fixture is used by other tests")]
mod support;
#[path = "support/workspace.rs"]
mod workspace;

use std::{
    env, fs,
    path::{Path, PathBuf},
};
use support::{Run, errcode_in, repository, scratch};
use workspace::{binary, cargo};

/// The crates, and their options.
const CRATES: [(&str, &[&str]); 6] = [
    ("plain-service", &["service"]),
    ("plain-bot", &["bot"]),
    ("sqlite-service", &["service", "--database", "sqlite"]),
    ("sqlite-bot", &["bot", "--database", "sqlite"]),
    ("postgres-service", &["service", "--database", "postgres"]),
    ("postgres-bot", &["bot", "--database", "postgres"]),
];

fn new(directory: &Path, arguments: &[&str]) -> Run {
    errcode_in(directory, [&["new"], arguments].concat())
}

/// Creates these crates in a workspace with the versions of this one, so that nothing is downloaded.
fn workspace(name: &str, crates: &[(&str, &[&str])]) -> PathBuf {
    let directory = scratch(name);
    let members: Vec<_> = crates.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", members.join(", "));
    fs::write(directory.join("Cargo.toml"), manifest).unwrap();
    fs::copy(repository().join("Cargo.lock"), directory.join("Cargo.lock")).unwrap();
    let errcode = repository().to_str().unwrap();
    for (name, options) in crates {
        let [kind, options @ ..] = options else { unreachable!("each has a kind") };
        let arguments = [&[*kind, *name, "--errcode-path", errcode], options].concat();
        new(&directory, &arguments).exits(0);
    }
    directory
}

/// Checks the lock of a crate that is built, and lints its codes.
fn codes(directory: &Path, name: &str) {
    let binary = binary(name).to_str().unwrap().to_owned();
    for command in [&["lock", "--check"][..], &["lint", "--deny", "warnings"]] {
        let arguments = [command, &["--from", &binary]].concat();
        let run = errcode_in(&directory.join(name), arguments);
        assert_eq!(run.code, 0, "{name}: {command:?}\n{}{}", run.stdout, run.stderr);
    }
}

#[test]
fn what_is_created_compiles_and_passes_its_own_checks() {
    // SQLite is compiled from C, which takes longer than the rest.
    let is_full = env::var_os("ERRCODE_TEST_FULL").is_some();
    if !is_full {
        println!("skipped: the crates with a database, without `ERRCODE_TEST_FULL`");
    }
    let crates = &CRATES[..if is_full { 6 } else { 2 }];
    let directory = workspace("new", crates);
    cargo(&directory, &["fmt", "--all", "--check"]);
    cargo(&directory, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    // Without `DATABASE_URL` those of PostgreSQL say that they are skipped. This builds the binaries too.
    cargo(&directory, &["test", "--workspace"]);
    for (name, _) in crates {
        codes(&directory, name);
    }
}

#[test]
fn every_file_is_there_and_says_the_name() {
    let directory = scratch("new-files");
    let run = new(&directory, &["service", "project-notes"]);
    let told = run.exits(0);
    assert!(
        told.starts_with("created service `project-notes`: 13 files in `project-notes`\n"),
        "{told}"
    );
    assert!(told.contains("1. cd project-notes\n  2. cargo test\n  3. cargo run"), "{told}");
    let files = [
        ".github/workflows/ci.yml",
        ".gitignore",
        "Cargo.toml",
        "README.md",
        "errcode.lock.json",
        "src/errors.rs",
        "src/lib.rs",
        "src/main.rs",
        "src/metrics.rs",
        "src/notes.rs",
        "src/store.rs",
        "src/zh.txt",
        "tests/service.rs",
    ];
    for file in files {
        let text = fs::read_to_string(directory.join("project-notes").join(file)).expect(file);
        assert!(
            text.ends_with('\n') && !text.contains("{%") && !text.contains("\n\n\n"),
            "{file}:\n{text}"
        );
        let is_short = |line: &str| line.starts_with([',', '|']) || line.chars().count() <= 120;
        assert!(text.lines().all(is_short), "{file}:\n{text}");
    }
    let manifest = fs::read_to_string(directory.join("project-notes/Cargo.toml")).unwrap();
    let git = "git = \"https://github.com/errcode-rs/errcode\"";
    for line in [
        format!("\nerrcode-core = {{ {git} }}\n"),
        format!("\nerrcode-axum = {{ {git}, features = [\"html\"] }}\n"),
    ] {
        assert!(manifest.contains(&line), "{manifest}");
    }
    let main = fs::read_to_string(directory.join("project-notes/src/main.rs")).unwrap();
    assert!(main.contains("use project_notes::"), "{main}");
}

#[test]
fn programs_read_what_is_created() {
    let directory = scratch("new-json");
    let run = new(&directory, &["bot", "link-checker", "--format", "json"]);
    let created: serde_json::Value = serde_json::from_str(&run.exits(0)).expect("JSON");
    assert_eq!((&created["kind"], &created["name"]), (&"bot".into(), &"link-checker".into()));
    assert_eq!(created["next_steps"][0], "cd link-checker");
    let files = created["files"].as_array().expect("a list");
    assert!(files.contains(&"src/errors.rs".into()), "{created}");
    let path =
        |file: &serde_json::Value| directory.join("link-checker").join(file.as_str().unwrap());
    assert!(files.iter().all(|file| path(file).is_file()), "{created}");
}

#[test]
fn a_new_crate_is_a_repository_unless_it_is_in_one() {
    let outside = env::temp_dir().join(format!("errcode-new-{}", std::process::id()));
    fs::create_dir_all(&outside).unwrap();
    new(&outside, &["bot", "looker"]).exits(0);
    new(&outside.join("looker"), &["service", "notes"]).exits(0);
    let has_own = ["looker", "looker/notes"].map(|name| outside.join(name).join(".git").exists());
    fs::remove_dir_all(&outside).unwrap();
    assert_eq!(has_own, [true, false]);
}

#[test]
fn each_database_has_its_own_files() {
    let directory = workspace("new-databases", &CRATES);
    let read = |path: &str| fs::read_to_string(directory.join(path)).expect(path);
    assert!(!read("plain-service/Cargo.toml").contains("sqlx"));
    assert!(read("sqlite-service/src/store.rs").contains("SqlitePool"));
    assert!(read("postgres-service/src/store.rs").contains("PgPool"));
    assert!(read("postgres-bot/src/queue.rs").contains("FOR UPDATE SKIP LOCKED"));
    assert!(!read("sqlite-bot/src/queue.rs").contains("FOR UPDATE"));
    assert!(read("postgres-bot/.github/workflows/ci.yml").contains("image: postgres"));
    assert!(!read("sqlite-bot/.github/workflows/ci.yml").contains("image: postgres"));
    for (name, _) in CRATES {
        let errors = read(&format!("{name}/src/errors.rs"));
        assert_eq!(errors.contains("DatabaseError"), !name.starts_with("plain"), "{errors}");
        for entry in fs::read_dir(directory.join(name).join("src")).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            assert!(
                !text.contains("{%") && !text.contains("{{") && !text.contains("\n\n\n"),
                "{name}:\n{text}"
            );
        }
    }
}

#[test]
fn what_cannot_be_created_is_said_and_changes_nothing() {
    let directory = scratch("new-refused");
    fs::create_dir(directory.join("taken")).unwrap();
    fs::write(directory.join("taken/Cargo.toml"), "mine").unwrap();
    let refused = |arguments: &[&str], told: &str| {
        let run = new(&directory, arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.stderr.starts_with(&format!("error: {told}")), "{arguments:?}\n{}", run.stderr);
    };
    refused(&["service", "taken"], "`taken` exists already; remove it, or choose another name\n");
    refused(
        &["service", "Notes"],
        "invalid value 'Notes' for '<NAME>': write lowercase letters, digits and hyphens, beginning with a letter, as \
         in `project-notes`\n",
    );
    refused(
        &["service", "../notes"],
        "invalid value '../notes' for '<NAME>': write lowercase letters, digits and hyphens",
    );
    refused(
        &["bot", "match"],
        "invalid value 'match' for '<NAME>': a keyword of Rust; write for example `match-service`\n",
    );
    refused(
        &["bot", "tokio"],
        "invalid value 'tokio' for '<NAME>': the name is taken by Rust, cargo or a dependency; write for example \
         `my-tokio`\n",
    );
    refused(
        &["site", "notes"],
        "invalid value 'site' for '<KIND>'\n  [possible values: service, bot]\n",
    );
    refused(
        &["bot", "notes", "--database", "mysql"],
        "invalid value 'mysql' for '--database <DATABASE>'\n  [possible values: sqlite, postgres]\n",
    );
    let nowhere = "`taken` has no `errcode-core`; give the directory of a checkout of errcode\n";
    refused(&["bot", "notes", "--errcode-path", "taken"], nowhere);
    refused(&["bot", "notes", "--errcode-path", "absent"], "absent: ");
    refused(&["bot"], "the following required arguments were not provided:\n  <NAME>\n");
    assert_eq!(fs::read_to_string(directory.join("taken/Cargo.toml")).unwrap(), "mine");
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 1);
}
