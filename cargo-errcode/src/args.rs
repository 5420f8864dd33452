//! The command line.

mod format;
mod source;

pub(crate) use format::{AlertsFormat, Format, ListFormat, ReportFormat};
pub(crate) use source::{Manifest, Selection, Source};

use crate::{
    new::{CrateName, Database, Kind},
    output::Color,
    promql::Matcher,
};
use clap::{
    Parser, Subcommand, ValueHint,
    builder::{PossibleValuesParser, TypedValueParser},
};
use errcode_catalog::{Audience, lint::Requirement};
use errcode_core::Category;
use errcode_docs as docs;
use std::{ffi::OsString, path::PathBuf, str::FromStr};

/// Read, check and document the error codes of a crate or of a shipped binary
///
/// Builds the crate and reads the codes from a section of the artifact, without running any of its code. With `--from`
/// the codes are read from a binary, a lock file, a catalog.json or a running service instead.
#[derive(Debug, Parser)]
#[command(
    name = "errcode",
    bin_name = "cargo errcode",
    version,
    after_help = "Exit codes: 0 success, 1 findings, 2 wrong usage or unreadable codes.\n\n\
                  Examples:\n  cargo errcode list\n  cargo errcode explain E2001\n  cargo errcode lock --check\n  \
                  cargo errcode list --from /usr/bin/service"
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Color the output
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
    Drill(Drill),
    Rule(Rule),
    Adopt(Adopt),
    New(New),
    Completions(Completions),
}

/// List all codes
#[derive(Debug, clap::Args)]
#[command(
    after_help = concat!(
        "Examples:\n",
        "  cargo errcode list --status 409\n",
        "  cargo errcode list --status 5xx\n",
        "  cargo errcode list --retryable true --format json\n",
        "  cargo errcode list --from target/release/service"
    )
)]
pub(crate) struct List {
    /// Choose the output format
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ListFormat,
    /// Show the titles in this language of the catalog [default: the catalog's first]
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) lang: Option<String>,
    /// Show only codes of this module: its name or number in the grammar, or a Rust path
    #[arg(long)]
    pub(crate) module: Option<String>,
    /// Show only codes with this HTTP status, or of a class: `4xx` or `5xx`
    #[arg(long)]
    pub(crate) status: Option<Status>,
    /// Show only codes of this category
    #[arg(long, value_parser = one_of::<Category>(Category::ALL.map(Category::as_str)))]
    pub(crate) category: Option<Category>,
    /// Show only codes of this owner
    #[arg(long)]
    pub(crate) owner: Option<String>,
    /// Show only codes that are retryable, at least conditionally, or only those that are not
    #[arg(long, value_name = "BOOL")]
    pub(crate) retryable: Option<bool>,
    /// Read all packages of the workspace that have codes
    #[arg(long, conflicts_with_all = ["package", "from", "bin", "lib", "catalog"])]
    pub(crate) workspace: bool,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Which HTTP statuses to show.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Status {
    One(u16),
    /// All with this first digit.
    Class(u16),
}

impl FromStr for Status {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let class = match text.to_ascii_lowercase().as_str() {
            "4xx" => Some(4),
            "5xx" => Some(5),
            _ => None,
        };
        let one = || text.parse().ok().filter(|status| (400..=599).contains(status)).map(Self::One);
        class.map(Self::Class).or_else(one).ok_or("write a status from 400 to 599, `4xx` or `5xx`")
    }
}

