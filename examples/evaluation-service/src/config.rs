//! Limits, and settings from the environment.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

/// The largest file, in bytes.
pub(crate) const MAX_FILE_BYTES: usize = 1024 * 1024;

/// The largest body, in bytes: a file with its multipart framing.
pub(crate) const MAX_BODY_BYTES: usize = 2 * MAX_FILE_BYTES;

/// Where the service keeps its data. Not `Debug`, because the address of a database may contain a password.
#[derive(Clone)]
pub struct Config {
    /// `sqlite::memory:`, `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// The folder for uploaded documents, created if missing.
    pub storage: PathBuf,
    /// The address of the vector store and the language models.
    pub upstream_url: String,
    /// How long a circuit breaker stays open.
    pub open_time: Duration,
    /// A JSON object of features that are on or off. It is read again while the service runs, and may be missing.
    pub features_file: Option<PathBuf>,
}

impl Config {
    /// Reads `DATABASE_URL` (default `sqlite::memory:`), `STORAGE_DIR` (default a folder of the system's temporary
    /// directory), `OPEN_SECONDS` (default 30) and `FEATURES_FILE` (default none).
    ///
    /// # Errors
    ///
    /// Returns what is wrong with a variable, and how to write it.
    pub fn from_env(upstream_url: String) -> Result<Self, String> {
        let open_time = match env::var("OPEN_SECONDS") {
            Ok(seconds) => {
                seconds.parse().ok().filter(|seconds| (1..=3600).contains(seconds)).ok_or_else(
                    || format!("invalid `OPEN_SECONDS` `{seconds}`; write a number from 1 to 3600"),
                )?
            }
            Err(_) => 30,
        };
        Ok(Self {
            database_url: env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite::memory:".to_owned()),
            storage: env::var_os("STORAGE_DIR")
                .map_or_else(|| env::temp_dir().join("evaluation-service"), PathBuf::from),
            upstream_url,
            open_time: Duration::from_secs(open_time),
            features_file: env::var_os("FEATURES_FILE").map(PathBuf::from),
        })
    }
}

/// Addresses may contain passwords.
impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").finish_non_exhaustive()
    }
}
