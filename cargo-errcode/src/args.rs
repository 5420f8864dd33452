//! The command line as it was typed.

use crate::{output::Color, promql::Matcher};
use clap::{
    Parser, Subcommand, ValueEnum, ValueHint,
    builder::{PossibleValuesParser, TypedValueParser},
};
use errcode_catalog::{Audience, lint::Requirement};
use errcode_core::Category;
use errcode_docs as docs;
use std::{path::PathBuf, str::FromStr};

/// The error codes of a crate or of a shipped binary.
///
/// Builds the crate and reads the codes that its types left in the artifact; nothing of the crate's own code is run. `--from` reads them from a
/// binary, a lock file, a catalog.json or a running service instead.
#[derive(Debug, Parser)]
#[command(
    name = "errcode",
    bin_name = "cargo errcode",
    version,
    after_help = "Exit codes: 0 done, 1 something was found, 2 wrong usage or unreadable codes.\n\n\
                  Examples:\n  cargo errcode list\n  cargo errcode explain E2001\n  cargo errcode lock --check\n  \
                  cargo errcode list --from /usr/bin/service"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When to color the output
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub(crate) color: Color,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(List),
    Explain(Explain),
    Docs(Docs),
    Lock(Lock),
    Diff(Diff),
    Lint(Lint),
    Next(Next),
    Alerts(Alerts),
    Rule(Rule),
    Adopt(Adopt),
    Completions(Completions),
}

/// Where the codes come from.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Where the codes come from")]
pub(crate) struct Source {
    /// Read a binary, library, lock file, catalog.json or http:// address instead of building; `-` is standard input
    #[arg(long, value_name = "BINARY|FILE|URL", value_hint = ValueHint::AnyPath, conflicts_with_all = ["bin", "lib", "features", "all_features", "no_default_features", "release", "manifest_path"])]
    pub(crate) from: Option<String>,
    /// The catalog, where an artifact declares several: its name, or `module::NAME`
    #[arg(long, value_name = "NAME")]
    pub(crate) catalog: Option<String>,
    #[command(flatten)]
    pub(crate) selection: Selection,
}

/// What cargo builds.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Selection {
    /// The package [default: that of the current directory, else `package` of `[workspace.metadata.errcode]`]
    ///
    /// With `--from`, the package whose sources, lock and exemptions belong to the file.
    #[arg(short, long, value_name = "SPEC")]
    pub(crate) package: Option<String>,
    /// The binary, where the package has several
    #[arg(long, value_name = "NAME")]
    pub(crate) bin: Option<String>,
    /// The library, not a binary
    #[arg(long, conflicts_with = "bin")]
    pub(crate) lib: bool,
    /// Space or comma separated features
    #[arg(short = 'F', long, value_name = "FEATURES")]
    pub(crate) features: Vec<String>,
    /// All features
    #[arg(long)]
    pub(crate) all_features: bool,
    /// Without the default features
    #[arg(long)]
    pub(crate) no_default_features: bool,
    /// With the release profile
    #[arg(short, long)]
    pub(crate) release: bool,
    /// Path to Cargo.toml
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) manifest_path: Option<PathBuf>,
}

/// How a result is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// How a report is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people, with the lines of the source
    #[default]
    Text,
    /// For programs
    Json,
    /// For a pull request
    Markdown,
}

/// How the list is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// Aligned columns
    #[default]
    Table,
    /// The whole catalog
    Json,
    /// For spreadsheets
    Csv,
}

