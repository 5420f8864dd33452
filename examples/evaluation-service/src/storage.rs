//! Uploaded files in a folder of the file system.

use std::io;
use std::path::PathBuf;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::fs;

/// A folder of files, each at `SHA-256/FILE NAME`, so services that share the folder never overwrite each
/// other's files, and storing a file again is harmless.
#[derive(Debug, Clone)]
pub(crate) struct Storage {
    folder: PathBuf,
    parts: Arc<AtomicU64>,
}

impl Storage {
    /// Creates the folder if it is missing.
    pub(crate) async fn open(folder: PathBuf) -> io::Result<Self> {
        fs::create_dir_all(&folder).await?;
        Ok(Self { folder, parts: Arc::default() })
    }

    /// Stores a file under its hash and its name, atomically. The name is one path component: see
    /// [`is_file_name`].
    pub(crate) async fn store(
        &self,
        sha256: &str,
        file_name: &str,
        content: &[u8],
    ) -> io::Result<()> {
        let folder = self.folder.join(sha256);
        fs::create_dir_all(&folder).await?;
        let part = folder.join(self.part_name());
        let stored = match fs::write(&part, content).await {
            Ok(()) => fs::rename(&part, folder.join(file_name)).await,
            refused => refused,
        };
        if stored.is_err() {
            // The cleanup may fail for the same reason; report the first error.
            let _ = fs::remove_file(&part).await;
        }
        stored
    }

    /// Reads a stored file.
    pub(crate) async fn read(&self, sha256: &str, file_name: &str) -> io::Result<Vec<u8>> {
        fs::read(self.folder.join(sha256).join(file_name)).await
    }

    /// Returns a name that no other upload uses, in this process or another one with the same folder. Its
    /// extension is one that is never uploaded.
    fn part_name(&self) -> String {
        format!("{}-{}.part", process::id(), self.parts.fetch_add(1, Ordering::Relaxed))
    }
}

/// A length that an index of the database accepts. Most file systems accept less, and report it themselves.
const LONGEST_NAME_BYTES: usize = 1024;

/// Returns whether the name is a single path component.
pub(crate) fn is_file_name(name: &str) -> bool {
    name.len() <= LONGEST_NAME_BYTES
        && !matches!(name, "" | "." | "..")
        && !name.chars().any(|c| c.is_control() || matches!(c, '/' | '\\'))
}

#[cfg(test)]
mod tests {
    use super::is_file_name;

    #[test]
    fn a_file_name_never_leaves_its_folder() {
        for refused in
            ["", ".", "..", "/etc/passwd", "../x.txt", "a/b.txt", "a\\b.txt", "a\0.txt", "a\n.txt"]
        {
            assert!(!is_file_name(refused), "{refused:?}");
        }
        assert!(!is_file_name(&"a".repeat(1025)));
        for taken in ["a.txt", "投标.json", "..txt", " .txt", "...txt"] {
            assert!(is_file_name(taken), "{taken:?}");
        }
    }
}
