//! Node and the TypeScript compiler.
//!
//! `ERRCODE_NODE_MODULES` is the path of a `node_modules` with `typescript`, `html-validate`,
//! `axe-core`, `playwright-core`, `ajv`, `@redocly/cli` and `vnu-jar`, which `.ci/run` installs.

#![allow(dead_code, unreachable_pub, reason = "other crates' tests take this file too")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Returns the folder with these packages, or `None` with a line on standard error if one is
/// missing.
pub fn modules(test: &str, packages: &[&str]) -> Option<PathBuf> {
    let modules = PathBuf::from(std::env::var_os("ERRCODE_NODE_MODULES").unwrap_or_default());
    let missing = packages.iter().find(|package| !modules.join(package).is_dir());
    match missing {
        Some(package) => {
            eprintln!("skipped: {test} needs the npm package `{package}` in $ERRCODE_NODE_MODULES");
            None
        }
        None => Some(modules),
    }
}

/// Runs a command, which must succeed, and returns its output.
#[track_caller]
pub fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{text}");
    text
}

/// Checks `openapi.json` in a directory with redocly and this configuration.
#[track_caller]
pub fn lint_openapi(modules: &Path, directory: &Path, configuration: &str) {
    fs::write(directory.join("redocly.yaml"), configuration).expect("it writes");
    run(Command::new("node")
        .arg(modules.join("@redocly/cli/bin/cli.js"))
        .args(["lint", "openapi.json"])
        .env("REDOCLY_TELEMETRY", "off")
        .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
        .current_dir(directory));
}

/// Compiles these files of a directory in strict mode.
#[track_caller]
pub fn compile(modules: &Path, directory: &Path, files: &[&str]) {
    fs::write(directory.join("package.json"), "{\"type\": \"module\"}").expect("it writes");
    run(Command::new("node")
        .arg(modules.join("typescript/bin/tsc"))
        .current_dir(directory)
        .args([
            "--strict",
            "--noUncheckedIndexedAccess",
            "--exactOptionalPropertyTypes",
            "--noPropertyAccessFromIndexSignature",
            "--noUnusedLocals",
        ])
        .args([
            "--target",
            "es2022",
            "--module",
            "nodenext",
            "--types",
            "",
            "--skipLibCheck",
            "false",
        ])
        .args(files));
}
