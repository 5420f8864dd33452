//! Files as they were committed.

use crate::output::{Result, shown};
use std::{
    path::Path,
    process::{Command, Output},
};

/// The variables by which git, in a hook or in `rebase --exec`, names the repository that it works on
/// (`git rev-parse --local-env-vars`). With `GIT_DIR` git takes the current directory for the root of
/// the working tree, so a path relative to it would be another file.
const OF_REPOSITORY: [&str; 12] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// Returns the content of a file at a commit.
pub(crate) fn file_at(reference: &str, file: &Path) -> Result<String> {
    // Only a commit, not a range, the index or an option.
    if reference.is_empty() || reference.starts_with(['-', '^', ':']) || reference.contains("..") {
        return Err(format!("`{reference}` is neither a file nor a git ref").into());
    }
    let directory =
        file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let inside = git(directory, &["rev-parse", "--git-dir"])?;
    if !inside.status.success() {
        return Err(outside(reference, directory, &String::from_utf8_lossy(&inside.stderr)).into());
    }
    if !is_commit(directory, reference)? {
        return Err(unknown(directory, reference)?.into());
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let output = git(directory, &["show", &format!("{reference}:./{name}")])?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    let why = String::from_utf8_lossy(&output.stderr);
    Err(format!("`{}` cannot be read at `{reference}`: {}", shown(file), why.trim()).into())
}

/// Returns the message where git works on no repository. Git also refuses one that another user owns, as in the
/// container of a CI, and says what to do.
fn outside(reference: &str, directory: &Path, said: &str) -> String {
    let directory = shown(directory);
    if said.contains("not a git repository") {
        return format!(
            "`{reference}` is not a file, and `{directory}` is not in a git repository"
        );
    }
    let said = said.trim();
    let said = said.strip_prefix("fatal: ").unwrap_or(said);
    format!(
        "`{reference}` is not a file, and git does not read the repository of `{directory}`: {said}"
    )
}

/// Returns the message for an unknown ref. CI checks out a single branch, mostly without its history.
fn unknown(directory: &Path, reference: &str) -> Result<String> {
    let message = format!("`{reference}` is neither a file nor a git ref");
    let remotes = git(directory, &["remote"])?;
    let remotes = String::from_utf8_lossy(&remotes.stdout).into_owned();
    for remote in remotes.lines() {
        let branch = format!("{remote}/{reference}");
        if is_commit(directory, &branch)? {
            return Ok(format!("{message}; did you mean `{branch}`?"));
        }
    }
    Ok(match remotes.lines().find_map(|remote| fetch(remote, reference)) {
        Some(fetch) => format!("{message}; fetch it with `{fetch}`"),
        None if is_shallow(directory)? => {
            format!(
                "{message}; this clone has a part of the history only: `git fetch --unshallow` gets the rest"
            )
        }
        None => message,
    })
}

/// Returns the command that fetches a branch or tag, or a branch of a remote such as `origin/main`.
fn fetch(remote: &str, reference: &str) -> Option<String> {
    let of_remote = reference.strip_prefix(remote).and_then(|rest| rest.strip_prefix('/'));
    match of_remote {
        Some(name) => name
            .split('/')
            .all(is_name)
            .then(|| format!("git fetch --depth=1 {remote} {name}:refs/remotes/{remote}/{name}")),
        None => is_name(reference)
            .then(|| format!("git fetch --depth=1 {remote} {reference}:{reference}")),
    }
}

/// Returns whether a remote may have a branch or tag of this name, which is not the id of a commit.
fn is_name(reference: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let is_id = reference.len() >= 7 && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
    !["", "HEAD"].contains(&reference) && !is_id && reference.bytes().all(plain)
}

fn is_shallow(directory: &Path) -> Result<bool> {
    let said = git(directory, &["rev-parse", "--is-shallow-repository"])?;
    Ok(said.stdout.starts_with(b"true"))
}

fn is_commit(directory: &Path, reference: &str) -> Result<bool> {
    let commit = format!("{reference}^{{commit}}");
    Ok(git(directory, &["rev-parse", "--verify", "--quiet", &commit])?.status.success())
}

fn git(directory: &Path, arguments: &[&str]) -> Result<Output> {
    let mut command = Command::new("git");
    for variable in OF_REPOSITORY {
        command.env_remove(variable);
    }
    // Its messages are read.
    let output = command.env("LC_ALL", "C").arg("-C").arg(directory).args(arguments).output();
    output.map_err(|error| format!("git: {error}").into())
}
