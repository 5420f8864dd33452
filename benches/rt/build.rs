//! Ten thousand codes in a hundred enums, for the lookup.
use std::{env, fmt::Write as _, fs, path::Path};

fn main() {
    let mut code = String::new();
    let mut names = String::new();
    for module in 0..100 {
        writeln!(code, "#[derive(Debug, errcode_core::AppError)]").unwrap();
        writeln!(code, "#[error(status = 404)]\npub enum M{module} {{").unwrap();
        for variant in 0..100 {
            writeln!(code, "    #[error(\"m\", code = \"E{:05}\")] V{variant},", module * 100 + variant).unwrap();
        }
        writeln!(code, "}}").unwrap();
        write!(names, "M{module},").unwrap();
    }
    writeln!(code, "errcode_core::catalog! {{ pub static BIG = [{names}]; }}").unwrap();
    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("big.rs"), code).unwrap();
    println!("cargo::rerun-if-changed=build.rs");
}
