//! Builds crates of others, with the dependencies of this workspace.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Runs cargo in a directory, with the target directory of this workspace: most of what is built is there. Returns what
/// it prints to stderr.
#[track_caller]
pub(crate) fn cargo(directory: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(directory);
    command.env("CARGO_TARGET_DIR", target()).env("CARGO_NET_OFFLINE", "true");
    command
        .env("CARGO_INCREMENTAL", "0")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    let output = command.output().unwrap();
    let [stdout, stderr] =
        [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert!(output.status.success(), "cargo {}\n{stdout}\n{stderr}", arguments.join(" "));
    stderr
}

fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

/// Returns the binary with this name that `cargo` built.
pub(crate) fn binary(name: &str) -> PathBuf {
    target().join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
