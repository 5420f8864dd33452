//! Each command end to end, on a small workspace that is built once.

mod support;

use serde_json::Value;
use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};
use support::{Run, built, errcode, fixture, scratch};

/// The fixture's shop, read from its binary.
fn shop(arguments: &[&str]) -> Run {
    let binary = built().to_str().unwrap();
    errcode([arguments, &["--from", binary]].concat())
}

#[test]
fn list_is_sorted_and_aligned() {
    let list = shop(&["list"]);
    assert_eq!(list.code, 0);
    insta(&list.stdout, "");
}
