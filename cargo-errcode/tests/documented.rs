//! The commands in `docs/catalog.md` print the output that is shown there. `ERRCODE_UPDATE=1`
//! updates the file.

#[expect(dead_code, reason = "the fixture is used by other tests")]
mod support;
#[path = "support/workspace.rs"]
mod workspace;

use std::{
    fs,
    path::{Path, PathBuf},
};
use support::{errcode_in, scratch};
use workspace::{binary, cargo};

/// Returns the binary of the example, which cargo builds unless it is up to date.
fn evaluation_service(root: &Path) -> PathBuf {
    cargo(root, &["build", "-p", "evaluation-service"]);
    binary("evaluation-service")
}

/// Returns the output of a command, truncated where the page shows `…`.
fn output(command: &str, directory: &Path, binary: &Path, written: &str) -> String {
    let out = scratch("documented");
    let line = command.replace(" site", &format!(" {}", out.display()));
    let mut words: Vec<String> =
        line.split(' ').skip(2).map(|word| word.trim_matches('\'').to_owned()).collect();
    if !command.contains(" rule ") {
        // Avoids another build.
        words.extend(
            ["--from", binary.to_str().unwrap(), "-p", "evaluation-service"].map(String::from),
        );
    }
    let run = errcode_in(directory, words.iter().map(String::as_str));
    assert_ne!(run.code, 2, "{command}\n{}", run.stderr);
    // CSV has CRLF line endings (RFC 4180), which editors would change in the page.
    let mut text = run.stdout.replace(out.to_str().unwrap(), "site").replace("\r\n", "\n");
    let shown = written.lines().count().saturating_sub(1);
    if written.ends_with("\n…\n") || written == "…\n" {
        text = text.lines().take(shown).map(|line| format!("{line}\n")).collect::<String>() + "…\n";
    }
    text
}

#[test]
fn the_catalog_page_is_real() {
    let root = support::repository();
    let binary = evaluation_service(root);
    let path = root.join("docs/catalog.md");
    let page = fs::read_to_string(&path).unwrap();
    let mut real = String::new();
    let mut rest = page.as_str();
    while let Some((before, after)) = rest.split_once("```console\n$ cargo errcode ") {
        let (arguments, after) = after.split_once('\n').unwrap();
        let (written, after) = after.split_once("```").unwrap();
        let command = format!("cargo errcode {arguments}");
        real += &format!(
            "{before}```console\n$ {command}\n{}```",
            output(&command, root, &binary, written)
        );
        rest = after;
    }
    real += rest;
    if std::env::var_os("ERRCODE_UPDATE").is_some() {
        fs::write(&path, &real).unwrap();
        return;
    }
    assert_eq!(real, page);
}
