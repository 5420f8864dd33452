//! A fault drill exists in builds with the feature `inject` and in no others.

use errcode_core::drill::{DrillKey, HEADER};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{SystemTime, UNIX_EPOCH},
};

/// Builds the service alone, so that no other package's features are in it. What does not depend on features is built
/// already.
fn built(features: &[&str]) -> PathBuf {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let target = temporary.join("drill");
    let mut build = Command::new(env!("CARGO"));
    build
        .args(["build", "--quiet", "--bin", "errcode-tests-drill"])
        .args(features)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_BUILD_BUILD_DIR", temporary.parent().expect("a target directory"));
    assert!(build.status().expect("cargo").success());
    let name = format!("errcode-tests-drill{}", std::env::consts::EXE_SUFFIX);
    let binary = target.join("debug").join(&name);
    let kept = target.join(format!("{}-{name}", features.concat().replace('-', "")));
    fs::copy(binary, &kept).expect("the binary");
    kept
}

fn said(binary: &Path, order: &str) -> String {
    let run = Command::new(binary).args([HEADER, order]).output().expect("the service");
    assert!(run.status.success(), "{run:?}");
    String::from_utf8(run.stdout).expect("UTF-8")
}

fn has_the_header(binary: &Path) -> bool {
    let bytes = fs::read(binary).expect("the binary");
    bytes.windows(HEADER.len()).any(|window| window == HEADER.as_bytes())
}

#[test]
fn a_build_without_the_feature_knows_no_drill() {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
    let key = DrillKey::new("0123456789abcdef").expect("a key");
    let order = key.sign("E5004", "llm", 1.0, now + 600).expect("an order");

    let with = built(&["--features", "inject"]);
    assert_eq!(said(&with, &order), "503 E5004 true\n");
    assert_eq!(said(&with, &order.replace("E5004", "E5005")), "200 - false\n");
    assert!(has_the_header(&with));

    let without = built(&[]);
    assert_eq!(said(&without, &order), "200 - false\n");
    assert!(!has_the_header(&without));
}
