//! Where the codes are read from, and what cargo builds for it.

use clap::ValueHint;
use std::{ffi::OsString, path::PathBuf};

/// The source of the codes.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Source of the codes")]
pub(crate) struct Source {
    /// Read a binary, library, lock file, catalog.json or http:// URL instead of building; `-` is standard input
    #[arg(
        long,
        value_name = "BINARY|FILE|URL",
        value_hint = ValueHint::AnyPath,
        conflicts_with_all = [
            "bin", "lib", "features", "all_features", "no_default_features", "release",
            "profile", "target", "manifest_path", "locked", "offline", "frozen",
        ],
    )]
    pub(crate) from: Option<OsString>,
    /// Use this catalog if an artifact declares several: `NAME` or `module::NAME`
    #[arg(long, value_name = "NAME")]
    pub(crate) catalog: Option<String>,
    #[command(flatten)]
    pub(crate) selection: Selection,
}

/// The target that cargo builds.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Selection {
    /// Use this package [default: that of the current directory, else `package` in `[workspace.metadata.errcode]`]
    ///
    /// With `--from`, the package whose sources, lock and exemptions belong to the file.
    #[arg(short, long, value_name = "SPEC")]
    pub(crate) package: Option<String>,
    /// Use this binary if the package has several
    #[arg(long, value_name = "NAME")]
    pub(crate) bin: Option<String>,
    /// Use the library instead of a binary
    #[arg(long, conflicts_with = "bin")]
    pub(crate) lib: bool,
    /// Enable these features, separated by spaces or commas
    #[arg(short = 'F', long, value_name = "FEATURES")]
    pub(crate) features: Vec<String>,
    /// Enable all features
    #[arg(long)]
    pub(crate) all_features: bool,
    /// Disable the default features
    #[arg(long)]
    pub(crate) no_default_features: bool,
    /// Build with the release profile
    #[arg(short, long)]
    pub(crate) release: bool,
    /// Build with this profile
    #[arg(long, value_name = "NAME", conflicts_with = "release")]
    pub(crate) profile: Option<String>,
    /// Build for this target triple
    #[arg(long, value_name = "TRIPLE")]
    pub(crate) target: Option<String>,
    #[command(flatten)]
    pub(crate) manifest: Manifest,
}

/// Which Cargo.toml cargo reads, and how it resolves dependencies.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct Manifest {
    /// Use this Cargo.toml
    #[arg(long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    pub(crate) manifest_path: Option<PathBuf>,
    /// Require that Cargo.lock stays unchanged
    #[arg(long)]
    pub(crate) locked: bool,
    /// Do not access the network
    #[arg(long)]
    pub(crate) offline: bool,
    /// Same as --locked and --offline
    #[arg(long)]
    pub(crate) frozen: bool,
}

impl Manifest {
    /// Returns the options on dependencies, as cargo takes them.
    pub(crate) fn options(&self) -> Vec<String> {
        let flags =
            [(self.locked, "--locked"), (self.offline, "--offline"), (self.frozen, "--frozen")];
        flags.iter().filter(|(on, _)| *on).map(|(_, flag)| (*flag).to_owned()).collect()
    }
}
