//! Checks of a catalog in its users' tests.

use crate::{
    docs::{Docs, Format},
    docs_error::DocsError,
    put::{Mode, Outcome, PutError, put},
};
use errcode_catalog::{Audience, CatalogData, atomic_write, lock::Lock};
use errcode_core::{Catalog, wire::BodyFormat};
use std::{fs, io, path::Path};

/// Checks for tests that the committed documentation and lock match the catalog.
///
/// With `ERRCODE_UPDATE=1` in the environment they write the files instead. Paths are relative to
/// the package, the directory in which `cargo test` runs tests.
pub trait CatalogExt {
    /// Writes all formats of the public documentation to a directory, or checks them. `format` is
    /// the body format of the service.
    ///
    /// ```no_run
    /// # use errcode_core::AppError;
    /// # #[derive(Debug, AppError)]
    /// # #[error("no project", code = "E2001", status = 404)]
    /// # struct NotFound;
    /// # errcode_core::catalog! { static CATALOG = [NotFound]; }
    /// use errcode_core::wire::Envelope;
    /// use errcode_docs::{CatalogExt as _, Mode};
    ///
    /// CATALOG.write_docs("docs/errors", &Envelope, Mode::Check).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if a file cannot be read or written, or is out of date.
    fn write_docs(
        &self,
        dir: impl AsRef<Path>,
        format: &dyn BodyFormat,
        mode: Mode,
    ) -> Result<Outcome, DocsError>;

    /// Asserts that the lock file is what `cargo errcode lock` would write.
    ///
    /// # Panics
    ///
    /// Panics if it is not, with the difference and what to do. If codes were removed without being
    /// retired, it panics with `ERRCODE_UPDATE=1` too.
    fn assert_locked(&self, path: impl AsRef<Path>);
}

impl CatalogExt for Catalog {
    fn write_docs(
        &self,
        dir: impl AsRef<Path>,
        format: &dyn BodyFormat,
        mode: Mode,
    ) -> Result<Outcome, DocsError> {
        let data = CatalogData::with_format(self, Audience::Public, format);
        let docs = Docs::new(&data);
        let mut files = Vec::new();
        for each in Format::ALL {
            files.extend(docs.files(each)?);
        }
        Ok(put(dir.as_ref(), &files, if updates() { Mode::Write } else { mode })?)
    }

    #[track_caller]
    fn assert_locked(&self, path: impl AsRef<Path>) {
        let now = Lock::of(&CatalogData::of(self, Audience::Internal));
        if let Err(message) = check(path.as_ref(), &now, updates()) {
            panic!("{message}\nto update the file, run ERRCODE_UPDATE=1 cargo test");
        }
    }
}

fn updates() -> bool {
    std::env::var_os("ERRCODE_UPDATE").is_some_and(|value| !value.is_empty() && value != "0")
}

fn check(path: &Path, now: &Lock, update: bool) -> Result<(), String> {
    let name = path.display().to_string();
    let text = match fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(format!("{name}: {error}")),
    };
    let old = text
        .as_deref()
        .map(|text| Lock::parse(&name, text))
        .transpose()
        .map_err(|error| error.to_string())?;
    if !update {
        let (Some(old), Some(text)) = (old, text) else {
            return Err(format!("{name} does not exist; create it with `cargo errcode lock`"));
        };
        return old.check(&text, now).map_err(|error| format!("{name}: {error}"));
    }
    let next = old.unwrap_or_default().update(now).map_err(|error| format!("{name}: {error}"))?;
    if text.is_some_and(|text| next.is_sorted_in(&text)) {
        return Ok(());
    }
    atomic_write(path, next.to_text())
        .map_err(|error| PutError::Io(path.to_owned(), error).to_string())
}
