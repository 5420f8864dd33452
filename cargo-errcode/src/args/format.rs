//! The output formats of the commands.

use clap::ValueEnum;

/// The format of a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// The format of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people, with source lines
    #[default]
    Text,
    /// For programs
    Json,
    /// For a pull request
    Markdown,
}

/// The format of the list.
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

/// The format of alert rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum AlertsFormat {
    /// A Prometheus rule file, in the subset of YAML that is JSON
    #[default]
    #[value(alias = "json")]
    Prometheus,
}
