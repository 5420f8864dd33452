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
    if !git(directory, &["rev-parse", "--git-dir"])?.status.success() {
        return Err(format!(
            "`{reference}` is not a file, and `{}` is not in a git repository",
            shown(directory)
        )
        .into());
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
    Ok(match remotes.lines().next() {
        Some(remote) if is_name(reference) => {
            format!(
                "{message}; fetch it with `git fetch --depth=1 {remote} {reference}:{reference}`"
            )
        }
        _ => message,
    })
}

/// Returns whether a remote may have a branch or tag of this name.
fn is_name(reference: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    reference != "HEAD" && reference.bytes().all(plain)
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
    let output = command.arg("-C").arg(directory).args(arguments).output();
    output.map_err(|error| format!("git: {error}").into())
}
