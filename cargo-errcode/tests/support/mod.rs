//! Runs the tool on the fixture.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Asserts the exit code and returns the output.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}\n{}", self.stdout, self.stderr);
        self.stdout
    }
}

/// Runs the tool in the fixture.
pub(crate) fn errcode<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Run {
    errcode_in(fixture(), arguments)
}

pub(crate) fn errcode_in<'a>(
    directory: &Path,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Run {
    errcode_building_in(&target(), directory, arguments)
}

/// Runs the tool in a directory, with another target directory.
pub(crate) fn errcode_building_in<'a>(
    target: &Path,
    directory: &Path,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Run {
    let mut command = command(target, directory, arguments);
    run(command.stdin(Stdio::null()).spawn().unwrap())
}

/// Runs the tool in the fixture with this standard input.
pub(crate) fn errcode_reading<'a>(
    input: &[u8],
    arguments: impl IntoIterator<Item = &'a str>,
) -> Run {
    let mut command = command(&target(), fixture(), arguments);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    run(child)
}

fn command<'a>(
    target: &Path,
    directory: &Path,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-errcode"));
    command.arg("errcode").args(arguments).current_dir(directory);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.env("CARGO_TARGET_DIR", target).env("CARGO_TERM_COLOR", "never");
    builds(&mut command);
    command.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    command
}

fn run(child: Child) -> Run {
    let output = child.wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Shares what cargo builds in these tests, so that the derive and its dependencies are built once.
pub(crate) fn builds(command: &mut Command) {
    command.env("CARGO_BUILD_BUILD_DIR", target()).env("CARGO_INCREMENTAL", "0");
    // The dependencies of the fixture are those of this workspace, so they are available offline.
    command.env("CARGO_NET_OFFLINE", "true");
    // The optimizer takes longer than all tests together; `.ci/run` waits for it.
    if std::env::var_os("ERRCODE_TEST_FULL").is_none() {
        command.env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0");
    }
}

/// Returns the root of this repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// Returns an empty directory with this name.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

/// Returns the target directory of the fixture, which is kept between runs. It is that of trybuild, which builds the
/// same derive.
pub(crate) fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("tests/trybuild")
}

/// Returns the copy of the fixture.
pub(crate) fn fixture() -> &'static Path {
    static FIXTURE: OnceLock<PathBuf> = OnceLock::new();
    FIXTURE.get_or_init(|| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixture");
        checkout(repository(), &path);
        path
    })
}

/// Copies the fixture to this path, with errcode-core from this repository.
pub(crate) fn checkout(repository: &Path, to: &Path) {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy(&own.join("tests/fixture"), to);
    let manifest = fs::read_to_string(own.join("tests/fixture/Cargo.toml")).unwrap();
    let core = repository.join("errcode-core");
    put(&to.join("Cargo.toml"), &manifest.replace("CORE", core.to_str().unwrap()));
    // The same versions as in this workspace, so that nothing is downloaded. Cargo shortens the file, perhaps for the
    // test of another process at this moment, so it is written once.
    let (versions, written) =
        (self::repository().join("Cargo.lock"), to.join("Cargo.lock.written"));
    let versions = fs::read_to_string(versions).unwrap();
    if fs::read_to_string(&written).ok().as_deref() != Some(&*versions) {
        put(&to.join("Cargo.lock"), &versions);
        put(&written, &versions);
    }
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, to) = {
            let entry = entry.unwrap();
            (entry.path(), to.join(entry.file_name()))
        };
        if path.is_dir() {
            copy(&path, &to);
        } else {
            put(&to, &fs::read_to_string(&path).unwrap());
        }
    }
}

/// Writes a file only if it changed, so that cargo rebuilds only changes. Tests of other processes never see a part of
/// it.
pub(crate) fn put(path: &Path, text: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        let part = path.with_added_extension(format!("{}.part", std::process::id()));
        fs::write(&part, text).unwrap();
        fs::rename(&part, path).unwrap();
    }
}

/// Returns the binary of `shop`, which is built once.
pub(crate) fn built() -> &'static str {
    static BINARY: OnceLock<String> = OnceLock::new();
    BINARY.get_or_init(|| built_with(&["-p", "shop"], "debug/shop"))
}

/// Builds a binary of the fixture and returns its path in the target directory.
pub(crate) fn built_with(selection: &[&str], path: &str) -> String {
    errcode([&["list"], selection].concat()).exits(0);
    let suffix = if path.contains('.') { "" } else { std::env::consts::EXE_SUFFIX };
    target().join(format!("{path}{suffix}")).to_str().unwrap().to_owned()
}