/// Explain a code, or find the code of a message
#[derive(Debug, clap::Args)]
#[command(
    after_help = concat!(
        "Examples:\n",
        "  cargo errcode explain E2001\n",
        "  cargo errcode explain e2001\n",
        "  cargo errcode explain '项目 17 不存在'"
    )
)]
pub(crate) struct Explain {
    /// A code or alias in any case, a retired code, or a message in any language as clients see it
    #[arg(required = true, value_name = "CODE-OR-TEXT")]
    pub(crate) query: Vec<String>,
    /// Show only the texts in this language of the catalog [default: all messages, other texts in the default language]
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) lang: Option<String>,
    /// Choose the output format
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Write the documentation
#[derive(Debug, clap::Args)]
#[command(
    after_help = concat!(
        "Examples:\n",
        "  cargo errcode docs --format html --out site\n",
        "  cargo errcode docs --format html --openapi openapi.json --out site\n",
        "  cargo errcode docs --format md,openapi,ts --out docs\n",
        "  cargo errcode docs --format md --out docs --check\n",
        "  cargo errcode docs --template errors.go.j2 --out client"
    )
)]
pub(crate) struct Docs {
    /// Write these formats, separated by commas
    #[arg(
        long,
        value_delimiter = ',',
        required_unless_present = "template",
        value_parser = one_of::<docs::Format>(docs::Format::ALL.map(docs::Format::as_str)),
    )]
    pub(crate) format: Vec<docs::Format>,
    /// Write to this directory
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) out: PathBuf,
    /// Only check that the files are up to date
    #[arg(long)]
    pub(crate) check: bool,
    /// Write for these readers; `internal` adds internal codes and places in the source
    #[arg(long, value_name = "AUDIENCE", default_value_t, value_parser = one_of::<Audience>(["public", "internal"]))]
    pub(crate) audience: Audience,
    /// Use the texts in this language of the catalog [default: the catalog's first]
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) lang: Option<String>,
    /// Name the operations of this OpenAPI document on the pages of the codes that they answer with
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) openapi: Option<PathBuf>,
    /// Render a template of your own (minijinja) to a file with its name, without `.j2`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) template: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Write or check errcode.lock.json, the committed record of the codes
#[derive(Debug, clap::Args)]
#[command(
    after_help = concat!(
        "Examples:\n",
        "  cargo errcode lock\n",
        "  cargo errcode lock --check\n",
        "  cargo errcode lock --schema"
    )
)]
pub(crate) struct Lock {
    /// Only check that the file is up to date
    #[arg(long)]
    pub(crate) check: bool,
    /// Print the JSON Schema of the file
    #[arg(long, conflicts_with = "check")]
    pub(crate) schema: bool,
    /// Use this lock file [default: errcode.lock.json next to the package's Cargo.toml]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,
    /// Choose the output format
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Read all packages of the workspace that have codes
    #[arg(long, conflicts_with_all = ["file", "schema", "package", "from", "bin", "lib", "catalog"])]
    pub(crate) workspace: bool,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Show what changed for clients, operators and callers
#[derive(Debug, clap::Args)]
#[command(
    after_help = concat!(
        "Exits with 1 if a change breaks clients and is not exempt.\n",
        "\n",
        "Examples:\n",
        "  cargo errcode diff --against main\n",
        "  cargo errcode diff --against v1.4.0 --format markdown\n",
        "  cargo errcode diff --against /usr/bin/service\n",
        "  cargo errcode diff --against old.lock.json --from errcode.lock.json"
    )
)]
pub(crate) struct Diff {
    /// Compare with a lock file, a catalog.json, a binary, or a git ref with a committed lock file
    #[arg(long, value_name = "FILE|GIT-REF|BINARY")]
    pub(crate) against: OsString,
    /// Read exemptions from this file [default: errcode.exemptions.json next to the package's Cargo.toml, if it exists]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) exemptions: Option<PathBuf>,
    /// Choose the output format
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ReportFormat,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Check that the codes are unique, valid and documented
#[derive(Debug, clap::Args)]
#[command(
    after_help = concat!(
        "Examples:\n",
        "  cargo errcode lint\n",
        "  cargo errcode lint --require owner,runbook\n",
        "  cargo errcode lint --deny warnings --allow text-help\n",
        "  cargo errcode lint --internal-host corp.example"
    )
)]
pub(crate) struct Lint {
    /// Require these facts of all codes
    #[arg(
        long,
        value_name = "FACT",
        value_delimiter = ',',
        value_parser = one_of::<Requirement>(Requirement::ALL.map(Requirement::as_str)),
    )]
    pub(crate) require: Vec<Requirement>,
    /// Do not report the findings of these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) allow: Vec<String>,
    /// Report the findings of these rules as warnings
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) warn: Vec<String>,
    /// Report the findings of these rules, or all `warnings`, as errors; of several levels the strictest counts
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(crate) deny: Vec<String>,
    /// Read levels of rules from this file [default: errcode.lint.json next to the package's Cargo.toml, if it exists]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) levels: Option<PathBuf>,
    /// Forbid these host names in public texts
    #[arg(long, value_name = "HOST", value_delimiter = ',', value_parser = host)]
    pub(crate) internal_host: Vec<String>,
    /// Read exemptions from this file [default: errcode.exemptions.json next to the package's Cargo.toml, if it exists]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) exemptions: Option<PathBuf>,
    /// Choose the output format
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ReportFormat,
    /// Read all packages of the workspace that have codes
    #[arg(long, conflicts_with_all = ["exemptions", "levels", "package", "from", "bin", "lib", "catalog"])]
    pub(crate) workspace: bool,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Find the next free code by the grammar of the catalog
