//! Node and TypeScript's compiler.
//!
//! `ERRCODE_NODE_MODULES` names a `node_modules` with `typescript`, `html-validate`, `axe-core`, `playwright-core` and `ajv`; `.ci/run` installs them.

#![allow(unreachable_pub, reason = "other crates' tests take this file too")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The folder with these packages in it; `None`, and a line on standard error, where one is absent.
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

/// What the command prints; it must succeed.
#[track_caller]
pub fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{text}");
    text
}

/// Compiles these files of a directory, as strictly as TypeScript can.
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
