//! `adopt`

use crate::{
    adopt::{self, Adopted, Assigned, Catalog, Package, Plan, Response},
    args::{self, Format},
    output::{Color, Outcome, Result, count_of, print_json, print_text, warning},
    project::Project,
};
use serde_json::json;
use std::fmt::Write as _;

pub(super) fn run(args: &args::Adopt, color: Color) -> Result<Outcome> {
    let project = Project::select_alone(args.package.as_deref(), &args.manifest)?;
    let package = Package { directory: project.directory(), roots: project.source_roots() };
    let plan = adopt::plan(&package, &args.prefix, usize::from(args.digits))?;
    for text in &plan.warnings {
        warning(text, color);
    }
    if args.write {
        adopt::write(&plan.changed)?;
    }
    match args.format {
        Format::Text => print_text(&text(&plan, args.write, project.name()))?,
        Format::Json => print_json(&json(&plan, args.write))?,
    }
    if !project.depends_on_errcode() && !plan.changed.is_empty() {
        warning(
            &format!(
                "`{0}` does not depend on errcode-core yet; add the dependency",
                project.name()
            ),
            color,
        );
    }
    Ok(Outcome::Clean)
}

fn text(plan: &Plan, written: bool, service: &str) -> String {
    let mut text = String::new();
    for file in &plan.changed {
        for adopted in &file.types {
            // Writing to a `String` cannot fail.
            let internal = if adopted.internal { " (internal)" } else { "" };
            let _ = writeln!(text, "{}:{}: {}{internal}", file.shown, adopted.line, adopted.name);
            write_codes(&mut text, adopted);
        }
    }
    let types: usize = plan.changed.iter().map(|file| file.types.len()).sum();
    let codes = plan.changed.iter().flat_map(|file| &file.types).flat_map(|adopted| &adopted.codes);
    let codes = codes.filter(|assigned| assigned.code.is_some()).count();
    let _ = match (codes, written) {
        (0, _) if types == 0 => writeln!(text, "nothing to adopt"),
        (_, true) => {
            writeln!(
                text,
                "{} written; check the statuses",
                counted(codes, types, plan.changed.len())
            )
        }
        (_, false) => {
            writeln!(
                text,
                "{} to write; apply with --write",
                counted(codes, types, plan.changed.len())
            )
        }
    };
    if codes > 0 {
        text.push_str(&next_steps(plan, written, service));
    }
    for Catalog { file, is_there, text: catalog } in &plan.catalogs {
        let what = if *is_there { "new in the catalog of" } else { "catalog for" };
        let _ = writeln!(text, "\n{what} {file}:\n\n{catalog}");
    }
    text
}

/// Returns what is left to do by hand.
fn next_steps(plan: &Plan, written: bool, service: &str) -> String {
    let mut steps = Vec::new();
    if !written {
        steps.push("run this again with `--write`".to_owned());
    }
    if plan.catalogs.iter().any(|catalog| !catalog.is_there) {
        steps.push(format!("paste the catalog below, with the setting `service = \"{service}\";`"));
    } else if !plan.catalogs.is_empty() {
        steps.push("add the types below to the catalog".to_owned());
    }
    for Response { name, file, line } in &plan.responses {
        steps.push(format!(
            "replace `impl IntoResponse for {name}` ({file}:{line}) by `#[derive(errcode_axum::IntoResponse)]`"
        ));
    }
    if !plan.responses.is_empty() {
        let layer = "errcode_axum::ErrorLayer::new(&CATALOG)";
        steps.push(format!("add `.layer({layer})` to the router, after all routes"));
    }
    steps.push(
        "check the statuses, then run `cargo errcode lock` and `cargo errcode lint`".to_owned(),
    );
    let steps = steps.iter().enumerate().map(|(at, step)| format!("  {}. {step}\n", at + 1));
    format!("\nnext steps:\n{}", steps.collect::<String>())
}

/// Returns for example `3 codes in 1 type of 1 file`.
fn counted(codes: usize, types: usize, files: usize) -> String {
    let [codes, types, files] = [(codes, "code"), (types, "type"), (files, "file")]
        .map(|(count, name)| count_of(count, name));
    format!("{codes} in {types} of {files}")
}

fn write_codes(text: &mut String, adopted: &Adopted) {
    for Assigned { variant, code, status } in &adopted.codes {
        let _ = match (code, status) {
            (Some(code), Some(status)) => writeln!(text, "  {code}  {status}  {variant}"),
            _ => writeln!(text, "  transparent  {variant}"),
        };
    }
}

fn json(plan: &Plan, written: bool) -> serde_json::Value {
    let files = plan.changed.iter().map(|file| json!({ "file": file.shown, "types": file.types }));
    json!({ "written": written, "files": files.collect::<Vec<_>>(), "catalog": catalog(&plan.catalogs),
        "responses": plan.responses })
}

/// Returns the text of the catalog, or of several with the name of each root.
fn catalog(catalogs: &[Catalog]) -> Option<String> {
    match catalogs {
        [] => None,
        [catalog] => Some(catalog.text.clone()),
        several => {
            let texts =
                several.iter().map(|catalog| format!("// {}\n{}", catalog.file, catalog.text));
            Some(texts.collect::<Vec<_>>().join("\n"))
        }
    }
}