#[derive(Debug, clap::Args)]
#[command(
    after_help = concat!(
        "Examples:\n",
        "  cargo errcode next --module project --kind business\n",
        "  cargo errcode next --module 2"
    )
)]
pub(crate) struct Next {
    /// Find a code of this module, by its name or number in the grammar
    #[arg(long)]
    pub(crate) module: Option<String>,
    /// Find a code of this kind, by its name or number in the grammar
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// Choose the output format
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Make the calls of a staging system fail with each code, and compare what comes back with the catalog
///
/// Sends one request for each code, with a signed order that makes the calls to a dependency fail with it. The service
/// obeys if it is built with the feature `inject`, and has the same key. A request that a fallback answers is fine.
#[derive(Debug, clap::Args)]
#[command(
    after_help = concat!(
        "Exit codes: 0 each code or a fallback came back, 1 something else did, 2 wrong usage or unreadable codes.\n\n",
        "Examples:\n",
        "  cargo errcode drill --url http://127.0.0.1:3000/answers --codes E5004,E5005 --dependency llm\n",
        "  cargo errcode drill --url http://127.0.0.1:3000/answers --method POST --body '{\"question\": \"?\"}' \\\n",
        "    --header 'Content-Type: application/json' --key-file staging.key --from catalog.json"
    )
)]
pub(crate) struct Drill {
    /// Send the requests to this http:// address
    #[arg(long)]
    pub(crate) url: String,
    /// Drill these codes instead of all, separated by commas
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(crate) codes: Vec<String>,
    /// Fail only the calls to this dependency
    #[arg(long, value_name = "NAME", default_value = "*")]
    pub(crate) dependency: String,
    /// Send requests with this method
    #[arg(long, default_value = "GET")]
    pub(crate) method: String,
    /// Add a header to the requests, for example `Authorization: Bearer TOKEN`
    #[arg(long, value_name = "NAME: VALUE")]
    pub(crate) header: Vec<String>,
    /// Send this body
    #[arg(long, default_value = "", hide_default_value = true)]
    pub(crate) body: String,
    /// Read the key from this file [default: that in the variable `ERRCODE_INJECT_KEY`]
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) key_file: Option<PathBuf>,
    /// Choose the output format
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Write alert rules for the codes that raise alerts
///
/// The rules select the counter `errcode_errors_total` by its label `code`. If several services report
/// to one Prometheus, select one of them with --match, since services may share a code.
#[derive(Debug, clap::Args)]
#[command(
    after_help = concat!(
        "Examples:\n",
        "  cargo errcode alerts --match 'job=\"billing\"' > alerts.yml\n",
        "  cargo errcode alerts --match 'job=\"billing\"' --match 'env!=\"test\"'"
    )
)]
pub(crate) struct Alerts {
    /// Add a PromQL label matcher that selects this service, such as 'job="billing"'; may be repeated
    #[arg(long = "match", value_name = "MATCHER")]
    pub(crate) matchers: Vec<Matcher>,
    /// Use the texts in this language of the catalog [default: the catalog's first]
    #[arg(long, value_name = "LANGUAGE")]
    pub(crate) lang: Option<String>,
    /// Choose the output format
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: AlertsFormat,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Explain a rule of `diff` or `lint`, or list all rules
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  cargo errcode rule\n  cargo errcode rule wire-status")]
pub(crate) struct Rule {
    /// The id of the rule
    pub(crate) id: Option<String>,
    /// Choose the output format
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Add codes to the thiserror types of a crate, with the statuses that it answers with
///
/// In a service on axum, the derive replaces each `impl IntoResponse` of these types, and the router gets the layer.
/// What is left to do is listed at the end.
#[derive(Debug, clap::Args)]
#[command(
    after_help = concat!(
        "Without --write the changes are only shown.\n",
        "\n",
        "Examples:\n",
        "  cargo errcode adopt -p billing --prefix B\n",
        "  cargo errcode adopt -p billing --prefix B --write"
    )
)]
pub(crate) struct Adopt {
    /// Use this package [default: that of the current directory]
    #[arg(short, long, value_name = "SPEC")]
    pub(crate) package: Option<String>,
    /// Begin the codes with this prefix
    #[arg(long)]
    pub(crate) prefix: String,
    /// Put this number of digits after the prefix
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=9))]
    pub(crate) digits: u8,
    /// Apply the changes
    #[arg(long)]
    pub(crate) write: bool,
    /// Choose the output format
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) manifest: Manifest,
}

