//! `diff --against REF`: the lock of this package, from any directory in which git runs the tool.

#![cfg(unix)]

#[expect(dead_code, reason = "the fixture is used by other tests")]
mod support;

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};
use support::{built, errcode, errcode_in, scratch};

/// A repository with the lock of `shop` in `shop`, and that of another crate in the root.
struct Repository(PathBuf);

impl Repository {
    fn new(name: &str) -> Self {
        let repository = Self(scratch(name));
        repository.git(&["init", "-q", "-b", "trunk"]);
        let shop = repository.0.join("shop");
        fs::create_dir(&shop).unwrap();
        let file = shop.join("errcode.lock.json");
        errcode(["lock", "--file", file.to_str().unwrap(), "--from", built()]).exits(0);
        let lock = fs::read_to_string(&file).unwrap();
        fs::write(&file, lock.replace("\"status\":404", "\"status\":410")).unwrap();
        let other = "[{\"errcode_lock\":1,\"service\":\"other\"}\n]\n";
        fs::write(repository.0.join("errcode.lock.json"), other).unwrap();
        repository.git(&["add", "."]);
        repository.git(&["commit", "-q", "-m", "Lock"]);
        repository.git(&["tag", "v1"]);
        repository
    }

    fn git(&self, arguments: &[&str]) {
        git(&self.0, arguments);
    }

    fn diff(&self, reference: &str) -> support::Run {
        errcode_in(&self.0.join("shop"), ["diff", "--against", reference, "--from", built()])
    }

    /// A script that compares with `v1` in the subfolder, and keeps the report.
    fn script(&self, path: &str) -> (PathBuf, PathBuf) {
        let (script, report) = (self.0.join(path), self.0.join("report.txt"));
        let tool = env!("CARGO_BIN_EXE_cargo-errcode");
        let text = format!(
            "#!/bin/sh\ncd shop && '{tool}' errcode diff --against v1 --from '{}' > '{}' 2>&1 || true\n",
            built(),
            report.display()
        );
        fs::write(&script, text).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        (script, report)
    }
}

