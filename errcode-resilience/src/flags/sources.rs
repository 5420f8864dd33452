//! Sources of flags.

use std::{error::Error, fmt, fs, path::PathBuf};

/// A source of flags: the environment, a file, or a flag service of your own.
pub trait FlagSource {
    /// Returns the values that the source has, by name. Flags that it leaves out keep the value of the other
    /// sources.
    ///
    /// # Errors
    ///
    /// Returns an error if the source cannot be read. The last values stay.
    fn read(&self) -> Result<Vec<(String, bool)>, FlagError>;
}

impl<S: Fn() -> Result<Vec<(String, bool)>, FlagError>> FlagSource for S {
    fn read(&self) -> Result<Vec<(String, bool)>, FlagError> {
        self()
    }
}

/// The error of a source that cannot be read.
#[derive(Debug)]
pub struct FlagError {
    text: String,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl FlagError {
    /// Creates an error for a source of your own.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), cause: None }
    }

    fn of(text: String, cause: impl Error + Send + Sync + 'static) -> Self {
        Self { text, cause: Some(Box::new(cause)) }
    }
}

impl fmt::Display for FlagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        self.cause.as_ref().map_or(Ok(()), |cause| write!(f, ": {cause}"))
    }
}

impl Error for FlagError {}

/// Flags from the environment: `APP_FLAG_SMALL_MODEL=true` for the flag `small-model` and the prefix `APP_FLAG_`.
///
/// The values are `true`, `on` and `1`, and `false`, `off` and `0`.
#[derive(Clone, Debug)]
pub struct EnvFlags {
    prefix: String,
}

impl EnvFlags {
    /// Creates a source from the variables with this prefix.
    #[must_use]
    pub fn new(prefix: impl Into<String>) -> Self {
        Self { prefix: prefix.into() }
    }

    /// Reads these variables.
    fn of(
        &self,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<Vec<(String, bool)>, FlagError> {
        let mut values = Vec::new();
        for (variable, value) in variables {
            let Some(flag) = variable.strip_prefix(&self.prefix) else { continue };
            let on = match value.trim() {
                "true" | "on" | "1" => true,
                "false" | "off" | "0" => false,
                _ => {
                    let text = format!("invalid value of `{variable}`; write `true` or `false`");
                    return Err(FlagError::new(text));
                }
            };
            values.push((flag.to_ascii_lowercase().replace('_', "-"), on));
        }
        Ok(values)
    }
}

impl FlagSource for EnvFlags {
    fn read(&self) -> Result<Vec<(String, bool)>, FlagError> {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        self.of(std::env::vars_os().filter_map(text))
    }
}

/// Flags from a file: a JSON object, `{"small-model": true}`.
///
/// No prefix of such a file is valid JSON, so a half-written file is never read as a whole one.
///
/// ```
/// use errcode_resilience::{FileFlags, Flags, flags};
///
/// flags! {
///     enum Feature { SmallModel = "small-model": false }
/// }
///
/// static FEATURES: Flags<Feature> = Flags::new();
///
/// # let path = std::env::temp_dir().join(format!("errcode-flags-{}.json", std::process::id()));
/// std::fs::write(&path, r#"{"small-model": true}"#)?;
/// FEATURES.feed("file", &FileFlags::new(&path))?; // `watch` reads it again and again
/// assert!(FEATURES.is_on(Feature::SmallModel));
/// # std::fs::remove_file(&path)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct FileFlags {
    path: PathBuf,
}

/// More than any list of flags needs; a path to another kind of file must not fill the memory.
const LARGEST: u64 = 1 << 20;

impl FileFlags {
    /// Creates a source from a file, which may not exist yet.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

impl FlagSource for FileFlags {
    fn read(&self) -> Result<Vec<(String, bool)>, FlagError> {
        use std::io::Read as _;
        let path = self.path.display();
        let unreadable = |error| FlagError::of(format!("cannot read `{path}`"), error);
        let mut text = Vec::new();
        // To open a pipe would wait for its writer.
        if !fs::metadata(&self.path).map_err(unreadable)?.is_file() {
            return Err(FlagError::new(format!("`{path}` is not a file")));
        }
        fs::File::open(&self.path)
            .and_then(|file| file.take(LARGEST).read_to_end(&mut text))
            .map_err(unreadable)?;
        let invalid = |error| FlagError::of(format!("`{path}` is not valid JSON"), error);
        let values: serde_json::Map<_, _> = serde_json::from_slice(&text).map_err(invalid)?;
        let on = |(flag, value): (String, serde_json::Value)| match value {
            serde_json::Value::Bool(on) => Ok((flag, on)),
            _ => {
                let text =
                    format!("invalid value of `{flag}` in `{path}`; write `true` or `false`");
                Err(FlagError::new(text))
            }
        };
        values.into_iter().map(on).collect()
    }
}