/// Create a service or a bot whose failures have codes
///
/// The crate has codes, their lock and translations, log, metrics, an alert, tests and a CI workflow.
#[derive(Debug, clap::Args)]
#[command(
    after_help = concat!(
        "Nothing is overwritten.\n",
        "\n",
        "Examples:\n",
        "  cargo errcode new service project-notes\n",
        "  cargo errcode new service project-notes --database postgres\n",
        "  cargo errcode new bot link-checker --database sqlite"
    )
)]
pub(crate) struct New {
    /// What to create
    #[arg(value_enum)]
    pub(crate) kind: Kind,
    /// The name of the crate, and of its directory in the current one
    pub(crate) name: CrateName,
    /// Keep the data in this database [default: in memory]
    #[arg(long, value_enum, value_name = "DATABASE")]
    pub(crate) database: Option<Database>,
    /// Depend on the errcode crates of this checkout instead of on their repository
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) errcode_path: Option<PathBuf>,
    /// Choose the output format
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Print a completion script for a shell
///
/// In bash, zsh and fish it completes `cargo errcode` as well as `cargo-errcode`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = concat!(
        "Examples:\n",
        "  cargo errcode completions bash > ~/.errcode.bash   # then in ~/.bashrc: source ~/.errcode.bash\n",
        "  cargo errcode completions zsh > ~/.zfunc/_cargo-errcode\n",
        "  cargo errcode completions fish > ~/.config/fish/conf.d/cargo-errcode.fish"
    )
)]
pub(crate) struct Completions {
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// Parses a value with one of these names.
fn one_of<T>(names: impl IntoIterator<Item = &'static str>) -> impl TypedValueParser<Value = T>
where
    T: FromStr<Err: ToString> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(names)
        .try_map(|name| name.parse::<T>().map_err(|error| error.to_string()))
}

/// Parses the name of a host, or its end.
fn host(text: &str) -> Result<String, &'static str> {
    let is_name =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    if text.trim_matches('.').is_empty() || !is_name(text) {
        return Err("write the name of a host or its end, such as `corp.example`");
    }
    Ok(text.to_owned())
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
