//! Generated files: written, or compared with what is there.

use crate::file::File;
use core::fmt;
use errcode_catalog::atomic_write;
use std::{
    collections::BTreeSet,
    fs, io,
    path::{Component, Path, PathBuf},
};

/// Whether files are written, or only compared with those that are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Writes each file that is missing or differs.
    Write,
    /// Writes nothing and fails where [`Mode::Write`] would.
    Check,
}

/// What [`put`] did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// How many files were written.
    pub written: usize,
    /// How many were right already.
    pub unchanged: usize,
    /// Files in the generated directories that are generated no longer. They stay: delete them.
    pub left_over: Vec<String>,
}

/// One file that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stale {
    /// Its path below the directory.
    pub path: String,
    /// What is wrong with it.
    pub why: Why,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// It is not there.
    Missing,
    /// It has another content.
    Different,
    /// It stands in a generated directory, but is generated no longer.
    LeftOver,
}

/// Why files could not be put, or are not as they should be.
#[derive(Debug)]
#[non_exhaustive]
pub enum PutError {
    /// These files are stale.
    Stale(Vec<Stale>),
    /// This path of a generated file may lead elsewhere than below the directory. No file was written.
    Outside(String),
    /// A file cannot be read or written.
    Io(PathBuf, io::Error),
}

/// Writes files below a directory, or checks that they are there.
///
/// In directories that only generated files stand in, such as `codes`, other files are reported: they would never go away otherwise.
///
/// Each file is written whole or not at all ([`atomic_write`]).
///
/// # Errors
///
/// Where a file's path leads elsewhere than below the directory; where a file cannot be read or written; in [`Mode::Check`], where one is stale.
pub fn put(dir: &Path, files: &[File], mode: Mode) -> Result<Outcome, PutError> {
    if let Some(file) = files.iter().find(|file| !stays_below(&file.path)) {
        return Err(PutError::Outside(file.path.clone()));
    }
    let (mut outcome, mut stale) = (Outcome::default(), Vec::new());
    for file in files {
        let path = dir.join(&file.path);
        let why = match fs::read(&path) {
            Ok(bytes) if bytes == file.bytes => {
                outcome.unchanged += 1;
                continue;
            }
            Ok(_) => Why::Different,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Why::Missing,
            Err(error) => return Err(PutError::Io(path, error)),
        };
        match mode {
            Mode::Check => stale.push(Stale { path: file.path.clone(), why }),
            Mode::Write => {
                write(&path, &file.bytes)?;
                outcome.written += 1;
            }
        }
    }
    outcome.left_over = left_over(dir, files)?;
    if mode == Mode::Check {
        stale.extend(
            outcome.left_over.iter().map(|path| Stale { path: path.clone(), why: Why::LeftOver }),
        );
    }
    if stale.is_empty() { Ok(outcome) } else { Err(PutError::Stale(stale)) }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), PutError> {
    let wrote =
        path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| atomic_write(path, bytes));
    wrote.map_err(|error| PutError::Io(path.to_owned(), error))
}

/// Whether every part of the path is the plain name of a file or folder: no `..`, no root, no drive, and nothing that only Windows takes apart.
fn stays_below(path: &str) -> bool {
    path.split('/').all(|part| {
        let mut components = Path::new(part).components();
        let is_name = matches!(components.next(), Some(Component::Normal(name)) if name == part);
        is_name && components.next().is_none() && !part.contains('\\')
    })
}

fn left_over(dir: &Path, files: &[File]) -> Result<Vec<String>, PutError> {
    let known: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let parents: BTreeSet<&str> =
        known.iter().filter_map(|path| Some(path.rsplit_once('/')?.0)).collect();
    let mut left = Vec::new();
    for parent in parents {
        let path = dir.join(parent);
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(PutError::Io(path, error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| PutError::Io(path.clone(), error))?;
            let name = format!("{parent}/{}", entry.file_name().to_string_lossy());
            if entry.path().is_file() && !known.contains(name.as_str()) {
                left.push(name);
            }
        }
    }
    left.sort();
    Ok(left)
}

impl fmt::Display for PutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
            // As Rust would write it: it may hold anything.
            Self::Outside(path) => {
                write!(
                    f,
                    "a generated file must stay below its directory, and {path:?} may not; nothing was written"
                )
            }
            Self::Stale(files) => {
                let count = files.len();
                let are = if count == 1 { "file is" } else { "files are" };
                write!(f, "{count} generated {are} stale; write anew:")?;
                for Stale { path, why } in files.iter().take(20) {
                    let why = match why {
                        Why::Missing => "is missing",
                        Why::Different => "has another content",
                        Why::LeftOver => "is generated no longer; delete it",
                    };
                    write!(f, "\n  {path} {why}")?;
                }
                if files.len() > 20 {
                    write!(f, "\n  and {} more", files.len() - 20)
                } else {
                    Ok(())
                }
            }
        }
    }
}

impl std::error::Error for PutError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(_, error) => Some(error),
            Self::Stale(_) | Self::Outside(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::stays_below;

    #[test]
    fn paths_stay_below_their_directory() {
        for path in [
            "errors.md",
            "codes/E2001.html",
            "fixtures/json-api/E1~2.json",
            "codes/项目.html",
            "a b/..c",
        ] {
            assert!(stays_below(path), "{path}");
        }
        for path in
            ["", ".", "..", "../x", "a/../../x", "a//x", "/etc/x", "a/", "./x", "a\\..\\x", "a/./x"]
        {
            assert!(!stays_below(path), "{path}");
        }
    }
}
