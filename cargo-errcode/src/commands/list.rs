//! `list`

use super::{each_package, heading, in_language};
use crate::{
    args::{List, ListFormat, Source, Status},
    codes::Codes,
    output::{Color, Outcome, Result, print_csv, print_escaped, print_text},
    table::table,
};
use errcode_catalog::{CatalogData, Filter};
use errcode_docs::{Docs, Format};
use std::collections::BTreeSet;

pub(super) fn run(args: &List, color: Color) -> Result<Outcome> {
    if args.workspace {
        let is_json = args.format == ListFormat::Json;
        return each_package(&args.source, is_json, color, |source, codes| {
            one(args, source, codes)
        });
    }
    one(args, &args.source, &Codes::load(&args.source, color)?)
}

fn one(args: &List, source: &Source, codes: &Codes) -> Result<Outcome> {
    let mut data = in_language(codes.data(), args.lang.as_deref())?;
    let filter = filter(args);
    check(&filter, &data)?;
    data.retain(&filter);
    let file = |format| -> Result<String> {
        let files = Docs::new(&data).files(format)?;
        let bytes = files.into_iter().next().map(|file| file.bytes).unwrap_or_default();
        Ok(String::from_utf8(bytes)?)
    };
    match args.format {
        ListFormat::Table => {
            heading(source, args.workspace)?;
            print_text(&table(&data))?;
        }
        ListFormat::Json => print_escaped(&file(Format::Json)?)?,
        ListFormat::Csv => print_csv(&file(Format::Csv)?)?,
    }
    Ok(Outcome::Clean)
}

/// Rejects a module or owner that no code has, which is most likely a typo.
fn check(filter: &Filter, data: &CatalogData) -> Result<()> {
    let keeps_any = |only: Filter| {
        let mut data = data.clone();
        data.retain(&only);
        data.entries().next().is_some()
    };
    let mut only = Filter::default();
    only.module.clone_from(&filter.module);
    if let Some(module) = filter.module.as_ref().filter(|_| !keeps_any(only)) {
        let names = data.modules.iter().map(|(number, name)| format!("{number} = {name}"));
        let names = names.collect::<Vec<_>>().join(", ");
        let known =
            if names.is_empty() { String::new() } else { format!("; the catalog has {names}") };
        return Err(format!("no code belongs to module `{module}`{known}").into());
    }
    let mut only = Filter::default();
    only.owner.clone_from(&filter.owner);
    if let Some(owner) = filter.owner.as_ref().filter(|_| !keeps_any(only)) {
        let sources = data.entries().filter_map(|entry| entry.source.as_ref());
        let owners: BTreeSet<&str> = sources.filter_map(|source| source.owner.as_deref()).collect();
        if owners.is_empty() {
            return Err(format!("unknown owner `{owner}`; no code has an owner").into());
        }
        let known = Vec::from_iter(owners).join(", ");
        return Err(format!("unknown owner `{owner}`; the owners are: {known}").into());
    }
    Ok(())
}

fn filter(args: &List) -> Filter {
    let mut filter = Filter::default();
    filter.module.clone_from(&args.module);
    match args.status {
        Some(Status::One(status)) => filter.status = Some(status),
        Some(Status::Class(class)) => filter.status_class = Some(class),
        None => {}
    }
    filter.category = args.category;
    filter.owner.clone_from(&args.owner);
    filter.retryable = args.retryable;
    filter
}
