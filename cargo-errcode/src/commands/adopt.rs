//! `adopt`

use crate::{
    adopt::{Adopted, Assigned, Changed, plan},
    args::{self, Format},
    output::{Color, Outcome, Result, print, print_json, warning},
    project::Project,
};
use serde_json::json;
use std::{fmt::Write as _, fs, path::Path};

pub(super) fn run(args: &args::Adopt, color: Color) -> Result<Outcome> {
    let project = Project::select(args.package.as_deref(), args.manifest_path.as_deref())?;
    let changed = plan(&project.source_directories(), &args.prefix, usize::from(args.digits))?;
    if args.write {
        for file in &changed {
            fs::write(&file.path, &file.text).map_err(|error| format!("{}: {error}", file.path.display()))?;
        }
    }
    match args.format {
        Format::Text => print(&text(&changed, project.directory(), args.write))?,
        Format::Json => print_json(&json(&changed, project.directory(), args.write))?,
    }
    if !project.depends_on_errcode() && !changed.is_empty() {
        warning(
            &format!(
                "`{0}` does not depend on errcode-core yet: cargo add errcode-core -p {0}",
                project.name()
            ),
            color,
        );
    }
    Ok(Outcome::Clean)
}

fn text(changed: &[Changed], directory: &Path, written: bool) -> String {
    let mut text = String::new();
    for file in changed {
        for adopted in &file.types {
            // Writing to a `String` cannot fail.
            let _ = writeln!(text, "{}:{}: {}", shown(&file.path, directory), adopted.line, adopted.name);
            write_codes(&mut text, adopted);
        }
    }
    let types: usize = changed.iter().map(|file| file.types.len()).sum();
    let codes = changed.iter().flat_map(|file| &file.types).flat_map(|adopted| &adopted.codes);
    let codes = codes.filter(|assigned| assigned.code.is_some()).count();
    let done =
        if written { "were written; check the statuses" } else { "would be written; add --write to do it" };
    let _ = writeln!(text, "{codes} codes in {types} types of {} files {done}", changed.len());
    text
}

fn write_codes(text: &mut String, adopted: &Adopted) {
    for Assigned { variant, code, status } in &adopted.codes {
        let _ = match (code, status) {
            (Some(code), Some(status)) => writeln!(text, "  {code}  {status}  {variant}"),
            _ => writeln!(text, "  transparent  {variant}"),
        };
    }
}

fn json(changed: &[Changed], directory: &Path, written: bool) -> serde_json::Value {
    let files =
        changed.iter().map(|file| json!({ "file": shown(&file.path, directory), "types": file.types }));
    json!({ "written": written, "files": files.collect::<Vec<_>>() })
}

fn shown(path: &Path, directory: &Path) -> String {
    path.strip_prefix(directory).unwrap_or(path).display().to_string().replace('\\', "/")
}
