//! Each query of the dashboards and rules, against what the examples emit: the evaluation service is scraped over HTTP,
//! the ticket bot does its demonstration, and all of it is logged in the dialect `ecs`.

mod emitted;
mod grafana;
mod kibana;
mod node;
mod prometheus;
mod promql;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Returns a file of this package.
fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(file(path)).unwrap()
}

/// Returns an empty directory for a test.
fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("observability").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}
