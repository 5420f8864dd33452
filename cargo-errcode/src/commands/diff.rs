//! `diff`

use super::{exemptions, finish};
use crate::{
    args,
    codes::Codes,
    git, http,
    output::{Color, Outcome, Result, shown},
};
use errcode_catalog::{diff::diff, lock::Lock};
use std::path::Path;

pub(super) fn run(args: &args::Diff, color: Color) -> Result<Outcome> {
    let codes = Codes::load(&args.source, color)?;
    let old = other_side(args, &codes)?;
    let exemptions = exemptions(args.exemptions.as_deref(), &codes)?;
    let report = diff(&old, &codes.lock()?, &exemptions).located(&codes.data());
    finish(report, args.format, &codes, color)
}

/// Reads the other side: a file if there is one with that name, else a git ref.
fn other_side(args: &args::Diff, codes: &Codes) -> Result<Lock> {
    let against = args.against.as_os_str();
    let is_file = Path::new(against).exists() && !Path::new(against).is_dir();
    if is_file || http::address(against).is_some() {
        return Codes::read(against, args.source.catalog.as_deref())?.lock();
    }
    let file = codes.path_of("errcode.lock.json");
    let against = against.to_string_lossy();
    let name = format!("{against}:{}", shown(&file));
    Ok(Lock::parse(&name, &git::file_at(&against, &file)?)?)
}
