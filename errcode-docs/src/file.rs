//! Generated files: written, or compared with what is there.

use core::fmt;
use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

/// One generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct File {
    /// Where it belongs, with `/` between the parts, below the directory it is put into.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl File {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), bytes: text.into().into_bytes() }
    }
}

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
    /// A file cannot be read or written.
    Io(PathBuf, io::Error),
}

/// Writes files below a directory, or checks that they are there.
///
/// In directories that only generated files stand in, such as `codes`, other files are reported: they would never go away otherwise.
///
/// # Errors
///
/// Where a file cannot be read or written; in [`Mode::Check`], where one is stale.
pub fn put(dir: &Path, files: &[File], mode: Mode) -> Result<Outcome, PutError> {
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
        stale.extend(outcome.left_over.iter().map(|path| Stale { path: path.clone(), why: Why::LeftOver }));
    }
    if stale.is_empty() { Ok(outcome) } else { Err(PutError::Stale(stale)) }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), PutError> {
    let wrote = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, bytes));
    wrote.map_err(|error| PutError::Io(path.to_owned(), error))
}

fn left_over(dir: &Path, files: &[File]) -> Result<Vec<String>, PutError> {
    let known: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let parents: BTreeSet<&str> = known.iter().filter_map(|path| Some(path.rsplit_once('/')?.0)).collect();
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
            Self::Stale(files) => {
                write!(f, "{} generated files are stale; write them anew:", files.len())?;
                for Stale { path, why } in files.iter().take(20) {
                    let why = match why {
                        Why::Missing => "is missing",
                        Why::Different => "has another content",
                        Why::LeftOver => "is generated no longer; delete it",
                    };
                    write!(f, "\n  {path} {why}")?;
                }
                if files.len() > 20 { write!(f, "\n  and {} more", files.len() - 20) } else { Ok(()) }
            }
        }
    }
}

impl std::error::Error for PutError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(_, error) => Some(error),
            Self::Stale(_) => None,
        }
    }
}
