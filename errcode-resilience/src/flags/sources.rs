//! Sources of flags.

use std::{
    collections::BTreeMap,
    error::Error,
    ffi::{OsStr, OsString},
    fmt, fs,
    path::PathBuf,
};

/// A source of flags: the environment, a file, or a flag service of your own.
pub trait FlagSource {
    /// Returns the values that the source has, by name. Flags that it leaves out keep the value of the other
    /// sources.
    ///
    /// # Errors
    ///
    /// Returns an error if the source cannot be read. The last values stay.
    fn read(&self) -> Result<Vec<(String, bool)>, FlagError>;

    /// Does the same for a source that does not keep the names as they are, such as the environment, and so has to
    /// know which flags there are. [`Flags`](super::Flags) call this. By default it [reads](Self::read).
    ///
    /// # Errors
    ///
    /// Returns an error if the source cannot be read, or if it cannot tell two flags apart. The last values stay.
    fn read_named(&self, flags: &[&'static str]) -> Result<Vec<(String, bool)>, FlagError> {
        let _ = flags;
        self.read()
    }
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
/// The variable of a flag is the prefix and the flag's name in upper case, with `_` for each character that is not an
/// ASCII letter or digit. Two flags with the same variable, such as `small-model` and `small.model`, are an error, and
/// so are two variables of one flag that differ in upper and lower case. [`read`](FlagSource::read) alone does not know
/// the flags, so it takes each `_` for a `-`.
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

    /// Returns the variables with the prefix, without it.
    fn variables(&self) -> impl Iterator<Item = (String, OsString)> {
        std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            Some((name.strip_prefix(&self.prefix)?.to_owned(), value))
        })
    }

    fn value(&self, variable: &str, value: &OsStr) -> Result<bool, FlagError> {
        match value.to_str().map(str::trim) {
            Some("true" | "on" | "1") => Ok(true),
            Some("false" | "off" | "0") => Ok(false),
            _ => {
                let prefix = &self.prefix;
                let text =
                    format!("invalid value of `{prefix}{variable}`; write `true` or `false`");
                Err(FlagError::new(text))
            }
        }
    }

    /// Reads the flags from variables without their prefix. What no flag is called may be no switch at all.
    fn read_from(
        &self,
        flags: &[&'static str],
        variables: impl Iterator<Item = (String, OsString)>,
    ) -> Result<Vec<(String, bool)>, FlagError> {
        let prefix = &self.prefix;
        let mut known = BTreeMap::new();
        for &flag in flags {
            let variable = variable_of(flag);
            if let Some((other, _)) = known.insert(variable.clone(), (flag, None)) {
                let text =
                    format!("`{other}` and `{flag}` have the same variable `{prefix}{variable}`");
                return Err(FlagError::new(text));
            }
        }
        let mut values = Vec::new();
        for (variable, value) in variables {
            match known.get_mut(&variable.to_ascii_uppercase()) {
                None => values.extend(self.value(&variable, &value).map(|on| (variable, on))),
                Some((flag, from)) => {
                    values.push(((*flag).to_owned(), self.value(&variable, &value)?));
                    if let Some(other) = from.replace(variable.clone()) {
                        let text =
                            format!("`{prefix}{other}` and `{prefix}{variable}` both set `{flag}`");
                        return Err(FlagError::new(text));
                    }
                }
            }
        }
        Ok(values)
    }
}

fn variable_of(flag: &str) -> String {
    let upper = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    flag.chars().map(upper).collect()
}

impl FlagSource for EnvFlags {
    fn read(&self) -> Result<Vec<(String, bool)>, FlagError> {
        let value = |(variable, value): (String, OsString)| {
            let on = self.value(&variable, &value)?;
            Ok((variable.to_ascii_lowercase().replace('_', "-"), on))
        };
        self.variables().map(value).collect()
    }

    fn read_named(&self, flags: &[&'static str]) -> Result<Vec<(String, bool)>, FlagError> {
        self.read_from(flags, self.variables())
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

#[cfg(test)]
mod tests {
    use super::EnvFlags;

    fn read(
        flags: &[&'static str],
        variables: &[(&str, &str)],
    ) -> Result<Vec<(String, bool)>, String> {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), value.into()));
        EnvFlags::new("APP_").read_from(flags, variables).map_err(|error| error.to_string())
    }

    #[test]
    fn a_flag_may_have_any_name() {
        let flags = ["small-model", "dark_mode", "api.v2", "größe", "x"];
        let all = [
            ("SMALL_MODEL", "on"),
            ("DARK_MODE", "1"),
            ("API_V2", "true"),
            ("GR__E", "off"),
            ("x", "0"),
        ];
        let values = read(&flags, &all).unwrap();
        let on = ["small-model", "dark_mode", "api.v2"].map(|flag| (flag.to_owned(), true));
        assert_eq!(values[..3], on);
        assert_eq!(values[3..], ["größe", "x"].map(|flag| (flag.to_owned(), false)));
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused() {
        let error = read(&["a-b", "c", "a_b"], &[]).unwrap_err();
        assert_eq!(error, "`a-b` and `a_b` have the same variable `APP_A_B`");
        let error = read(&["a-b"], &[("A_B", "on"), ("a_b", "on")]).unwrap_err();
        assert_eq!(error, "`APP_A_B` and `APP_a_b` both set `a-b`");
    }

    #[test]
    fn a_variable_that_is_no_flag_may_have_any_value() {
        let values = read(&["a"], &[("URL", "http://h"), ("OLD_FLAG", "on"), ("A", "on")]).unwrap();
        assert_eq!(values, [("OLD_FLAG".to_owned(), true), ("a".to_owned(), true)]);
        let error = read(&["a"], &[("A", "maybe")]).unwrap_err();
        assert_eq!(error, "invalid value of `APP_A`; write `true` or `false`");
    }
}
