//! `list`

use crate::{
    args::{List, ListFormat},
    codes::Codes,
    output::{Color, Outcome, Result, print},
};
use errcode_docs::{Audience, Docs, Filter, Format, list};

pub(super) fn run(args: &List, color: Color) -> Result<Outcome> {
    let mut manual = Codes::load(&args.source, color)?.manual(Audience::Internal);
    manual.retain(&Filter {
        module: args.module.clone(),
        status: args.status,
        category: args.category.clone(),
        owner: args.owner.clone(),
        retryable: args.retryable,
    });
    let file = |format| -> Result<String> {
        let files = Docs::new(&manual).files(format)?;
        let bytes = files.into_iter().next().map(|file| file.bytes).unwrap_or_default();
        Ok(String::from_utf8(bytes)?)
    };
    print(&match args.format {
        ListFormat::Table => list::table(&manual),
        ListFormat::Json => file(Format::Json)?,
        ListFormat::Csv => file(Format::Csv)?,
    })?;
    Ok(Outcome::Clean)
}
