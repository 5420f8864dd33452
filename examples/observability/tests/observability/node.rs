//! Checkers that run on Node.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// Returns the directory of Node's packages, or `None` and says so if one of these is not in it.
pub(crate) fn modules(needed: &[&str]) -> Option<PathBuf> {
    let found = env::var_os("ERRCODE_NODE_MODULES").map(PathBuf::from);
    let found = found.filter(|modules| needed.iter().all(|name| modules.join(name).exists()));
    if found.is_none() {
        println!("skipped: `ERRCODE_NODE_MODULES` has not all of {needed:?}");
    }
    found
}

/// A script of Node's.
pub(crate) struct Checker {
    script: PathBuf,
    modules: PathBuf,
}

impl Checker {
    /// A script in the directory of packages, or at an absolute path.
    pub(crate) fn new(modules: &Path, script: impl AsRef<Path>) -> Self {
        Self { script: modules.join(script), modules: modules.to_path_buf() }
    }

    /// Runs it and returns what it prints.
    #[track_caller]
    pub(crate) fn run(&self, directory: &Path, arguments: &[&str]) -> String {
        let output = Command::new("node")
            .arg(&self.script)
            .args(arguments)
            .current_dir(directory)
            .env("NODE_PATH", &self.modules)
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{printed}\n{complaints}");
        printed
    }
}
