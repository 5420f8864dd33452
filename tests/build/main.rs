//! Writes the sources that tests include.

mod formats;
mod many;

use std::{env, fs, path::Path};

fn main() {
    println!("cargo::rerun-if-changed=build");
    let out = env::var("OUT_DIR").expect("cargo sets it");
    for (name, source) in [("many.rs", many::enums()), ("formats.rs", formats::matrix())] {
        fs::write(Path::new(&out).join(name), source).expect("the folder takes the file");
    }
}
