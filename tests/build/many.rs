//! The enums of `tests/many.rs`: one from the list in `data/sample.tsv`, and a hundred with a hundred codes each.

use std::{fmt::Write as _, fs};

/// Returns the enums.
pub(crate) fn enums() -> String {
    println!("cargo::rerun-if-changed=data/sample.tsv");
    let list = fs::read_to_string("data/sample.tsv").expect("the list is there");
    let mut code = String::from("#[derive(Debug, errcode_core::AppError)]\npub enum Sample {\n");
    let mut values = String::new();
    for line in list.lines().filter(|line| !line.starts_with('#')) {
        let [name, number, status] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("not three columns: {line}")
        };
        writeln!(
            code,
            "    #[error(\"{name} of {{id}}\", code = \"{number}\", status = {status}, \
             user_msg = \"{name} {{id}}\")]\n    {name} {{ id: u32 }},"
        )
        .expect("a string takes everything");
        write!(values, "Sample::{name} {{ id: 7 }},").expect("a string takes everything");
    }
    writeln!(code, "}}\npub fn samples() -> Vec<Sample> {{ vec![{values}] }}")
        .expect("a string takes everything");
    writeln!(code, "errcode_core::catalog! {{ pub static SAMPLE = [Sample]; }}")
        .expect("a string takes everything");
    let mut names = String::new();
    for module in 0..100 {
        writeln!(
            code,
            "#[derive(Debug, errcode_core::AppError)]\n#[error(status = 404)]\npub enum M{module} {{"
        )
        .expect("a string takes everything");
        for variant in 0..100 {
            writeln!(
                code,
                "    #[error(\"m\", code = \"E{:05}\")] V{variant},",
                module * 100 + variant
            )
            .expect("a string takes everything");
        }
        writeln!(code, "}}").expect("a string takes everything");
        write!(names, "M{module},").expect("a string takes everything");
    }
    writeln!(
        code,
        "errcode_core::catalog! {{ pub static BIG = [{names}]; grammar = \"E{{module:1}}{{serial:4}}\"; }}"
    )
    .expect("a string takes everything");
    code
}
