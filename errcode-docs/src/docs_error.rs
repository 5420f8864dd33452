//! Why documentation could not be generated.

#[cfg(feature = "files")]
use crate::put::PutError;
use crate::template_error;
use core::fmt;

/// Why documentation could not be generated.
#[derive(Debug)]
#[non_exhaustive]
pub enum DocsError {
    /// A replaced or custom template is invalid.
    Template(String),
    /// An OpenAPI document is not JSON.
    OpenApi(String),
    /// A file could not be written, or is out of date.
    #[cfg(feature = "files")]
    Put(PutError),
}

impl fmt::Display for DocsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template(message) => f.write_str(message),
            Self::OpenApi(message) => write!(f, "the OpenAPI document is not JSON: {message}"),
            #[cfg(feature = "files")]
            Self::Put(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for DocsError {}

#[cfg(feature = "files")]
impl From<PutError> for DocsError {
    fn from(error: PutError) -> Self {
        Self::Put(error)
    }
}

impl From<minijinja::Error> for DocsError {
    fn from(error: minijinja::Error) -> Self {
        Self::Template(template_error::text(&error))
    }
}
