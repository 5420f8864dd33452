//! The path of a request, kept for its answer.

use http::Uri;

/// A short path is copied: the first clone of a URI may allocate, to share its buffer.
pub(crate) enum RequestPath {
    Short(u8, [u8; RequestPath::SHORT]),
    Long(Uri),
}

impl RequestPath {
    const SHORT: usize = 62;

    #[inline]
    pub(crate) fn new(uri: &Uri) -> Self {
        let (text, mut short) = (uri.path().as_bytes(), [0; Self::SHORT]);
        match short.get_mut(..text.len()) {
            Some(start) => {
                start.copy_from_slice(text);
                Self::Short(text.len() as u8, short)
            }
            None => Self::Long(uri.clone()),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Short(length, text) => text
                .get(..usize::from(*length))
                .and_then(|text| str::from_utf8(text).ok())
                .unwrap_or_default(),
            Self::Long(uri) => uri.path(),
        }
    }
}
