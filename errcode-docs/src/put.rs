//! Generated files, written or checked.

use crate::file::File;
use core::fmt;
use errcode_catalog::atomic_write;
use std::{
    collections::{BTreeSet, HashMap},
    fs, io,
    path::{Component, Path, PathBuf},
};

/// Whether files are written or only checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Writes each file that is missing or out of date.
    Write,
    /// Writes nothing, and fails where [`Mode::Write`] would write.
    Check,
}

/// The result of [`put`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outcome {
    /// The number of files that were written.
    pub written: usize,
    /// The number of files that were up to date.
    pub unchanged: usize,
    /// The files in generated directories that are no longer generated. They are not deleted.
    pub left_over: Vec<String>,
}

/// A file that is out of date.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stale {
    /// The path in the directory.
    pub path: String,
    /// What is wrong with the file.
    pub why: Why,
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Why {
    /// It does not exist.
    Missing,
    /// Its content differs.
    Different,
    /// It is in a generated directory, but no longer generated.
    LeftOver,
}

/// Why files could not be written, or are out of date.
#[derive(Debug)]
#[non_exhaustive]
pub enum PutError {
    /// These files are out of date.
    Stale(Vec<Stale>),
    /// This path of a generated file may lead outside of the directory. No file was written.
    Outside(String),
    /// Two generated files with different contents have this path. No file was written.
    Twice(String),
    /// A file cannot be read or written.
    Io(PathBuf, io::Error),
}

/// Writes files to a directory, or checks that they are up to date.
///
/// Subdirectories such as `codes` have generated files only, so other files in them are reported as
/// left over.
///
/// Each file is replaced in one step, by [`atomic_write`].
///
/// # Errors
///
/// Returns an error if a path leads outside of the directory, if two files have one path, if a file cannot be read or
/// written, or, with [`Mode::Check`], if a file is out of date.
pub fn put(dir: &Path, files: &[File], mode: Mode) -> Result<Outcome, PutError> {
    if let Some(file) = files.iter().find(|file| !stays_below(&file.path)) {
        return Err(PutError::Outside(file.path.clone()));
    }
    let files = distinct(files)?;
    refuse_links(dir, &files)?;
    let (mut outcome, mut stale) = (Outcome::default(), Vec::new());
    for file in &files {
        let path = dir.join(&file.path);
        let why = match fs::read(&path) {
            Ok(bytes) if is_same_text(&bytes, &file.bytes) => {
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
    outcome.left_over = left_over(dir, &files)?;
    if mode == Mode::Check {
        stale.extend(
            outcome.left_over.iter().map(|path| Stale { path: path.clone(), why: Why::LeftOver }),
        );
    }
    if stale.is_empty() { Ok(outcome) } else { Err(PutError::Stale(stale)) }
}

/// Returns each file once. Of two files with one path, the second would replace the first, and a check could never
/// succeed.
fn distinct(files: &[File]) -> Result<Vec<&File>, PutError> {
    let mut known: HashMap<&str, &File> = HashMap::new();
    let mut distinct = Vec::new();
    for file in files {
        match known.insert(&file.path, file) {
            None => distinct.push(file),
            Some(first) if first == file => {}
            Some(_) => return Err(PutError::Twice(file.path.clone())),
        }
    }
    Ok(distinct)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), PutError> {
    let wrote =
        path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| atomic_write(path, bytes));
    wrote.map_err(|error| PutError::Io(path.to_owned(), error))
}

/// Compares without regard to line endings, which git changes in a checkout on Windows.
fn is_same_text(a: &[u8], b: &[u8]) -> bool {
    fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
        bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
    }
    a == b || lines(a).eq(lines(b))
}

/// Returns whether each part of the path is a plain name: no `..`, no root, no drive, and no
/// separator of Windows.
fn stays_below(path: &str) -> bool {
    path.split('/').all(|part| {
        let mut components = Path::new(part).components();
        let is_name = matches!(components.next(), Some(Component::Normal(name)) if name == part);
        is_name && components.next().is_none() && !part.contains('\\')
    })
}

/// Refuses a file or directory below `dir` that is a symbolic link to a place outside of it: whoever may write the
/// directory would choose which other file is replaced. `dir` itself may be a link.
fn refuse_links(dir: &Path, files: &[&File]) -> Result<(), PutError> {
    let mut paths = BTreeSet::new();
    for file in files {
        let ends = file.path.match_indices('/').map(|(end, _)| end);
        paths.extend(ends.map(|end| &file.path[..end]).chain([file.path.as_str()]));
    }
    let mut links = paths.into_iter().filter(|path| dir.join(path).is_symlink()).peekable();
    if links.peek().is_none() {
        return Ok(());
    }
    let below = fs::canonicalize(dir).map_err(|error| PutError::Io(dir.to_owned(), error))?;
    // The target of a dangling link is not known, so it may be outside.
    let leads_out = |path: &&str| {
        !fs::canonicalize(dir.join(path)).is_ok_and(|target| target.starts_with(&below))
    };
    match links.find(leads_out) {
        Some(path) => Err(PutError::Outside(path.to_owned())),
        None => Ok(()),
    }
}

/// Returns whether a file is one of [`atomic_write`]'s own, left by a process that was killed.
fn is_temporary(name: &str) -> bool {
    name.starts_with(".errcode-") && name.ends_with(".tmp")
}

fn left_over(dir: &Path, files: &[&File]) -> Result<Vec<String>, PutError> {
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
            let file = entry.file_name();
            if is_temporary(&file.to_string_lossy()) {
                continue;
            }
            let name = format!("{parent}/{}", file.to_string_lossy());
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
            // Escaped, since a file may contain anything.
            Self::Outside(path) => {
                write!(
                    f,
                    "the generated path {path:?} may lead outside of the directory; no file was written"
                )
            }
            Self::Twice(path) => {
                write!(
                    f,
                    "two generated files would be {path:?}, with different contents; no file was written"
                )
            }
            Self::Stale(files) => {
                let count = files.len();
                let are = if count == 1 { "file is" } else { "files are" };
                write!(f, "{count} generated {are} out of date; regenerate them:")?;
                for Stale { path, why } in files.iter().take(20) {
                    let why = match why {
                        Why::Missing => "is missing",
                        Why::Different => "differs",
                        Why::LeftOver => "is no longer generated; delete it",
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
            Self::Stale(_) | Self::Outside(_) | Self::Twice(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{is_same_text, stays_below};

    #[test]
    fn line_endings_do_not_count() {
        assert!(is_same_text(b"a\r\nb\r\n", b"a\nb\n") && is_same_text(b"a\r\n", b"a\n"));
        for (a, b) in [("a\n", "a"), ("a\rb\n", "a\nb\n"), ("a\n\n", "a\n"), ("a b", "a\nb")] {
            assert!(!is_same_text(a.as_bytes(), b.as_bytes()), "{a:?} {b:?}");
        }
    }

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
