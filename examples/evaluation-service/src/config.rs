//! Settings from the environment.

use std::env;
use std::path::PathBuf;

/// Where the service keeps its data. Not `Debug`, because the address of a database may contain a password.
#[derive(Clone)]
pub struct Config {
    /// `sqlite::memory:`, `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// The folder for uploaded documents, created if missing.
    pub storage: PathBuf,
}

impl Config {
    /// Reads `DATABASE_URL` (default `sqlite::memory:`) and `STORAGE_DIR` (default a folder of the system's
    /// temporary directory).
    #[must_use]
    pub fn from_env() -> Self {
        Self {
            database_url: env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite::memory:".to_owned()),
            storage: env::var_os("STORAGE_DIR")
                .map_or_else(|| env::temp_dir().join("evaluation-service"), PathBuf::from),
        }
    }
}

/// Addresses may contain passwords.
impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").finish_non_exhaustive()
    }
}
