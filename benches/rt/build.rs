//! Ten thousand codes in a hundred enums, and the same codes as a perfect hash table, for the lookup.
use std::{env, fmt::Write as _, fs, path::Path};

fn main() {
    let mut code = String::new();
    let mut names = String::new();
    let mut table = phf_codegen::Map::new();
    for module in 0..100 {
        writeln!(code, "#[derive(Debug, errcode_core::AppError)]\n#[error(status = 404)]").unwrap();
        writeln!(code, "pub enum M{module} {{").unwrap();
        for variant in 0..100 {
            let number = module * 100 + variant;
            writeln!(code, "    #[error(\"m\", code = \"E{number:05}\")] V{variant},").unwrap();
            table.entry(format!("E{number:05}"), format!("{number}"));
        }
        writeln!(code, "}}").unwrap();
        write!(names, "M{module},").unwrap();
    }
    writeln!(code, "errcode_core::catalog! {{ pub static BIG = [{names}]; }}").unwrap();
    let table = table.build();
    writeln!(code, "pub static TABLE: phf::Map<&str, u32> = {table};").unwrap();
    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("big.rs"), code).unwrap();
    println!("cargo::rerun-if-changed=build.rs");
}
