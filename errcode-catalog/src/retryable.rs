//! Whether a code is retryable, in JSON as the service writes it.

use core::fmt;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Whether a retry of the same request may succeed: in JSON `false`, `true` or `"conditional"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Retryable {
    /// A retry does not help.
    #[default]
    No,
    /// A retry may succeed.
    Yes,
    /// It depends on the value of the error.
    Conditional,
}

impl Retryable {
    /// Returns `no`, `yes` or `conditional`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Yes => "yes",
            Self::Conditional => "conditional",
        }
    }
}

impl From<errcode_core::Retryable> for Retryable {
    fn from(retryable: errcode_core::Retryable) -> Self {
        match retryable {
            errcode_core::Retryable::No => Self::No,
            errcode_core::Retryable::Yes => Self::Yes,
            _ => Self::Conditional,
        }
    }
}

impl fmt::Display for Retryable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Retryable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::No => serializer.serialize_bool(false),
            Self::Yes => serializer.serialize_bool(true),
            Self::Conditional => serializer.serialize_str("conditional"),
        }
    }
}

impl<'de> Deserialize<'de> for Retryable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Raw {
            Bool(bool),
            Text(String),
        }
        match Raw::deserialize(deserializer)? {
            Raw::Bool(yes) => Ok(if yes { Self::Yes } else { Self::No }),
            Raw::Text(text) if text == "conditional" => Ok(Self::Conditional),
            Raw::Text(_) => Err(D::Error::custom(
                "invalid `retryable`; expected true, false or \"conditional\"",
            )),
        }
    }
}