/// Lists every code, sorted.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  cargo errcode list --status 409\n  cargo errcode list --retryable true --format json\n  cargo errcode list --from target/release/service"
)]
pub(crate) struct List {
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ListFormat,
    /// Only codes of this module: its name or number in the grammar, or a path of Rust
    #[arg(long)]
    pub(crate) module: Option<String>,
    /// Only codes with this HTTP status
    #[arg(long, value_parser = clap::value_parser!(u16).range(400..=599))]
    pub(crate) status: Option<u16>,
    /// Only codes of this category
    #[arg(long, value_parser = one_of::<Category>(Category::ALL.map(Category::as_str)))]
    pub(crate) category: Option<Category>,
    /// Only codes of this owner
    #[arg(long)]
    pub(crate) owner: Option<String>,
    /// Only codes that are retryable, at least at times, or that are not
    #[arg(long, value_name = "BOOL")]
    pub(crate) retryable: Option<bool>,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Explains a code, or the code behind a message that a customer pasted.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  cargo errcode explain E2001\n  cargo errcode explain e2001\n  cargo errcode explain '项目 17 不存在'"
)]
pub(crate) struct Explain {
    /// A code or alias in any case, a retired code, or a message as clients see it
    #[arg(required = true, value_name = "CODE-OR-TEXT")]
    pub(crate) query: Vec<String>,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Writes the documentation.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  cargo errcode docs --format html --out site\n  cargo errcode docs --format md,openapi,ts --out docs\n  cargo errcode docs --format md --out docs --check\n  cargo errcode docs --template errors.go.j2 --out client"
)]
pub(crate) struct Docs {
    /// What to write, of each as many files as it takes
    #[arg(long, value_delimiter = ',', required_unless_present = "template", value_parser = one_of::<docs::Format>(docs::Format::ALL.map(docs::Format::as_str)))]
    pub(crate) format: Vec<docs::Format>,
    /// The directory to write to
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) out: PathBuf,
    /// Write nothing; fail where the files are not what would be written
    #[arg(long)]
    pub(crate) check: bool,
    /// Who reads it; internal adds internal codes and places in the source
    #[arg(long, value_name = "AUDIENCE", default_value_t, value_parser = one_of::<Audience>(["public", "internal"]))]
    pub(crate) audience: Audience,
    /// A minijinja template of a file of one's own; it is written without its `.j2`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) template: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Writes or checks errcode.lock.json, the committed public face of the codes.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  cargo errcode lock\n  cargo errcode lock --check\n  cargo errcode lock --schema"
)]
pub(crate) struct Lock {
    /// Write nothing; fail where the file is not up to date
    #[arg(long)]
    pub(crate) check: bool,
    /// Print the JSON Schema of the file
    #[arg(long, conflicts_with = "check")]
    pub(crate) schema: bool,
    /// The file [default: errcode.lock.json beside the package's Cargo.toml]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Tells what changed for clients, operators and callers.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exits with 1 where something breaks clients and no exemption lets it.\n\nExamples:\n  cargo errcode diff --against main\n  cargo errcode diff --against v1.4.0 --format markdown\n  cargo errcode diff --against /usr/bin/service\n  cargo errcode diff --against old.lock.json --from errcode.lock.json"
)]
pub(crate) struct Diff {
    /// A lock file, a catalog.json, a binary, or a git ref that has a lock file
    #[arg(long, value_name = "FILE|GIT-REF|BINARY")]
    pub(crate) against: String,
    /// Exemptions [default: errcode.exemptions.json beside the package's Cargo.toml, where it exists]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) exemptions: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ReportFormat,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Checks the codes: unique across everything linked, of the right form, fit to be read.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  cargo errcode lint\n  cargo errcode lint --require owner,runbook\n  cargo errcode lint --internal-host corp.example"
)]
pub(crate) struct Lint {
    /// What every code must say
    #[arg(long, value_name = "FACT", value_delimiter = ',', value_parser = one_of::<Requirement>(Requirement::ALL.map(Requirement::as_str)))]
    pub(crate) require: Vec<Requirement>,
    /// Host names that public texts must not contain
    #[arg(long, value_name = "HOST", value_delimiter = ',')]
    pub(crate) internal_host: Vec<String>,
    /// Exemptions [default: errcode.exemptions.json beside the package's Cargo.toml, where it exists]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) exemptions: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ReportFormat,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Finds the next free code by the catalog's grammar.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  cargo errcode next --module project --kind business\n  cargo errcode next --module 2"
)]
pub(crate) struct Next {
    /// The module's name or number
    #[arg(long)]
    pub(crate) module: Option<String>,
    /// The kind's name or number
    #[arg(long)]
    pub(crate) kind: Option<String>,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Makes alert rules from the codes that alert.
///
/// They watch the counter `errcode_errors_total` by its label `code` alone. Where several services report to one Prometheus, say with --match which one is
/// meant: services may share a code.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  cargo errcode alerts --match 'job=\"billing\"' > alerts.yml\n  cargo errcode rules --match 'job=\"billing\"' --match 'env!=\"test\"'"
)]
pub(crate) struct Alerts {
    /// A label matcher of PromQL that tells this service's counter from others', as 'job="billing"'; may be given several times
    #[arg(long = "match", value_name = "MATCHER")]
    pub(crate) matchers: Vec<Matcher>,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: AlertsFormat,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// How alert rules are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum AlertsFormat {
    /// A rule file of Prometheus, in the part of YAML that is JSON
    #[default]
    #[value(alias = "json")]
    Prometheus,
}

/// Documents a rule of `diff` or `lint`; without an id it lists them.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  cargo errcode rule\n  cargo errcode rule wire-status")]
pub(crate) struct Rule {
    /// The rule's id
    pub(crate) id: Option<String>,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Gives the thiserror enums of a crate codes and guessed statuses.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Without --write it only shows what it would do.\n\nExamples:\n  cargo errcode adopt -p billing --prefix B\n  cargo errcode adopt -p billing --prefix B --write"
)]
pub(crate) struct Adopt {
    /// The package [default: the one of the current directory]
    #[arg(short, long, value_name = "SPEC")]
    pub(crate) package: Option<String>,
    /// What the codes begin with
    #[arg(long)]
    pub(crate) prefix: String,
    /// How many digits follow
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=9))]
    pub(crate) digits: u8,
    /// Change the files
    #[arg(long)]
    pub(crate) write: bool,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Path to Cargo.toml
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) manifest_path: Option<PathBuf>,
}

/// Prints a completion script for a shell, for `cargo-errcode`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  cargo errcode completions bash > ~/.local/share/bash-completion/completions/cargo-errcode"
)]
pub(crate) struct Completions {
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// A value that has one of these names.
fn one_of<T>(names: impl IntoIterator<Item = &'static str>) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err: ToString> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names)
        .try_map(|name| name.parse::<T>().map_err(|error| error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::Args;
    use clap::CommandFactory as _;

    #[test]
    fn every_command_has_examples() {
        Args::command().debug_assert();
        for command in Args::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(
                help.contains(&format!("Examples:\n  cargo errcode {}", command.get_name())),
                "{help}"
            );
        }
    }
}
