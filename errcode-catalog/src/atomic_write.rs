//! Replacement of a file in one step.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Write as _},
    path::Path,
};
use tempfile::Builder;

/// Replaces the content of a file in one step: a full disk or an interrupted run never leaves a
/// truncated file.
///
/// The text is written to a temporary file in the same directory, which is then renamed. An
/// existing file keeps its permissions and its owner, and a symbolic link keeps pointing to its
/// target. What is not a regular file, such as `/dev/stdout`, is written to directly. The directory
/// must exist.
///
/// ```
/// # let path = std::env::temp_dir().join(format!("errcode-whole-{}", std::process::id()));
/// errcode_catalog::atomic_write(&path, "[]\n").unwrap();
/// assert_eq!(std::fs::read_to_string(&path).unwrap(), "[]\n");
/// # std::fs::remove_file(&path).unwrap();
/// ```
///
/// # Errors
///
/// Returns an error if the existing file is not writable or the new one cannot be written.
pub fn atomic_write(path: &Path, text: impl AsRef<[u8]>) -> io::Result<()> {
    let text = text.as_ref();
    // A rename only needs write access to the directory, so check access to the file itself.
    let existing = match OpenOptions::new().write(true).open(path) {
        Ok(mut existing) => {
            let metadata = existing.metadata()?;
            if !metadata.is_file() {
                return existing.write_all(text);
            }
            // Root can open a read-only file for writing.
            if metadata.permissions().readonly() {
                return Err(io::Error::new(
                    io::ErrorKind::PermissionDenied,
                    "the file is read-only",
                ));
            }
            Some(metadata)
        }
        // A dangling link must stay a link, so create its target.
        Err(error) if error.kind() == io::ErrorKind::NotFound && path.is_symlink() => {
            return fs::write(path, text);
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    // Renaming over a link would replace the link.
    let target = if existing.is_some() { fs::canonicalize(path)? } else { path.to_owned() };
    let directory = target.parent().filter(|directory| !directory.as_os_str().is_empty());
    let mut temporary = Builder::new()
        .prefix(".errcode-")
        .suffix(".tmp")
        // tempfile creates files that only their owner can read; a new file gets the usual mode.
        .make_in(directory.unwrap_or(Path::new(".")), |path| File::create_new(path))?;
    temporary.write_all(text)?;
    if let Some(existing) = existing {
        keep_owner_and_permissions(temporary.as_file(), &existing)?;
    }
    temporary.persist(&target)?;
    Ok(())
}

fn keep_owner_and_permissions(file: &File, existing: &Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        // Only root may change the owner; anyone else already owns the file.
        let _ = fchown(file, Some(existing.uid()), Some(existing.gid()));
    }
    file.set_permissions(existing.permissions())
}

#[cfg(all(test, unix))]
mod tests {
    use super::atomic_write;
    use std::{
        fs,
        os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink},
    };

    #[test]
    fn what_is_replaced_stays_what_it_was() {
        let directory = std::env::temp_dir().join(format!("errcode-whole-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let (file, link, nowhere) =
            (directory.join("file"), directory.join("link"), directory.join("nowhere"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        // Without root the owner stays as it is.
        let _ = chown(&file, Some(65_534), None);
        let before = fs::metadata(&file).unwrap();
        symlink(&file, &link).unwrap();
        symlink(directory.join("new"), &nowhere).unwrap();

        atomic_write(&link, "new").unwrap();
        atomic_write(&nowhere, "new").unwrap();
        let after = fs::metadata(&file).unwrap();
        assert_eq!((after.uid(), after.mode()), (before.uid(), before.mode()));
        assert_ne!(after.ino(), before.ino(), "it is another file");
        for path in [&file, &directory.join("new")] {
            assert_eq!(fs::read_to_string(path).unwrap(), "new");
        }
        assert!(link.is_symlink() && nowhere.is_symlink());
        assert_eq!(fs::read_dir(&directory).unwrap().count(), 4, "no temporary file is left");
        fs::remove_dir_all(&directory).unwrap();
    }
}
