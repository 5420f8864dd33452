//! `new`

use crate::{
    args::{self, Format},
    new::{Database, Kind, NewCrate, checkout, format, init_repository},
    output::{Color, Outcome, Result, count_of, print_json, print_text, warning},
};
use serde_json::json;
use std::path::Path;

pub(super) fn run(args: &args::New, color: Color) -> Result<Outcome> {
    let new = NewCrate {
        kind: args.kind,
        name: &args.name,
        database: args.database,
        errcode: args.errcode_path.as_deref().map(checkout).transpose()?,
    };
    let files = new.write(Path::new("."))?;
    let (kind, name) = (args.kind.as_str(), args.name.as_str());
    init_repository(Path::new(name));
    if !format(Path::new(name), &files) {
        warning("the sources are not formatted; run `cargo fmt`", color);
    }
    let steps = steps(args.kind, args.database, name);
    match args.format {
        Format::Text => print_text(&text(kind, name, files.len(), &steps))?,
        Format::Json => print_json(&json!({
            "kind": kind, "name": name, "files": files, "next_steps": steps,
        }))?,
    }
    Ok(Outcome::Clean)
}

fn text(kind: &str, name: &str, files: usize, steps: &[String]) -> String {
    let files = count_of(files, "file");
    let created = format!("created {kind} `{name}`: {files} in `{name}`\n\nnext steps:\n");
    let steps = steps.iter().enumerate().map(|(at, step)| format!("  {}. {step}\n", at + 1));
    created + &steps.collect::<String>()
}

fn steps(kind: Kind, database: Option<Database>, name: &str) -> Vec<String> {
    let mut steps = vec![format!("cd {name}")];
    if database == Some(Database::Postgres) {
        steps.push("export DATABASE_URL=postgres://…".to_owned());
    }
    steps.push("cargo test".to_owned());
    steps.push(match kind {
        Kind::Service => "cargo run, then: curl -i http://127.0.0.1:3000/notes/17".to_owned(),
        Kind::Bot => "cargo run -- 127.0.0.1:80 nowhere".to_owned(),
    });
    steps.push(
        "write your codes in `src/errors.rs`, then `cargo errcode lock` and commit the lock"
            .to_owned(),
    );
    steps
}
