//! `list`

use crate::{
    args::{List, ListFormat},
    codes::Codes,
    output::{Color, Outcome, Result, print},
};
use errcode_docs::{Docs, Filter, Format, table};

pub(super) fn run(args: &List, color: Color) -> Result<Outcome> {
    let mut manual = Codes::load(&args.source, color)?.manual();
    manual.retain(&filter(args));
    let file = |format| -> Result<String> {
        let files = Docs::new(&manual).files(format)?;
        let bytes = files.into_iter().next().map(|file| file.bytes).unwrap_or_default();
        Ok(String::from_utf8(bytes)?)
    };
    print(&match args.format {
        ListFormat::Table => table(&manual),
        ListFormat::Json => file(Format::Json)?,
        ListFormat::Csv => file(Format::Csv)?,
    })?;
    Ok(Outcome::Clean)
}

fn filter(args: &List) -> Filter {
    let mut filter = Filter::default();
    filter.module.clone_from(&args.module);
    filter.status = args.status;
    filter.category.clone_from(&args.category);
    filter.owner.clone_from(&args.owner);
    filter.retryable = args.retryable;
    filter
}