fn git(directory: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .arg("-C")
        .arg(directory)
        .args(["-c", "user.name=x", "-c", "user.email=x@example.com"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

const CHANGED: &str = "error[wire-status]: S1001: the HTTP status changed: 410 → 404\n";

#[track_caller]
fn assert_compared(report: &Path) {
    let text = fs::read_to_string(report).unwrap();
    assert!(text.starts_with(CHANGED), "{text}");
    assert!(!text.contains("wire-added"), "the lock of the other crate: {text}");
    fs::remove_file(report).unwrap();
}

#[test]
fn a_ref_is_read_in_a_subfolder() {
    let repository = Repository::new("git-subfolder");
    for reference in ["v1", "trunk", "HEAD"] {
        let report = repository.diff(reference).exits(1);
        assert!(report.starts_with(CHANGED), "{report}");
        assert!(!report.contains("wire-added"), "{report}");
    }
    for no_ref in ["", "HEAD..HEAD", "^HEAD", ":", "-x"] {
        let run = errcode_in(
            &repository.0.join("shop"),
            ["diff", &format!("--against={no_ref}"), "--from", built()],
        );
        let message = format!("error: `{no_ref}` is neither a file nor a git ref\n");
        assert_eq!((run.code, run.stderr), (2, message));
    }
}

#[test]
fn a_hook_compares_the_same_lock() {
    let repository = Repository::new("git-hook");
    let (_, report) = repository.script(".git/hooks/pre-commit");
    repository.git(&["commit", "-q", "--allow-empty", "-m", "Hooked"]);
    assert_compared(&report);

    // In a linked worktree git sets GIT_DIR for hooks.
    let linked = scratch("git-hook-linked").join("tree");
    repository.git(&["worktree", "add", "-q", linked.to_str().unwrap(), "-b", "linked"]);
    git(&linked, &["commit", "-q", "--allow-empty", "-m", "Hooked"]);
    assert_compared(&report);
}

#[test]
fn rebase_and_inherited_variables_do_not_lead_elsewhere() {
    let repository = Repository::new("git-rebase");
    repository.git(&["commit", "-q", "--allow-empty", "-m", "Another"]);
    let (script, report) = repository.script("check.sh");
    repository.git(&["rebase", "-q", "--exec", script.to_str().unwrap(), "--root"]);
    assert_compared(&report);

    let status = Command::new(&script)
        .current_dir(&repository.0)
        .env("GIT_DIR", repository.0.join(".git"))
        .env("GIT_INDEX_FILE", "index")
        .env("GIT_PREFIX", "other/")
        .status();
    assert!(status.unwrap().success());
    assert_compared(&report);
}

#[test]
fn an_unknown_ref_names_the_one_of_the_remote() {
    let repository = Repository::new("git-remote");
    let clone = scratch("git-remote-clone").join("clone");
    git(&repository.0, &["checkout", "-q", "-b", "work"]);
    let (from, to) = (repository.0.to_str().unwrap(), clone.to_str().unwrap());
    git(&repository.0, &["clone", "-q", from, to]);
    let diff = |reference: &str| {
        let run =
            errcode_in(&clone.join("shop"), ["diff", "--against", reference, "--from", built()]);
        (run.code, run.stderr)
    };
    let message = "error: `trunk` is neither a file nor a git ref; did you mean `origin/trunk`?\n";
    assert_eq!(diff("trunk"), (2, message.to_owned()));
    let message = "error: `main` is neither a file nor a git ref; \
        fetch it with `git fetch --depth=1 origin main:main`\n";
    assert_eq!(diff("main"), (2, message.to_owned()));
    let message = "error: `origin/release/2` is neither a file nor a git ref; \
        fetch it with `git fetch --depth=1 origin release/2:refs/remotes/origin/release/2`\n";
    assert_eq!(diff("origin/release/2"), (2, message.to_owned()));
    // None of these can be fetched.
    for reference in ["HEAD~9", "HEAD:shop", "main^{tree}", "$(id)", "0123abc", "origin/$(id)"] {
        let message = format!("error: `{reference}` is neither a file nor a git ref\n");
        assert_eq!(diff(reference), (2, message));
    }

    let shallow = scratch("git-shallow").join("clone");
    let url = format!("file://{from}");
    git(&repository.0, &["clone", "-q", "--depth=1", &url, shallow.to_str().unwrap()]);
    let run = errcode_in(&shallow.join("shop"), ["diff", "--against", "HEAD~1", "--from", built()]);
    assert_eq!(
        run.stderr,
        "error: `HEAD~1` is neither a file nor a git ref; this clone has a part of the history only: \
         `git fetch --unshallow` gets the rest\n"
    );

    fs::remove_dir_all(clone.join(".git")).unwrap();
    let outside = scratch("git-none");
    let run = Command::new(env!("CARGO_BIN_EXE_cargo-errcode"))
        .args(["diff", "--against", "v1", "--from", built()])
        .current_dir(&outside)
        .env("GIT_CEILING_DIRECTORIES", outside.parent().unwrap())
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(run.stderr).unwrap(),
        "error: `v1` is not a file, and `.` is not in a git repository\n"
    );
}

/// Git says why, and what to do.
#[test]
fn a_repository_that_git_does_not_read_is_reported() {
    let repository = Repository::new("git-refused");
    fs::write(repository.0.join(".git/config"), "[core]\n\trepositoryformatversion = 99\n")
        .unwrap();
    let run = repository.diff("v1");
    let message = "error: `v1` is not a file, and git does not read the repository of `.`: ";
    assert!(run.stderr.starts_with(message) && run.stderr.contains("99"), "{}", run.stderr);
}

#[test]
fn a_commit_without_the_lock_is_reported() {
    let repository = Repository::new("git-no-lock");
    repository.git(&["rm", "-q", "--cached", "shop/errcode.lock.json"]);
    repository.git(&["commit", "-q", "-m", "Without"]);
    let run = repository.diff("HEAD");
    assert!(
        run.stderr.starts_with("error: `errcode.lock.json` cannot be read at `HEAD`: "),
        "{}",
        run.stderr
    );
}
