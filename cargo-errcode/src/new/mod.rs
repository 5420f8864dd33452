//! New crates from templates: a service or a bot whose failures have codes.

mod name;
mod templates;

pub(crate) use name::CrateName;

use crate::output::{Result, shown};
use clap::ValueEnum;
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::Command,
};
use templates::Templates;

/// What the crate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// An HTTP service on axum
    Service,
    /// A worker that does tasks
    Bot,
}

impl Kind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Bot => "bot",
        }
    }
}

/// Where the crate keeps its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Database {
    /// A file, compiled into the binary
    Sqlite,
    /// A PostgreSQL server
    Postgres,
}

impl Database {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// A crate to create.
#[derive(Debug)]
pub(crate) struct NewCrate<'a> {
    pub(crate) kind: Kind,
    pub(crate) name: &'a CrateName,
    pub(crate) database: Option<Database>,
    /// The checkout of errcode that it depends on, instead of a version.
    pub(crate) errcode: Option<PathBuf>,
}

impl NewCrate<'_> {
    /// Writes the crate to a new directory below `parent`. Returns the paths of its files in it.
    pub(crate) fn write(&self, parent: &Path) -> Result<Vec<&'static str>> {
        let files = Templates::of(self)?.render()?;
        let directory = parent.join(self.name.as_str());
        match fs::create_dir(&directory) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let name = self.name.as_str();
                return Err(
                    format!("`{name}` exists already; remove it, or choose another name").into()
                );
            }
            created => created.map_err(|error| format!("{}: {error}", shown(&directory)))?,
        }
        for (path, text) in &files {
            let to = directory.join(path);
            let written = fs::create_dir_all(to.parent().unwrap_or(&directory))
                .and_then(|()| fs::write(&to, text));
            written.map_err(|error| format!("{}: {error}", shown(&to)))?;
        }
        Ok(files.into_iter().map(|(path, _)| path).collect())
    }
}

/// Makes the directory a git repository, as `cargo new` does, unless it is in one or git is not installed.
pub(crate) fn init_repository(directory: &Path) {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).current_dir(directory).output();
        output.is_ok_and(|output| output.status.success())
    };
    if !git(&["rev-parse", "--is-inside-work-tree"]) {
        git(&["init", "--quiet"]);
    }
}

/// Formats the sources: how long lines are and which `use` comes first depends on the crate's name. Returns whether it
/// could.
pub(crate) fn format(directory: &Path, files: &[&str]) -> bool {
    let sources = files.iter().filter(|file| file.ends_with(".rs"));
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024"]).args(sources).current_dir(directory);
    rustfmt.output().is_ok_and(|output| output.status.success())
}

/// Returns the directory of a checkout of errcode, absolute, since the new crate is elsewhere.
pub(crate) fn checkout(path: &Path) -> Result<PathBuf> {
    let directory =
        fs::canonicalize(path).map_err(|error| format!("{}: {error}", path.display()))?;
    if directory.join("errcode-core/Cargo.toml").is_file() {
        return Ok(directory);
    }
    Err(format!(
        "`{}` has no `errcode-core`; give the directory of a checkout of errcode",
        path.display()
    )
    .into())
}
