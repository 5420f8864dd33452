//! `diff`

use super::{exemptions, finish};
use crate::{
    args,
    codes::Codes,
    output::{Color, Outcome, Result, shown},
};
use errcode_catalog::{diff::diff, lock::Lock};
use std::{path::Path, process::Command};

pub(super) fn run(args: &args::Diff, color: Color) -> Result<Outcome> {
    let codes = Codes::load(&args.source, color)?;
    let old = other_side(args, &codes)?;
    let exemptions = exemptions(args.exemptions.as_deref(), &codes)?;
    let report = diff(&old, &codes.lock()?, &exemptions).located(&codes.data());
    finish(report, args.format, &codes, color)
}

/// Reads the other side: a file if there is one with that name, else a git ref.
fn other_side(args: &args::Diff, codes: &Codes) -> Result<Lock> {
    let against = args.against.as_str();
    let is_file = Path::new(against).exists() && !Path::new(against).is_dir();
    if is_file || against.starts_with("http://") || against.starts_with("https://") {
        return Codes::read(against, args.source.catalog.as_deref())?.lock();
    }
    let file = codes.path_of("errcode.lock.json");
    let name = format!("{against}:{}", shown(&file));
    Ok(Lock::parse(&name, &at_ref(against, &file)?)?)
}

/// Returns the lock as it was committed.
fn at_ref(reference: &str, file: &Path) -> Result<String> {
    let directory =
        file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Only a commit, not a range, the index or an option.
    if reference.is_empty() || reference.starts_with(['-', '^', ':']) || reference.contains("..") {
        return Err(format!("`{reference}` is neither a file nor a git ref").into());
    }
    let object =
        format!("{reference}:./{}", file.file_name().unwrap_or_default().to_string_lossy());
    let output = Command::new("git").arg("-C").arg(directory).args(["show", &object]).output();
    let output = output.map_err(|error| format!("git: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout)?);
    }
    let why = String::from_utf8_lossy(&output.stderr);
    Err(format!("`{reference}` is not a file, and git has no lock there: {}", why.trim()).into())
}
