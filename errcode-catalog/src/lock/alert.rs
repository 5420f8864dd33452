//! The alert of a code in a lock.

use core::{fmt, str::FromStr};
use errcode_core::{Alert, AlertThreshold, ParseError};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::borrow::Cow;

/// An alert with its threshold, one string in the file: `none`, `page` or `page 20/1m`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LockedAlert {
    /// The severity.
    pub severity: Alert,
    /// The threshold; without one the first failure raises the alert.
    pub over: Option<AlertThreshold>,
}

impl fmt::Display for LockedAlert {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.over {
            Some(over) => write!(f, "{} {over}", self.severity),
            None => self.severity.fmt(f),
        }
    }
}

impl FromStr for LockedAlert {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let (severity, over) = match text.split_once(' ') {
            Some((severity, over)) => (severity, Some(over.parse()?)),
            None => (text, None),
        };
        Ok(Self { severity: severity.parse()?, over })
    }
}

impl Serialize for LockedAlert {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LockedAlert {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'_, str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::LockedAlert;

    #[test]
    fn an_alert_is_written_as_it_is_read() {
        for (text, written) in [
            ("none", "none"),
            ("page", "page"),
            ("page 20/1m", "page 20/1m"),
            ("notice 20/60s", "notice 20/1m"),
        ] {
            assert_eq!(text.parse::<LockedAlert>().unwrap().to_string(), written);
        }
        for (text, message) in [
            ("", "unknown alert; expected `none`, `notice` or `page`"),
            ("pager 20/1m", "unknown alert; expected `none`, `notice` or `page`"),
            ("page 20/1.5s", "invalid alert threshold; write a count and a window, as in `20/1m`"),
            ("page ", "invalid alert threshold; write a count and a window, as in `20/1m`"),
        ] {
            assert_eq!(text.parse::<LockedAlert>().unwrap_err().to_string(), message, "{text}");
        }
    }
}
