//! The commands.

mod adopt;
mod alerts;
mod completions;
mod diff;
mod docs;
mod drill;
mod explain;
mod lint;
mod list;
mod lock;
mod new;
mod next;
mod rule;

use crate::{
    args::{Args, Command, ReportFormat, Source},
    codes::Codes,
    output::{self, Color, Outcome, Result, print, print_escaped, print_text, shown},
    project::{NoCodes, packages_with_codes},
    snippet, text_file,
};
use errcode_catalog::{CatalogData, Exemptions, Report};
use std::path::Path;

pub(crate) fn run(args: &Args) -> Result<Outcome> {
    let color = args.color;
    match &args.command {
        Command::List(args) => list::run(args, color),
        Command::Explain(args) => explain::run(args, color),
        Command::Docs(args) => docs::run(args, color),
        Command::Lock(args) => lock::run(args, color),
        Command::Diff(args) => diff::run(args, color),
        Command::Lint(args) => lint::run(args, color),
        Command::New(args) => new::run(args, color),
        Command::Next(args) => next::run(args, color),
        Command::Alerts(args) => alerts::run(args, color),
        Command::Drill(args) => drill::run(args, color),
        Command::Rule(args) => rule::run(args),
        Command::Adopt(args) => adopt::run(args, color),
        Command::Completions(args) => completions::run(args),
    }
}

/// Runs a command on each package of the workspace that has codes. A package that cannot be read does not keep the
/// others from being looked at. JSON is one array, other formats follow each other.
fn each_package(
    source: &Source,
    is_json: bool,
    color: Color,
    run: impl Fn(&Source, &Codes) -> Result<Outcome>,
) -> Result<Outcome> {
    let (mut all, mut failed) = (Outcome::Clean, Vec::new());
    let mut before = "[\n";
    for name in packages_with_codes(&source.selection.manifest)? {
        let mut source = source.clone();
        source.selection.package = Some(name.clone());
        // A package may also name the derive without using it.
        let codes = match Codes::load(&source, color) {
            Ok(codes) if !codes.has_any() => continue,
            Err(error) if error.is::<NoCodes>() => continue,
            codes => codes,
        };
        print(if is_json { before } else { "" })?;
        before = ",\n";
        match codes.and_then(|codes| run(&source, &codes)) {
            Ok(Outcome::Clean) => {}
            Ok(Outcome::Found) => all = Outcome::Found,
            Err(error) => {
                print(if is_json { "null\n" } else { "" })?;
                output::error(&format!("{name}: {error}"), color);
                failed.push(name);
            }
        }
    }
    if before == "[\n" {
        return Err("no package of this workspace derives `AppError`".into());
    }
    print(if is_json { "]\n" } else { "" })?;
    if failed.is_empty() { Ok(all) } else { Err(format!("failed: {}", failed.join(", ")).into()) }
}

/// Prints the name of the package before its part of the output.
fn heading(source: &Source, workspace: bool) -> Result<()> {
    match &source.selection.package {
        Some(package) if workspace => print(&format!("# {package}\n")),
        _ => Ok(()),
    }
}

/// Returns the language of the catalog that a name means.
fn language<'d>(data: &'d CatalogData, name: &str) -> Result<&'d str> {
    data.language(name).ok_or_else(|| {
        let known = match data.languages.as_slice() {
            [] => "declares no languages".to_owned(),
            languages => format!("has {}", languages.join(", ")),
        };
        format!("unknown language `{name}`; the catalog {known}").into()
    })
}

/// Returns the catalog with its texts in the language with this name, if one is given.
fn in_language(data: CatalogData, name: Option<&str>) -> Result<CatalogData> {
    let Some(name) = name else { return Ok(data) };
    let language = language(&data, name)?.to_owned();
    Ok(data.in_language(&language))
}

/// Reads the exemptions from the given file, else from that of the package if it exists.
fn exemptions(named: Option<&Path>, codes: &Codes) -> Result<Exemptions> {
    Ok(match settings(named, codes, "errcode.exemptions.json")? {
        Some((name, text)) => Exemptions::parse(&name, &text)?,
        None => Exemptions::none(),
    })
}

/// Reads the given file, else that of the package if it exists. Returns its name and text.
fn settings(
    named: Option<&Path>,
    codes: &Codes,
    default: &str,
) -> Result<Option<(String, String)>> {
    let path = named.map_or_else(|| codes.path_of(default), Path::to_path_buf);
    if named.is_none() && !path.exists() {
        return Ok(None);
    }
    Ok(Some((shown(&path), text_file::read(&path)?)))
}

/// Prints the report of `diff` or `lint`.
fn finish(
    mut report: Report,
    format: ReportFormat,
    codes: &Codes,
    color: Color,
) -> Result<Outcome> {
    let excerpts = snippet::locate(&mut report, codes);
    match format {
        ReportFormat::Text => print(&snippet::report(&report, &excerpts, color))?,
        ReportFormat::Json => print_escaped(&report.to_json())?,
        ReportFormat::Markdown => print_text(&report.to_markdown())?,
    }
    Ok(Outcome::found(report.failed()))
}
