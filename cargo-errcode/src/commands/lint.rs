//! `lint`

use super::{each_package, exemptions, finish, heading, settings};
use crate::{
    args::{self, ReportFormat, Source},
    codes::{Codes, Linked, Unlisted},
    output::{Color, Outcome, Result},
};
use errcode_catalog::{
    Audience, CatalogData, Finding, LintLevel, LintLevels,
    lint::{Options, lint},
};

pub(super) fn run(args: &args::Lint, color: Color) -> Result<Outcome> {
    if args.workspace {
        let is_json = args.format == ReportFormat::Json;
        return each_package(&args.source, is_json, color, |source, codes| {
            one(args, source, codes, color)
        });
    }
    one(args, &args.source, &Codes::load(&args.source, color)?, color)
}

fn one(args: &args::Lint, source: &Source, codes: &Codes, color: Color) -> Result<Outcome> {
    if args.format != ReportFormat::Json {
        heading(source, args.workspace)?;
    }
    let exemptions = exemptions(args.exemptions.as_deref(), codes)?;
    let data = match codes.linked() {
        Some(linked) => CatalogData::of(&linked.distinct, Audience::Internal),
        None => codes.data_for(Audience::Internal)?,
    };
    let mut options = Options::default();
    options.require.clone_from(&args.require);
    options.without_explanations = codes.is_lock();
    options.internal_hosts.clone_from(&args.internal_host);
    let more = codes.linked().map(linked).unwrap_or_default();
    let levels = levels(args, codes)?;
    let report = lint(&data, &options, &exemptions).with(more, &exemptions).located(&data);
    let report = report.at_levels(&levels);
    finish(report, args.format, codes, color)
}

/// Returns the levels of the file, then those of the command line.
fn levels(args: &args::Lint, codes: &Codes) -> Result<LintLevels> {
    let mut levels = match settings(args.levels.as_deref(), codes, "errcode.lint.json")? {
        Some((name, text)) => LintLevels::parse(&name, &text)?,
        None => LintLevels::default(),
    };
    let given = [
        (&args.allow, LintLevel::Allow),
        (&args.warn, LintLevel::Warn),
        (&args.deny, LintLevel::Deny),
    ];
    for (rules, level) in given {
        for rule in rules {
            levels.set(rule, level)?;
        }
    }
    Ok(levels)
}

/// What to do about a type of which two versions are linked in.
const OF_ANOTHER_VERSION: &str =
    "let all crates need the same version; `cargo tree --duplicates` shows what needs which";

/// Returns findings that need the whole artifact.
fn linked(linked: &Linked) -> Vec<Finding> {
    let unlisted = linked.unlisted.iter().filter_map(|Unlisted { table, catalog, missing }| {
        let path = format!("{}::{}", table.module(), table.name());
        let code = table.rows().next().map(|spec| spec.code().to_string()).unwrap_or_default();
        let what = match missing {
            Some(missing) => {
                format!("is linked in, but not listed in `{catalog}`; add `{missing}`")
            }
            None => format!(
                "is linked in twice, and `{catalog}` lists that of another version of the crate"
            ),
        };
        let mut finding = Finding::of("type-unlisted", &code, format!("`{path}` {what}"))?;
        if missing.is_none() {
            finding.help = OF_ANOTHER_VERSION;
        }
        Some(finding)
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
