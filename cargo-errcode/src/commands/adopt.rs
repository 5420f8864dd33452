//! `adopt`

use crate::{
    adopt::{self, Adopted, Assigned, Catalog, Layer, Package, Plan, Removed},
    args::{self, Format},
    output::{Color, Outcome, Result, count_of, print_json, print_text, warning},
    project::Project,
};
use serde_json::json;
use std::fmt::Write as _;

/// The version of axum that `errcode-axum` is for.
const AXUM: (u64, u64) = (0, 8);

pub(super) fn run(args: &args::Adopt, color: Color) -> Result<Outcome> {
    let project = Project::select_alone(args.package.as_deref(), &args.manifest)?;
    let package = Package {
        name: project.name(),
        directory: project.directory(),
        roots: project.source_roots(),
        has_library: project.has_library(),
    };
    let plan = adopt::plan(&package, &args.prefix, usize::from(args.digits))?;
    for text in &plan.warnings {
        warning(text, color);
    }
    if args.write {
        adopt::write(&plan.changed)?;
    }
    match args.format {
        Format::Text => print_text(&text(&plan, args.write, &project))?,
        Format::Json => print_json(&json(&plan, args.write))?,
    }
    Ok(Outcome::Clean)
}

fn text(plan: &Plan, written: bool, project: &Project) -> String {
    let mut text = String::new();
    for file in &plan.changed {
        for adopted in &file.types {
            // Writing to a `String` cannot fail.
            let internal = if adopted.internal { " (internal)" } else { "" };
            let _ = writeln!(text, "{}:{}: {}{internal}", file.shown, adopted.line, adopted.name);
            write_codes(&mut text, adopted);
        }
    }
    let types: Vec<&Adopted> = plan.changed.iter().flat_map(|file| &file.types).collect();
    let codes = types.iter().flat_map(|adopted| &adopted.codes);
    let codes = codes.filter(|assigned| assigned.code.is_some()).count();
    if types.is_empty() {
        return text + "nothing to adopt\n";
    }
    let files = plan.changed.iter().filter(|file| !file.types.is_empty()).count();
    let counted = counted(codes, types.len(), files);
    let done = if written { "written" } else { "to write; apply with --write" };
    let _ = writeln!(text, "{counted} {done}");
    text.push_str(&more(plan, written));
    if codes > 0 {
        text.push_str(&next_steps(plan, written, project));
    }
    for Catalog { file, is_there, text: catalog, .. } in &plan.catalogs {
        let what = if *is_there { "new in the catalog of" } else { "catalog for" };
        let _ = writeln!(text, "\n{what} {file}:\n\n{catalog}");
    }
    text
}

/// Returns what changes beside the types and their codes.
fn more(plan: &Plan, written: bool) -> String {
    let mut more: Vec<String> = plan
        .removed
        .iter()
        .map(|Removed { name, file, line, .. }| format!("{file}:{line}: `{name}` is removed"))
        .collect();
    if let Layer::Added(file) = &plan.layer {
        more.push(format!("{file}: the router gets the layer"));
    }
    if more.is_empty() {
        return String::new();
    }
    let also = if written { "also written" } else { "also to write" };
    format!("\n{also}:\n{}", more.iter().map(|line| format!("  {line}\n")).collect::<String>())
}

/// Returns what is left to do by hand.
fn next_steps(plan: &Plan, written: bool, project: &Project) -> String {
    let mut steps = Vec::new();
    if !written {
        steps.push("run this again with `--write`".to_owned());
    }
    if let Some(required) = project.excludes("axum", AXUM).filter(|_| !plan.removed.is_empty()) {
        steps.push(format!("update axum from {required} to 0.8, which errcode-axum is for"));
    }
    let axum = if plan.removed.is_empty() { &[][..] } else { &["errcode-axum"] };
    let needs_log = plan.layer != Layer::None && !plan.has_log && project.has_program();
    let log = if needs_log { &["errcode-runtime"][..] } else { &[] };
    let needed = [&["errcode-core"], axum, log].concat();
    let missing: Vec<&str> = needed.into_iter().filter(|name| !project.depends_on(name)).collect();
    if !missing.is_empty() {
        let repository = env!("CARGO_PKG_REPOSITORY");
        let (package, missing) = (project.name(), missing.join(" "));
        steps.push(format!("run `cargo add -p {package} --git {repository} {missing}`"));
    }
    if let Layer::ByHand(routers) = &plan.layer {
        let layer = "errcode_axum::ErrorLayer::new(&crate::CATALOG)";
        let places =
            if routers.is_empty() { String::new() } else { format!(" ({})", routers.join(", ")) };
        steps.push(format!("add `.layer({layer})` to the router, after all routes{places}"));
    }
    if needs_log {
        steps.push(
            "call `errcode_runtime::init()` at the start of `main`: without a log, nobody sees the failures"
                .to_owned(),
        );
    }
    for Removed { name, .. } in plan.removed.iter().filter(|removed| removed.headers) {
        steps.push(format!("`{name}` mentioned headers: write those of an error as `headers(…)`"));
    }
    if !plan.removed.is_empty() {
        steps.push(
            "run `cargo fix --allow-dirty`, which removes unused imports, and delete what only the removed code used"
                .to_owned(),
        );
    }
    if !plan.removed.is_empty() {
        steps.push(
            "clients get another body with neutral messages: add `user_msg` or `public`; a `BodyFormat` keeps the old \
             body"
                .to_owned(),
        );
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
    let files = plan
        .changed
        .iter()
        .filter(|file| !file.types.is_empty())
        .map(|file| json!({ "file": file.shown, "types": file.types }));
    json!({ "written": written, "files": files.collect::<Vec<_>>(), "catalog": catalog(&plan.catalogs),
        "removed": plan.removed })
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
