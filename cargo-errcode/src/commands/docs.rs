//! `docs`

use crate::{
    args,
    codes::Codes,
    output::{Color, Outcome, Result, print},
};
use errcode_docs::{Audience, Docs, File, Format, Manual, Mode, PutError, put};
use std::{fs, path::Path};

pub(super) fn run(args: &args::Docs, color: Color) -> Result<Outcome> {
    let audience: Audience = args.audience.parse()?;
    let formats =
        args.format.iter().map(|name| name.parse()).collect::<std::result::Result<Vec<Format>, _>>()?;
    let manual = Codes::load(&args.source, color)?.manual_for(audience)?;
    let mut files = Vec::new();
    for format in formats {
        files.extend(Docs::new(&manual).files(format)?);
    }
    for template in &args.template {
        files.push(custom(&manual, template)?);
    }
    let mode = if args.check { Mode::Check } else { Mode::Write };
    match put(&args.out, &files, mode) {
        Ok(_) => {
            let done = match (files.len(), args.check) {
                (1, true) => "file is up to date",
                (_, true) => "files are up to date",
                (1, false) => "file was written",
                (_, false) => "files were written",
            };
            print(&format!("{} {done} in {}\n", files.len(), args.out.display()))?;
            Ok(Outcome::Clean)
        }
        Err(stale @ PutError::Stale(_)) => {
            print(&format!("{stale}\n"))?;
            Ok(Outcome::Found)
        }
        Err(error) => Err(error.into()),
    }
}

fn custom(manual: &Manual, template: &Path) -> Result<File> {
    let text = fs::read_to_string(template).map_err(|error| format!("{}: {error}", template.display()))?;
    let name = template.file_name().unwrap_or_default().to_string_lossy();
    Ok(Docs::new(manual).custom(&name, &text)?)
}
