//! `docs`

use super::language;
use crate::{
    args,
    codes::Codes,
    output::{Color, Outcome, Result, count_of, print_text, shown, warning},
    text_file,
};
use errcode_catalog::CatalogData;
use errcode_docs::{Docs, File, Format, Mode, Outcome as Put, PutError, put};
use std::path::Path;

pub(super) fn run(args: &args::Docs, color: Color) -> Result<Outcome> {
    let codes = Codes::load(&args.source, color)?;
    codes.note_formats(color);
    let data = codes.data_for(args.audience)?;
    let language = args.lang.as_deref().map(|name| language(&data, name)).transpose()?;
    check(&args.format, &data)?;
    let mut files = Vec::new();
    let mut docs = Docs::new(&data);
    if let Some(language) = language {
        docs = docs.in_language(language);
    }
    if let Some(path) = &args.openapi {
        docs = docs
            .openapi(&text_file::read(path)?)
            .map_err(|error| format!("{}: {error}", shown(path)))?;
        if !docs.has_operations() {
            warning(&without_codes(path), color);
        }
    }
    for format in &args.format {
        files.extend(docs.files(*format)?);
    }
    for template in &args.template {
        files.push(custom(&docs, template)?);
    }
    let mode = if args.check { Mode::Check } else { Mode::Write };
    match put(&args.out, &files, mode) {
        Ok(outcome) => {
            print_text(&told(&outcome, args))?;
            Ok(Outcome::Clean)
        }
        Err(stale @ PutError::Stale(_)) => {
            print_text(&format!("{stale}\n"))?;
            Ok(Outcome::Found)
        }
        Err(error) => Err(error.into()),
    }
}

/// Rejects formats that need bodies, which a lock and `/errors` do not have.
fn check(formats: &[Format], data: &CatalogData) -> Result<()> {
    let of_bodies = [Format::OpenApi, Format::TypeScript, Format::Schema, Format::Fixtures];
    let knows_bodies = data.entries().all(|entry| !entry.examples.is_empty());
    match formats.iter().find(|format| of_bodies.contains(format)) {
        Some(format) if !knows_bodies => Err(format!(
            "`{format}` needs the bodies of the codes, which a lock and `/errors` do not have; \
             read them from a binary or a catalog.json"
        )
        .into()),
        _ => Ok(()),
    }
}

fn without_codes(document: &Path) -> String {
    format!(
        "{}: no operation answers with a code of this catalog; errcode knows the codes by `x-error-codes`, which \
         `codes!` writes to each response",
        shown(document)
    )
}

fn told(outcome: &Put, args: &args::Docs) -> String {
    let files = |count| count_of(count, "file");
    let out = args.out.display();
    let mut text = match (outcome.written, outcome.unchanged) {
        (0, unchanged) => format!("{} in {out} up to date\n", files(unchanged)),
        (written, 0) => format!("{} written in {out}\n", files(written)),
        (written, unchanged) => {
            format!("{} written in {out}, {unchanged} up to date\n", files(written))
        }
    };
    for path in &outcome.left_over {
        text.push_str(&format!("{path} is no longer generated; delete it\n"));
    }
    text
}

fn custom(docs: &Docs<'_>, template: &Path) -> Result<File> {
    let name = template.file_name().unwrap_or_default().to_string_lossy();
    Ok(docs.custom(&name, &text_file::read(template)?)?)
}
