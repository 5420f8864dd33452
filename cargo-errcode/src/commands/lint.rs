//! `lint`

use super::{exemptions, finish, settings};
use crate::{
    args,
    codes::{Codes, Linked},
    output::{Color, Outcome, Result},
};
use errcode_catalog::{
    Audience, CatalogData, Finding, Level, Levels,
    lint::{Options, lint},
};

pub(super) fn run(args: &args::Lint, color: Color) -> Result<Outcome> {
    let codes = Codes::load(&args.source, color)?;
    let exemptions = exemptions(args.exemptions.as_deref(), &codes)?;
    let data = match codes.linked() {
        Some(linked) => CatalogData::of(&linked.everything, Audience::Internal),
        None => codes.data_for(Audience::Internal)?,
    };
    let mut options = Options::default();
    options.require.clone_from(&args.require);
    options.without_explanations = codes.is_lock();
    options.internal_hosts.clone_from(&args.internal_host);
    let more = codes.linked().map(linked).unwrap_or_default();
    let levels = levels(args, &codes)?;
    let report = lint(&data, &options, &exemptions).with(more, &exemptions).located(&data);
    let report = report.at_levels(&levels);
    finish(report, args.format, &codes, color)
}

/// Returns the levels of the file, then those of the command line.
fn levels(args: &args::Lint, codes: &Codes) -> Result<Levels> {
    let mut levels = match settings(args.levels.as_deref(), codes, "errcode.lint.json")? {
        Some((name, text)) => Levels::parse(&name, &text)?,
        None => Levels::default(),
    };
    let given = [(&args.allow, Level::Allow), (&args.warn, Level::Warn), (&args.deny, Level::Deny)];
    for (rules, level) in given {
        for rule in rules {
            levels.set(rule, level)?;
        }
    }
    Ok(levels)
}

/// Returns findings that need the whole artifact.
fn linked(linked: &Linked) -> Vec<Finding> {
    let unlisted = linked.unlisted.iter().filter_map(|table| {
        let path = format!("{}::{}", table.module(), table.name());
        let code = table.rows().next().map(|spec| spec.code().to_string()).unwrap_or_default();
        Finding::of(
            "type-unlisted",
            &code,
            format!("`{path}` is linked in, but not listed in any catalog"),
        )
    });
    let unlinked = linked.unlinked.iter().filter_map(|name| {
        Finding::of(
            "crate-unlinked",
            name,
            format!("the codes of crate `{name}` are not linked in"),
        )
    });
    let mistakes = linked.mistakes.iter().filter_map(|mistake| {
        let (place, what) = mistake.split_once(": ").unwrap_or((mistake, ""));
        Finding::of(
            "text-file",
            place,
            format!("a line of a translation file has no effect: {what}"),
        )
    });
    unlisted.chain(unlinked).chain(mistakes).collect()
}
