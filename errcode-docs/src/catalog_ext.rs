//! What a test of the user's own asks of its catalog.

use crate::{
    docs::{Docs, Format},
    docs_error::DocsError,
    put::{Mode, Outcome, PutError, put},
};
use errcode_catalog::{Audience, CatalogData, atomic_write, lock::Lock};
use errcode_core::{Catalog, wire::BodyFormat};
use std::{fs, io, path::Path};

/// Checks for tests: that committed documentation and the committed lock are what the catalog says.
///
/// With `ERRCODE_UPDATE=1` in the environment they write what they would otherwise only compare. Paths are relative to the package: that is where
/// `cargo test` runs.
pub trait CatalogExt {
    /// Writes all formats of the public documentation below a directory, or checks that they are there. `form` is the service's own body form.
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
    /// Where a file cannot be read or written, or is stale.
    fn write_docs(
        &self,
        dir: impl AsRef<Path>,
        form: &dyn BodyFormat,
        mode: Mode,
    ) -> Result<Outcome, DocsError>;

    /// Checks that the lock file is what `cargo errcode lock` would write.
    ///
    /// # Panics
    ///
    /// Where it is not, with what differs and what to do; where codes are gone that were not retired, with `ERRCODE_UPDATE=1` too.
    fn assert_locked(&self, path: impl AsRef<Path>);
}

impl CatalogExt for Catalog {
    fn write_docs(
        &self,
        dir: impl AsRef<Path>,
        form: &dyn BodyFormat,
        mode: Mode,
    ) -> Result<Outcome, DocsError> {
        let data = CatalogData::with_form(self, Audience::Public, form);
        let docs = Docs::new(&data);
        let mut files = Vec::new();
        for format in Format::ALL {
            files.extend(docs.files(format)?);
        }
        Ok(put(dir.as_ref(), &files, if updates() { Mode::Write } else { mode })?)
    }

    #[track_caller]
    fn assert_locked(&self, path: impl AsRef<Path>) {
        let now = Lock::of(&CatalogData::of(self, Audience::Internal));
        if let Err(message) = check(path.as_ref(), &now, updates()) {
            panic!("{message}\nto write it from a test: ERRCODE_UPDATE=1 cargo test");
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
            return Err(format!("{name} is missing; write it with `cargo errcode lock`"));
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
